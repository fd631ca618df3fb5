//! Buying a cart.

use actix_web::{HttpResponse, post};
use feira_cart::{Cart, CartId};
use feira_kernel::{IdempotencyKey, Money};
use feira_order::{Checkout, OrderError, Placed};
use feira_payment::Method;
use feira_web::{
    auth::ShopCaller,
    error::{Problem, ProblemBody},
    extract::Body,
    idempotent::{Keep, Post, Reply},
    language,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    paying::{Paying, SavedCard},
    views::{AddressBody, CartView, MoneyView, OrderView, PaymentView},
};

/// How to pay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "method", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum MethodBody {
    /// A PIX; the answer has the code.
    Pix {},
    /// A card, never by its number: the provider's token, or one of the customer's saved ones. One of them.
    Card {
        #[schema(example = "tok_approved")]
        token: Option<String>,
        /// The id of a saved card, or `default`: the one that is the default when the purchase is made.
        #[schema(value_type = Option<String>, example = "default")]
        saved: Option<SavedCard>,
        /// In how many instalments, of those that are offered (`/carts/{id}/payment-methods`); absent: 1, at once.
        #[schema(example = 1, minimum = 1, maximum = 99)]
        instalments: Option<u32>,
    },
    /// A transfer to the marketplace's account; the answer says how.
    BankTransfer {},
    /// The answer says where the buyer approves it.
    Paypal {},
    /// As is agreed upon in a chat at WhatsApp; the answer has its link.
    Whatsapp {},
    /// To each store itself, when its part is handed over; the answer says how much to whom.
    CashOnDelivery {},
}

impl TryFrom<MethodBody> for Paying {
    type Error = Problem;

    fn try_from(body: MethodBody) -> Result<Self, Problem> {
        let method = match body {
            MethodBody::Pix {} => Method::Pix {},
            MethodBody::Card {
                token,
                saved,
                instalments,
            } => return card(token, saved, counted(instalments)),
            MethodBody::BankTransfer {} => Method::BankTransfer {},
            MethodBody::Paypal {} => Method::Paypal {},
            MethodBody::Whatsapp {} => Method::Whatsapp {},
            MethodBody::CashOnDelivery {} => Method::CashOnDelivery {},
        };
        Ok(Self::By(method))
    }
}

fn card(
    token: Option<String>,
    saved: Option<SavedCard>,
    instalments: u8,
) -> Result<Paying, Problem> {
    match (token, saved) {
        (Some(token), None) => Ok(Paying::By(Method::Card { token, instalments })),
        (None, Some(saved)) => Ok(saved.in_instalments(instalments)),
        (None, None) => Err(Problem::field(
            "request.missing_field",
            "/payment/token",
            "a token, or a saved card",
        )),
        (Some(_), Some(_)) => Err(Problem::field(
            "request.invalid_value",
            "/payment/saved",
            "a token or a saved card, not both",
        )),
    }
}

/// A count that is none is refused with what else is wrong.
fn counted(instalments: Option<u32>) -> u8 {
    u8::try_from(instalments.unwrap_or(1)).unwrap_or(u8::MAX)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "cart_id": "0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a21",
    "email": "ana@example.com",
    "shipping_address": {
        "recipient": "Ana Souza", "street": "Rua Augusta", "number": "1500", "city": "São Paulo",
        "state": "SP", "postal_code": "01304-001", "country": "BR",
    },
    "payment": {"method": "pix"},
    "expected_total": {"amount": "64.80", "currency": "BRL"},
}))]
pub(crate) struct CheckoutBody {
    cart_id: Uuid,
    /// Required of a guest.
    email: Option<String>,
    shipping_address: AddressBody,
    billing_address: Option<AddressBody>,
    payment: MethodBody,
    /// What the buyer saw; another total is refused with the new cart.
    #[schema(value_type = MoneyView)]
    expected_total: Money,
    /// For messages to a guest: `en` or `pt-BR`; what `Accept-Language` says when absent.
    locale: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckoutView {
    order: OrderView,
    payment: PaymentView,
    /// For a guest: send it as `X-Order-Token`.
    order_token: Option<String>,
}

impl From<Placed> for CheckoutView {
    fn from(placed: Placed) -> Self {
        Self {
            order: placed.order.into(),
            payment: placed.payment.into(),
            order_token: placed.order_token,
        }
    }
}

/// Buy a cart: one order, one store order per seller. Repeat it with the same key as often as needed.
/// A method that cannot carry the total is a 409 with `minimum` and `maximum`, and no order exists.
#[utoipa::path(tag = "checkout", request_body = CheckoutBody,
    params(("Idempotency-Key" = String, Header, description = "new for each purchase, the same for each repeat")),
    security(("shop" = []), ("cart_token" = [])),
    responses((status = 201, body = CheckoutView), (status = 403, body = ProblemBody),
        (status = 404, body = ProblemBody)))]
#[post("/checkouts")]
pub(crate) async fn create(
    post: Post<ShopCaller>,
    body: Body<CheckoutBody>,
) -> Result<HttpResponse, Problem> {
    let Body { value: b, bytes } = body;
    let paying = Paying::try_from(b.payment)?;
    // A person's own setting is known to her account.
    let guest = post.actor.user().is_none();
    let locale = b
        .locale
        .or_else(|| guest.then(|| language::preferred(&post.request).to_owned()));
    let checkout = |key: IdempotencyKey, method| Checkout {
        key: key.key,
        cart: CartId(b.cart_id),
        email: b.email,
        shipping_address: b.shipping_address.into(),
        billing_address: b.billing_address.map(Into::into),
        method,
        expected_total: b.expected_total,
        locale,
    };
    let (state, actor) = (&post.state, &post.actor);
    let place = |key| async move {
        let method = paying.method(state, actor).await?;
        let placed = state.orders.checkout(actor, checkout(key, method));
        placed.await.map_err(refused)
    };
    post.once_with_key(Keep::Status, &bytes, place, |placed| {
        let location = format!("/api/v1/orders/{}", placed.order.id);
        Reply::created::<CheckoutView>(location, placed)
    })
    .await
}

/// Another total is refused with the cart as it is now.
fn refused(error: OrderError) -> Problem {
    let OrderError::TotalChanged { cart } = &error else {
        return error.into();
    };
    let cart = CartView::from(Cart::clone(cart));
    Problem::from(error).with("cart", cart)
}
