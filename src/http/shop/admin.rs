//! What operators do over the API.

use actix_web::{HttpRequest, HttpResponse, http::header, web::{Data, Path}};
use feira_catalog::{CategoryId, NewCategory};
use feira_kernel::{Money, StoreId, outbox::Delivery};
use feira_order::{OrderFilter, OrderStatus};
use feira_payment::PayoutId;
use feira_store::{CommissionRule, CommissionValue, NewCommissionRule, StoreFilter, StoreStatus};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    seller_store::PayoutView,
    stores::StoreView,
    views::{CategoryView, MoneyView, OrderSummaryView, PaymentView, rfc3339, word},
};
use crate::http::{
    auth::AdminCaller,
    error::{Problem, ProblemBody},
    extract::{Body, Params},
    idempotent::{self, Key, Reply},
    state::AppState,
};

/// Operators who see and retry deliveries of events.
pub(crate) const MANAGE_EVENTS: &str = "events.manage";

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StoreParams {
    #[param(value_type = Option<String>)]
    status: Option<StoreStatus>,
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReasonBody {
    /// What the applicant reads.
    reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoryBody {
    name: String,
    parent_id: Option<Uuid>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PaidBody {
    /// Under which it was paid at the bank.
    reference: String,
}

/// Stores in any state.
#[utoipa::path(get, path = "/api/v1/admin/stores", tag = "admin", params(StoreParams), security(("bearer" = [])),
    responses((status = 200, body = List<StoreView>), (status = 401, body = ProblemBody)))]
pub(crate) async fn stores(request: HttpRequest, state: Data<AppState>, caller: AdminCaller, params: Params<StoreParams>) -> Result<HttpResponse, Problem> {
    let page = list::page(params.0.limit, params.0.cursor)?;
    let filter = StoreFilter { status: params.0.status, q: params.0.q };
    let found = state.stores.list(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(StoreView::from)))
}

/// Approve an application, or lift a suspension.
#[utoipa::path(post, path = "/api/v1/admin/stores/{id}/approve", tag = "admin", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = StoreView), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub(crate) async fn approve(state: Data<AppState>, caller: AdminCaller, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let store = state.stores.approve(&caller.0, StoreId(path.into_inner())).await?;
    Ok(HttpResponse::Ok().json(StoreView::from(store)))
}

/// Reject an application.
#[utoipa::path(post, path = "/api/v1/admin/stores/{id}/reject", tag = "admin", params(("id" = Uuid, Path)), request_body = ReasonBody, security(("bearer" = [])),
    responses((status = 200, body = StoreView), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub(crate) async fn reject(state: Data<AppState>, caller: AdminCaller, path: Path<Uuid>, body: Body<ReasonBody>) -> Result<HttpResponse, Problem> {
    let store = state.stores.reject(&caller.0, StoreId(path.into_inner()), body.value.reason).await?;
    Ok(HttpResponse::Ok().json(StoreView::from(store)))
}

/// Suspend a store: at once nothing of it can be bought.
#[utoipa::path(post, path = "/api/v1/admin/stores/{id}/suspend", tag = "admin", params(("id" = Uuid, Path)), request_body = ReasonBody, security(("bearer" = [])),
    responses((status = 200, body = StoreView), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody)))]
pub(crate) async fn suspend(state: Data<AppState>, caller: AdminCaller, path: Path<Uuid>, body: Body<ReasonBody>) -> Result<HttpResponse, Problem> {
    let store = state.stores.suspend(&caller.0, StoreId(path.into_inner()), body.value.reason).await?;
    Ok(HttpResponse::Ok().json(StoreView::from(store)))
}

/// Add a category.
#[utoipa::path(post, path = "/api/v1/admin/categories", tag = "admin", request_body = CategoryBody, security(("bearer" = [])),
    responses((status = 201, body = CategoryView), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn create_category(request: HttpRequest, state: Data<AppState>, caller: AdminCaller, body: Body<CategoryBody>) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    idempotent::once(&state, &request, &caller.0, Key::Optional, &bytes, |_| async {
        let new = NewCategory { parent: value.parent_id.map(CategoryId), name: value.name };
        let category = state.catalog.create_category(&caller.0, new).await?;
        Ok(Reply::created("/api/v1/categories".to_owned(), &CategoryView::from(category)))
    })
    .await
}

