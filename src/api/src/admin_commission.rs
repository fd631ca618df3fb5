//! The list of commission rules.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};
use feira_kernel::{Money, StoreId, Time};
use feira_store::{
    CommissionRule, CommissionRuleChange, CommissionRuleId, CommissionValue, NewCommissionRule,
    RuleEnd, StoreError,
};
use feira_web::{
    auth::AdminCaller,
    error::{Problem, ProblemBody},
    etag::{IfMatch, PRIVATE, tagged},
    extract::{Body, given},
    idempotent::{Post, Reply},
    state::AppState,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    list::List,
    views::{MoneyView, Timestamp},
};

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
    /// From when on it matches nothing any more.
    ends_at: Option<Timestamp>,
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
            ends_at: r.ends_at.map(Timestamp::from),
        }
    }
}

impl From<CommissionBody> for CommissionValue {
    fn from(body: CommissionBody) -> Self {
        match body {
            CommissionBody::Percentage { percent } => Self::Percentage { percent },
            CommissionBody::PerUnit { amount } => Self::PerUnit { amount },
        }
    }
}

/// A JSON merge patch: absent stays; a null takes the end away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"ends_at": "2026-12-31T23:59:59Z"}))]
pub(crate) struct RulePatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    value: Option<CommissionBody>,
    /// From when on it matches nothing any more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Timestamp>)]
    ends_at: Option<Option<At>>,
}

#[derive(Debug, Deserialize)]
struct At(#[serde(with = "time::serde::rfc3339")] Time);

fn shown(request: &HttpRequest, rule: CommissionRule) -> HttpResponse {
    let version = rule.version;
    tagged(request, Some(version), &RuleView::from(rule), PRIVATE)
}

/// The ordered list of commission rules: the first that matches, and has not ended, counts.
#[utoipa::path(tag = "admin", security(("admin" = [])), responses((status = 200, body = List<RuleView>)))]
#[get("/admin/commission-rules")]
pub(crate) async fn index(
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
pub(crate) async fn add(
    post: Post<AdminCaller>,
    body: Body<NewRuleBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let new = NewCommissionRule {
        store: b.store_id.map(StoreId),
        category: b.category_id,
        value: b.value.into(),
    };
    let add = |key| post.state.stores.add_commission_rule(&post.actor, new, key);
    post.once(&bytes, add, |made| {
        Reply::created::<RuleView>("/api/v1/admin/commission-rules", made)
    })
    .await
}

/// One commission rule.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 200, body = RuleView), (status = 304, description = "Not modified")))]
#[get("/admin/commission-rules/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let rules = state.stores.commission_rules(&caller.0).await?;
    let rule = rules.into_iter().find(|rule| rule.id.0 == *id);
    Ok(shown(&request, rule.ok_or(StoreError::NotFound)?))
}

/// Give a rule another value or an end; orders keep what they agreed.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), request_body = RulePatch, security(("admin" = [])),
    responses((status = 200, body = RuleView), (status = 409, body = ProblemBody)))]
#[patch("/admin/commission-rules/{id}")]
pub(crate) async fn update(
    request: HttpRequest,
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Body<RulePatch>,
) -> Result<HttpResponse, Problem> {
    let end = body.value.ends_at.map(|end| match end {
        Some(At(at)) => RuleEnd::At { at },
        None => RuleEnd::Never {},
    });
    let change = CommissionRuleChange {
        expected_version: if_match.0,
        value: body.value.value.map(Into::into),
        end,
    };
    let id = CommissionRuleId(*id);
    let changed = state.stores.update_commission_rule(&caller.0, id, change);
    Ok(shown(&request, changed.await?))
}

/// Take a rule from the list; the last one, the default, stays.
#[utoipa::path(tag = "admin", params(("id" = Uuid, Path)), security(("admin" = [])),
    responses((status = 204), (status = 409, body = ProblemBody)))]
#[delete("/admin/commission-rules/{id}")]
pub(crate) async fn remove(
    state: Data<AppState>,
    caller: AdminCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = CommissionRuleId(*id);
    let stores = &state.stores;
    stores
        .remove_commission_rule(&caller.0, id, if_match.0)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
