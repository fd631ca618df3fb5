use feira_kernel::{Actor, Env, Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ids, int, reservation, units};
use crate::{
    CatalogError, ProductId, Reservation, ReservationRequest, ReservationState, Shortage,
    StockLine, VariantId, rules, service::Service, shelf::Shelf,
};

/// Makes the reservation if its key is new, and only then locks the stock that it needs.
const CLAIM: &str = "\
    WITH made AS (INSERT INTO reservations (key, state, expires_at) VALUES ($1, 'active', $2) \
                  ON CONFLICT (key) DO NOTHING RETURNING key) \
    SELECT i.variant_id, i.product_id, i.on_hand, i.reserved \
    FROM made JOIN inventory i ON i.variant_id = ANY($3) \
    ORDER BY i.variant_id FOR UPDATE OF i";

/// Holds the locked stock: the guard is the fence, the locks above are why it never fails.
const HOLD: &str = "\
    WITH want AS (SELECT * FROM unnest($2::uuid[], $3::int[], $4::uuid[]) AS w (variant_id, quantity, movement)), \
         held AS (UPDATE inventory i SET reserved = i.reserved + w.quantity, version = i.version + 1, updated_at = $6 \
                  FROM want w WHERE i.variant_id = w.variant_id AND i.on_hand - i.reserved >= w.quantity \
                  RETURNING i.variant_id, i.store_id, w.quantity, w.movement), \
         lines AS (INSERT INTO reservation_lines (key, variant_id, quantity) \
                   SELECT $1, variant_id, quantity FROM held), \
         moved AS (INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, \
                                                    reference, actor, at) \
                   SELECT movement, variant_id, store_id, 0, quantity, 'reserved', $1::text, $5, $6 FROM held) \
    SELECT count(*) FROM held";

#[derive(FromQueryResult)]
struct Locked {
    variant_id: Uuid,
    product_id: Uuid,
    on_hand: i32,
    reserved: i32,
}

#[derive(Clone)]
struct Hold {
    env: Env,
    shelf: Shelf,
    request: ReservationRequest,
    lines: Vec<StockLine>,
    actor: String,
    now: Time,
}

impl Service {
    pub(crate) async fn hold(
        &self,
        actor: &Actor,
        request: ReservationRequest,
    ) -> Result<Reservation, CatalogError> {
        if !actor.is_system(rules::MAY_SELL) {
            return Err(CatalogError::Forbidden);
        }
        let now = self.env.now();
        let lines = rules::merged(&request.lines)?;
        let hold = Hold {
            env: self.env.clone(),
            shelf: self.shelf.clone(),
            request,
            lines,
            actor: actor.label(),
            now,
        };
        self.env
            .pool
            .transaction(hold, |tx, hold| Box::pin(hold_in(tx, hold)))
            .await
    }
}

async fn hold_in(tx: &db::Tx, hold: Hold) -> Result<Reservation, CatalogError> {
    let Hold { request, lines, .. } = &hold;
    let variants: Vec<Uuid> = lines.iter().map(|l| l.variant.0).collect();
    let claim = values![request.key, request.expires_at, variants.clone()];
    let locked: Vec<Locked> = db::rows(&**tx, CLAIM, claim).await?;
    if locked.is_empty() {
        return match reservation::read(tx, request.key).await? {
            // Our own row: the key is new, but no variant is known.
            Some(known) if known.lines.is_empty() => Err(CatalogError::NotFound),
            Some(known) => rules::repeated(known, Some(hold.now)),
            None => Err(CatalogError::Internal("a reservation vanished".to_owned())),
        };
    }
    if request.expires_at <= hold.now {
        return Err(rules::invalid("/expires_at", "past", "must lie ahead"));
    }
    if locked.len() < lines.len() {
        return Err(CatalogError::NotFound);
    }
    let short = shortages(lines, &locked);
    if !short.is_empty() {
        return Err(CatalogError::OutOfStock(short));
    }
    let quantities: Vec<i32> = lines.iter().map(|l| int(l.quantity)).collect();
    let movements = ids(&hold.env, lines.len());
    let held: i64 = db::scalar(
        &**tx,
        HOLD,
        values![
            request.key,
            variants,
            quantities,
            movements,
            hold.actor.clone(),
            hold.now
        ],
    )
    .await?
    .unwrap_or(0);
    if usize::try_from(held) != Ok(lines.len()) {
        return Err(CatalogError::Internal("locked stock changed".to_owned()));
    }
    let mut pairs = lines.iter().zip(&locked);
    let sold_out = pairs.any(|(line, row)| units(row.on_hand - row.reserved) == line.quantity);
    let products = locked.iter().map(|row| ProductId(row.product_id));
    hold.shelf.moves_stock(tx, products, sold_out);
    Ok(Reservation {
        key: request.key,
        lines: lines.clone(),
        state: ReservationState::Active,
        expires_at: request.expires_at,
    })
}

/// Both sides are in ascending order of the variant, and each line has its row.
fn shortages(lines: &[StockLine], locked: &[Locked]) -> Vec<Shortage> {
    let pairs = lines.iter().zip(locked);
    pairs
        .filter_map(|(line, row)| {
            let available = units(row.on_hand - row.reserved);
            (available < line.quantity).then_some(Shortage {
                variant: VariantId(row.variant_id),
                requested: line.quantity,
                available,
            })
        })
        .collect()
}
