use feira_kernel::{Actor, Env, Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ids, int, reservation, units};
use crate::{
    CatalogError, ProductId, Reservation, ReservationRequest, ReservationState, Shortage,
    StockLine, VariantId, rules,
    service::Service,
    shelf::{Moved, Shelf},
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

/// Both at once, where there is enough of everything when the stock is locked: what is locked is
/// the newest, and nobody changes it before it is held. The fence, which never fails either, is a
/// division by zero: the statement has no other way to take itself back.
const HOLD_AT_ONCE: &str = "\
    WITH want AS (SELECT * FROM unnest($2::uuid[], $3::int[], $4::uuid[]) AS w (variant_id, quantity, movement)), \
         locked AS (SELECT variant_id, on_hand, reserved FROM inventory \
                    WHERE variant_id = ANY($2) AND NOT EXISTS (SELECT 1 FROM reservations WHERE key = $1) \
                    ORDER BY variant_id FOR UPDATE), \
         enough AS (SELECT count(*) AS lines FROM locked l JOIN want w ON w.variant_id = l.variant_id \
                    WHERE l.on_hand - l.reserved >= w.quantity), \
         made AS (INSERT INTO reservations (key, state, expires_at) \
                  SELECT $1, 'active', $7 FROM enough WHERE lines = cardinality($2) \
                  ON CONFLICT (key) DO NOTHING RETURNING key), \
         held AS (UPDATE inventory i SET reserved = i.reserved + w.quantity, version = i.version + 1, updated_at = $6 \
                  FROM made, want w WHERE i.variant_id = w.variant_id AND i.on_hand - i.reserved >= w.quantity \
                  RETURNING i.variant_id, i.product_id, i.store_id, i.on_hand - i.reserved AS available, w.quantity, \
                            w.movement), \
         lines AS (INSERT INTO reservation_lines (key, variant_id, quantity) \
                   SELECT $1, variant_id, quantity FROM held), \
         moved AS (INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, \
                                                    reference, actor, at) \
                   SELECT movement, variant_id, store_id, 0, quantity, 'reserved', $1::text, $5, $6 FROM held) \
    SELECT product_id, available = 0 AS crosses \
    FROM (SELECT 1 / CASE WHEN count(held.quantity) = cardinality($2) THEN 1 ELSE 0 END AS whole \
          FROM made LEFT JOIN held ON true HAVING count(*) > 0) fence LEFT JOIN held ON true \
    WHERE fence.whole = 1";

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
        if hold.request.expires_at > now && self.hold_at_once(&hold).await? {
            return Ok(hold.reservation());
        }
        self.env
            .pool
            .transaction(hold, |tx, hold| Box::pin(hold_in(tx, hold)))
            .await
    }

    /// What nearly all are: a new key, and enough of everything. One statement, or nothing is done.
    async fn hold_at_once(&self, hold: &Hold) -> Result<bool, CatalogError> {
        let Hold { request, lines, .. } = hold;
        let holding = db::Single {
            sql: HOLD_AT_ONCE,
            values: values![
                request.key,
                lines.iter().map(|l| l.variant.0).collect::<Vec<_>>(),
                lines.iter().map(|l| int(l.quantity)).collect::<Vec<_>>(),
                ids(&hold.env, lines.len()),
                hold.actor.clone(),
                hold.now,
                request.expires_at,
            ],
            publishes: false,
        };
        let shelf = self.shelf.clone();
        let moved = move |held: &Result<Vec<Moved>, db::Error>| match held {
            Ok(held) => shelf.moved(held.iter().copied()),
            // Perhaps it is done all the same.
            Err(_) => shelf.forget_all(),
        };
        let held: Vec<Moved> = self.env.pool.single(holding, moved).await?;
        Ok(!held.is_empty())
    }
}

impl Hold {
    fn reservation(&self) -> Reservation {
        Reservation {
            key: self.request.key,
            lines: self.lines.clone(),
            state: ReservationState::Active,
            expires_at: self.request.expires_at,
        }
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
    Ok(hold.reservation())
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
