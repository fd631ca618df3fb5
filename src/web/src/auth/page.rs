//! Session cookies, CSRF tokens and the language of a page.

use std::{collections::BTreeSet, future::Ready, future::ready};

use actix_web::{
    FromRequest, HttpRequest,
    cookie::{
        Cookie, SameSite,
        time::{Duration, OffsetDateTime},
    },
    dev::Payload,
    web::{Bytes, Data, Form},
};
use feira_kernel::{Actor, Surface, UserId};
use feira_store::Membership;
use feira_user::{Principal, SessionId};
use serde::de::DeserializeOwned;

use super::{Extracted, GATEWAY, choose, member, operator, state};
use crate::{
    current::current,
    error::{PageError, Problem},
    extract, language,
    state::AppState,
    submitted::MAX_FORM,
};

/// Where somebody goes who is signed in to sell and has no store.
const NO_STORE: &str = "/account/sell";

/// Which store a person with several works in.
pub const STORE_COOKIE: &str = "feira_store";

/// Who is looking at a page.
#[derive(Debug, Clone)]
pub struct PageUser {
    pub name: String,
    pub locale: String,
}

/// Somebody who is signed in, wherever, for what is her own.
pub struct PersonSession {
    pub id: UserId,
    pub actor: Actor,
    pub surface: Surface,
    pub session: SessionId,
    pub user: PageUser,
    pub csrf: String,
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

/// The surface whose session counts first on a page.
pub fn surface(path: &str) -> Surface {
    match path.starts_with("/admin") {
        true => Surface::Admin,
        false => Surface::Seller,
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

/// Where somebody wants to be who is to sign in first: where her form goes, if it is kept, or else
/// the page that she was on.
fn wanted(request: &HttpRequest) -> String {
    let current = current();
    match current.form {
        Some(_) => request.path().to_owned(),
        None => current.page,
    }
}

async fn page_principal(
    request: &HttpRequest,
    surface: Surface,
    login: &str,
) -> Result<(Principal, String), PageError> {
    let here = &wanted(request);
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
pub fn csrf_token(state: &AppState, session: &str) -> String {
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
                return Err(PageError::Redirect(NO_STORE.to_owned()));
            };
            Ok(Self {
                actor: member(&principal, &membership),
                membership,
                memberships,
                user: PageUser::of(&request, &principal),
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
            Ok(Self {
                user: PageUser::of(&request, &principal),
                actor: operator(principal),
                csrf,
            })
        })
    }
}

/// Where an operator finds what is her own: the same browser may be another person's to sell.
pub const OPERATORS_ACCOUNT: &str = "/account?surface=admin";

/// Whether a page of a person's own is the operator's: a form was made for her session, the address
/// of a page says so.
fn is_of_operator(request: &HttpRequest) -> Result<bool, PageError> {
    let Some(form) = current().form else {
        return Ok(request.query_string() == "surface=admin");
    };
    let state: &Data<AppState> = state(request).map_err(PageError::from)?;
    let session = session_token(request, Surface::Admin);
    let token = csrf_of(&form);
    Ok(session.is_some_and(|session| state.page_key.verify(&token, "csrf", NIL, &session)))
}

impl FromRequest for PersonSession {
    type Error = PageError;
    type Future = Extracted<Self, PageError>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (first, other, login) = match is_of_operator(&request)? {
                true => (Surface::Admin, Surface::Seller, "/admin/login"),
                false => (Surface::Seller, Surface::Admin, "/seller/login"),
            };
            let found = match page_principal(&request, first, login).await {
                Err(PageError::SignIn(_)) => page_principal(&request, other, login).await,
                found => found,
            };
            let (principal, csrf) = found?;
            Ok(Self {
                user: PageUser::of(&request, &principal),
                id: principal.user,
                surface: principal.surface,
                session: principal.session,
                actor: Actor::Person {
                    user: principal.user,
                    surface: principal.surface,
                    store: None,
                    permissions: BTreeSet::new(),
                },
                csrf,
            })
        })
    }
}

impl PageUser {
    /// In the language that was chosen in this browser, or else in hers.
    fn of(request: &HttpRequest, principal: &Principal) -> Self {
        let chosen = language::chosen(request).map(str::to_owned);
        Self {
            name: principal.name.clone(),
            locale: chosen.unwrap_or_else(|| principal.locale.clone()),
        }
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
            let bytes = extract::read(payload, MAX_FORM)
                .await
                .map_err(PageError::from)?;
            check_csrf(&request, &csrf_of(&bytes))?;
            let mut form = Payload::from(without_csrf(&bytes));
            let value = Form::<T>::from_request(&request, &mut form).await;
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

/// What was typed is the same in whichever session it is sent.
fn without_csrf(form: &[u8]) -> Bytes {
    let pairs = form.split(|b| *b == b'&');
    let typed: Vec<&[u8]> = pairs.filter(|pair| !pair.starts_with(b"csrf=")).collect();
    Bytes::from(typed.join(&b'&'))
}

/// Empty where there is none.
fn csrf_of(form: &[u8]) -> String {
    let text = std::str::from_utf8(form).unwrap_or_default();
    let field = actix_web::web::Query::<CsrfField>::from_query(text);
    field.map_or_else(|_| String::new(), |field| field.into_inner().csrf)
}

/// Refuses a form whose token is not the session's; also for multipart forms.
pub fn check_csrf(request: &HttpRequest, token: &str) -> Result<(), PageError> {
    let state: &Data<AppState> = state(request).map_err(PageError::from)?;
    let order = match surface(request.path()) {
        Surface::Admin => [Surface::Admin, Surface::Seller],
        Surface::Seller | Surface::Shop => [Surface::Seller, Surface::Admin],
    };
    let sessions = order.into_iter().filter_map(|s| session_token(request, s));
    let sessions: Vec<String> = sessions.collect();
    let ours = |session: &String| state.page_key.verify(token, "csrf", NIL, session);
    if sessions.iter().any(ours) {
        return Ok(());
    }
    let login = match order[0] {
        Surface::Admin => "/admin/login",
        _ => "/seller/login",
    };
    Err(match sessions.first() {
        Some(session) => PageError::OldForm {
            csrf: csrf_token(state, session),
        },
        None => PageError::redirect_to_login(login, &wanted(request)),
    })
}
