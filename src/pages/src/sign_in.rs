//! Signing in and out of the pages. Operators sign in by password only until a second factor is
//! there; a demo's page says so.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Form as UrlEncoded, Query},
};
use askama::Template;
use feira_kernel::{Actor, ErrorKind, ModuleError, Surface};
use feira_user::{LogIn, UserError};
use feira_web::{
    accounts::{ACCOUNTS, Account},
    auth::{self, CsrfForm, Locale},
    extract,
    state::AppState,
};
use serde::Deserialize;

use crate::page::{Answer, Area, Fields, Form, Lang, Page, respond};

mod rules;

use rules::{is_insecure, next};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    p: Page,
    form: Form,
    action: &'static str,
    operator: bool,
    demo: bool,
    accounts: &'static [Account],
    /// Whether the browser would drop the session's cookie at this address.
    insecure: bool,
    base_url: String,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Next {
    next: Option<String>,
}

/// GET /seller/login
pub(crate) async fn seller(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    next: Query<Next>,
) -> Answer {
    show(
        &request,
        &state,
        &locale,
        Surface::Seller,
        first(next.into_inner()),
        StatusCode::OK,
    )
}

/// GET /admin/login
pub(crate) async fn admin(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    next: Query<Next>,
) -> Answer {
    show(
        &request,
        &state,
        &locale,
        Surface::Admin,
        first(next.into_inner()),
        StatusCode::OK,
    )
}

/// POST /seller/login
pub(crate) async fn seller_submit(
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
pub(crate) async fn admin_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    form: UrlEncoded<Fields>,
) -> Answer {
    submit(&request, &state, &locale, Surface::Admin, form.into_inner()).await
}

/// POST /logout: ends the sessions of both surfaces in this browser.
pub(crate) async fn sign_out(
    request: HttpRequest,
    state: Data<AppState>,
    _form: CsrfForm<Fields>,
) -> Answer {
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
    status: StatusCode,
) -> Answer {
    let operator = surface == Surface::Admin;
    let lang = Lang::of(&locale.0);
    let title = lang.text(if operator {
        "sign-in-operator"
    } else {
        "sign-in-seller"
    });
    let page = SignInPage {
        p: Page::public(request, state, lang, Area::Public).titled(title),
        form,
        action: if operator {
            "/admin/login"
        } else {
            "/seller/login"
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
    let again = |fields: Fields, text: String| {
        let mut form = Form::new(fields);
        form.refuse("login", text);
        show(
            request,
            state,
            locale,
            surface,
            form,
            StatusCode::UNPROCESSABLE_ENTITY,
        )
    };
    if is_insecure(request, &state.settings.base_url) {
        // Without its cookie the session would be asked for again and again.
        return again(fields, lang.text("sign-in-insecure-short"));
    }
    let device = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok());
    let log_in = LogIn {
        login: fields.text("login"),
        password: fields.secret("password"),
        surface,
        device: device.map(|d| d.chars().take(200).collect()),
        address: extract::client_address(request, state.settings.trust_proxy),
    };
    let session = match state
        .users
        .open_browser_session(&Actor::stranger(), log_in)
        .await
    {
        Ok(session) => session,
        Err(error) => match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Internal => return Err(error.into()),
            _ => {
                let text = lang.error(error.code(), (None, None));
                let mut response = again(fields, text.unwrap_or_else(|| error.to_string()))?;
                if let UserError::TooManyTries { retry_after } = error {
                    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
                    let headers = response.headers_mut();
                    headers.insert(header::RETRY_AFTER, retry_after.into());
                }
                return Ok(response);
            }
        },
    };
    let home = if surface == Surface::Admin {
        "/admin"
    } else {
        "/seller"
    };
    Ok(HttpResponse::SeeOther()
        .insert_header((header::LOCATION, next(fields.get("next"), home)))
        .cookie(auth::session_cookie(
            surface,
            session.token,
            session.expires_at,
        ))
        .finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::rules::checked;

    #[test]
    fn the_page_says_what_matters() {
        for lang in Lang::ALL {
            for (operator, insecure) in [(true, false), (false, true)] {
                let mut form = first(Next::default());
                let text = lang.error("user.bad_credentials", (None, None));
                form.refuse("login", text.expect("a text"));
                let page = SignInPage {
                    p: Page::bare(lang, Area::Public).titled(lang.text("sign-in-seller")),
                    form,
                    action: "/seller/login",
                    operator,
                    demo: true,
                    accounts: &ACCOUNTS,
                    insecure,
                    base_url: "http://localhost:8080".to_owned(),
                };
                let html = page.render().unwrap();
                checked("sign_in", lang, &html);
                assert_eq!(
                    html.contains(&lang.text("sign-in-no-second-factor")),
                    operator
                );
                assert_eq!(html.contains("http://localhost:8080"), insecure);
            }
        }
    }
}
