//! Session cookies, CSRF tokens and the language of a page.

use std::{future::Ready, future::ready};

use actix_web::{
    FromRequest, HttpRequest,
    cookie::{
        Cookie, SameSite,
        time::{Duration, OffsetDateTime},
    },
    dev::Payload,
    web::{Data, Form},
};
use feira_kernel::{Actor, Surface};
use feira_store::Membership;
use feira_user::Principal;
use serde::de::DeserializeOwned;

use super::{Extracted, GATEWAY, choose, member, operator, state};
use crate::{
    error::{PageError, Problem},
    extract, language,
    state::AppState,
};

/// Which store a person with several works in.
pub const STORE_COOKIE: &str = "feira_store";

/// Who is looking at a page.
#[derive(Debug, Clone)]
pub struct PageUser {
    pub name: String,
    pub locale: String,
}

/// A member of a store, signed in to the seller pages.
pub struct SellerSession {
    pub actor: Actor,
    pub membership: Membership,
    pub memberships: Vec<Membership>,
    pub user: PageUser,
    pub csrf: String,
}

/// An operator, signed in to the admin pages.
pub struct AdminSession {
    pub actor: Actor,
    pub user: PageUser,
    pub csrf: String,
}

/// The name of the session cookie of a surface. The prefix makes browsers refuse it from
/// anywhere but this host, and over plain http from anywhere but localhost.
fn cookie_name(surface: Surface) -> &'static str {
    match surface {
        Surface::Admin => "__Host-feira_admin",
        _ => "__Host-feira_seller",
    }
}

pub fn session_cookie(
    surface: Surface,
    token: String,
    expires_at: OffsetDateTime,
) -> Cookie<'static> {
    Cookie::build(cookie_name(surface), token)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .expires(expires_at)
        .finish()
}

pub fn clear_cookie(surface: Surface) -> Cookie<'static> {
    let mut cookie = session_cookie(surface, String::new(), OffsetDateTime::UNIX_EPOCH);
    cookie.make_removal();
    cookie
}

/// The session's token, if the browser sent one.
pub fn session_token(request: &HttpRequest, surface: Surface) -> Option<String> {
    value(request, cookie_name(surface))
}

/// The cookie by which a browser is known where its owner signed in before; it outlives sessions, and
/// gives no access.
pub fn device_cookie(surface: Surface, token: String) -> Cookie<'static> {
    Cookie::build(device_cookie_name(surface), token)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(Duration::days(365))
        .finish()
}

pub fn device_token(request: &HttpRequest, surface: Surface) -> Option<String> {
    value(request, device_cookie_name(surface))
}

fn device_cookie_name(surface: Surface) -> &'static str {
    match surface {
        Surface::Admin => "__Host-feira_admin_device",
        _ => "__Host-feira_seller_device",
    }
}

fn value(request: &HttpRequest, cookie: &str) -> Option<String> {
    request
        .cookie(cookie)
        .map(|c| c.value().to_owned())
        .filter(|t| !t.is_empty())
}

async fn page_principal(
    request: &HttpRequest,
    surface: Surface,
    login: &str,
) -> Result<(Principal, String), PageError> {
    let here = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let Some(token) = session_token(request, surface) else {
        return Err(PageError::redirect_to_login(login, here));
    };
    let state = state(request).map_err(PageError::from)?;
    match state.users.browser_principal(&GATEWAY, token.clone()).await {
        Ok(principal) if principal.surface == surface => Ok((principal, csrf_token(state, &token))),
        Ok(_) | Err(feira_user::UserError::TokenInvalid) => {
            Err(PageError::redirect_to_login(login, here))
        }
        Err(error) => Err(error.into()),
    }
}

/// Bound to the session, so that a form of one person is worth nothing in another's browser.
fn csrf_token(state: &AppState, session: &str) -> String {
    state.page_key.derive("csrf", NIL, session)
}

const NIL: uuid::Uuid = uuid::Uuid::nil();

impl FromRequest for SellerSession {
    type Error = PageError;
    type Future = Extracted<Self, PageError>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (principal, csrf) =
                page_principal(&request, Surface::Seller, "/seller/login").await?;
            let memberships = state(&request)?
                .stores
                .memberships(&GATEWAY, principal.user)
                .await?;
            let wanted = request
                .cookie(STORE_COOKIE)
                .and_then(|c| c.value().parse().ok())
                .map(feira_kernel::StoreId);
            let chosen = choose(&memberships, wanted)
                .or_else(|| memberships.first())
                .cloned();
            let Some(membership) = chosen else {
                return Err(PageError::forbidden(
                    "you do not work in any store yet; apply to sell first",
                ));
            };
            Ok(Self {
                actor: member(&principal, &membership),
                membership,
                memberships,
                user: PageUser {
                    name: principal.name,
                    locale: principal.locale,
                },
                csrf,
            })
        })
    }
}

impl FromRequest for AdminSession {
    type Error = PageError;
    type Future = Extracted<Self, PageError>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (principal, csrf) =
                page_principal(&request, Surface::Admin, "/admin/login").await?;
            let user = PageUser {
                name: principal.name.clone(),
                locale: principal.locale.clone(),
            };
            Ok(Self {
                actor: operator(principal),
                user,
                csrf,
            })
        })
    }
}

/// The language of a page for somebody who is not signed in.
#[derive(Debug, Clone)]
pub struct Locale(pub String);

impl FromRequest for Locale {
    type Error = PageError;
    type Future = Ready<Result<Self, PageError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(language::preferred(request).to_owned())))
    }
}

/// A form that was made for this session: its `csrf` field was checked and taken out.
pub struct CsrfForm<T>(pub T);

#[derive(serde::Deserialize)]
struct CsrfField {
    csrf: String,
}

impl<T: DeserializeOwned + 'static> FromRequest for CsrfForm<T> {
    type Error = PageError;
    type Future = Extracted<Self, PageError>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let bytes = extract::read(payload, 262_144)
                .await
                .map_err(PageError::from)?;
            check_csrf(&request, &serde_urlencoded_field(&bytes)?)?;
            let value = Form::<T>::from_request(&request, &mut body(bytes)).await;
            let value = value.map_err(|_| {
                PageError::from(Problem::new(
                    actix_web::http::StatusCode::UNPROCESSABLE_ENTITY,
                    "request.invalid_form",
                    "the form does not fit; go back and try again",
                ))
            })?;
            Ok(Self(value.into_inner()))
        })
    }
}

fn body(bytes: actix_web::web::Bytes) -> Payload {
    Payload::from(bytes)
}

fn serde_urlencoded_field(bytes: &[u8]) -> Result<String, PageError> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    actix_web::web::Query::<CsrfField>::from_query(text)
        .map(|field| field.csrf.clone())
        .map_err(|_| {
            PageError::forbidden("the form was not made by this page; go back and try again")
        })
}

/// Refuses a form whose token is not the session's; also for multipart forms.
pub fn check_csrf(request: &HttpRequest, token: &str) -> Result<(), PageError> {
    let state: &Data<AppState> = state(request).map_err(PageError::from)?;
    let session = [Surface::Seller, Surface::Admin]
        .into_iter()
        .filter_map(|s| session_token(request, s));
    let mut session = session.filter(|s| state.page_key.verify(token, "csrf", NIL, s));
    match session.next() {
        Some(_) => Ok(()),
        None => Err(PageError::forbidden(
            "the form was not made for this session; go back and try again",
        )),
    }
}
