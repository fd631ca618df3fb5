//! Lists with keyset pagination: ids are UUIDv7, so descending ids are newest first. Related rows are
//! read in one batch per page.

use std::collections::BTreeMap;

use feira_cart::Totals;
use feira_kernel::{
    Actor, Currency, FieldError, ModuleError, Money, Page, PageRequest, StoreId, Time,
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

use super::{Service, unreadable};
use crate::{
    Fulfilment, OrderError, OrderFilter, OrderId, OrderNumber, OrderStatus, OrderSummary,
    SellerOrderSummary, Settlement, StoreOrderFilter, StoreOrderId,
    access::{self, SELF},
    entities::{order, order_item, store_order},
    neighbours, search,
};

/// What the list of orders shows of one.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "order::Entity")]
struct OrderRow {
    id: OrderId,
    number: String,
    status: OrderStatus,
    total: Decimal,
    currency: String,
    placed_at: Time,
}

/// What an order is called.
#[derive(DerivePartialModel)]
#[sea_orm(entity = "order::Entity")]
struct NumberRow {
    id: OrderId,
    number: String,
}

/// Numbers that are read at once.
const MOST_NUMBERS: usize = 1_000;

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

/// Paid, to be kept, and without a fiscal document; states as literals, for the index of such.
fn undocumented() -> Condition {
    use store_order::Column;
    let paid = [Settlement::Paid, Settlement::PartiallyRefunded];
    let paid = paid.map(|state| db::is(Column::Settlement, state));
    let gone = [Fulfilment::Cancelled, Fulfilment::Returned];
    gone.into_iter().fold(
        Condition::all()
            .add(Column::DocumentedAt.is_null())
            .add(paid.into_iter().fold(Condition::any(), Condition::add)),
        |all, state| all.add(db::is_not(Column::Fulfilment, state)),
    )
}

impl Service {
    pub(crate) async fn orders(
        &self,
        actor: &Actor,
        filter: OrderFilter,
        page: PageRequest,
    ) -> Result<Page<OrderSummary>, OrderError> {
        use order::Column;
        let mut found = order::Entity::find();
        match access::customer(actor) {
            Some(user) => found = found.filter(Column::UserId.eq(user)),
            None if access::is_operator(actor) => {}
            None => return Err(OrderError::Forbidden),
        }
        if let Some(status) = filter.status {
            found = found.filter(Column::Status.eq(status));
        }
        let mut db = self.env.pool.read();
        if filter.undocumented {
            let lacking = Query::select()
                .column(store_order::Column::OrderId)
                .from(store_order::Entity)
                .cond_where(undocumented())
                .to_owned();
            found = found.filter(Column::Id.in_subquery(lacking));
            db = self.env.pool.search();
        }
        if let Some(typed) = filter.q
            && let Some(meant) = search::matching(&typed)
        {
            // An operator has it from a bank's statement, or from a provider.
            let paid = match access::is_operator(actor) {
                true => self.deps.payments.references_named(&SELF, typed).await,
                false => Ok(Vec::new()),
            };
            let paid = paid.map_err(neighbours::payment)?;
            found = found.filter(meant.add(Column::Id.is_in(paid.iter().map(|one| one.0))));
            db = self.env.pool.search();
        }
        let by = (&[Column::Id][..], Direction::Descending);
        let found = OrderRow::select_cols(found.select_only());
        let rows =
            db::page_as::<OrderRow, _, _, OrderError>(db, found, by, &page, |row| row.id).await?;
        let stores = self.stores_of(&rows.items).await?;
        rows.try_map(|row| {
            Ok(OrderSummary {
                total: money(row.total, &row.currency)?,
                stores: whole(stores.get(&row.id))?,
                id: row.id,
                number: row.number,
                status: row.status,
                placed_at: row.placed_at,
            })
        })
    }

    pub(crate) async fn numbers(
        &self,
        actor: &Actor,
        ids: Vec<OrderId>,
    ) -> Result<Vec<OrderNumber>, OrderError> {
        if !access::is_operator(actor) {
            return Err(OrderError::Forbidden);
        }
        if ids.len() > MOST_NUMBERS {
            return Err(FieldError::too_many("/ids", MOST_NUMBERS).into());
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let found = order::Entity::find().filter(order::Column::Id.eq_any(ids));
        let rows = NumberRow::select_cols(found.select_only())
            .into_model::<NumberRow>()
            .rows(self.env.pool.read())
            .await?;
        let number = |NumberRow { id, number }| OrderNumber { id, number };
        Ok(rows.into_iter().map(number).collect())
    }

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

    /// How many stores each order is of.
    async fn stores_of(&self, rows: &[OrderRow]) -> Result<BTreeMap<OrderId, i64>, OrderError> {
        use store_order::Column;
        let counts: Vec<(OrderId, i64)> = store_order::Entity::find()
            .filter(Column::OrderId.eq_any(rows.iter().map(|row| row.id)))
            .select_only()
            .column(Column::OrderId)
            .column_as(Column::Id.count(), "stores")
            .group_by(Column::OrderId)
            .into_tuple()
            .rows(self.env.pool.read())
            .await?;
        Ok(counts.into_iter().collect())
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

pub(crate) fn money(amount: Decimal, currency: &str) -> Result<Money, OrderError> {
    let currency: Currency = currency.parse().map_err(unreadable)?;
    Money::new(amount, currency).map_err(unreadable)
}

fn whole(count: Option<&i64>) -> Result<u32, OrderError> {
    u32::try_from(count.copied().unwrap_or(0)).map_err(unreadable)
}
