//! Holding stock for several checkouts at once: lock what they want, decide one after the other in
//! memory, write all of it.

use std::collections::BTreeMap;

use async_trait::async_trait;
use feira_kernel::{Actor, Env, Time, batch::Work, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ids, int, known};
use crate::{
    CatalogError, ProductId, Reservation, ReservationKey, ReservationRequest, ReservationState,
    Shortage, StockLine, StockPolicy, VariantId, rules, service::Service, shelf::Shelf,
};

/// Reservations to be made together.
pub(crate) struct Holding {
    pub(crate) env: Env,
    pub(crate) shelf: Shelf,
}

/// What one checkout asks for; its lines are merged and in ascending order of the variant.
#[derive(Clone)]
pub(crate) struct Hold {
    request: ReservationRequest,
    lines: Vec<StockLine>,
    actor: String,
}

/// A row of what is locked.
#[derive(FromQueryResult)]
struct LockedRow {
    known: Vec<Uuid>,
    uncounted: Vec<Uuid>,
    variant_id: Option<VariantId>,
    product_id: Option<ProductId>,
    store_id: Option<Uuid>,
    on_hand: Option<i32>,
    reserved: Option<i32>,
    stock_policy: Option<StockPolicy>,
}

struct Stock {
    product: ProductId,
    store: Uuid,
    available: i64,
    /// Less than this must not be left.
    lowest: i64,
    /// It was above nothing and is at nothing now: lists show it.
    sold_out: bool,
}

/// All that the items want, as it is under the locks and as it becomes by what was decided.
struct Shelves {
    known: Vec<Uuid>,
    uncounted: Vec<Uuid>,
    stock: BTreeMap<VariantId, Stock>,
}

/// One that is made.
struct Made {
    hold: Hold,
    held: Vec<StockLine>,
    uncounted: Vec<StockLine>,
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
        let lines = rules::merged(&request.lines)?;
        let actor = actor.label();
        let hold = Hold {
            request,
            lines,
            actor,
        };
        self.holds.submit(hold).await
    }
}

#[async_trait]
impl Work for Holding {
    type Item = Hold;
    type Key = ReservationKey;
    type Done = Reservation;
    type Error = CatalogError;

    fn key(hold: &Hold) -> ReservationKey {
        hold.request.key
    }

    async fn run(
        &self,
        holds: Vec<Hold>,
    ) -> Result<Vec<Result<Reservation, CatalogError>>, CatalogError> {
        let input = (self.env.clone(), self.shelf.clone(), holds);
        let pool = &self.env.pool;
        pool.transaction(input, |tx, (env, shelf, holds)| {
            Box::pin(async move { hold_all(tx, &env, &shelf, holds).await })
        })
        .await
    }
}

async fn hold_all(
    tx: &db::Tx,
    env: &Env,
    shelf: &Shelf,
    holds: Vec<Hold>,
) -> Result<Vec<Result<Reservation, CatalogError>>, CatalogError> {
    let now = env.now();
    let mut shelves = lock(tx, &holds).await?;
    let (mut results, mut made) = (Vec::with_capacity(holds.len()), Vec::new());
    for hold in holds {
        let key = hold.request.key;
        results.push(if shelves.known.contains(&key.0) {
            match known::read(tx, key).await? {
                Some(known) => rules::repeated(known, Some(now)),
                None => Err(CatalogError::Internal("a reservation vanished".to_owned())),
            }
        } else {
            shelves.decide(hold, now).map(|one| {
                let reservation = one.reservation();
                made.push(one);
                reservation
            })
        });
    }
    if !made.is_empty() {
        write(tx, env, &shelves, &made).await?;
        let moved = made.iter().flat_map(|one| &one.held);
        let moved = moved.filter_map(|line| shelves.stock.get(&line.variant));
        let sold_out = shelves.stock.values().any(|stock| stock.sold_out);
        shelf.moves_stock(tx, moved.map(|stock| stock.product), sold_out);
    }
    Ok(results)
}

