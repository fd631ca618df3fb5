//! Reserves stock for several checkouts in one transaction: lock the stock, decide one after the other
//! in memory, write all.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use feira_kernel::{
    Actor, Env, Time,
    batch::{Results, Work},
    db::{self, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    ids, int,
    locked::{self, Locked, Uncounted},
    reservations,
};
use crate::{
    CatalogError, Reservation, ReservationKey, ReservationRequest, ReservationState, Shortage,
    StockLine, StockPolicy, VariantId, access,
    entities::inventory::{self, Column},
    product_cache::ProductCache,
    service::Service,
    status,
    validate::stock,
};

/// Reservations to be made together.
pub(crate) struct Holding {
    pub(crate) env: Env,
    pub(crate) product_cache: ProductCache,
}

/// What one checkout asks for; its lines are merged and in ascending order of the variant.
#[derive(Clone)]
pub(crate) struct Hold {
    request: ReservationRequest,
    lines: Vec<StockLine>,
    actor: String,
}

/// The locked stock of all items; decisions change it in memory before it is written.
struct LockedStock {
    stock: BTreeMap<VariantId, Locked>,
    /// What is not counted, and so not locked.
    uncounted: BTreeSet<VariantId>,
    /// Products of which the last unit was taken: lists show it.
    sold_out: bool,
}

/// A reservation to be written.
struct NewReservation {
    hold: Hold,
    held: Vec<StockLine>,
    uncounted: Vec<StockLine>,
}