/// A percentage of the line, or an amount per unit.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum CommissionBody {
    Percentage {
        /// 12.5 means 12.5 %.
        #[schema(value_type = String, example = "12.5")]
        #[serde(with = "rust_decimal::serde::str")]
        percent: Decimal,
    },
    PerUnit {
        #[schema(value_type = MoneyView)]
        amount: Money,
    },
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewRuleBody {
    store_id: Option<Uuid>,
    category_id: Option<Uuid>,
    value: CommissionBody,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RuleView {
    id: Uuid,
    position: i64,
    store_id: Option<Uuid>,
    category_id: Option<Uuid>,
    value: CommissionBody,
}

impl From<CommissionRule> for RuleView {
    fn from(r: CommissionRule) -> Self {
        let value = match r.value {
            CommissionValue::Percentage { percent } => CommissionBody::Percentage { percent },
            CommissionValue::PerUnit { amount } => CommissionBody::PerUnit { amount },
        };
        Self { id: r.id.0, position: r.position, store_id: r.store.map(|s| s.0), category_id: r.category, value }
    }
}

/// The ordered list of commission rules: the first that matches counts.
#[utoipa::path(get, path = "/api/v1/admin/commission-rules", tag = "admin", security(("bearer" = [])),
    responses((status = 200, body = List<RuleView>), (status = 403, body = ProblemBody)))]
pub(crate) async fn commission_rules(request: HttpRequest, state: Data<AppState>, caller: AdminCaller) -> Result<HttpResponse, Problem> {
    let items = state.stores.commission_rules(&caller.0).await?.into_iter().map(RuleView::from).collect();
    Ok(list::answer(&request, feira_kernel::Page { items, next_cursor: None }))
}

/// Put a rule at the top of the list.
#[utoipa::path(post, path = "/api/v1/admin/commission-rules", tag = "admin", request_body = NewRuleBody, security(("bearer" = [])),
    responses((status = 201, body = RuleView), (status = 403, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn add_commission_rule(request: HttpRequest, state: Data<AppState>, caller: AdminCaller, body: Body<NewRuleBody>) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    idempotent::once(&state, &request, &caller.0, Key::Optional, &bytes, |_| async {
        let value = match b.value {
            CommissionBody::Percentage { percent } => CommissionValue::Percentage { percent },
            CommissionBody::PerUnit { amount } => CommissionValue::PerUnit { amount },
        };
        let new = NewCommissionRule { store: b.store_id.map(StoreId), category: b.category_id, value };
        let rule = state.stores.add_commission_rule(&caller.0, new).await?;
        Ok(Reply::created("/api/v1/admin/commission-rules".to_owned(), &RuleView::from(rule)))
    })
    .await
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrderParams {
    #[param(value_type = Option<String>)]
    status: Option<OrderStatus>,
    number: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

/// All orders, newest first.
#[utoipa::path(get, path = "/api/v1/admin/orders", tag = "admin", params(OrderParams), security(("bearer" = [])),
    responses((status = 200, body = List<OrderSummaryView>), (status = 403, body = ProblemBody)))]
pub(crate) async fn orders(request: HttpRequest, state: Data<AppState>, caller: AdminCaller, params: Params<OrderParams>) -> Result<HttpResponse, Problem> {
    let page = list::page(params.0.limit, params.0.cursor)?;
    let filter = OrderFilter { status: params.0.status, number: params.0.number };
    let found = state.orders.orders(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(OrderSummaryView::from)))
}

/// All payments, newest first.
#[utoipa::path(get, path = "/api/v1/admin/payments", tag = "admin", params(Paging), security(("bearer" = [])),
    responses((status = 200, body = List<PaymentView>), (status = 403, body = ProblemBody)))]
pub(crate) async fn payments(request: HttpRequest, state: Data<AppState>, caller: AdminCaller, params: Params<Paging>) -> Result<HttpResponse, Problem> {
    let page = list::page(params.0.limit, params.0.cursor)?;
    let found = state.payments.payments(&caller.0, page).await?;
    Ok(list::answer(&request, found.map(PaymentView::from)))
}

/// All payouts, newest first.
#[utoipa::path(get, path = "/api/v1/admin/payouts", tag = "admin", params(Paging), security(("bearer" = [])),
    responses((status = 200, body = List<PayoutView>), (status = 403, body = ProblemBody)))]
pub(crate) async fn payouts(request: HttpRequest, state: Data<AppState>, caller: AdminCaller, params: Params<Paging>) -> Result<HttpResponse, Problem> {
    let page = list::page(params.0.limit, params.0.cursor)?;
    let found = state.payments.payouts(&caller.0, page).await?;
    Ok(list::answer(&request, found.map(PayoutView::from)))
}

/// Make payouts of everything payable now.
#[utoipa::path(post, path = "/api/v1/admin/payouts", tag = "admin", security(("bearer" = [])),
    params(("Idempotency-Key" = String, Header, description = "required: a payout moves money")),
    responses((status = 200, body = List<PayoutView>), (status = 400, body = ProblemBody), (status = 403, body = ProblemBody)))]
pub(crate) async fn run_payouts(request: HttpRequest, state: Data<AppState>, caller: AdminCaller) -> Result<HttpResponse, Problem> {
    idempotent::once(&state, &request, &caller.0, Key::Required, b"", |_| async {
        let made = state.payments.run_payouts(&caller.0).await?;
        Ok(Reply::ok(&List { items: made.into_iter().map(PayoutView::from).collect(), next_cursor: None }))
    })
    .await
}

