//! Numbers for the first pages of sellers and operators. What was sold is of this module; what of it went back, and
//! what that took of the commission, payment says.

use std::collections::BTreeMap;

use feira_kernel::{Actor, ModuleError, Money, StoreId, Total, db, values};
use feira_payment::{Earning, PartReference};
use feira_store::StoreKey;
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, money, unreadable};
use crate::{
    DaySales, OrderError, Sales, SellerFigures,
    access::{self, SELF},
    neighbours,
};

/// More parts of which some went back are not asked about.
const MOST_PARTS: i64 = 10_000;
/// Of payment, at once.
const ASKED_AT_ONCE: usize = 100;

/// A part of which some was paid back.
#[derive(FromQueryResult)]
struct PartRow {
    id: Uuid,
    commission: Decimal,
    currency: String,
    day: String,
    /// Days ago.
    age: i32,
}

/// What of one part is not sold, and not kept.
struct Back {
    day: String,
    age: i32,
    refunded: Money,
    commission: Money,
}

impl Service {
    pub(crate) async fn seller_figures(&self, actor: &Actor) -> Result<SellerFigures, OrderError> {
        let id = access::seller(actor)?;
        let store = self.deps.stores.store(&SELF, StoreKey::Id(id)).await;
        let store = store.map_err(OrderError::from_neighbour)?;
        let asked = self.settings.document_before_payout;
        let (zone, currency) = (store.time_zone, store.currency.code());
        let bound = values![id, self.env.now(), zone.clone(), currency, asked];
        let sql = include_str!("../sql/seller_figures.sql");
        let figures: Option<SellerFigures> = self.document(sql, bound).await?;
        let mut figures = figures.ok_or_else(|| OrderError::Internal("no figures".to_owned()))?;
        for back in self.partly_refunded(zone, Some(id)).await? {
            back.off_sales(&mut figures.sales)?;
            back.off_days(&mut figures.days)?;
        }
        Ok(figures)
    }

    pub(crate) async fn market_sales(
        &self,
        actor: &Actor,
        time_zone: String,
    ) -> Result<Vec<Sales>, OrderError> {
        if !access::is_operator(actor) {
            return Err(OrderError::Forbidden);
        }
        let sql = include_str!("../sql/market_sales.sql");
        let bound = values![self.env.now(), time_zone.clone()];
        let sales: Option<serde_json::Value> =
            db::scalar(self.env.pool.search(), sql, bound).await?;
        let mut sales: Vec<Sales> =
            serde_json::from_value(sales.unwrap_or_default()).map_err(unreadable)?;
        for back in self.partly_refunded(time_zone, None).await? {
            back.off_sales(&mut sales)?;
        }
        Ok(sales)
    }

    async fn partly_refunded(
        &self,
        zone: String,
        store: Option<StoreId>,
    ) -> Result<Vec<Back>, OrderError> {
        let rows: Vec<PartRow> = db::rows(
            self.env.pool.search(),
            include_str!("../sql/partly_refunded.sql"),
            values![self.env.now(), zone, store, MOST_PARTS],
        )
        .await?;
        let mut earned: BTreeMap<Uuid, Earning> = BTreeMap::new();
        for some in rows.chunks(ASKED_AT_ONCE) {
            let parts = some.iter().map(|row| PartReference::new(row.id));
            let told = self.deps.payments.earnings(&SELF, parts.collect()).await;
            let told = told.map_err(neighbours::payment)?.into_iter();
            earned.extend(told.map(|one| (one.part.0, one)));
        }
        let backs = rows.into_iter().filter_map(|row| {
            let earned = earned.get(&row.id)?;
            Some(Back::of(row, earned))
        });
        backs.collect()
    }
}

impl Back {
    fn of(row: PartRow, earned: &Earning) -> Result<Self, OrderError> {
        let agreed = money(row.commission, &row.currency)?;
        Ok(Self {
            day: row.day,
            age: row.age,
            refunded: earned.refunded,
            commission: agreed.checked_sub(earned.commission)?,
        })
    }

    fn off_sales(&self, all: &mut [Sales]) -> Result<(), OrderError> {
        let currency = self.refunded.currency();
        let within = |sales: &&mut Sales| {
            sales.turnover.currency() == currency && i64::from(self.age) < i64::from(sales.days)
        };
        for sales in all.iter_mut().filter(within) {
            sales.turnover = less(sales.turnover, self.refunded)?;
            sales.commission = less(sales.commission, self.commission)?;
            sales.refunded = sales.refunded.checked_add(self.refunded)?;
        }
        Ok(())
    }

    fn off_days(&self, days: &mut [DaySales]) -> Result<(), OrderError> {
        let currency = self.refunded.currency();
        let of = |one: &&mut DaySales| one.day == self.day && one.total.currency() == currency;
        for day in days.iter_mut().filter(of) {
            day.total = less(day.total, self.refunded)?;
        }
        Ok(())
    }
}

fn less(total: Total, by: Money) -> Result<Total, OrderError> {
    Ok(total.checked_add(by.negated())?)
}
