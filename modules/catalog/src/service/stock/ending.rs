//! Ends reservations that are not sold: released or expired.

use feira_kernel::{
    Actor, Env, Time,
    db::{self, Change, Direction, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use super::{ids, int, reservations};
use crate::{
    CatalogError, MovementReason, ProductId, ReservationKey, ReservationState,
    access::{self, SELF},
    entities::reservation::{ActiveModel, Column, Entity, Model},
    product_cache::ProductCache,
    service::Service,
};

/// Reservations that the expiry job reads at once, and how often in one run.
const SWEEP_BATCH: u64 = 100;
const SWEEP_BATCHES: usize = 10;

#[derive(FromQueryResult)]
struct HeldLine {
    variant_id: Uuid,
    quantity: i32,
    product_id: Uuid,
    low_told: bool,
    available: i32,
}

#[derive(Clone)]
struct Ending {
    env: Env,
    product_cache: ProductCache,
    key: ReservationKey,
    to: ReservationState,
    actor: String,
    threshold: i32,
    now: Time,
}

impl Service {
    pub(crate) async fn release_reservation(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<(), CatalogError> {
        access::sell(actor)?;
        let ending = self.ending(key, ReservationState::Released, actor.label());
        self.env
            .pool
            .transaction(ending, |tx, ending| {
                Box::pin(async move {
                    if end(tx, &ending).await? {
                        return Ok(());
                    }
                    let known = reservations::read(tx, vec![ending.key.0]).await?;
                    match known.get(&ending.key).map(|known| known.reservation.state) {
                        Some(ReservationState::Committed) => Err(CatalogError::ReservationEnded),
                        _ => Ok(()),
                    }
                })
            })
            .await
    }

    /// Ends expired reservations. Commits are asynchronous, because the next run repeats a lost one; a
    /// failure is logged and tried again by the next run.
    pub(crate) async fn expire(&self) -> Result<(), CatalogError> {
        let mut after = None;
        for _ in 0..SWEEP_BATCHES {
            let due = self.due(after).await?;
            let Some(last) = due.last() else { break };
            after = Some((last.expires_at, last.key));
            for Model { key, .. } in due {
                let actor = SELF.label();
                let ending = self.ending(key, ReservationState::Expired, actor);
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

    /// Active reservations that have expired, in the order of that, after this time and key.
    async fn due(&self, after: Option<(Time, ReservationKey)>) -> Result<Vec<Model>, db::Error> {
        let expired = Entity::find()
            .filter(db::is(Column::State, ReservationState::Active))
            .filter(Column::ExpiresAt.lte(self.env.now()));
        let order = [Column::ExpiresAt, Column::Key];
        let due = db::after(expired, (&order, Direction::Ascending), after).limit(SWEEP_BATCH);
        due.rows(self.env.pool.read()).await
    }

    fn ending(&self, key: ReservationKey, to: ReservationState, actor: String) -> Ending {
        Ending {
            env: self.env.clone(),
            product_cache: self.product_cache.clone(),
            key,
            to,
            actor,
            threshold: int(self.settings.low_stock_threshold),
            now: self.env.now(),
        }
    }
}

/// Ends the reservation if it is active, with its movements; `false` if there was nothing to end.
async fn end(tx: &db::Tx, ending: &Ending) -> Result<bool, CatalogError> {
    let mut ended = Entity::update_many()
        .set(ActiveModel {
            state: Set(ending.to),
            updated_at: Set(ending.now),
            ..Default::default()
        })
        .filter(Column::Key.eq(ending.key))
        .filter(Column::State.eq(ReservationState::Active));
    if ending.to == ReservationState::Expired {
        ended = ended.filter(Column::ExpiresAt.lte(ending.now));
    }
    if ended.run(&**tx).await? == 0 {
        return Ok(false);
    }
    let held: Vec<HeldLine> = db::rows(
        &**tx,
        include_str!("../../sql/lock_held.sql"),
        values![ending.key],
    )
    .await?;
    if !held.is_empty() {
        free(tx, ending, &held).await?;
    }
    Ok(true)
}

async fn free(tx: &db::Tx, ending: &Ending, held: &[HeldLine]) -> Result<(), CatalogError> {
    // What is freed can be bought: it is low no more where it was.
    let low = |h: &HeldLine| h.low_told && h.available + h.quantity <= ending.threshold;
    let freed: i64 = db::scalar(
        &**tx,
        include_str!("../../sql/free_held.sql"),
        values![
            ending.key,
            held.iter().map(|h| h.variant_id).collect::<Vec<_>>(),
            held.iter().map(|h| h.quantity).collect::<Vec<_>>(),
            ids(&ending.env, held.len()),
            held.iter().map(low).collect::<Vec<_>>(),
            reason(ending.to),
            ending.actor.clone(),
            ending.now
        ],
    )
    .await?
    .unwrap_or(0);
    if usize::try_from(freed) != Ok(held.len()) {
        return Err(CatalogError::Internal("held stock is not there".to_owned()));
    }
    let products = held.iter().map(|h| ProductId(h.product_id));
    let back = held.iter().any(|h| h.available == 0);
    ending.product_cache.moves_stock(tx, products, back);
    Ok(())
}

fn reason(to: ReservationState) -> MovementReason {
    match to {
        ReservationState::Active => MovementReason::Reserved,
        ReservationState::Committed => MovementReason::OrderPlaced,
        ReservationState::Released => MovementReason::Released,
        ReservationState::Expired => MovementReason::Expired,
    }
}
