//! Signing in and out of the pages. Operators sign in by password only until a second factor is
//! there; a demo's page says so.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form as UrlEncoded, Query, get, post},
};
use askama::Template;
use feira_kernel::{Actor, ErrorKind, ModuleError, Surface};
use feira_user::{BrowserSession, LogIn, UserError};
use feira_web::{
    accounts::{ACCOUNTS, Account},
    auth::{self, CsrfForm, Locale},
    extract,
    state::AppState,
};
use serde::Deserialize;

use crate::page::{Action, Answer, Fields, Form, Lang, Page, Place, Registered, respond};

mod link;
mod rules;

use rules::{is_insecure, next};

#[cfg(test)]
use crate::page::{Area, samples};

pub(crate) const PAGES: &[&Registered] = &[
    &SELLER,
    &ADMIN,
    &link::ASK_SELLER,
    &link::ASK_ADMIN,
    &link::USE,
];

const SELLER: Registered = Registered {
    path: "/seller/login",
    place: Place::Outside,
    show: || get().to(seller),
    actions: &[
        Action::at("/seller/login", || post().to(seller_submit)),
        Action::at("/logout", || post().to(sign_out)),
    ],
    #[cfg(test)]
    samples: samples_of_seller,
};

const ADMIN: Registered = Registered {
    path: "/admin/login",
    place: Place::Outside,
    show: || get().to(admin),
    actions: &[Action::at("/admin/login", || post().to(admin_submit))],
    #[cfg(test)]
    samples: samples_of_admin,
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    p: Page,
    form: Form,
    action: &'static str,
    /// Where a link is asked for by mail.
    by_mail: &'static str,
    operator: bool,
    demo: bool,
    accounts: &'static [Account],
    /// Whether the browser would drop the session's cookie at this address.
    insecure: bool,
    base_url: String,
}

#[derive(Debug, Default, Deserialize)]
struct Next {
    next: Option<String>,
}

/// GET /seller/login
async fn seller(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    next: Query<Next>,
) -> Answer {
    let form = first(next.into_inner());
    show(&request, &state, &locale, Surface::Seller, form)
}

/// GET /admin/login
async fn admin(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    next: Query<Next>,
) -> Answer {
    let form = first(next.into_inner());
    show(&request, &state, &locale, Surface::Admin, form)
}

/// POST /seller/login
async fn seller_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    form: UrlEncoded<Fields>,
) -> Answer {
    submit(
        &request,
        &state,
        &locale,
        Surface::Seller,
        form.into_inner(),
    )
    .await
}

/// POST /admin/login
async fn admin_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    form: UrlEncoded<Fields>,
) -> Answer {
    submit(&request, &state, &locale, Surface::Admin, form.into_inner()).await
}

/// POST /logout: ends the sessions of both surfaces in this browser.
async fn sign_out(request: HttpRequest, state: Data<AppState>, _form: CsrfForm<Fields>) -> Answer {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, "/"));
    for surface in [Surface::Seller, Surface::Admin] {
        if let Some(token) = auth::session_token(&request, surface) {
            state.users.log_out(&Actor::stranger(), token).await?;
            response.cookie(auth::clear_cookie(surface));
        }
    }
    Ok(response.finish())
}

fn first(next: Next) -> Form {
    Form::new(Fields::default().with("next", next.next.unwrap_or_default()))
}

fn show(
    request: &HttpRequest,
    state: &AppState,
    locale: &Locale,
    surface: Surface,
    form: Form,
) -> Answer {
    let status = form.status();
    let operator = surface == Surface::Admin;
    let lang = Lang::of(&locale.0);
    let title = lang.text(if operator {
        "sign-in-operator"
    } else {
        "sign-in-seller"
    });
    let page = SignInPage {
        p: Page::public(request, state, lang).titled(title),
        form,
        action: if operator { ADMIN.path } else { SELLER.path },
        by_mail: if operator {
            link::ASK_ADMIN.path
        } else {
            link::ASK_SELLER.path
        },
        operator,
        demo: state.settings.demo,
        accounts: &ACCOUNTS,
        insecure: is_insecure(request, &state.settings.base_url),
        base_url: state.settings.base_url.clone(),
    };
    respond(request, status, &page)
}