async fn lock(tx: &db::Tx, holds: &[Hold]) -> Result<Shelves, CatalogError> {
    let lines = holds.iter().flat_map(|hold| &hold.lines);
    let mut variants: Vec<Uuid> = lines.map(|line| line.variant.0).collect();
    variants.sort_unstable();
    variants.dedup();
    let keys: Vec<Uuid> = holds.iter().map(|hold| hold.request.key.0).collect();
    let sql = include_str!("../../sql/lock_wanted.sql");
    let rows: Vec<LockedRow> = db::rows(&**tx, sql, values![variants, keys]).await?;
    let mut shelves = Shelves {
        known: Vec::new(),
        uncounted: Vec::new(),
        stock: BTreeMap::new(),
    };
    for row in rows {
        shelves.known = row.known;
        shelves.uncounted = row.uncounted;
        let (Some(variant), Some(product), Some(store)) =
            (row.variant_id, row.product_id, row.store_id)
        else {
            continue;
        };
        let (on_hand, reserved) = (row.on_hand.unwrap_or(0), row.reserved.unwrap_or(0));
        let lowest = rules::lowest(row.stock_policy.unwrap_or(StockPolicy::Counted));
        let stock = Stock {
            product,
            store,
            available: i64::from(on_hand) - i64::from(reserved),
            lowest: lowest.unwrap_or(0),
            sold_out: false,
        };
        shelves.stock.insert(variant, stock);
    }
    Ok(shelves)
}

impl Shelves {
    /// Takes all lines or none.
    fn decide(&mut self, hold: Hold, now: Time) -> Result<Made, CatalogError> {
        if hold.request.expires_at <= now {
            return Err(rules::invalid("/expires_at", "past", "must lie ahead"));
        }
        let (mut held, mut uncounted, mut short) = (Vec::new(), Vec::new(), Vec::new());
        for line in hold.lines.iter().copied() {
            match self.stock.get(&line.variant) {
                Some(stock) if stock.left_after(line) < stock.lowest => {
                    short.push(stock.shortage(line));
                }
                Some(_) => held.push(line),
                None if self.uncounted.contains(&line.variant.0) => uncounted.push(line),
                None => return Err(CatalogError::NotFound),
            }
        }
        if !short.is_empty() {
            return Err(CatalogError::OutOfStock(short));
        }
        for line in &held {
            if let Some(stock) = self.stock.get_mut(&line.variant) {
                stock.available = stock.left_after(*line);
                stock.sold_out |= stock.available == 0;
            }
        }
        Ok(Made {
            hold,
            held,
            uncounted,
        })
    }
}

async fn write(
    tx: &db::Tx,
    env: &Env,
    shelves: &Shelves,
    made: &[Made],
) -> Result<(), CatalogError> {
    let mut uncounted = Vec::with_capacity(made.len());
    for one in made {
        let text = serde_json::to_string(&one.uncounted);
        uncounted
            .push(text.map_err(|e| CatalogError::Internal(format!("writing lines down: {e}")))?);
    }
    let lines: Vec<(&Made, &StockLine, &Stock)> = made
        .iter()
        .flat_map(|one| one.held.iter().map(move |line| (one, line)))
        .filter_map(|(one, line)| Some((one, line, shelves.stock.get(&line.variant)?)))
        .collect();
    let each = |of: fn(&(&Made, &StockLine, &Stock)) -> Uuid| -> Vec<Uuid> {
        lines.iter().map(of).collect()
    };
    let keys: Vec<Uuid> = made.iter().map(|one| one.hold.request.key.0).collect();
    let until: Vec<Time> = made.iter().map(|one| one.hold.request.expires_at).collect();
    let quantities: Vec<i32> = lines
        .iter()
        .map(|(_, line, _)| int(line.quantity))
        .collect();
    let actors: Vec<String> = lines
        .iter()
        .map(|(one, ..)| one.hold.actor.clone())
        .collect();
    let written: Option<i64> = db::scalar(
        &**tx,
        include_str!("../../sql/write_holds.sql"),
        values![
            keys,
            until,
            uncounted,
            each(|(one, ..)| one.hold.request.key.0),
            each(|(_, line, _)| line.variant.0),
            each(|(_, _, stock)| stock.store),
            quantities,
            ids(env, lines.len()),
            actors,
            env.now()
        ],
    )
    .await?;
    if written.and_then(|count| usize::try_from(count).ok()) == Some(made.len()) {
        Ok(())
    } else {
        // Another process took a key in this moment: its reservation is found when this is repeated.
        Err(db::Error::lost_race().into())
    }
}

impl Made {
    fn reservation(&self) -> Reservation {
        Reservation {
            key: self.hold.request.key,
            lines: self.hold.lines.clone(),
            state: ReservationState::Active,
            expires_at: self.hold.request.expires_at,
        }
    }
}

impl Stock {
    fn left_after(&self, line: StockLine) -> i64 {
        self.available - i64::from(line.quantity)
    }

    fn shortage(&self, line: StockLine) -> Shortage {
        Shortage {
            variant: line.variant,
            requested: line.quantity,
            available: u32::try_from(self.available).unwrap_or(0),
        }
    }
}
