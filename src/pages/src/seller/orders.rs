use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Path, Query},
};
use askama::Template;
use feira_kernel::{Cursor, Page as Part, PageRequest};
use feira_order::{
    Fulfilment, NewShipment, OrderError, SellerAction, SellerOrder, SellerOrderSummary, Settlement,
    StoreOrderFilter, StoreOrderId,
};
use feira_web::{
    auth::{CsrfForm, SellerPage},
    error::PageError,
    state::AppState,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::page::{Answer, Fields, Flash, Form, Lang, Page, done, query, respond, respond_ok};

#[derive(Template)]
#[template(path = "seller/orders.html")]
pub(super) struct OrdersPage {
    pub(super) p: Page,
    pub(super) tabs: Vec<Tab>,
    pub(super) tab: &'static str,
    pub(super) number: String,
    pub(super) recent: Vec<SellerOrderSummary>,
    pub(super) empty_key: &'static str,
    pub(super) first: Option<String>,
    pub(super) next: Option<String>,
}

pub(super) struct Tab {
    pub(super) href: String,
    pub(super) label: String,
    pub(super) current: bool,
}

#[derive(Template)]
#[template(path = "seller/order.html")]
pub(super) struct OrderPage {
    pub(super) p: Page,
    pub(super) order: SellerOrder,
    pub(super) form: Form,
    /// What the seller does next: `ship`, `deliver`, `wait` (for the payment) or nothing.
    pub(super) step: &'static str,
    pub(super) can_accept: bool,
    pub(super) accept_action: String,
    pub(super) deliver_action: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct ListQuery {
    tab: Option<String>,
    number: Option<String>,
    cursor: Option<String>,
}

const LIST: &str = "/seller/orders";
const TABS: [&str; 7] = [
    "new",
    "accepted",
    "shipped",
    "delivered",
    "unpaid",
    "cancelled",
    "all",
];

fn filter(tab: &str, number: &str) -> StoreOrderFilter {
    let (fulfilment, settlement) = match tab {
        "new" => (Some(Fulfilment::Pending), Some(Settlement::Paid)),
        "accepted" => (Some(Fulfilment::Accepted), Some(Settlement::Paid)),
        "shipped" => (Some(Fulfilment::Shipped), None),
        "delivered" => (Some(Fulfilment::Delivered), None),
        "unpaid" => (Some(Fulfilment::Pending), Some(Settlement::Unpaid)),
        "cancelled" => (Some(Fulfilment::Cancelled), None),
        _ => (None, None),
    };
    StoreOrderFilter {
        fulfilment,
        settlement,
        number: Some(number.to_owned()).filter(|n| !n.is_empty()),
    }
}

/// GET /seller/orders?tab=&number=&cursor=
pub(crate) async fn list(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    wanted: Query<ListQuery>,
) -> Answer {
    let wanted = wanted.into_inner();
    let number = wanted.number.unwrap_or_default().trim().to_owned();
    // A number is looked for in all orders.
    let default = if number.is_empty() { "new" } else { "all" };
    let tab = wanted.tab.filter(|_| number.is_empty());
    let tab = TABS
        .into_iter()
        .find(|t| Some(*t) == tab.as_deref())
        .unwrap_or(default);
    let later = wanted.cursor.is_some();
    let request_part = PageRequest::new(None, wanted.cursor.map(Cursor)).unwrap_or_default();
    let Part { items, next_cursor } = state
        .orders
        .store_orders(&seller.actor, filter(tab, &number), request_part)
        .await?;

    let p = Page::seller(&request, &state, &seller, "orders").await;
    let p = p.titled(Lang::of(&seller.user.locale).text("orders-title"));
    let here = |cursor: &str| {
        query(
            LIST,
            &[("tab", tab), ("number", &number), ("cursor", cursor)],
        )
    };
    let page = OrdersPage {
        tabs: tabs(&p, tab),
        tab,
        recent: items,
        empty_key: if tab == "new" {
            "orders-none-new"
        } else {
            "orders-empty"
        },
        first: later.then(|| here("")),
        next: next_cursor.map(|cursor| here(&cursor.0)),
        number,
        p,
    };
    respond_ok(&request, &page)
}

pub(super) fn tabs(p: &Page, current: &str) -> Vec<Tab> {
    TABS.iter()
        .map(|tab| Tab {
            href: query(LIST, &[("tab", tab)]),
            label: p.word("orders-tab", tab),
            current: *tab == current,
        })
        .collect()
}

/// GET /seller/orders/{id}
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
) -> Answer {
    detail(
        &request,
        &state,
        &seller,
        *id,
        Form::default(),
        StatusCode::OK,
    )
    .await
}

async fn detail(
    request: &HttpRequest,
    state: &AppState,
    seller: &SellerPage,
    id: Uuid,
    form: Form,
    status: StatusCode,
) -> Answer {
    let order = state
        .orders
        .store_order(&seller.actor, StoreOrderId(id))
        .await?;
    let p = Page::seller(request, state, seller, "orders").await;
    let p = p.below(LIST, "orders-title");
    respond(request, status, &view(p, order, form))
}

pub(super) fn view(p: Page, order: SellerOrder, form: Form) -> OrderPage {
    let part = &order.store_order;
    let allowed = part.allowed();
    let unpaid = (Fulfilment::Pending, Settlement::Unpaid);
    let step = if allowed.contains(&SellerAction::Ship) {
        "ship"
    } else if allowed.contains(&SellerAction::Deliver) {
        "deliver"
    } else if (part.fulfilment, part.settlement) == unpaid {
        "wait"
    } else {
        ""
    };
    OrderPage {
        p: p.titled(part.number.clone()),
        step,
        can_accept: allowed.contains(&SellerAction::Accept),
        accept_action: format!("{LIST}/{}/accept", part.id),
        deliver_action: format!("{LIST}/{}/deliver", part.id),
        order,
        form,
    }
}

/// POST /seller/orders/{id}/ship
pub(crate) async fn ship(
    request: HttpRequest,
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
    form: CsrfForm<Fields>,
) -> Answer {
    let fields = form.0;
    let shipment = NewShipment {
        carrier: fields.text("carrier"),
        tracking_number: fields.text("tracking_number"),
    };
    match state
        .orders
        .ship(&seller.actor, StoreOrderId(*id), shipment, None)
        .await
    {
        Ok(_) => Ok(done(
            &state,
            &format!("{LIST}/{id}"),
            &Flash::good("ship-done"),
        )),
        Err(error) => {
            let form = Form::refused(Lang::of(&seller.user.locale), fields, error)?;
            detail(
                &request,
                &state,
                &seller,
                *id,
                form,
                StatusCode::UNPROCESSABLE_ENTITY,
            )
            .await
        }
    }
}

/// POST /seller/orders/{id}/accept
pub(crate) async fn accept(
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
    _form: CsrfForm<Fields>,
) -> Answer {
    let moved = state
        .orders
        .accept(&seller.actor, StoreOrderId(*id), None)
        .await;
    step_done(&state, *id, moved, "accept-done")
}

/// POST /seller/orders/{id}/deliver
pub(crate) async fn deliver(
    state: Data<AppState>,
    seller: SellerPage,
    id: Path<Uuid>,
    _form: CsrfForm<Fields>,
) -> Answer {
    let moved = state
        .orders
        .deliver(&seller.actor, StoreOrderId(*id), None)
        .await;
    step_done(&state, *id, moved, "deliver-done")
}

/// Back to the order; a step that it does not allow any more is said there.
fn step_done(
    state: &AppState,
    id: Uuid,
    moved: Result<SellerOrder, OrderError>,
    key: &str,
) -> Answer {
    let flash = match moved {
        Ok(_) => Flash::good(key),
        Err(OrderError::IllegalMove { .. } | OrderError::Conflict) => Flash::bad("order-moved-on"),
        Err(error) => return Err(PageError::from(error)),
    };
    Ok(done(state, &format!("{LIST}/{id}"), &flash))
}
