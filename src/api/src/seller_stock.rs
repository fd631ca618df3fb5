//! A store's own stock.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::StatusCode,
    post,
    web::{Data, Path},
};
use feira_catalog::{Adjustment, Movement, MovementReason, StockChange, StockLevel, VariantId};
use feira_kernel::IdempotencyKey;
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    extract::{Body, Params},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{
    list::{self, List, Paging},
    views::{Timestamp, words},
};

pub(crate) fn unsupported(detail: &str) -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "request.unsupported_media_type",
        detail,
    )
}

/// A change of what is on hand: either `by` or `to`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"by": 5, "reason": "restock", "note": "From the kiln"}))]
pub(crate) struct MovementBody {
    /// Add, or take away.
    by: Option<i64>,
    /// A count: on hand becomes this.
    to: Option<u32>,
    reason: Option<AdjustmentReason>,
    note: Option<String>,
}

/// Why somebody changes a quantity; `adjustment` when absent.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AdjustmentReason {
    Restock,
    #[default]
    Adjustment,
}

impl From<AdjustmentReason> for MovementReason {
    fn from(reason: AdjustmentReason) -> Self {
        match reason {
            AdjustmentReason::Restock => Self::Restock,
            AdjustmentReason::Adjustment => Self::Adjustment,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LevelView {
    variant_id: Uuid,
    /// Below zero where more was sold than there was.
    on_hand: i64,
    reserved: u32,
    stock_policy: words::StockPolicy,
}

impl From<StockLevel> for LevelView {
    fn from(l: StockLevel) -> Self {
        Self {
            variant_id: l.variant.0,
            on_hand: l.on_hand,
            reserved: l.reserved,
            stock_policy: l.stock_policy.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MovementView {
    id: Uuid,
    on_hand_change: i64,
    reserved_change: i64,
    reason: words::MovementReason,
    reference: Option<String>,
    note: Option<String>,
    actor: String,
    at: Timestamp,
}

impl From<Movement> for MovementView {
    fn from(m: Movement) -> Self {
        Self {
            id: m.id,
            on_hand_change: m.on_hand_change,
            reserved_change: m.reserved_change,
            reason: m.reason.into(),
            reference: m.reference,
            note: m.note,
            actor: m.actor,
            at: m.at.into(),
        }
    }
}

/// Why a variant has the stock that it has, newest first.
#[utoipa::path(tag = "seller", params(("variant_id" = Uuid, Path), Paging), security(("seller" = [])),
    responses((status = 200, body = List<MovementView>)))]
#[get("/seller/inventory/{variant_id}/movements")]
pub(crate) async fn movements(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    path: Path<Uuid>,
    params: Params<Paging>,
) -> Result<HttpResponse, Problem> {
    let page = list::page(&request, params.0.limit, params.0.cursor)?;
    let found = state
        .catalog
        .movements(&caller.0, VariantId(path.into_inner()), page)
        .await?;
    Ok(list::answer(&request, found.map(MovementView::from)))
}

/// Change what is on hand.
#[utoipa::path(tag = "seller", params(("variant_id" = Uuid, Path)), request_body = MovementBody,
    security(("seller" = [])), responses((status = 200, body = LevelView)))]
#[post("/seller/inventory/{variant_id}/movements")]
pub(crate) async fn adjust(
    post: Post<SellerCaller>,
    path: Path<Uuid>,
    body: Body<MovementBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let change = match (b.by, b.to) {
        (Some(by), None) => StockChange::By(by),
        (None, Some(to)) => StockChange::To(to),
        _ => {
            return Err(Problem::field(
                "request.invalid_value",
                "/by",
                "give either by or to",
            ));
        }
    };
    let adjust = |key: Option<IdempotencyKey>| {
        let adjustment = Adjustment {
            variant: VariantId(path.into_inner()),
            change,
            expected_version: None,
            reason: b.reason.unwrap_or_default().into(),
            note: b.note,
        };
        post.state
            .catalog
            .adjust_stock(&post.actor, adjustment, key)
    };
    post.once(&bytes, adjust, Reply::ok::<LevelView>).await
}