impl Service {
    pub(crate) async fn reserve(
        &self,
        actor: &Actor,
        request: ReservationRequest,
    ) -> Result<Reservation, CatalogError> {
        access::sell(actor)?;
        let lines = stock::stock_lines(&request.lines)?;
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
    const NAME: &'static str = "hold";
    type Item = Hold;
    type Key = ReservationKey;
    type Done = Reservation;
    type Error = CatalogError;

    fn key(hold: &Hold) -> ReservationKey {
        hold.request.key
    }

    async fn run(&self, holds: Vec<Hold>) -> Results<Reservation, CatalogError> {
        let input = (self.env.clone(), self.product_cache.clone(), holds);
        let pool = &self.env.pool;
        pool.transaction(input, |tx, (env, product_cache, holds)| {
            Box::pin(async move { hold_all(tx, &env, &product_cache, holds).await })
        })
        .await
    }
}

async fn hold_all(
    tx: &db::Tx,
    env: &Env,
    product_cache: &ProductCache,
    holds: Vec<Hold>,
) -> Results<Reservation, CatalogError> {
    let now = env.now();
    let mut locked_stock = lock(tx, &holds).await?;
    // After the locks were waited for: a twin may have made the reservation meanwhile.
    let keys = holds.iter().map(|hold| hold.request.key.0).collect();
    let mut known = reservations::read(tx, keys).await?;
    let (mut results, mut made) = (Vec::with_capacity(holds.len()), Vec::new());
    for hold in holds {
        results.push(match known.remove(&hold.request.key) {
            Some(known) => status::repeated(known.reservation, Some(now)),
            None => locked_stock.decide(hold, now).map(|one| {
                let reservation = one.reservation();
                made.push(one);
                reservation
            }),
        });
    }
    if !made.is_empty() {
        write(tx, env, &locked_stock, &made).await?;
        let moved = made.iter().flat_map(|one| &one.held);
        let moved = moved.filter_map(|line| locked_stock.stock.get(&line.variant));
        product_cache.moves_stock(
            tx,
            moved.map(|stock| stock.product_id),
            locked_stock.sold_out,
        );
    }
    Ok(results)
}

async fn lock(tx: &db::Tx, holds: &[Hold]) -> Result<LockedStock, CatalogError> {
    let lines = holds.iter().flat_map(|hold| &hold.lines);
    let wanted: BTreeSet<VariantId> = lines.map(|line| line.variant).collect();
    let variants = wanted.iter().map(|variant| variant.0).collect();
    let stock = locked::lock(tx, variants, Uncounted::Left).await?;
    let others = wanted.into_iter().filter(|v| !stock.contains_key(v));
    Ok(LockedStock {
        uncounted: uncounted(tx, others.collect()).await?,
        stock,
        sold_out: false,
    })
}

/// Which of the variants that were not locked are not counted. If one is counted by now, the transaction
/// is retried.
async fn uncounted(
    tx: &db::Tx,
    others: Vec<VariantId>,
) -> Result<BTreeSet<VariantId>, CatalogError> {
    if others.is_empty() {
        return Ok(BTreeSet::new());
    }
    let found = inventory::Entity::find()
        .filter(Column::VariantId.eq_any(others))
        .select_only()
        .columns([Column::VariantId, Column::StockPolicy])
        .into_model::<PolicyRow>();
    let rows = found.rows(&**tx).await?;
    let counted = |row: &PolicyRow| stock::lowest_level(row.stock_policy).is_some();
    if rows.iter().any(counted) {
        return Err(db::Error::lost_race().into());
    }
    Ok(rows.into_iter().map(|row| row.variant_id).collect())
}

#[derive(FromQueryResult)]
struct PolicyRow {
    variant_id: VariantId,
    stock_policy: StockPolicy,
}

impl LockedStock {
    /// Takes all lines or none.
    fn decide(&mut self, hold: Hold, now: Time) -> Result<NewReservation, CatalogError> {
        stock::expiry(hold.request.expires_at, now)?;
        let (mut held, mut uncounted, mut short) = (Vec::new(), Vec::new(), Vec::new());
        for line in hold.lines.iter().copied() {
            match self.stock.get(&line.variant) {
                Some(stock) if stock.left_after(line) < stock.lowest() => {
                    short.push(stock.shortage(line));
                }
                Some(_) => held.push(line),
                None if self.uncounted.contains(&line.variant) => uncounted.push(line),
                None => return Err(CatalogError::NotFound),
            }
        }
        if !short.is_empty() {
            return Err(CatalogError::OutOfStock(short));
        }
        for line in &held {
            if let Some(stock) = self.stock.get_mut(&line.variant) {
                stock.reserved += int(line.quantity);
                self.sold_out |= stock.available() == 0;
            }
        }
        Ok(NewReservation {
            hold,
            held,
            uncounted,
        })
    }
}

async fn write(
    tx: &db::Tx,
    env: &Env,
    locked_stock: &LockedStock,
    made: &[NewReservation],
) -> Result<(), CatalogError> {
    let mut uncounted = Vec::with_capacity(made.len());
    for one in made {
        let text = serde_json::to_string(&one.uncounted);
        uncounted
            .push(text.map_err(|e| CatalogError::Internal(format!("writing lines down: {e}")))?);
    }
    let lines: Vec<(&NewReservation, &StockLine, &Locked)> = made
        .iter()
        .flat_map(|one| one.held.iter().map(move |line| (one, line)))
        .filter_map(|(one, line)| Some((one, line, locked_stock.stock.get(&line.variant)?)))
        .collect();
    let each = |of: fn(&(&NewReservation, &StockLine, &Locked)) -> Uuid| -> Vec<Uuid> {
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
    let written: Result<Option<i64>, db::Error> = db::scalar(
        &**tx,
        include_str!("../../sql/write_holds.sql"),
        values![
            keys,
            until,
            uncounted,
            each(|(one, ..)| one.hold.request.key.0),
            each(|(_, line, _)| line.variant.0),
            each(|(_, _, stock)| stock.store_id.0),
            quantities,
            ids(env, lines.len()),
            actors,
            env.now()
        ],
    )
    .await;
    let written = match written {
        Err(error) if error.violates("reservation_lines_pkey") => None,
        other => other?,
    };
    if written.and_then(|count| usize::try_from(count).ok()) == Some(made.len()) {
        Ok(())
    } else {
        // Another process took a key in this moment: its reservation is found when this is repeated.
        Err(db::Error::lost_race().into())
    }
}

impl NewReservation {
    fn reservation(&self) -> Reservation {
        Reservation {
            key: self.hold.request.key,
            lines: self.hold.lines.clone(),
            state: ReservationState::Active,
            expires_at: self.hold.request.expires_at,
        }
    }
}

impl Locked {
    fn left_after(&self, line: StockLine) -> i64 {
        self.available() - i64::from(line.quantity)
    }

    /// The least that may be left.
    fn lowest(&self) -> i64 {
        stock::lowest_level(self.stock_policy).unwrap_or(0)
    }

    fn shortage(&self, line: StockLine) -> Shortage {
        Shortage {
            variant: line.variant,
            requested: line.quantity,
            available: u32::try_from(self.available()).unwrap_or(0),
        }
    }
}
