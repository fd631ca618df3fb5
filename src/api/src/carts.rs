//! Carts: of a person, or of a guest who holds `X-Cart-Token`.

use actix_web::{
    HttpRequest, HttpResponse, delete, get,
    http::StatusCode,
    patch, post, put,
    web::{Data, Path},
};
use feira_cart::{
    CartId, CartItemId, Claimed, NewCart, NewItem, ShippingChoice, ShippingSelection,
};
use feira_catalog::VariantId;
use feira_kernel::{StoreId, token::TokenHash};
use feira_store::{Destination, ShippingMethodId};
use feira_web::{
    auth::{Customer, ShopCaller},
    error::{Problem, ProblemBody},
    etag::{IfMatch, PRIVATE, tagged},
    extract::{self, Body},
    idempotent::{Post, Reply},
    state::AppState,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::{CartView, MergedLineView};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewCartView {
    #[serde(flatten)]
    cart: CartView,
    /// For a guest, given only now: send it as `X-Cart-Token`. The one that was sent, if that opens a
    /// held cart: then it opens both.
    cart_token: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"variant_id": "0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a21", "quantity": 1}))]
pub(crate) struct ItemBody {
    variant_id: Uuid,
    /// 1 to 999.
    quantity: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"quantity": 2}))]
pub(crate) struct QuantityBody {
    quantity: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "country": "BR", "state": "SP", "postal_code": "01304-001",
    "choices": [{
        "store_id": "0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a21",
        "shipping_method_id": "0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a22",
    }],
}))]
pub(crate) struct ShippingBody {
    country: Option<String>,
    state: Option<String>,
    postal_code: Option<String>,
    #[serde(default)]
    choices: Vec<ChoiceBody>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceBody {
    store_id: Uuid,
    shipping_method_id: Uuid,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimView {
    cart: CartView,
    /// What was done to each line of the guest's cart.
    report: Vec<MergedLineView>,
}

impl From<Claimed> for ClaimView {
    fn from(Claimed { cart, report }: Claimed) -> Self {
        Self {
            cart: cart.into(),
            report: report.into_iter().map(MergedLineView::from).collect(),
        }
    }
}

fn shown(request: &HttpRequest, cart: feira_cart::Cart) -> HttpResponse {
    let version = cart.version;
    tagged(request, Some(version), &CartView::from(cart), PRIVATE)
}

/// A new cart; for a guest with its token. It is kept from its first line on: a crash of the database
/// may take back an empty one of the last tenths of a second. Who has an open cart is given that one: a
/// person, and a guest whose `X-Cart-Token` opens a held cart beside it.
#[utoipa::path(tag = "cart", security((), ("shop" = []), ("cart_token" = [])),
    responses((status = 201, body = NewCartView)))]
#[post("/carts")]
pub(crate) async fn create(post: Post<ShopCaller>) -> Result<HttpResponse, Problem> {
    let create = |key| post.state.carts.create(&post.actor, key);
    let guest = post.actor.user().is_none();
    let sent = || extract::header(&post.request, "x-cart-token").filter(|_| guest);
    let present = |NewCart { cart, token }| {
        let location = format!("/api/v1/carts/{}", cart.id);
        let view = NewCartView {
            cart: cart.into(),
            cart_token: token.or_else(sent),
        };
        Reply::created::<NewCartView>(location, view)
    };
    // A guest's token is told once: a repeat is another cart, and the unused one expires.
    match post.actor.user() {
        Some(_) => post.once(b"", create, present).await,
        None => {
            post.check_key()?;
            Ok(present(create(None).await?).into())
        }
    }
}

/// The cart as it stands now; a held one (an order made of it waits for its payment) with its `order_id`.
#[utoipa::path(tag = "cart", params(("id" = Uuid, Path)), security(("shop" = []), ("cart_token" = [])),
    responses((status = 200, body = CartView), (status = 304, description = "Not modified")))]
#[get("/carts/{id}")]
pub(crate) async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    caller: ShopCaller,
    path: Path<Uuid>,
) -> Result<HttpResponse, Problem> {
    Ok(shown(
        &request,
        state
            .carts
            .cart(&caller.0, CartId(path.into_inner()))
            .await?,
    ))
}

/// Add units of a variant. The first line is on the disk when this answers, and the cart with it; a
/// crash of the database may take back the last tenths of a second of later changes. A held cart is
/// refused with `cart.held` and its `order_id`, here as in all that changes it.
#[utoipa::path(tag = "cart", params(("id" = Uuid, Path)), request_body = ItemBody,
    security(("shop" = []), ("cart_token" = [])), responses((status = 200, body = CartView)))]
