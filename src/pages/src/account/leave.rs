use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, get, post},
};
use askama::Template;
use feira_kernel::{Actor, Surface};
use feira_web::{
    auth::{self, CsrfForm, Locale},
    error::PageError,
    state::AppState,
};

use super::caller::PersonPage;
use crate::page::{Action, Answer, Fields, Lang, Page, Place, Registered, respond_ok};
#[cfg(test)]
use {
    super::caller::frame,
    crate::page::{Area, samples},
};

/// Signing out, for pages without the menu.
pub(super) const PAGE: Registered = Registered {
    path: "/logout",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[Action::at("/logout", || post().to(leave))],
    #[cfg(test)]
    samples,
};

const SURFACES: [Surface; 2] = [Surface::Seller, Surface::Admin];

#[derive(Template)]
#[template(path = "account/leave.html")]
struct LeavePage {
    p: Page,
    signed_in: bool,
}

/// GET /logout
async fn show(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    person: Option<PersonPage>,
) -> Answer {
    let signed_in = person.is_some();
    let p = match person {
        Some(person) => person.frame("leave-title"),
        None => Page::public(&request, &state, Lang::of(&locale.0)).called("leave-title"),
    };
    respond_ok(&request, &LeavePage { p, signed_in })
}

/// POST /logout: ends the sessions of both surfaces in this browser.
async fn leave(
    request: HttpRequest,
    state: Data<AppState>,
    form: Result<CsrfForm<Fields>, PageError>,
) -> Answer {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, "/"));
    let tokens = SURFACES.map(|surface| (surface, auth::session_token(&request, surface)));
    if tokens.iter().any(|(_, token)| token.is_some()) {
        form?;
    }
    for (surface, token) in tokens {
        if let Some(token) = token {
            state.users.log_out(&Actor::stranger(), token).await?;
            response.cookie(auth::clear_cookie(surface));
        }
    }
    Ok(response.finish())
}

#[cfg(test)]
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let out = Page::sample(lang, Area::Public).called("leave-title");
    let page = |p, signed_in| samples::shown(&LeavePage { p, signed_in });
    vec![
        ("leave", page(frame(lang, "leave-title"), true)),
        ("leave_done", page(out, false)),
    ]
}
