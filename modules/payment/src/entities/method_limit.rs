use feira_kernel::{Currency, Money, StoreId, Time};
use sea_orm::{Order, QueryOrder, QuerySelect, entity::prelude::*, sea_query::NullOrdering};

use crate::{MethodKind, MethodLimit, MethodLimitId, MethodRule};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "method_limits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MethodLimitId,
    pub method: MethodKind,
    pub currency: String,
    pub store_id: Option<StoreId>,
    pub enabled: bool,
    pub least: Option<Decimal>,
    pub most: Option<Decimal>,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();

impl Model {
    /// Nothing of one whose currency this release does not know.
    pub(crate) fn view(&self) -> Option<MethodLimit> {
        let currency: Currency = self.currency.parse().ok()?;
        let money = |amount: Option<Decimal>| amount.map(|amount| Money::new(amount, currency));
        Some(MethodLimit {
            id: self.id,
            version: self.version,
            rule: MethodRule {
                method: self.method,
                currency,
                store: self.store_id,
                enabled: self.enabled,
                least: money(self.least).transpose().ok()?,
                most: money(self.most).transpose().ok()?,
            },
        })
    }
}

/// More than are kept.
const MOST: u64 = 1_000;

/// All of them, those of all stores first.
pub(crate) fn kept() -> Select<Entity> {
    Entity::find()
        .order_by_with_nulls(Column::StoreId, Order::Asc, NullOrdering::First)
        .order_by_asc(Column::Method)
        .order_by_asc(Column::Currency)
        .limit(MOST)
}
