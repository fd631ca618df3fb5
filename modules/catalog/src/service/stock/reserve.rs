use feira_kernel::{Actor, Env, Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ids, int, known};
use crate::{
    CatalogError, ProductId, Reservation, ReservationRequest, ReservationState, Shortage,
    StockLine, rules,
    service::{Service, parse},
    shelf::{Moved, Shelf},
};

/// Makes the reservation if its key is new, and only then locks the stock that it needs.
const CLAIM: &str = "\
    WITH made AS (INSERT INTO reservations (key, state, expires_at) VALUES ($1, 'active', $2) \
                  ON CONFLICT (key) DO NOTHING RETURNING key) \
    SELECT i.product_id, i.on_hand, i.reserved, i.stock_policy \
    FROM made JOIN inventory i ON i.variant_id = ANY($3) \
    ORDER BY i.variant_id FOR UPDATE OF i";

/// Holds the locked stock and writes down what is not counted: the guard is the fence, the locks
/// above are why it never fails.
const HOLD: &str = "\
    WITH want AS (SELECT * FROM unnest($2::uuid[], $3::int[], $4::uuid[]) AS w (variant_id, quantity, movement)), \
         held AS (UPDATE inventory i SET reserved = i.reserved + w.quantity, version = i.version + 1, updated_at = $6 \
                  FROM want w WHERE i.variant_id = w.variant_id \
                    AND (i.stock_policy = 'continue' OR i.on_hand - i.reserved >= w.quantity) \
                  RETURNING i.variant_id, i.store_id, w.quantity, w.movement), \
         noted AS (UPDATE reservations SET uncounted = $7::jsonb WHERE key = $1 AND $7::jsonb <> '[]'::jsonb), \
         lines AS (INSERT INTO reservation_lines (key, variant_id, quantity) \
                   SELECT $1, variant_id, quantity FROM held), \
         moved AS (INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, \
                                                    reference, actor, at) \
                   SELECT movement, variant_id, store_id, 0, quantity, 'reserved', $1::text, $5, $6 FROM held) \
    SELECT count(*) FROM held";

/// Both at once, where there is enough of everything when the stock is locked: what is locked is
/// the newest, and nobody changes it before it is held. What is not counted is not locked, so its
/// buyers do not wait for each other; a variant that is no longer counted once its lock is got is
/// among neither, and nothing is done. The fence, which never fails either, is a division by zero:
/// the statement has no other way to take itself back.
const HOLD_AT_ONCE: &str = "\
    WITH want AS (SELECT * FROM unnest($2::uuid[], $3::int[], $4::uuid[]) AS w (variant_id, quantity, movement)), \
         free AS (SELECT count(*) AS lines, \
                         coalesce(jsonb_agg(jsonb_build_object('variant', w.variant_id, 'quantity', w.quantity) \
                                            ORDER BY w.variant_id), '[]') AS uncounted \
                  FROM want w JOIN inventory i ON i.variant_id = w.variant_id WHERE i.stock_policy = 'not_counted'), \
         locked AS (SELECT variant_id, on_hand, reserved, stock_policy FROM inventory \
                    WHERE variant_id = ANY($2) AND stock_policy <> 'not_counted' \
                      AND NOT EXISTS (SELECT 1 FROM reservations WHERE key = $1) \
                    ORDER BY variant_id FOR UPDATE), \
         enough AS (SELECT count(*) AS lines FROM locked l JOIN want w ON w.variant_id = l.variant_id \
                    WHERE l.on_hand - l.reserved - w.quantity >= CASE l.stock_policy WHEN 'continue' THEN $8 ELSE 0 END), \
         made AS (INSERT INTO reservations (key, state, expires_at, uncounted) \
                  SELECT $1, 'active', $7, free.uncounted FROM enough, free \
                  WHERE enough.lines + free.lines = cardinality($2) \
                  ON CONFLICT (key) DO NOTHING RETURNING key), \
         held AS (UPDATE inventory i SET reserved = i.reserved + w.quantity, version = i.version + 1, updated_at = $6 \
                  FROM made, want w WHERE i.variant_id = w.variant_id AND i.stock_policy <> 'not_counted' \
                    AND (i.stock_policy = 'continue' OR i.on_hand - i.reserved >= w.quantity) \
                  RETURNING i.variant_id, i.product_id, i.store_id, i.on_hand - i.reserved AS available, w.quantity, \
                            w.movement), \
         lines AS (INSERT INTO reservation_lines (key, variant_id, quantity) \
                   SELECT $1, variant_id, quantity FROM held), \
         moved AS (INSERT INTO inventory_movements (id, variant_id, store_id, on_hand_change, reserved_change, reason, \
                                                    reference, actor, at) \
                   SELECT movement, variant_id, store_id, 0, quantity, 'reserved', $1::text, $5, $6 FROM held) \
    SELECT product_id, coalesce(available = 0, false) AS crosses \
    FROM (SELECT 1 / CASE WHEN count(held.quantity) = (SELECT lines FROM enough) THEN 1 ELSE 0 END AS whole \
          FROM made LEFT JOIN held ON true HAVING count(*) > 0) fence LEFT JOIN held ON true \
    WHERE fence.whole = 1";

