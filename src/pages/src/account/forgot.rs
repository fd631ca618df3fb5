//! The way back into an account: a link to its address, and the page behind that link, whose token is
//! the permission.

use actix_web::{
    HttpRequest,
    web::{Data, Form as UrlEncoded, Path, get, post},
};
use askama::Template;
use feira_kernel::Actor;
use feira_user::{ForgottenPassword, PasswordReset, User};
use feira_web::{auth::Locale, extract, state::AppState};

use crate::page::{
    Action, Answer, Fields, Flash, Form, Lang, Page, Place, Registered, act, respond,
};
#[cfg(test)]
use crate::page::{Area, samples};

pub(super) const PAGE: Registered = Registered {
    path: "/account/forgot",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[Action::at("/account/forgot", || post().to(submit))],
    #[cfg(test)]
    samples: samples_of_forgot,
};

pub(super) const RESET: Registered = Registered {
    path: "/l/reset-password/{token}",
    place: Place::Outside,
    show: || get().to(reset),
    actions: &[Action::at("/l/reset-password/{token}", || {
        post().to(reset_submit)
    })],
    #[cfg(test)]
    samples: samples_of_reset,
};

#[derive(Template)]
#[template(path = "account/forgot.html")]
struct ForgotPage {
    p: Page,
    form: Form,
}

#[derive(Template)]
#[template(path = "account/reset.html")]
struct ResetPage {
    p: Page,
    form: Form,
    action: String,
}

/// GET /account/forgot
async fn show(request: HttpRequest, state: Data<AppState>, locale: Locale) -> Answer {
    page(&request, &state, &locale, Form::default())
}

fn page(request: &HttpRequest, state: &AppState, locale: &Locale, form: Form) -> Answer {
    let p = Page::public(request, state, Lang::of(&locale.0)).called("forgot-title");
    respond(request, form.status(), &ForgotPage { p, form })
}

/// POST /account/forgot: the same answer for an address that nobody has.
async fn submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    form: UrlEncoded<Fields>,
) -> Answer {
    let fields = form.into_inner();
    let forgotten = ForgottenPassword {
        email: fields.text("email"),
        address: extract::client_address(&request, state.settings.trust_proxy),
    };
    act(
        &state,
        Lang::of(&locale.0),
        Form::new(fields),
        state.users.forgot_password(&Actor::stranger(), forgotten),
        |()| ("/seller/login".to_owned(), Flash::good("forgot-sent")),
        async |form| page(&request, &state, &locale, form),
    )
    .await
}

/// GET /l/reset-password/{token}
async fn reset(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    reset_page(&request, &state, &locale, &token, Form::default())
}

fn reset_page(
    request: &HttpRequest,
    state: &AppState,
    locale: &Locale,
    token: &str,
    form: Form,
) -> Answer {
    let p = Page::public(request, state, Lang::of(&locale.0)).called("reset-title");
    let status = form.status();
    let action = format!("/l/reset-password/{token}");
    respond(request, status, &ResetPage { p, form, action })
}

/// POST /l/reset-password/{token}
async fn reset_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
    form: UrlEncoded<Fields>,
) -> Answer {
    let fields = form.into_inner();
    let reset = PasswordReset {
        token: token.clone(),
        password: fields.secret("password"),
    };
    act(
        &state,
        Lang::of(&locale.0),
        Form::new(fields),
        state.users.reset_password(&Actor::stranger(), reset),
        |user: User| {
            let login = match user.roles.is_empty() {
                true => "/seller/login",
                false => "/admin/login",
            };
            (login.to_owned(), Flash::good("reset-done"))
        },
        async |form| reset_page(&request, &state, &locale, &token, form),
    )
    .await
}

#[cfg(test)]
fn samples_of_forgot(lang: Lang) -> Vec<(&'static str, String)> {
    let page = ForgotPage {
        p: Page::sample(lang, Area::Public).called("forgot-title"),
        form: Form::default(),
    };
    vec![("forgot", samples::shown(&page))]
}

#[cfg(test)]
fn samples_of_reset(lang: Lang) -> Vec<(&'static str, String)> {
    let mut form = Form::default();
    let said = lang.error("user.token_invalid", (None, None));
    form.refuse("", said.expect("a text"));
    let page = ResetPage {
        p: Page::sample(lang, Area::Public).called("reset-title"),
        form,
        action: "/l/reset-password/x".to_owned(),
    };
    vec![("reset_password", samples::shown(&page))]
}
