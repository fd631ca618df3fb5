//! Lists, by keyset: ids are UUIDv7, so the newest come first by id alone.

use feira_kernel::{Actor, FieldError, Page, PageRequest, db};
use sea_orm::Value;
use uuid::Uuid;

use super::{Service, decode};
use crate::{
    OrderError, OrderFilter, OrderSummary, SellerOrderSummary, StoreOrderFilter, access,
    status::name,
};

/// A `WHERE` made of clauses whose values are bound, never written.
struct Clauses {
    sql: Vec<String>,
    values: Vec<Value>,
}

impl Clauses {
    fn new() -> Self {
        Self {
            sql: vec!["true".to_owned()],
            values: Vec::new(),
        }
    }

    /// `clause` ends where the value goes.
    fn add(&mut self, clause: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.values.push(value.into());
            self.sql.push(format!("{clause} ${}", self.values.len()));
        }
    }

    /// The rows after the cursor, newest first.
    fn page(mut self, id: &str, page: &PageRequest) -> Result<(String, Vec<Value>), OrderError> {
        let after: Option<Uuid> = page.after().map_err(|e| {
            let field = FieldError::new("/cursor", "order.cursor", e.to_string());
            OrderError::Invalid(vec![field])
        })?;
        self.add(&format!("{id} <"), after);
        self.values.push(page.fetch().into());
        let sql = format!(
            "WHERE {} ORDER BY {id} DESC LIMIT ${}",
            self.sql.join(" AND "),
            self.values.len()
        );
        Ok((sql, self.values))
    }
}

impl Service {
    pub(super) async fn list_orders(
        &self,
        actor: &Actor,
        filter: OrderFilter,
        page: PageRequest,
    ) -> Result<Page<OrderSummary>, OrderError> {
        let mut clauses = Clauses::new();
        match access::customer(actor) {
            Some(user) => clauses.add("o.user_id =", Some(user)),
            None if access::is_operator(actor) => {}
            None => return Err(OrderError::Forbidden),
        }
        clauses.add("o.status =", filter.status.map(|s| name(&s)));
        clauses.add("o.number =", filter.number);
        let (filter, values) = clauses.page("o.id", &page)?;
        let sql = format!(
            "SELECT json_build_object('id', o.id, 'number', o.number, 'status', o.status, \
                    'total', money(o.total, o.currency), 'placed_at', o.placed_at, \
                    'stores', (SELECT count(*) FROM store_orders s WHERE s.order_id = o.id)) AS document \
             FROM orders o {filter}"
        );
        self.page_of(&sql, values, &page, |order: &OrderSummary| order.id.0)
            .await
    }

    pub(super) async fn list_store_orders(
        &self,
        actor: &Actor,
        filter: StoreOrderFilter,
        page: PageRequest,
    ) -> Result<Page<SellerOrderSummary>, OrderError> {
        let store = access::seller(actor)?;
        let mut clauses = Clauses::new();
        clauses.add("s.store_id =", Some(store));
        clauses.add("s.fulfilment =", filter.fulfilment.map(|f| name(&f)));
        clauses.add("s.settlement =", filter.settlement.map(|s| name(&s)));
        clauses.add("s.number =", filter.number);
        let (filter, values) = clauses.page("s.id", &page)?;
        let sql = format!(
            "SELECT json_build_object('id', s.id, 'number', s.number, 'fulfilment', s.fulfilment, \
                    'settlement', s.settlement, 'total', money(s.total, s.currency), \
                    'placed_at', s.placed_at, \
                    'recipient', coalesce(o.shipping_address ->> 'recipient', o.email), \
                    'units', (SELECT sum(i.quantity) FROM order_items i WHERE i.store_order_id = s.id)) \
                    AS document \
             FROM store_orders s JOIN orders o ON o.id = s.order_id {filter}"
        );
        self.page_of(&sql, values, &page, |order: &SellerOrderSummary| order.id.0)
            .await
    }

    async fn page_of<T: serde::de::DeserializeOwned>(
        &self,
        sql: &str,
        values: Vec<Value>,
        page: &PageRequest,
        key: fn(&T) -> Uuid,
    ) -> Result<Page<T>, OrderError> {
        let rows: Vec<Row> = db::rows(self.env.pool.reads(), sql, values).await?;
        let items = rows.into_iter().map(|row| decode(row.document));
        let items = items.collect::<Result<Vec<T>, _>>()?;
        Ok(Page::from_rows(items, page, key))
    }
}

#[derive(sea_orm::FromQueryResult)]
struct Row {
    document: serde_json::Value,
}
