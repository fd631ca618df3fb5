//! Lists with keyset pagination: ids are UUIDv7, so descending ids are newest first. Related rows are
//! read in one batch per page.

use std::collections::BTreeMap;

use feira_kernel::{
    Actor, Currency, FieldError, Money, Page, PageRequest, Time,
    db::{self, Direction, Find},
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, Condition, DerivePartialModel, EntityTrait, PartialModelTrait, QueryFilter,
    QuerySelect, sea_query::Query,
};

use super::{Service, unreadable};
use crate::{
    Fulfilment, OrderError, OrderFilter, OrderId, OrderNumber, OrderStatus, OrderSummary,
    Settlement,
    access::{self, SELF},
    entities::{order, store_order},
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

/// Paid, to be kept, and without a fiscal document; states as literals, for the index of such.
pub(super) fn undocumented() -> Condition {
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
}

pub(crate) fn money(amount: Decimal, currency: &str) -> Result<Money, OrderError> {
    let currency: Currency = currency.parse().map_err(unreadable)?;
    Money::new(amount, currency).map_err(unreadable)
}

pub(super) fn whole(count: Option<&i64>) -> Result<u32, OrderError> {
    u32::try_from(count.copied().unwrap_or(0)).map_err(unreadable)
}
