//! Who is looking at a page, and in which language.

use std::{collections::BTreeSet, future::Ready, future::ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Data};
use feira_kernel::{Actor, Surface, UserId};
use feira_store::Membership;
use feira_user::{Principal, SessionId};

use super::{
    Extracted, GATEWAY, choose,
    cookies::session_token,
    csrf::{NIL, csrf_of, csrf_token, wanted},
    member, operator, state,
};
use crate::{current::current, error::PageError, language, state::AppState};

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
