//! Selling what several orders hold at once: lock their reservations and stock, decide, write.

use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

use async_trait::async_trait;
use feira_kernel::{Actor, Env, Time, batch::Work, db, outbox, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{ids, int, known, units};
use crate::{
    CatalogError, ProductId, Reservation, ReservationKey, ReservationState, StockLine, StockLow,
    VariantId, rules, service::Service, shelf::Shelf,
};

/// Reservations to be sold together.
pub(crate) struct Selling {
    pub(crate) env: Env,
    pub(crate) shelf: Shelf,
    pub(crate) threshold: i32,
}

#[derive(Clone)]
pub(crate) struct Sale {
    key: ReservationKey,
    actor: String,
}

/// A line of a locked reservation with its stock, where that was counted.
#[derive(FromQueryResult)]
struct LockedRow {
    key: ReservationKey,
    state: ReservationState,
    expires_at: Time,
    uncounted: serde_json::Value,
    variant_id: Option<VariantId>,
    quantity: Option<i32>,
    product_id: Option<ProductId>,
    store_id: Option<Uuid>,
    version: Option<i64>,
    low_told: Option<bool>,
    reserved: Option<i32>,
    available: Option<i32>,
}

#[derive(Clone)]
struct Stock {
    product: ProductId,
    store: Uuid,
    version: i64,
    low_told: bool,
    reserved: i64,
    available: i32,
}

/// What is locked.
#[derive(Default)]
struct Locked {
    reservations: BTreeMap<ReservationKey, Reservation>,
    /// The lines of each that were counted.
    held: BTreeMap<ReservationKey, Vec<StockLine>>,
    stock: BTreeMap<VariantId, Stock>,
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
        let actor = actor.label();
        self.sales.submit(Sale { key, actor }).await
    }
}

#[async_trait]
impl Work for Selling {
    type Item = Sale;
    type Key = ReservationKey;
    type Done = Reservation;
    type Error = CatalogError;

    fn key(sale: &Sale) -> ReservationKey {
        sale.key
    }

    async fn run(
        &self,
        sales: Vec<Sale>,
    ) -> Result<Vec<Result<Reservation, CatalogError>>, CatalogError> {
        let input = (self.env.clone(), self.shelf.clone(), sales);
        let (pool, threshold) = (&self.env.pool, self.threshold);
        pool.transaction(input, move |tx, (env, shelf, sales)| {
            Box::pin(async move { sell_all(tx, &env, &shelf, threshold, sales).await })
        })
        .await
    }
}

async fn sell_all(
    tx: &db::Tx,
    env: &Env,
    shelf: &Shelf,
    threshold: i32,
    sales: Vec<Sale>,
) -> Result<Vec<Result<Reservation, CatalogError>>, CatalogError> {
    let now = env.now();
    let mut locked = lock(tx, &sales).await?;
    let (mut results, mut sold) = (Vec::with_capacity(sales.len()), Vec::new());
    for sale in sales {
        results.push(match locked.reservations.get_mut(&sale.key) {
            None => Err(CatalogError::NotFound),
            Some(one) if one.state == ReservationState::Active && one.expires_at > now => {
                one.state = ReservationState::Committed;
                let one = one.clone();
                sold.push(sale);
                Ok(one)
            }
            Some(one) if one.state == ReservationState::Committed => Ok(one.clone()),
            Some(_) => Err(CatalogError::ReservationEnded),
        });
    }
    if !sold.is_empty() {
        let low = write(tx, env, &mut locked, &sold, threshold).await?;
        // As much can be bought as before: it was held.
        let products = locked.stock.values().map(|stock| stock.product);
        shelf.moves_stock(tx, products, false);
        for event in low {
            outbox::publish(tx, env, &event).await?;
        }
    }
    Ok(results)
}

