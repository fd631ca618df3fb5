//! Who asks: bearer tokens and guests' tokens for the API, session cookies for the pages.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode, web::Data};
use feira_kernel::{
    Actor, StoreId, Surface,
    token::{TokenHash, TokenKey},
};
use feira_payment::PaymentId;
use feira_store::Membership;
use feira_user::Principal;
use uuid::Uuid;

use super::{error::Problem, extract::header, state::AppState};

mod page;

pub(crate) use page::{
    AdminPage, CsrfForm, Locale, STORE_COOKIE, SellerPage, check_csrf, clear_cookie, language,
    session_cookie, session_token,
};

const GATEWAY: Actor = Actor::system("gateway");

pub(super) type Extracted<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// On the shop surface: a customer, or a guest with or without a token.
pub(crate) struct ShopCaller(pub(crate) Actor);

/// A signed-in customer of the shop.
pub(crate) struct Customer(pub(crate) Actor);

/// A member of a store, working in it.
pub(crate) struct SellerCaller(pub(crate) Actor);

/// An operator.
pub(crate) struct AdminCaller(pub(crate) Actor);

macro_rules! extractor {
    ($name:ident, $resolve:ident) => {
        impl FromRequest for $name {
            type Error = Problem;
            type Future = Extracted<Self, Problem>;

            fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
                let request = request.clone();
                Box::pin(async move { $resolve(&request).await.map(Self) })
            }
        }

        impl From<$name> for Actor {
            fn from(caller: $name) -> Self {
                caller.0
            }
        }
    };
}

extractor!(ShopCaller, shop);
extractor!(Customer, customer);
extractor!(SellerCaller, seller);
extractor!(AdminCaller, admin);

pub(super) fn state(request: &HttpRequest) -> Result<&Data<AppState>, Problem> {
    request.app_data::<Data<AppState>>().ok_or_else(|| {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "request.internal",
            "an error on our side",
        )
    })
}

/// The credential in `Authorization`, if there is one.
fn bearer(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(value) = header(request, "authorization") else {
        // A header that is there but not text is no credential either.
        return match request.headers().contains_key("authorization") {
            true => Err(Problem::unauthenticated(
                "the Authorization header cannot be read",
            )),
            false => Ok(None),
        };
    };
    match value.split_once(' ') {
        Some((scheme, token))
            if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() =>
        {
            Ok(Some(token.trim().to_owned()))
        }
        _ => Err(Problem::unauthenticated(
            "send Authorization: Bearer <access token>",
        )),
    }
}

async fn principal(request: &HttpRequest, surface: Surface) -> Result<Option<Principal>, Problem> {
    let Some(token) = bearer(request)? else {
        return Ok(None);
    };
    let principal = state(request)?.users.authenticate(&GATEWAY, token).await?;
    if principal.surface != surface {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "request.wrong_audience",
            format!(
                "this token is for the {} surface",
                principal.surface.as_str()
            ),
        ));
    }
    Ok(Some(principal))
}

async fn shop(request: &HttpRequest) -> Result<Actor, Problem> {
    if let Some(principal) = principal(request, Surface::Shop).await? {
        return Ok(Actor::customer(principal.user));
    }
    // A shop may send both all the time: carts and checkouts are the cart token's, orders and
    // their payments the order token's, unless that is of another order.
    let [order, cart] = ["x-order-token", "x-cart-token"]
        .map(|name| header(request, name).filter(|token| !token.is_empty()));
    let of_cart = ["/api/v1/carts", "/api/v1/checkouts"];
    let of_cart = of_cart.iter().any(|base| request.path().starts_with(base));
    let token = match (order, cart) {
        (Some(order), Some(cart)) => {
            let of_order = !of_cart && opens(request, &order).await;
            Some(if of_order { order } else { cart })
        }
        (order, cart) => order.or(cart),
    };
    Ok(token.map_or_else(Actor::stranger, |t| Actor::guest(TokenHash::of(&t))))
}

/// Whether an order's token is of the order, or of the payment's order, that is asked for. It only
/// chooses between two tokens: whether one opens anything is the module's to say.
async fn opens(request: &HttpRequest, token: &str) -> bool {
    let asked = request.match_info().get("id");
    let Some(id) = asked.and_then(|id| id.parse::<Uuid>().ok()) else {
        return true;
    };
    match state(request) {
        Ok(state) if request.path().starts_with("/api/v1/payments") => {
            let holder = Actor::guest(TokenHash::of(token));
            let payment = state.orders.payment(&holder, PaymentId(id)).await;
            payment.is_ok()
        }
        _ => TokenKey::id_of(token) == Some(id),
    }
}

async fn customer(request: &HttpRequest) -> Result<Actor, Problem> {
    match principal(request, Surface::Shop).await? {
        Some(principal) => Ok(Actor::customer(principal.user)),
        None => Err(Problem::unauthenticated("sign in first")),
    }
}

async fn admin(request: &HttpRequest) -> Result<Actor, Problem> {
    match principal(request, Surface::Admin).await? {
        Some(principal) => Ok(operator(principal)),
        None => Err(Problem::unauthenticated("sign in as an operator first")),
    }
}

async fn seller(request: &HttpRequest) -> Result<Actor, Problem> {
    let Some(principal) = principal(request, Surface::Seller).await? else {
        return Err(Problem::unauthenticated("sign in as a seller first"));
    };
    let wanted = match header(request, "x-store-id") {
        Some(text) => Some(text.parse().map(StoreId).map_err(|_| {
            Problem::new(
                StatusCode::NOT_FOUND,
                "store.not_found",
                "there is no such store",
            )
        })?),
        None => None,
    };
    let memberships = state(request)?
        .stores
        .memberships(&GATEWAY, principal.user)
        .await?;
    let membership = choose(&memberships, wanted).ok_or_else(|| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "store.not_a_member",
            "you do not work in this store",
        )
    })?;
    Ok(member(&principal, membership))
}

/// The store that is asked for, or the only one, or the first by name.
fn choose(memberships: &[Membership], wanted: Option<StoreId>) -> Option<&Membership> {
    match wanted {
        Some(store) => memberships.iter().find(|m| m.store == store),
        None => memberships.first(),
    }
}

fn member(principal: &Principal, membership: &Membership) -> Actor {
    Actor::Person {
        user: principal.user,
        surface: Surface::Seller,
        store: Some(membership.store),
        permissions: membership.permissions.clone(),
    }
}

fn operator(principal: Principal) -> Actor {
    Actor::Person {
        user: principal.user,
        surface: Surface::Admin,
        store: None,
        permissions: principal.permissions,
    }
}
