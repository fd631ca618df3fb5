use feira_kernel::{Actor, Env, StoreId, Time, db, outbox, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ids, int, known, units};
use crate::{
    CatalogError, MovementReason, ProductId, Reservation, ReservationKey, ReservationState,
    StockLine, StockLow, VariantId, rules, service::Service, shelf::Shelf,
};

/// Reservations that the expiry job reads at once, and how often in one run.
const SWEEP_BATCH: i64 = 100;
const SWEEP_BATCHES: usize = 10;

/// Ends an active reservation. A sale needs it not expired.
const END: &str = "\
    UPDATE reservations SET state = $2, updated_at = $3 \
    WHERE key = $1 AND state = 'active' \
      AND CASE $2 WHEN 'committed' THEN expires_at > $3 WHEN 'expired' THEN expires_at <= $3 ELSE true END \
    RETURNING expires_at, uncounted::text AS uncounted";

/// Locks the stock that it holds: nothing, where nothing of it was counted.
const LOCK: &str = "\
    SELECT l.variant_id, l.quantity, i.product_id, i.store_id, i.version, i.low_told, \
           i.on_hand - i.reserved AS available \
    FROM reservation_lines l JOIN inventory i ON i.variant_id = l.variant_id \
    WHERE l.key = $1 ORDER BY i.variant_id FOR UPDATE OF i";

/// Moves the locked stock; `$5` is whether it leaves for good.
const MOVE: &str = "\
    WITH gone AS (SELECT * FROM unnest($2::uuid[], $3::int[], $4::uuid[], $5::bool[]) AS g (variant_id, quantity, movement, low)), \
         changed AS (UPDATE inventory i \
                     SET reserved = i.reserved - g.quantity, version = i.version + 1, updated_at = $9, low_told = g.low, \
                         on_hand = i.on_hand - CASE WHEN $6 THEN g.quantity ELSE 0 END \
                     FROM gone g WHERE i.variant_id = g.variant_id AND i.reserved >= g.quantity \
                     RETURNING i.variant_id, i.store_id, g.quantity, g.movement), \
         moved AS (INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, \
                                                    reference, actor, at) \
                   SELECT movement, variant_id, store_id, CASE WHEN $6 THEN -quantity ELSE 0 END, -quantity, $7, $1::text, \
                          $8, $9 FROM changed) \
    SELECT count(*) FROM changed";

#[derive(FromQueryResult)]
struct Ended {
    expires_at: Time,
    uncounted: String,
}

#[derive(FromQueryResult)]
struct Held {
    variant_id: Uuid,
    quantity: i32,
    product_id: Uuid,
    store_id: Uuid,
    version: i64,
    low_told: bool,
    available: i32,
}

#[derive(Clone)]
struct Ending {
    env: Env,
    shelf: Shelf,
    key: ReservationKey,
    to: ReservationState,
    actor: String,
    threshold: i32,
    now: Time,
}