#[post("/carts/{id}/items")]
pub(crate) async fn add_item(
    post: Post<ShopCaller>,
    path: Path<Uuid>,
    body: Body<ItemBody>,
) -> Result<HttpResponse, Problem> {
    let item = NewItem {
        variant: VariantId(body.value.variant_id),
        quantity: body.value.quantity,
    };
    let id = CartId(path.into_inner());
    let add = |key| post.state.carts.add_item(&post.actor, id, item, key);
    post.once(&body.bytes, add, Reply::ok::<CartView>).await
}

/// Set a line's quantity.
#[utoipa::path(tag = "cart", params(("id" = Uuid, Path), ("item_id" = Uuid, Path)), request_body = QuantityBody,
    security(("shop" = []), ("cart_token" = [])),
    responses((status = 200, body = CartView), (status = 409, body = ProblemBody)))]
#[patch("/carts/{id}/items/{item_id}")]
pub(crate) async fn set_quantity(
    request: HttpRequest,
    state: Data<AppState>,
    caller: ShopCaller,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
    body: Body<QuantityBody>,
) -> Result<HttpResponse, Problem> {
    let (cart, item) = path.into_inner();
    Ok(shown(
        &request,
        state
            .carts
            .set_quantity(
                &caller.0,
                CartId(cart),
                CartItemId(item),
                body.value.quantity,
                if_match.0,
            )
            .await?,
    ))
}

/// Remove a line.
#[utoipa::path(tag = "cart", params(("id" = Uuid, Path), ("item_id" = Uuid, Path)),
    security(("shop" = []), ("cart_token" = [])),
    responses((status = 200, body = CartView), (status = 409, body = ProblemBody)))]
#[delete("/carts/{id}/items/{item_id}")]
pub(crate) async fn remove_item(
    request: HttpRequest,
    state: Data<AppState>,
    caller: ShopCaller,
    path: Path<(Uuid, Uuid)>,
    if_match: IfMatch,
) -> Result<HttpResponse, Problem> {
    let (cart, item) = path.into_inner();
    Ok(shown(
        &request,
        state
            .carts
            .remove_item(&caller.0, CartId(cart), CartItemId(item), if_match.0)
            .await?,
    ))
}

/// Where to, and how per store.
#[utoipa::path(tag = "cart", params(("id" = Uuid, Path)), request_body = ShippingBody,
    security(("shop" = []), ("cart_token" = [])),
    responses((status = 200, body = CartView), (status = 409, body = ProblemBody)))]
#[put("/carts/{id}/shipping")]
pub(crate) async fn set_shipping(
    request: HttpRequest,
    state: Data<AppState>,
    caller: ShopCaller,
    path: Path<Uuid>,
    if_match: IfMatch,
    body: Body<ShippingBody>,
) -> Result<HttpResponse, Problem> {
    let b = body.value;
    let destination = match (b.country, b.postal_code) {
        (Some(country), postal_code) => Some(Destination {
            country,
            state: b.state,
            postal_code: postal_code.unwrap_or_default(),
        }),
        (None, None) if b.state.is_none() => None,
        (None, _) => {
            return Err(Problem::field(
                "request.missing_field",
                "/country",
                "this field is required",
            ));
        }
    };
    let choices = b
        .choices
        .iter()
        .map(|c| ShippingChoice {
            store: StoreId(c.store_id),
            method: ShippingMethodId(c.shipping_method_id),
        })
        .collect();
    let selection = ShippingSelection {
        destination,
        choices,
    };
    Ok(shown(
        &request,
        state
            .carts
            .set_shipping(&caller.0, CartId(path.into_inner()), selection, if_match.0)
            .await?,
    ))
}

/// Take over a guest's cart after log-in: send both the bearer token and `X-Cart-Token`, which can be
/// forgotten once this is answered. The answer is the customer's open cart. Held carts of the same token
/// become hers as they are; if the id is that of a held or merged one, the token's open cart is taken
/// over, if there is one.
#[utoipa::path(tag = "cart", params(("id" = Uuid, Path)), security(("shop" = [], "cart_token" = [])),
    responses((status = 200, body = ClaimView)))]
#[post("/carts/{id}/claim")]
pub(crate) async fn claim(post: Post<Customer>, path: Path<Uuid>) -> Result<HttpResponse, Problem> {
    let token = extract::header(&post.request, "x-cart-token").filter(|t| !t.is_empty());
    let Some(token) = token else {
        return Err(Problem::new(
            StatusCode::NOT_FOUND,
            "cart.not_found",
            "send the guest's X-Cart-Token as well",
        ));
    };
    let id = CartId(path.into_inner());
    let (carts, guest) = (&post.state.carts, TokenHash::of(&token));
    let claim = |key| carts.claim(&post.actor, id, guest, key);
    // The guest's cart is named by its token: with another one it is another request.
    post.once(token.as_bytes(), claim, Reply::ok::<ClaimView>)
        .await
}