async fn lock(tx: &db::Tx, sales: &[Sale]) -> Result<Locked, CatalogError> {
    let keys: Vec<Uuid> = sales.iter().map(|sale| sale.key.0).collect();
    let sql = include_str!("../../sql/lock_sold.sql");
    let rows: Vec<LockedRow> = db::rows(&**tx, sql, values![keys]).await?;
    let mut locked = Locked::default();
    for row in rows {
        let held = locked.held.entry(row.key).or_default();
        if let (Some(variant), Some(quantity)) = (row.variant_id, row.quantity) {
            let quantity = units(quantity);
            held.push(StockLine { variant, quantity });
            if let (Some(product), Some(store)) = (row.product_id, row.store_id) {
                let stock = Stock {
                    product,
                    store,
                    version: row.version.unwrap_or(0),
                    low_told: row.low_told.unwrap_or(false),
                    reserved: row.reserved.unwrap_or(0).into(),
                    available: row.available.unwrap_or(0),
                };
                locked.stock.insert(variant, stock);
            }
        }
        if let Entry::Vacant(vacant) = locked.reservations.entry(row.key) {
            vacant.insert(Reservation {
                key: row.key,
                lines: known::uncounted(row.uncounted)?,
                state: row.state,
                expires_at: row.expires_at,
            });
        }
    }
    for (key, reservation) in &mut locked.reservations {
        let held = locked.held.get(key).into_iter().flatten();
        reservation.lines.extend(held);
        reservation.lines.sort_unstable_by_key(|line| line.variant);
    }
    Ok(locked)
}

/// Tells what became low by it.
async fn write(
    tx: &db::Tx,
    env: &Env,
    locked: &mut Locked,
    sold: &[Sale],
    threshold: i32,
) -> Result<Vec<StockLow>, CatalogError> {
    let mut gone: Vec<(&Sale, StockLine, Stock)> = Vec::new();
    for sale in sold {
        for line in locked.held.get(&sale.key).into_iter().flatten() {
            let stock = locked.stock.get_mut(&line.variant);
            let stock = stock.ok_or_else(|| missing("held stock is not there"))?;
            stock.reserved -= i64::from(line.quantity);
            if stock.reserved < 0 {
                return Err(missing("held stock is not there"));
            }
            gone.push((sale, *line, stock.clone()));
        }
    }
    let each =
        |of: fn(&(&Sale, StockLine, Stock)) -> Uuid| -> Vec<Uuid> { gone.iter().map(of).collect() };
    let quantities: Vec<i32> = gone.iter().map(|(_, line, _)| int(line.quantity)).collect();
    let actors: Vec<String> = gone.iter().map(|(sale, ..)| sale.actor.clone()).collect();
    let is_low = |stock: &Stock| stock.available <= threshold;
    let low: Vec<bool> = gone.iter().map(|(.., stock)| is_low(stock)).collect();
    let keys: Vec<Uuid> = sold.iter().map(|sale| sale.key.0).collect();
    db::exec(
        &**tx,
        include_str!("../../sql/write_sales.sql"),
        values![
            keys,
            each(|(sale, ..)| sale.key.0),
            each(|(_, line, _)| line.variant.0),
            each(|(.., stock)| stock.store),
            quantities,
            ids(env, gone.len()),
            actors,
            low,
            env.now()
        ],
    )
    .await?;
    let touched: BTreeSet<VariantId> = gone.iter().map(|(_, line, _)| line.variant).collect();
    let told = touched.into_iter().filter_map(|variant| {
        let stock = locked.stock.get(&variant)?;
        (is_low(stock) && !stock.low_told).then(|| low_event(variant, stock))
    });
    Ok(told.collect())
}

fn missing(what: &str) -> CatalogError {
    CatalogError::Internal(what.to_owned())
}

fn low_event(variant: VariantId, stock: &Stock) -> StockLow {
    StockLow {
        variant,
        product: stock.product,
        store: stock.store.into(),
        version: stock.version + 1,
        available: units(stock.available),
    }
}
