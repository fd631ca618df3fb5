//! Who asks: bearer tokens and guests' tokens for the API, session cookies for the pages.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode, web::Data};
use feira_kernel::{Actor, StoreId, Surface, token::TokenHash};
use feira_order::{OrderError, OrderId};
use feira_payment::PaymentId;
use feira_store::Membership;
use feira_user::{Principal, SessionId};
use uuid::Uuid;

use crate::{error::Problem, extract::header, state::AppState};

mod cookies;
mod csrf;
mod page;

pub use cookies::{
    clear_cookie, device_cookie, device_token, session_cookie, session_token, surface,
};
pub use csrf::{CsrfForm, check_csrf, csrf_token};
pub use page::{
    AdminSession, Locale, OPERATORS_ACCOUNT, PageUser, PersonSession, STORE_COOKIE, SellerSession,
};

/// As whom the process asks the modules when it is not for a caller.
pub static GATEWAY: Actor = Actor::system("gateway");

pub(crate) type Extracted<T, E> = Pin<Box<dyn Future<Output = Result<T, E>>>>;

/// On the shop surface: a customer, or a guest with or without a token.
pub struct ShopCaller(pub Actor);

/// On the routes of one order or payment: of all that the caller sends the credential that opens it.
pub struct OrderCaller(pub Actor);

/// A signed-in customer of the shop.
pub struct Customer(pub Actor);

/// The same, with the device that she signed in on.
pub struct CustomerDevice {
    pub actor: Actor,
    pub session: SessionId,
}

/// A member of a store, working in it.
pub struct SellerCaller(pub Actor);

/// An operator.
pub struct AdminCaller(pub Actor);

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
extractor!(OrderCaller, order);
extractor!(Customer, customer);
extractor!(SellerCaller, seller);
extractor!(AdminCaller, admin);

impl FromRequest for CustomerDevice {
    type Error = Problem;
    type Future = Extracted<Self, Problem>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { customer_device(&request).await })
    }
}

/// The state that the process gave its application.
pub fn state(request: &HttpRequest) -> Result<&Data<AppState>, Problem> {
    let state = request.app_data::<Data<AppState>>();
    state.ok_or_else(Problem::internal)
}

/// The credential in `Authorization`, if there is one.
pub fn bearer(request: &HttpRequest) -> Result<Option<String>, Problem> {
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
    let person = principal(request, Surface::Shop).await?;
    let person = person.map(|principal| Actor::customer(principal.user));
    let holder = || guest(request, "x-cart-token").or_else(|| guest(request, "x-order-token"));
    Ok(person.or_else(holder).unwrap_or_else(Actor::stranger))
}

fn guest(request: &HttpRequest, token: &str) -> Option<Actor> {
    let token = header(request, token).filter(|token| !token.is_empty())?;
    Some(Actor::guest(TokenHash::of(&token)))
}

/// A shop may send all that it has all the time: a person who ordered as a guest before she signed
/// in is both. Which credential opens the thing is the module's to say; the last one needs no
/// question, because the handler asks it.
async fn order(request: &HttpRequest) -> Result<Actor, Problem> {
    let person = principal(request, Surface::Shop).await?;
    let person = person.map(|principal| Actor::customer(principal.user));
    let guests = ["x-order-token", "x-cart-token"].map(|token| guest(request, token));
    let mut actors: Vec<Actor> = person
        .into_iter()
        .chain(guests.into_iter().flatten())
        .collect();
    let last = actors.pop();
    for actor in actors {
        if opens(request, &actor).await? {
            return Ok(actor);
        }
    }
    Ok(last.unwrap_or_else(Actor::stranger))
}

/// Whether the order, or the payment, that is asked for is there for the actor. What is no id is
/// refused by the handler.
async fn opens(request: &HttpRequest, actor: &Actor) -> Result<bool, Problem> {
    let asked = request.match_info().get("id");
    let Some(id) = asked.and_then(|id| id.parse::<Uuid>().ok()) else {
        return Ok(true);
    };
    let orders = &state(request)?.orders;
    let found = match request.path().starts_with("/api/v1/payments") {
        true => orders.payment(actor, PaymentId(id)).await.map(drop),
        false => orders.order(actor, OrderId(id)).await.map(drop),
    };
    match found {
        Ok(()) => Ok(true),
        Err(OrderError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

async fn customer(request: &HttpRequest) -> Result<Actor, Problem> {
    Ok(customer_device(request).await?.actor)
}

async fn customer_device(request: &HttpRequest) -> Result<CustomerDevice, Problem> {
    let principal = principal(request, Surface::Shop).await?;
    let principal = principal.ok_or_else(|| Problem::unauthenticated("sign in first"))?;
    Ok(CustomerDevice {
        actor: Actor::customer(principal.user),
        session: principal.session,
    })
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