/// It was paid by hand, outside.
#[utoipa::path(post, path = "/api/v1/admin/payouts/{id}/paid", tag = "admin", params(("id" = Uuid, Path)), request_body = PaidBody, security(("bearer" = [])),
    responses((status = 200, body = PayoutView), (status = 404, body = ProblemBody), (status = 409, body = ProblemBody), (status = 422, body = ProblemBody)))]
pub(crate) async fn payout_paid(request: HttpRequest, state: Data<AppState>, caller: AdminCaller, path: Path<Uuid>, body: Body<PaidBody>) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    idempotent::once(&state, &request, &caller.0, Key::Optional, &bytes, |_| async {
        let payout = state.payments.mark_payout_paid(&caller.0, PayoutId(path.into_inner()), value.reference).await?;
        Ok(Reply::ok(&PayoutView::from(payout)))
    })
    .await
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BooksView {
    balanced: bool,
    accounts: Vec<AccountView>,
    violations: Vec<String>,
    transactions: u64,
}

#[derive(Debug, Serialize, ToSchema)]
struct AccountView {
    account: String,
    total: MoneyView,
}

/// Do the books balance? Recomputed from the entries.
#[utoipa::path(get, path = "/api/v1/admin/books", tag = "admin", security(("bearer" = [])),
    responses((status = 200, body = BooksView), (status = 403, body = ProblemBody)))]
pub(crate) async fn books(state: Data<AppState>, caller: AdminCaller) -> Result<HttpResponse, Problem> {
    let books = state.payments.books(&caller.0).await?;
    let accounts = books.accounts.into_iter().map(|a| AccountView { account: word(a.account), total: a.total.into() }).collect();
    let view = BooksView { balanced: books.balanced, accounts, violations: books.violations, transactions: books.transactions };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(view))
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventParams {
    /// The publishing module, such as `order`.
    module: String,
    /// Only what waits for an operator.
    dead: Option<bool>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeliveryView {
    event_id: Uuid,
    name: String,
    subscriber: String,
    state: String,
    attempts: i32,
    last_error: Option<String>,
    occurred_at: String,
    next_attempt_at: String,
}

impl From<Delivery> for DeliveryView {
    fn from(d: Delivery) -> Self {
        Self {
            event_id: d.event_id,
            name: d.name,
            subscriber: d.subscriber,
            state: word(d.state),
            attempts: d.attempts,
            last_error: d.last_error,
            occurred_at: rfc3339(d.occurred_at),
            next_attempt_at: rfc3339(d.next_attempt_at),
        }
    }
}

/// Events of a module on their way to their subscribers.
#[utoipa::path(get, path = "/api/v1/admin/events", tag = "admin", params(EventParams), security(("bearer" = [])),
    responses((status = 200, body = List<DeliveryView>), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn events(request: HttpRequest, state: Data<AppState>, caller: AdminCaller, params: Params<EventParams>) -> Result<HttpResponse, Problem> {
    let p = params.0;
    let page = list::page(p.limit, p.cursor)?;
    let env = event_env(&state, &caller, &p.module)?;
    let found = Delivery::list(env, p.dead.unwrap_or(false), &page).await.map_err(unavailable)??;
    Ok(list::answer(&request, found.map(DeliveryView::from)))
}

/// Put a dead delivery back in line.
#[utoipa::path(post, path = "/api/v1/admin/events/{module}/{event_id}/{subscriber}/retry", tag = "admin",
    params(("module" = String, Path), ("event_id" = Uuid, Path), ("subscriber" = String, Path)), security(("bearer" = [])),
    responses((status = 204, description = "It will be delivered again"), (status = 403, body = ProblemBody), (status = 404, body = ProblemBody)))]
pub(crate) async fn retry_event(state: Data<AppState>, caller: AdminCaller, path: Path<(String, Uuid, String)>) -> Result<HttpResponse, Problem> {
    let (module, event, subscriber) = path.into_inner();
    let env = event_env(&state, &caller, &module)?;
    match Delivery::retry(env, event, &subscriber).await.map_err(unavailable)? {
        true => Ok(HttpResponse::NoContent().finish()),
        false => Err(Problem::not_found()),
    }
}

fn event_env<'a>(state: &'a AppState, caller: &AdminCaller, module: &str) -> Result<&'a feira_kernel::Env, Problem> {
    if !caller.0.is_operator(MANAGE_EVENTS) {
        return Err(Problem::new(actix_web::http::StatusCode::FORBIDDEN, "request.forbidden", "you may not do this"));
    }
    state.events.iter().find(|(name, _)| *name == module).map(|(_, env)| env).ok_or_else(Problem::not_found)
}

fn unavailable(error: feira_kernel::db::Error) -> Problem {
    tracing::error!(%error, "deliveries cannot be read");
    Problem::new(actix_web::http::StatusCode::SERVICE_UNAVAILABLE, "request.unavailable", "try again in a moment")
}