async fn submit(
    request: &HttpRequest,
    state: &AppState,
    locale: &Locale,
    surface: Surface,
    fields: Fields,
) -> Answer {
    let lang = Lang::of(&locale.0);
    let again = |form| show(request, state, locale, surface, form);
    if is_insecure(request, &state.settings.base_url) {
        // Without its cookie the session would be asked for again and again.
        let mut form = Form::new(fields);
        form.refuse("login", lang.text("sign-in-insecure-short"));
        return again(form);
    }
    let log_in = LogIn {
        login: fields.text("login"),
        password: fields.secret("password"),
        surface,
        device: device(request),
        address: extract::client_address(request, state.settings.trust_proxy),
        device_token: auth::device_token(request, surface),
    };
    let opened = state
        .users
        .open_browser_session(&Actor::stranger(), log_in)
        .await;
    match opened {
        Ok(session) => Ok(entered(session, fields.get("next"))),
        Err(error) => refused(lang, fields, error, again),
    }
}

/// What the browser calls itself.
fn device(request: &HttpRequest) -> Option<String> {
    let agent = extract::header(request, "user-agent")?;
    Some(agent.chars().take(200).collect())
}

/// The form again, with what is said of the login; what no typing mends is an error page.
fn refused(
    lang: Lang,
    fields: Fields,
    error: UserError,
    show: impl FnOnce(Form) -> Answer,
) -> Answer {
    if matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::Internal) {
        return Err(error.into());
    }
    let mut form = Form::new(fields);
    let text = lang.error(error.code(), (None, None));
    form.refuse("login", text.unwrap_or_else(|| error.to_string()));
    let mut response = show(form)?;
    if let UserError::TooManyTries { retry_after } = error {
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, retry_after.into());
    }
    Ok(response)
}

/// On into the pages, with the cookies of the session and of the browser.
fn entered(session: BrowserSession, wanted: &str) -> HttpResponse {
    let surface = session.surface;
    let home = match surface {
        Surface::Admin => "/admin",
        Surface::Shop | Surface::Seller => "/seller",
    };
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, next(wanted, home)))
        .cookie(auth::session_cookie(
            surface,
            session.token,
            session.expires_at,
        ))
        .cookie(auth::device_cookie(surface, session.device_token))
        .finish()
}

#[cfg(test)]
fn sample(lang: Lang, operator: bool) -> String {
    let mut form = first(Next::default());
    let said = lang.error("user.bad_credentials", (None, None));
    form.refuse("login", said.expect("a text"));
    samples::shown(&SignInPage {
        p: Page::sample(lang, Area::Public).called("sign-in-seller"),
        form,
        action: SELLER.path,
        by_mail: link::ASK_SELLER.path,
        operator,
        demo: true,
        accounts: &ACCOUNTS,
        insecure: !operator,
        base_url: "http://localhost:8080".to_owned(),
    })
}

#[cfg(test)]
fn samples_of_seller(lang: Lang) -> Vec<(&'static str, String)> {
    vec![("sign_in", sample(lang, false))]
}

#[cfg(test)]
fn samples_of_admin(lang: Lang) -> Vec<(&'static str, String)> {
    vec![("sign_in_operator", sample(lang, true))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_what_matters() {
        for lang in Lang::ALL {
            for operator in [true, false] {
                let html = sample(lang, operator);
                let warning = lang.text("sign-in-no-second-factor");
                assert_eq!(html.contains(&warning), operator);
                assert_eq!(html.contains("http://localhost:8080"), !operator);
            }
        }
    }
}
