//! Who takes payments, by what, and within which amounts, as operators say it.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};
use feira_kernel::{Currency, Money, StoreId, Versions};
use feira_payment::{
    Entered, KindName, MethodKind, MethodLimit, MethodLimitId, MethodRule, NewProvider, PayeeKind,
    PaymentError, ProviderChange, ProviderMove, ProviderOverview,
};
use feira_web::{
    auth::AdminCaller,
    error::{Problem, ProblemBody},
    etag::{IfMatch, PRIVATE, tagged},
    extract::{Body, given},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::List,
    views::{MethodLimitView, MoneyView, ProviderCheckView, ProviderView, words},
};

/// What each kind takes is in `config/default.toml`, under `[payments.providers.<name>]`: lists are lines
/// of one text here, and a certificate is its PEM.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "pix", "kind": "manual",
    "settings": {"pix_key": "ana@feira.example", "pix_name": "Ana", "pix_city": "Recife"},
}))]
pub(crate) struct NewProviderBody {
    /// Small letters, digits, `-` and `_`, at most 32. It is never changed, and never another's.
    name: String,
    #[schema(value_type = words::ProviderKind)]
    kind: KindName,
    /// Secrets among them are kept sealed, and answered by nothing.
    settings: BTreeMap<String, String>,
}

/// A JSON merge patch: absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"takes_new": false}))]
pub(crate) struct ProviderPatch {
    /// Whether new payments are offered to it. It goes on with those that it has.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    takes_new: Option<bool>,
    /// One place towards those that are asked first, or last.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = words::ProviderMove)]
    moved: Option<ProviderMove>,
    /// Each: absent stays, null takes it away. Whoever changes where secrets are sent names them again.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    settings: Option<BTreeMap<String, Option<String>>>,
}

/// The rule of a method, a currency, and a store or all of them. Where there is none it is offered as far
/// as a provider takes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "method": "pix", "currency": "BRL", "store_id": null, "enabled": true,
    "least": {"amount": "5.00", "currency": "BRL"}, "most": null,
}))]
pub(crate) struct MethodRuleBody {
    #[schema(value_type = words::PaymentMethod)]
    method: MethodKind,
    #[schema(value_type = String)]
    currency: Currency,
    store_id: Option<Uuid>,
    enabled: bool,
    /// Whom it pays; without it, as its provider is configured. PIX, bank transfers and WhatsApp alone can pay stores.
    #[schema(value_type = Option<words::PayeeKind>)]
    payee: Option<PayeeKind>,
    #[schema(value_type = Option<MoneyView>)]
    least: Option<Money>,
    #[schema(value_type = Option<MoneyView>)]
    most: Option<Money>,
}

/// A JSON merge patch: absent stays; a null takes a bound away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"enabled": false}))]
pub(crate) struct MethodRulePatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<words::PayeeKind>)]
    payee: Option<Option<PayeeKind>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MoneyView>)]
    least: Option<Option<Money>>,
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<MoneyView>)]
    most: Option<Option<Money>>,
}

fn shown(request: &HttpRequest, state: &AppState, provider: ProviderOverview) -> HttpResponse {
    let version = provider.version;
    let view = ProviderView::of(provider, &state.settings.base_url);
    tagged(request, Some(version), &view, PRIVATE)
}

/// Who takes payments, in the order in which new ones are offered to them. Those of the settings come first.
#[utoipa::path(tag = "admin", security(("admin" = [])), responses((status = 200, body = List<ProviderView>)))]
#[get("/admin/providers")]
pub(crate) async fn index(
    state: Data<AppState>,
    caller: AdminCaller,
) -> Result<HttpResponse, Problem> {
    let providers = state.payments.providers(&caller.0).await?;
    let base = &state.settings.base_url;
    let views = providers.into_iter();
    let items: Vec<ProviderView> = views.map(|one| ProviderView::of(one, base)).collect();
    Ok(HttpResponse::Ok().json(List {
        items,
        next_cursor: None,
    }))
}

/// Enter a provider, which takes new payments from then on.
#[utoipa::path(tag = "admin", request_body = NewProviderBody, security(("admin" = [])),
    responses((status = 201, body = ProviderView)))]
#[post("/admin/providers")]
pub(crate) async fn add(
    post: Post<AdminCaller>,
    body: Body<NewProviderBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let settings = value.settings.into_iter();
    let new = NewProvider {
        name: value.name,
        kind: value.kind,
        settings: Entered(settings.map(|(name, text)| (name, Some(text))).collect()),
    };
    let base = &post.state.settings.base_url;
    let add = |key| post.state.payments.add_provider(&post.actor, new, key);
    post.once(&bytes, add, |made| {
        let path = format!("/api/v1/admin/providers/{}", made.name);
        Reply::created::<ProviderView>(path, ProviderView::of(made, base))
    })
    .await
}

/// One provider.
#[utoipa::path(tag = "admin", params(("name" = String, Path)), security(("admin" = [])),
    responses((status = 200, body = ProviderView), (status = 304, description = "Not modified")))]
#[get("/admin/providers/{name}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let mut all = state.payments.providers(&caller.0).await?.into_iter();
    let found = all.find(|one| one.name == *name);
    let found = found.ok_or(PaymentError::NoSuchProvider)?;
    Ok(shown(&request, &state, found))
}