#[derive(FromQueryResult)]
struct Locked {
    product_id: Uuid,
    on_hand: i32,
    reserved: i32,
    stock_policy: String,
}

/// One line that is held; one of nothing where no line is counted.
#[derive(FromQueryResult)]
struct HeldRow {
    product_id: Option<Uuid>,
    crosses: bool,
}

impl HeldRow {
    fn moved(&self) -> Option<Moved> {
        self.product_id.map(|product_id| Moved {
            product_id,
            crosses: self.crosses,
        })
    }
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
                rules::LOWEST,
            ],
            publishes: false,
        };
        let shelf = self.shelf.clone();
        let moved = move |held: &Result<Vec<HeldRow>, db::Error>| match held {
            Ok(held) => shelf.moved(held.iter().filter_map(HeldRow::moved)),
            // Perhaps it is done all the same.
            Err(_) => shelf.forget_all(),
        };
        let held: Vec<HeldRow> = self.env.pool.single(holding, moved).await?;
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
    let claim = values![request.key, request.expires_at, variants];
    let locked: Vec<Locked> = db::rows(&**tx, CLAIM, claim).await?;
    if locked.is_empty() {
        return match known::read(tx, request.key).await? {
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
    let mut held: Vec<(StockLine, &Locked)> = Vec::new();
    let (mut uncounted, mut short) = (Vec::new(), Vec::new());
    for (line, row) in lines.iter().copied().zip(&locked) {
        match rules::lowest(parse::stock_policy(&row.stock_policy)?) {
            None => uncounted.push(line),
            Some(lowest) if row.left_after(line) < lowest => short.push(row.shortage(line)),
            Some(_) => held.push((line, row)),
        }
    }
    if !short.is_empty() {
        return Err(CatalogError::OutOfStock(short));
    }
    write_hold(tx, &hold, &held, uncounted).await?;
    let crosses = held.iter().any(|(line, row)| row.left_after(*line) == 0);
    let products = held.iter().map(|(_, row)| ProductId(row.product_id));
    hold.shelf.moves_stock(tx, products, crosses);
    Ok(hold.reservation())
}

/// Holds lines whose stock is locked and enough; the others are written down.
async fn write_hold(
    tx: &db::Tx,
    hold: &Hold,
    held: &[(StockLine, &Locked)],
    uncounted: Vec<StockLine>,
) -> Result<(), CatalogError> {
    let variants: Vec<Uuid> = held.iter().map(|(line, _)| line.variant.0).collect();
    let quantities: Vec<i32> = held.iter().map(|(line, _)| int(line.quantity)).collect();
    let uncounted = serde_json::to_value(uncounted)
        .map_err(|e| CatalogError::Internal(format!("writing lines down: {e}")))?;
    let written: i64 = db::scalar(
        &**tx,
        HOLD,
        values![
            hold.request.key,
            variants,
            quantities,
            ids(&hold.env, held.len()),
            hold.actor.clone(),
            hold.now,
            uncounted
        ],
    )
    .await?
    .unwrap_or(0);
    if usize::try_from(written) == Ok(held.len()) {
        Ok(())
    } else {
        Err(CatalogError::Internal("locked stock changed".to_owned()))
    }
}

impl Locked {
    fn available(&self) -> i64 {
        i64::from(self.on_hand) - i64::from(self.reserved)
    }

    fn left_after(&self, line: StockLine) -> i64 {
        self.available() - i64::from(line.quantity)
    }

    fn shortage(&self, line: StockLine) -> Shortage {
        Shortage {
            variant: line.variant,
            requested: line.quantity,
            available: u32::try_from(self.available()).unwrap_or(0),
        }
    }
}
