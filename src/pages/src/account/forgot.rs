//! Lost password: the form that mails a link, and the page behind that link. Its token is the
//! permission.

use actix_web::web::{Form as UrlEncoded, Path, get, post};
use askama::Template;
use feira_kernel::Actor;
use feira_user::{ForgottenPassword, PasswordReset, User};

use crate::page::{
    Action, Answer, Fields, Flash, Form, Page, Place, PublicPage, Registered, act, respond,
};
#[cfg(test)]
use crate::page::{Area, Lang, samples};

pub(super) const PAGE: Registered = Registered {
    path: "/account/forgot",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[Action::blank("/account/forgot", || post().to(submit))],
    #[cfg(test)]
    samples: samples_of_forgot,
};

pub(super) const RESET: Registered = Registered {
    path: "/l/reset-password/{token}",
    place: Place::Outside,
    show: || get().to(reset),
    actions: &[Action::blank("/l/reset-password/{token}", || {
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
async fn show(public: PublicPage) -> Answer {
    page(&public, Form::default())
}

fn page(public: &PublicPage, form: Form) -> Answer {
    let p = public.frame("forgot-title");
    respond(&public.request, form.status(), &ForgotPage { p, form })
}

/// POST /account/forgot: the same answer for an address that nobody has.
async fn submit(public: PublicPage, form: UrlEncoded<Fields>) -> Answer {
    let (state, fields) = (&public.state, form.into_inner());
    let forgotten = ForgottenPassword {
        email: fields.text("email"),
        address: public.address(),
    };
    act(
        state,
        public.lang,
        Form::new(fields),
        state.users.forgot_password(&Actor::stranger(), forgotten),
        |()| ("/seller/login".to_owned(), Flash::good("forgot-sent")),
        async |form| page(&public, form),
    )
    .await
}

/// GET /l/reset-password/{token}
async fn reset(public: PublicPage, token: Path<String>) -> Answer {
    reset_page(&public, &token, Form::default())
}

fn reset_page(public: &PublicPage, token: &str, form: Form) -> Answer {
    let p = public.frame("reset-title");
    let status = form.status();
    let action = format!("/l/reset-password/{token}");
    respond(&public.request, status, &ResetPage { p, form, action })
}

/// POST /l/reset-password/{token}
async fn reset_submit(public: PublicPage, token: Path<String>, form: UrlEncoded<Fields>) -> Answer {
    let (state, fields) = (&public.state, form.into_inner());
    let reset = PasswordReset {
        token: token.clone(),
        password: fields.secret("password"),
    };
    act(
        state,
        public.lang,
        Form::new(fields),
        state.users.reset_password(&Actor::stranger(), reset),
        |user: User| {
            let login = match user.roles.is_empty() {
                true => "/seller/login",
                false => "/admin/login",
            };
            (login.to_owned(), Flash::good("reset-done"))
        },
        async |form| reset_page(&public, &token, form),
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
