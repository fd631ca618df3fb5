//! A store's ways of sending.

use actix_web::{
    HttpRequest, HttpResponse, delete, get, patch, post,
    web::{Data, Path},
};
use feira_kernel::Money;
use feira_store::{
    NewShippingMethod, ShippingMethod, ShippingMethodChange, ShippingMethodId, ShippingPrice,
    StoreError,
};
use feira_web::{
    auth::SellerCaller,
    error::Problem,
    etag::{IfMatch, PRIVATE, tagged},
    extract::{Body, given},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{list::List, views::MoneyView};

/// How the price of sending is found.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum ShippingPriceBody {
    Flat {
        #[schema(value_type = MoneyView)]
        price: Money,
    },
    /// Free from this order value on.
    FreeAbove {
        #[schema(value_type = MoneyView)]
        price: Money,
        #[schema(value_type = MoneyView)]
        threshold: Money,
    },
    Pickup {},
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "name": "Express", "transit_days": 2,
    "price": {"kind": "flat", "price": {"amount": "19.90", "currency": "BRL"}},
}))]
pub(crate) struct ShippingMethodBody {
    name: String,
    price: ShippingPriceBody,
    /// Working days from hand-over to delivery.
    transit_days: u16,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ShippingMethodView {
    id: Uuid,
    name: String,
    price: ShippingPriceBody,
    transit_days: u16,
    active: bool,
}

impl From<ShippingMethod> for ShippingMethodView {
    fn from(m: ShippingMethod) -> Self {
        let price = match m.price {
            ShippingPrice::Flat { price } => ShippingPriceBody::Flat { price },
            ShippingPrice::FreeAbove { price, threshold } => {
                ShippingPriceBody::FreeAbove { price, threshold }
            }
            ShippingPrice::Pickup {} => ShippingPriceBody::Pickup {},
        };
        Self {
            id: m.id.0,
            name: m.name,
            price,
            transit_days: m.transit_days,
            active: m.active,
        }
    }
}

impl From<ShippingPriceBody> for ShippingPrice {
    fn from(body: ShippingPriceBody) -> Self {
        match body {
            ShippingPriceBody::Flat { price } => Self::Flat { price },
            ShippingPriceBody::FreeAbove { price, threshold } => {
                Self::FreeAbove { price, threshold }
            }
            ShippingPriceBody::Pickup {} => Self::Pickup {},
        }
    }
}

impl From<ShippingMethodBody> for NewShippingMethod {
    fn from(b: ShippingMethodBody) -> Self {
        Self {
            name: b.name,
            price: b.price.into(),
            transit_days: b.transit_days,
        }
    }
}

/// A JSON merge patch: absent stays, and nothing of it is ever null.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"transit_days": 3, "active": true}))]
pub(crate) struct ShippingMethodPatch {
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    price: Option<ShippingPriceBody>,
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    transit_days: Option<u16>,
    /// Whether it is offered.
    #[serde(default, deserialize_with = "given")]
    #[schema(nullable = false)]
    active: Option<bool>,
}

fn shown(request: &HttpRequest, method: ShippingMethod) -> HttpResponse {
    let version = method.version;
    let view = ShippingMethodView::from(method);
    tagged(request, Some(version), &view, PRIVATE)
}

/// The store's ways of sending.
#[utoipa::path(tag = "seller", security(("seller" = [])), responses((status = 200, body = List<ShippingMethodView>)))]
#[get("/seller/shipping-methods")]
pub(crate) async fn index(
    state: Data<AppState>,
    caller: SellerCaller,
) -> Result<HttpResponse, Problem> {
    let methods = state.stores.shipping_methods(&caller.0).await?;
    Ok(HttpResponse::Ok().json(List::<ShippingMethodView>::from(methods)))
}

/// Add a way of sending.
#[utoipa::path(tag = "seller", request_body = ShippingMethodBody, security(("seller" = [])),
    responses((status = 201, body = ShippingMethodView)))]
#[post("/seller/shipping-methods")]
pub(crate) async fn add(
    post: Post<SellerCaller>,
    body: Body<ShippingMethodBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value, bytes } = body;
    let stores = &post.state.stores;
    let add = |key| stores.add_shipping_method(&post.actor, value.into(), key);
    post.once(&bytes, add, |made| {
        Reply::created::<ShippingMethodView>("/api/v1/seller/shipping-methods", made)
    })
    .await
}

/// One way of sending.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 200, body = ShippingMethodView), (status = 304, description = "Not modified")))]
#[get("/seller/shipping-methods/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    id: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    let methods = state.stores.shipping_methods(&caller.0).await?;
    let method = methods.into_iter().find(|method| method.id.0 == *id);
    Ok(shown(&request, method.ok_or(StoreError::NotFound)?))
}

/// Change what is given; orders keep what they agreed.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), request_body = ShippingMethodPatch,
    security(("seller" = [])), responses((status = 200, body = ShippingMethodView)))]
#[patch("/seller/shipping-methods/{id}")]
pub(crate) async fn update(
    request: HttpRequest,
    state: Data<AppState>,
    caller: SellerCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Body<ShippingMethodPatch>,
) -> Result<HttpResponse, Problem> {
    let b = body.value;
    let change = ShippingMethodChange {
        expected_version: if_match.0,
        name: b.name,
        price: b.price.map(Into::into),
        transit_days: b.transit_days,
        active: b.active,
    };
    let id = ShippingMethodId(*id);
    let changed = state.stores.update_shipping_method(&caller.0, id, change);
    Ok(shown(&request, changed.await?))
}

/// Remove a way of sending: carts that chose it have the problem `shipping_gone`.
#[utoipa::path(tag = "seller", params(("id" = Uuid, Path)), security(("seller" = [])),
    responses((status = 204)))]
#[delete("/seller/shipping-methods/{id}")]
pub(crate) async fn remove(
    state: Data<AppState>,
    caller: SellerCaller,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let id = ShippingMethodId(*id);
    let stores = &state.stores;
    stores
        .remove_shipping_method(&caller.0, id, if_match.0)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
