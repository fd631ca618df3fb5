//! The list of a seller's parts of orders. Related rows are read in one batch per page.

use std::collections::BTreeMap;

use feira_cart::Totals;
use feira_kernel::{
    Actor, ModuleError, Page, PageRequest, StoreId, Time,
    db::{self, Direction, Find},
    first_uuid,
    validate::Fields,
    values,
};
use feira_store::StoreKey;
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, Condition, DerivePartialModel, EntityTrait, FromQueryResult, PartialModelTrait,
    QueryFilter, QuerySelect,
    sea_query::{Expr, Query},
};

use super::{
    Service,
    list::{money, undocumented, whole},
    unreadable,
};
use crate::{
    Fulfilment, OrderError, OrderId, SellerOrderSummary, Settlement, StoreOrderFilter,
    StoreOrderId,
    access::{self, SELF},
    entities::{order, order_item, store_order},
    search,
};

/// What a seller's list shows of her part of one.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "store_order::Entity")]
struct PartRow {
    id: StoreOrderId,
    order_id: OrderId,
    number: String,
    fulfilment: Fulfilment,
    settlement: Settlement,
    subtotal: Decimal,
    discount: Decimal,
    shipping: Decimal,
    tax: Decimal,
    total: Decimal,
    commission: Decimal,
    earning: Decimal,
    currency: String,
    placed_at: Time,
    return_window_ends_at: Option<Time>,
    completed_at: Option<Time>,
    documented_at: Option<Time>,
}

impl PartRow {
    fn totals(&self) -> Result<Totals, OrderError> {
        let money = |amount| money(amount, &self.currency);
        Ok(Totals {
            subtotal: money(self.subtotal)?,
            discount: money(self.discount)?,
            shipping: money(self.shipping)?,
            tax: money(self.tax)?,
            total: money(self.total)?,
        })
    }
}

/// The bounds of days.
#[derive(FromQueryResult)]
struct Days {
    starts_at: Option<Time>,
    ends_at: Option<Time>,
}

/// How far the time in an id may be from when its order was placed, whatever the clocks.
const BESIDE: time::Duration = time::Duration::days(1);

impl Service {
    pub(crate) async fn store_orders(
        &self,
        actor: &Actor,
        filter: StoreOrderFilter,
        page: PageRequest,
    ) -> Result<Page<SellerOrderSummary>, OrderError> {
        use store_order::Column;
        let store = access::seller(actor)?;
        let mut found = store_order::Entity::find().filter(Column::StoreId.eq(store));
        if let Some(fulfilment) = filter.fulfilment {
            found = found.filter(db::is(Column::Fulfilment, fulfilment));
        }
        if let Some(settlement) = filter.settlement {
            found = found.filter(db::is(Column::Settlement, settlement));
        }
        if filter.secured {
            let secured = [Settlement::Paid, Settlement::OnDelivery];
            let secured = secured.map(|state| db::is(Column::Settlement, state));
            found = found.filter(secured.into_iter().fold(Condition::any(), Condition::add));
        }
        if filter.undocumented {
            found = found.filter(undocumented());
        }
        let Days { starts_at, ends_at } = self.days_of(store, &filter).await?;
        if let Some(from) = starts_at {
            let first = StoreOrderId(first_uuid(from - BESIDE));
            found = found.filter(Column::PlacedAt.gte(from));
            found = found.filter(Column::Id.gte(first));
        }
        if let Some(until) = ends_at {
            let last = StoreOrderId(first_uuid(until + BESIDE));
            found = found.filter(Column::PlacedAt.lt(until));
            found = found.filter(Column::Id.lt(last));
        }
        let mut db = self.env.pool.read();
        if let Some(meant) = filter.q.as_deref().and_then(search::matching) {
            let meant = Query::select()
                .column(order::Column::Id)
                .from(order::Entity)
                .cond_where(meant)
                .to_owned();
            found = found.filter(Column::OrderId.in_subquery(meant));
            db = self.env.pool.search();
        }
        let by = (&[Column::Id][..], Direction::Descending);
        let found = PartRow::select_cols(found.select_only());
        let rows =
            db::page_as::<PartRow, _, _, OrderError>(db, found, by, &page, |row| row.id).await?;
        let (recipients, units) =
            tokio::try_join!(self.recipients_of(&rows.items), self.units_of(&rows.items),)?;
        rows.try_map(|row| {
            let recipient = recipients.get(&row.order_id);
            let documented = row.documented_at.is_some();
            Ok(SellerOrderSummary {
                total: money(row.total, &row.currency)?,
                totals: row.totals()?,
                commission: money(row.commission, &row.currency)?,
                earning: money(row.earning, &row.currency)?,
                return_window_ends_at: row.return_window_ends_at,
                completed_at: row.completed_at,
                documented,
                lacks_document: !documented && self.settings.document_before_payout,
                units: whole(units.get(&row.id))?,
                recipient: recipient
                    .cloned()
                    .ok_or_else(|| unreadable("a store order without an order"))?,
                id: row.id,
                number: row.number,
                fulfilment: row.fulfilment,
                settlement: row.settlement,
                placed_at: row.placed_at,
            })
        })
    }

    /// When the days of a filter begin and end, by the store's clocks.
    async fn days_of(&self, store: StoreId, filter: &StoreOrderFilter) -> Result<Days, OrderError> {
        let mut fields = Fields::default();
        let from = fields.day("/from", filter.from.as_deref());
        let to = fields.day("/to", filter.to.as_deref());
        fields.finish()?;
        if from.is_none() && to.is_none() {
            return Ok(Days {
                starts_at: None,
                ends_at: None,
            });
        }
        let store = self.deps.stores.store(&SELF, StoreKey::Id(store)).await;
        let store = store.map_err(OrderError::from_neighbour)?;
        let text = |day: Option<time::Date>| day.map(|day| day.to_string());
        let bound = values![text(from), text(to), store.time_zone];
        let sql = include_str!("../sql/days.sql");
        Ok(db::one(self.env.pool.read(), sql, bound).await?)
    }

    /// How many units each store order has.
    async fn units_of(&self, rows: &[PartRow]) -> Result<BTreeMap<StoreOrderId, i64>, OrderError> {
        use order_item::Column;
        let sums: Vec<(StoreOrderId, i64)> = order_item::Entity::find()
            .filter(Column::StoreOrderId.eq_any(rows.iter().map(|row| row.id)))
            .select_only()
            .column(Column::StoreOrderId)
            .column_as(Column::Quantity.sum(), "units")
            .group_by(Column::StoreOrderId)
            .into_tuple()
            .rows(self.env.pool.read())
            .await?;
        Ok(sums.into_iter().collect())
    }

    /// To whom each order goes: a name, or without one the buyer's address for mail.
    async fn recipients_of(
        &self,
        rows: &[PartRow],
    ) -> Result<BTreeMap<OrderId, String>, OrderError> {
        let name = "coalesce(shipping_address ->> 'recipient', email)";
        let recipients: Vec<(OrderId, String)> = order::Entity::find()
            .filter(order::Column::Id.eq_any(rows.iter().map(|row| row.order_id)))
            .select_only()
            .column(order::Column::Id)
            .column_as(Expr::cust(name), "recipient")
            .into_tuple()
            .rows(self.env.pool.read())
            .await?;
        Ok(recipients.into_iter().collect())
    }
}
