//! What operators decide about stores, categories and commission.

use actix_web::{
    HttpRequest, HttpResponse, get, post,
    web::{Data, Path},
};
use feira_catalog::{CategoryId, NewCategory};
use feira_kernel::{Money, StoreId};
use feira_store::{CommissionRule, CommissionValue, NewCommissionRule, StoreFilter, StoreStatus};
use feira_web::{
    auth::AdminCaller,
    error::Problem,
    extract::{Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List},
    stores::StoreView,
    views::{CategoryNames, CategoryView, MoneyView, words},
};

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct StoreParams {
    #[param(value_type = Option<words::StoreStatus>, inline)]
    status: Option<StoreStatus>,
    q: Option<String>,
    limit: Option<u32>,
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "The tax id is of another company"}))]
pub(crate) struct ReasonBody {
    /// What the applicant reads.
    reason: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Kitchen", "names": {"pt-BR": "Cozinha"}, "parent_id": null}))]
pub(crate) struct CategoryBody {
    /// Where a language has no name of its own.
    name: String,
    #[serde(default)]
    names: CategoryNames,
    parent_id: Option<Uuid>,
}

/// Stores in any state.
#[utoipa::path(tag = "admin", params(StoreParams), security(("admin" = [])),
    responses((status = 200, body = List<StoreView>)))]
#[get("/admin/stores")]
pub(crate) async fn stores(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    params: Params<StoreParams>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(params.0.limit, params.0.cursor)?;
    let filter = StoreFilter {
        status: params.0.status,
        q: params.0.q,
    };
    let found = state.stores.list(&caller.0, filter, page).await?;
    Ok(list::answer(&request, found.map(StoreView::from)))
}

/// Approve an application, or lift a suspension.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = StoreView)))]
#[post("/admin/stores/{id}/approve")]
pub(crate) async fn approve(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let id = StoreId(path.into_inner());
    let approve = |key| post.state.stores.approve(&post.actor, id, key);
    post.once(b"", approve, Reply::ok::<StoreView>).await
}

/// Reject an application.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = ReasonBody, security(("admin" = [])),
    responses((status = 200, body = StoreView)))]
#[post("/admin/stores/{id}/reject")]
pub(crate) async fn reject(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
    body: Body<ReasonBody>,
) -> Result<HttpResponse, Problem> {
    let id = StoreId(path.into_inner());
    let Body { value, bytes } = body;
    let module = &post.state.stores;
    let reject = |key| module.reject(&post.actor, id, value.reason, key);
    post.once(&bytes, reject, Reply::ok::<StoreView>).await
}

/// Suspend a store: at once nothing of it can be bought.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = ReasonBody, security(("admin" = [])),
    responses((status = 200, body = StoreView)))]
#[post("/admin/stores/{id}/suspend")]
pub(crate) async fn suspend(
    post: Post<AdminCaller>,
    path: Path<Uuid>,
    body: Body<ReasonBody>,
) -> Result<HttpResponse, Problem> {
    let id = StoreId(path.into_inner());
    let Body { value, bytes } = body;
    let module = &post.state.stores;
    let suspend = |key| module.suspend(&post.actor, id, value.reason, key);
    post.once(&bytes, suspend, Reply::ok::<StoreView>).await
}

/// Add a category.
#[utoipa::path(tag = "admin", request_body = CategoryBody, security(("admin" = [])),
    responses((status = 201, body = CategoryView)))]
#[post("/admin/categories")]
pub(crate) async fn create_category(
    post: Post<AdminCaller>,
    body: Body<CategoryBody>,
) -> Result<HttpResponse, Problem> {
    let new = NewCategory {
        parent: body.value.parent_id.map(CategoryId),
        name: body.value.name,
        names: body.value.names.into(),
    };
    let create = |key| post.state.catalog.create_category(&post.actor, new, key);
    post.once(&body.bytes, create, |made| {
        Reply::created::<CategoryView>("/api/v1/categories", made)
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
#[schema(example = json!({
    "store_id": null, "category_id": null, "value": {"kind": "percentage", "percent": "12.5"},
}))]
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
        Self {
            id: r.id.0,
            position: r.position,
            store_id: r.store.map(|s| s.0),
            category_id: r.category,
            value,
        }
    }
}

/// The ordered list of commission rules: the first that matches counts.
#[utoipa::path(tag = "admin", security(("admin" = [])), responses((status = 200, body = List<RuleView>)))]
#[get("/admin/commission-rules")]
pub(crate) async fn commission_rules(
    state: Data<AppState>,
    caller: AdminCaller,
) -> Result<HttpResponse, Problem> {
    let rules = state.stores.commission_rules(&caller.0).await?;
    Ok(HttpResponse::Ok().json(List::<RuleView>::from(rules)))
}

/// Put a rule at the top of the list.
#[utoipa::path(tag = "admin", request_body = NewRuleBody, security(("admin" = [])),
    responses((status = 201, body = RuleView)))]
#[post("/admin/commission-rules")]
pub(crate) async fn add_commission_rule(
    post: Post<AdminCaller>,
    body: Body<NewRuleBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let value = match b.value {
        CommissionBody::Percentage { percent } => CommissionValue::Percentage { percent },
        CommissionBody::PerUnit { amount } => CommissionValue::PerUnit { amount },
    };
    let new = NewCommissionRule {
        store: b.store_id.map(StoreId),
        category: b.category_id,
        value,
    };
    let add = |key| post.state.stores.add_commission_rule(&post.actor, new, key);
    post.once(&bytes, add, |made| {
        Reply::created::<RuleView>("/api/v1/admin/commission-rules", made)
    })
    .await
}
