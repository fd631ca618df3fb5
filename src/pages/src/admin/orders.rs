use actix_web::{
    HttpRequest,
    web::{Data, Path, Query},
};
use askama::Template;
use feira_kernel::{Cursor, PageRequest};
use feira_order::{Order, OrderFilter, OrderId, OrderStatus, OrderSummary};
use feira_payment::Exchange;
use feira_web::{auth::AdminPage, state::AppState};
use serde::Deserialize;
use uuid::Uuid;

use crate::page::{Answer, Badge, Choice, Lang, Page, allowed, query, respond_ok};

#[derive(Template)]
#[template(path = "admin/orders.html")]
pub(super) struct OrdersPage {
    pub(super) p: Page,
    pub(super) number: String,
    pub(super) status: String,
    pub(super) statuses: Vec<Choice>,
    pub(super) orders: Vec<OrderSummary>,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

#[derive(Template)]
#[template(path = "admin/order.html")]
pub(super) struct OrderPage {
    pub(super) p: Page,
    pub(super) order: Order,
    pub(super) exchanges: Vec<Exchange>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    number: Option<String>,
    status: Option<String>,
    cursor: Option<String>,
}

const LIST: &str = "/admin/orders";
const STATUSES: [OrderStatus; 9] = [
    OrderStatus::Pending,
    OrderStatus::Confirmed,
    OrderStatus::PartiallyShipped,
    OrderStatus::Shipped,
    OrderStatus::PartiallyDelivered,
    OrderStatus::Delivered,
    OrderStatus::Completed,
    OrderStatus::Cancelled,
    OrderStatus::Refunded,
];

/// The state's own name, from the key of its word.
fn name(status: OrderStatus) -> &'static str {
    status.key().trim_start_matches("order-status-")
}

/// GET /admin/orders?number=&status=&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    wanted: Query<ListQuery>,
) -> Answer {
    let wanted = wanted.into_inner();
    let number = wanted.number.unwrap_or_default().trim().to_owned();
    let status = wanted.status.unwrap_or_default();
    let filter = OrderFilter {
        status: STATUSES.into_iter().find(|s| name(*s) == status),
        number: Some(number.clone()).filter(|n| !n.is_empty()),
    };
    let later = wanted.cursor.is_some();
    let part = PageRequest::new(None, wanted.cursor.map(Cursor)).unwrap_or_default();
    let found = state.orders.orders(&admin.actor, filter, part).await?;
    let p = Page::admin(&request, &state, &admin, "sales").await;
    let p = p.titled(Lang::of(&admin.user.locale).text("orders-title"));
    let here = |cursor: &str| {
        query(
            LIST,
            &[("number", &number), ("status", &status), ("cursor", cursor)],
        )
    };
    let page = OrdersPage {
        statuses: statuses(&p),
        orders: found.items,
        first: later.then(|| here("")),
        next: found.next_cursor.map(|cursor| here(&cursor.0)),
        number,
        status,
        p,
    };
    respond_ok(&request, &page)
}

pub(super) fn statuses(p: &Page) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", p.t("filter-all"))];
    choices.extend(STATUSES.map(|status| Choice::new(name(status), p.t(status.key()))));
    choices
}

/// GET /admin/orders/{id}
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    admin: AdminPage,
    id: Path<Uuid>,
) -> Answer {
    let order = state.orders.order(&admin.actor, OrderId(*id)).await?;
    let exchanges = match &order.payment {
        Some(payment) => {
            allowed(state.payments.exchanges(&admin.actor, payment.id).await)?.unwrap_or_default()
        }
        None => Vec::new(),
    };
    let p = Page::admin(&request, &state, &admin, "sales").await;
    let p = p.below(LIST, "orders-title").titled(order.number.clone());
    respond_ok(
        &request,
        &OrderPage {
            p,
            order,
            exchanges,
        },
    )
}