impl Service {
    pub(crate) async fn sell(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<Reservation, CatalogError> {
        if !actor.is_system(rules::MAY_SELL) {
            return Err(CatalogError::Forbidden);
        }
        if let Some(sold) = self.sell_at_once(key, &actor.label()).await? {
            return Ok(sold);
        }
        let ending = self.ending(key, ReservationState::Committed, actor.label());
        self.env
            .pool
            .transaction(ending, |tx, ending| {
                Box::pin(async move {
                    if let Some(done) = end(tx, &ending).await? {
                        return Ok(done);
                    }
                    match known::read(tx, ending.key).await? {
                        None => Err(CatalogError::NotFound),
                        Some(known) if known.state == ReservationState::Committed => Ok(known),
                        Some(_) => Err(CatalogError::ReservationEnded),
                    }
                })
            })
            .await
    }

    pub(crate) async fn give_back(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<(), CatalogError> {
        if !actor.is_system(rules::MAY_SELL) {
            return Err(CatalogError::Forbidden);
        }
        let ending = self.ending(key, ReservationState::Released, actor.label());
        self.env
            .pool
            .transaction(ending, |tx, ending| {
                Box::pin(async move {
                    if end(tx, &ending).await?.is_some() {
                        return Ok(());
                    }
                    match known::read(tx, ending.key).await? {
                        Some(known) if known.state == ReservationState::Committed => {
                            Err(CatalogError::ReservationEnded)
                        }
                        _ => Ok(()),
                    }
                })
            })
            .await
    }

    /// Frees what expired. A loss is redone by the next run, so nothing waits for the disk; one
    /// that cannot be freed is tried again then and keeps none of the others back.
    pub(crate) async fn expire(&self) -> Result<(), CatalogError> {
        let mut after = (Time::UNIX_EPOCH, Uuid::nil());
        for _ in 0..SWEEP_BATCHES {
            let due: Vec<Due> = db::rows(
                self.env.pool.reads(),
                "SELECT key, expires_at FROM reservations \
                 WHERE state = 'active' AND expires_at <= $1 AND (expires_at, key) > ($3, $4) \
                 ORDER BY expires_at, key LIMIT $2",
                values![self.env.now(), SWEEP_BATCH, after.0, after.1],
            )
            .await?;
            let Some(last) = due.last() else { break };
            after = (last.expires_at, last.key);
            for Due { key, .. } in due {
                let actor = "system:catalog".to_owned();
                let ending = self.ending(ReservationKey(key), ReservationState::Expired, actor);
                let ended = self
                    .env
                    .pool
                    .transaction_relaxed(ending, |tx, ending| {
                        Box::pin(async move { end(tx, &ending).await })
                    })
                    .await;
                if let Err(error) = ended {
                    tracing::warn!(%key, %error, "an expired reservation could not be freed; it is tried again");
                }
            }
        }
        Ok(())
    }

    fn ending(&self, key: ReservationKey, to: ReservationState, actor: String) -> Ending {
        Ending {
            env: self.env.clone(),
            shelf: self.shelf.clone(),
            key,
            to,
            actor,
            threshold: int(self.settings.low_stock_threshold),
            now: self.env.now(),
        }
    }
}

#[derive(FromQueryResult)]
struct Due {
    key: Uuid,
    expires_at: Time,
}

/// Ends the reservation if it is active, with its movements; `None` if there was nothing to end.
async fn end(tx: &db::Tx, ending: &Ending) -> Result<Option<Reservation>, CatalogError> {
    let values = values![ending.key, ending.to.word(), ending.now];
    let ended: Option<Ended> = db::optional(&**tx, END, values).await?;
    let Some(ended) = ended else {
        return Ok(None);
    };
    let held: Vec<Held> = db::rows(&**tx, LOCK, values![ending.key]).await?;
    if !held.is_empty() {
        move_held(tx, ending, &held).await?;
    }
    Ok(Some(Reservation {
        key: ending.key,
        lines: known::with_uncounted(held.iter().map(line), &ended.uncounted)?,
        state: ending.to,
        expires_at: ended.expires_at,
    }))
}

/// Takes held units out of the stock, or frees them.
async fn move_held(tx: &db::Tx, ending: &Ending, held: &[Held]) -> Result<(), CatalogError> {
    let sold = ending.to == ReservationState::Committed;
    let low = |h: &Held| {
        // What is sold was held before: availability stays. What is freed becomes available.
        let freed = if sold { 0 } else { h.quantity };
        let is_low = h.available + freed <= ending.threshold;
        is_low && (sold || h.low_told)
    };
    let (reason, movements) = (reason(ending.to), ids(&ending.env, held.len()));
    let moved: i64 = db::scalar(
        &**tx,
        MOVE,
        values![
            ending.key,
            held.iter().map(|h| h.variant_id).collect::<Vec<_>>(),
            held.iter().map(|h| h.quantity).collect::<Vec<_>>(),
            movements,
            held.iter().map(low).collect::<Vec<_>>(),
            sold,
            reason.word(),
            ending.actor.clone(),
            ending.now
        ],
    )
    .await?
    .unwrap_or(0);
    if usize::try_from(moved) != Ok(held.len()) {
        return Err(CatalogError::Internal("held stock is not there".to_owned()));
    }
    let products = held.iter().map(|h| ProductId(h.product_id));
    let back = !sold && held.iter().any(|h| h.available == 0);
    ending.shelf.moves_stock(tx, products, back);
    for row in held.iter().filter(|h| sold && low(h) && !h.low_told) {
        outbox::publish(tx, &ending.env, &low_event(row)).await?;
    }
    Ok(())
}

fn low_event(row: &Held) -> StockLow {
    StockLow {
        variant: VariantId(row.variant_id),
        product: ProductId(row.product_id),
        store: StoreId(row.store_id),
        version: row.version + 1,
        available: units(row.available),
    }
}

fn line(row: &Held) -> StockLine {
    StockLine {
        variant: VariantId(row.variant_id),
        quantity: units(row.quantity),
    }
}

fn reason(to: ReservationState) -> MovementReason {
    match to {
        ReservationState::Active => MovementReason::Reserved,
        ReservationState::Committed => MovementReason::OrderPlaced,
        ReservationState::Released => MovementReason::Released,
        ReservationState::Expired => MovementReason::Expired,
    }
}