/// Switch a provider on or off, move it, or change its settings.
#[utoipa::path(tag = "admin", params(("name" = String, Path)), request_body = ProviderPatch,
    security(("admin" = [])), responses((status = 200, body = ProviderView), (status = 409, body = ProblemBody)))]
#[patch("/admin/providers/{name}")]
pub(crate) async fn update(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    name: Path<String>,
    if_match: IfMatch,
    body: Body<ProviderPatch>,
) -> Result<HttpResponse, Problem> {
    let patch = body.value;
    let change = ProviderChange {
        expected_version: if_match.0,
        takes_new: patch.takes_new,
        moved: patch.moved,
        settings: patch.settings.map(Entered),
    };
    let name = name.into_inner();
    let changed = state.payments.change_provider(&caller.0, name, change);
    Ok(shown(&request, &state, changed.await?))
}

/// Remove a provider that never had a payment. Its name stays taken.
#[utoipa::path(tag = "admin", params(("name" = String, Path)), security(("admin" = [])),
    responses((status = 204), (status = 409, body = ProblemBody)))]
#[delete("/admin/providers/{name}")]
pub(crate) async fn remove(
    state: Data<AppState>,
    caller: AdminCaller,
    name: Path<String>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (payments, name) = (&state.payments, name.into_inner());
    payments
        .remove_provider(&caller.0, name, if_match.0)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ask a provider something harmless with the present keys.
#[utoipa::path(tag = "admin", params(("name" = String, Path)), security(("admin" = [])),
    responses((status = 200, body = ProviderCheckView)))]
#[get("/admin/providers/{name}/check")]
pub(crate) async fn check(
    state: Data<AppState>,
    caller: AdminCaller,
    name: Path<String>,
) -> Result<HttpResponse, Problem> {
    let name = name.into_inner();
    let checked = state.payments.check_provider(&caller.0, name).await?;
    Ok(HttpResponse::Ok().json(ProviderCheckView::from(checked)))
}

/// By what is paid, and within which amounts; the rules of all stores first.
#[utoipa::path(tag = "admin", security(("admin" = [])), responses((status = 200, body = List<MethodLimitView>)))]
#[get("/admin/method-limits")]
pub(crate) async fn limits(
    state: Data<AppState>,
    caller: AdminCaller,
) -> Result<HttpResponse, Problem> {
    let limits = state.payments.method_limits(&caller.0).await?;
    Ok(HttpResponse::Ok().json(List::<MethodLimitView>::from(limits)))
}

/// Set a rule; the one of the same method, currency and store is replaced.
#[utoipa::path(tag = "admin", request_body = MethodRuleBody, security(("admin" = [])),
    responses((status = 200, body = MethodLimitView)))]
#[post("/admin/method-limits")]
pub(crate) async fn set_limit(
    post: Post<AdminCaller>,
    body: Body<MethodRuleBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let rule = MethodRule {
        method: b.method,
        currency: b.currency,
        store: b.store_id.map(StoreId),
        enabled: b.enabled,
        payee: b.payee,
        least: b.least,
        most: b.most,
    };
    let payments = &post.state.payments;
    let set = |key| payments.set_method_limit(&post.actor, rule, None, key);
    post.once(&bytes, set, Reply::ok::<MethodLimitView>).await
}

/// The rule of this id, for whoever may see it.
async fn limit(
    state: &AppState,
    caller: &AdminCaller,
    id: Uuid,
) -> Result<MethodLimit, PaymentError> {
    let mut all = state.payments.method_limits(&caller.0).await?.into_iter();
    let found = all.find(|limit| limit.id.0 == id);
    found.ok_or(PaymentError::NoSuchLimit)
}

fn shown_limit(request: &HttpRequest, limit: MethodLimit) -> HttpResponse {
    let version = Some(limit.version);
    tagged(request, version, &MethodLimitView::from(limit), PRIVATE)
}

/// One rule.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = MethodLimitView), (status = 304, description = "Not modified")))]
#[get("/admin/method-limits/{id}")]
pub(crate) async fn show_limit(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let found = limit(&state, &caller, *id).await?;
    Ok(shown_limit(&request, found))
}

/// Change a rule: whether it is offered, and within which amounts.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = MethodRulePatch,
    security(("admin" = [])), responses((status = 200, body = MethodLimitView)))]
#[patch("/admin/method-limits/{id}")]
pub(crate) async fn update_limit(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Body<MethodRulePatch>,
) -> Result<HttpResponse, Problem> {
    let now = limit(&state, &caller, *id).await?;
    let patch = body.value;
    let rule = MethodRule {
        enabled: patch.enabled.unwrap_or(now.rule.enabled),
        payee: patch.payee.unwrap_or(now.rule.payee),
        least: patch.least.unwrap_or(now.rule.least),
        most: patch.most.unwrap_or(now.rule.most),
        ..now.rule
    };
    let expected = if_match.0.or_else(|| Some(Versions::from(now.version)));
    let payments = &state.payments;
    let changed = payments.set_method_limit(&caller.0, rule, expected, None);
    Ok(shown_limit(&request, changed.await?))
}

/// Take a rule away.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])), responses((status = 204)))]
#[delete("/admin/method-limits/{id}")]
pub(crate) async fn remove_limit(
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (payments, id) = (&state.payments, MethodLimitId(id.into_inner()));
    payments
        .remove_method_limit(&caller.0, id, if_match.0)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
