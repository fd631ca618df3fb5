//! Commits several reservations in one transaction: lock them and their stock, decide, write.

use std::collections::BTreeSet;

use async_trait::async_trait;
use feira_kernel::{
    Actor, Env,
    batch::{Results, Work},
    db, outbox, values,
};

use super::{
    ids, int,
    locked::{self, Locked, Uncounted},
    reservations,
};
use crate::{
    CatalogError, Reservation, ReservationKey, ReservationState, StockLine, StockLow, VariantId,
    access, product_cache::ProductCache, service::Service,
};

/// Reservations to be sold together.
pub(crate) struct Selling {
    pub(crate) env: Env,
    pub(crate) product_cache: ProductCache,
    pub(crate) threshold: i32,
}

#[derive(Clone)]
pub(crate) struct Sale {
    key: ReservationKey,
    actor: String,
}

impl Service {
    pub(crate) async fn commit_reservation(
        &self,
        actor: &Actor,
        key: ReservationKey,
    ) -> Result<Reservation, CatalogError> {
        access::sell(actor)?;
        let actor = actor.label();
        self.sales.submit(Sale { key, actor }).await
    }
}

#[async_trait]
impl Work for Selling {
    const NAME: &'static str = "sell";
    type Item = Sale;
    type Key = ReservationKey;
    type Done = Reservation;
    type Error = CatalogError;

    fn key(sale: &Sale) -> ReservationKey {
        sale.key
    }

    async fn run(&self, sales: Vec<Sale>) -> Results<Reservation, CatalogError> {
        let input = (self.env.clone(), self.product_cache.clone(), sales);
        let (pool, threshold) = (&self.env.pool, self.threshold);
        pool.transaction(input, move |tx, (env, product_cache, sales)| {
            Box::pin(async move { sell_all(tx, &env, &product_cache, threshold, sales).await })
        })
        .await
    }
}

async fn sell_all(
    tx: &db::Tx,
    env: &Env,
    product_cache: &ProductCache,
    threshold: i32,
    sales: Vec<Sale>,
) -> Results<Reservation, CatalogError> {
    let now = env.now();
    let keys = sales.iter().map(|sale| sale.key.0).collect();
    let mut locked = reservations::lock(tx, keys).await?;
    let (mut results, mut sold) = (Vec::with_capacity(sales.len()), Vec::new());
    for sale in sales {
        let known = locked
            .get_mut(&sale.key)
            .map(|known| &mut known.reservation);
        results.push(match known {
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
        let lines = sold.iter().flat_map(|sale| {
            let held = locked.get(&sale.key).map_or(&[][..], |known| &known.held);
            held.iter().map(move |line| (sale, *line))
        });
        write(tx, env, product_cache, threshold, (&sold, lines.collect())).await?;
    }
    Ok(results)
}

/// Takes the lines out of the stock, and tells what became low by it.
async fn write(
    tx: &db::Tx,
    env: &Env,
    product_cache: &ProductCache,
    threshold: i32,
    (sold, lines): (&[Sale], Vec<(&Sale, StockLine)>),
) -> Result<(), CatalogError> {
    let variants: BTreeSet<VariantId> = lines.iter().map(|(_, line)| line.variant).collect();
    let variants = variants.into_iter().map(|variant| variant.0).collect();
    let mut stock = locked::lock(tx, variants, Uncounted::Locked).await?;
    for (_, line) in &lines {
        let stock = stock.get_mut(&line.variant).ok_or_else(missing)?;
        stock.reserved -= int(line.quantity);
        stock.on_hand -= int(line.quantity);
        if stock.reserved < 0 {
            return Err(missing());
        }
    }
    let is_low = |stock: &Locked| stock.available() <= i64::from(threshold);
    let of = |line: &StockLine| stock.get(&line.variant);
    let stores = lines
        .iter()
        .filter_map(|(_, line)| Some(of(line)?.store_id.0));
    let low = lines.iter().filter_map(|(_, line)| Some(is_low(of(line)?)));
    db::exec(
        &**tx,
        include_str!("../../sql/write_sales.sql"),
        values![
            sold.iter().map(|sale| sale.key.0).collect::<Vec<_>>(),
            lines.iter().map(|(sale, _)| sale.key.0).collect::<Vec<_>>(),
            lines
                .iter()
                .map(|(_, line)| line.variant.0)
                .collect::<Vec<_>>(),
            stores.collect::<Vec<_>>(),
            lines
                .iter()
                .map(|(_, line)| int(line.quantity))
                .collect::<Vec<_>>(),
            ids(env, lines.len()),
            lines
                .iter()
                .map(|(sale, _)| sale.actor.clone())
                .collect::<Vec<_>>(),
            low.collect::<Vec<_>>(),
            env.now()
        ],
    )
    .await?;
    // As much can be bought as before: it was held.
    product_cache.moves_stock(tx, stock.values().map(|stock| stock.product_id), false);
    let told = stock
        .values()
        .filter(|stock| is_low(stock) && !stock.low_told);
    let told: Vec<StockLow> = told.map(low_event).collect();
    outbox::publish_all(tx, env, &told).await?;
    Ok(())
}

fn missing() -> CatalogError {
    CatalogError::Internal("held stock is not there".to_owned())
}

fn low_event(stock: &Locked) -> StockLow {
    StockLow {
        variant: stock.variant_id,
        product: stock.product_id,
        store: stock.store_id,
        version: stock.version + 1,
        available: u32::try_from(stock.available()).unwrap_or(0),
    }
}
