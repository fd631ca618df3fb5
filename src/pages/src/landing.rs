//! The front page, and a page for every link that is mailed, so that a shop frontend is optional.
//! A link only shows a page; what it does happens at a POST, because mail programs and virus
//! scanners open links before people do. Its token is the permission, so there is no session
//! that a forged form could use.

mod order;

use actix_web::{
    http::StatusCode,
    web::{Form as UrlEncoded, Path, get, post},
};
use askama::Template;
use feira_kernel::Actor;
use feira_user::{InvitationState, NewUser, UserError};
use feira_web::accounts::{ACCOUNTS, Account};

#[cfg(test)]
use crate::page::{Area, Lang, samples};
use crate::{
    language,
    page::{
        Action, Answer, Fields, Flash, Form, Page, Place, PublicPage, Registered, act, respond,
        respond_ok,
    },
};

pub(crate) const PAGES: &[&Registered] = &[&FRONT, &VERIFY_EMAIL, &order::PAGE, &FIRST_OPERATOR];

const FRONT: Registered = Registered {
    path: "/",
    place: Place::Outside,
    show: || get().to(front),
    // The language switch returns to this path.
    actions: &[Action::blank("/l/language", || post().to(language::choose))],
    #[cfg(test)]
    samples: samples_of_front,
};

const VERIFY_EMAIL: Registered = Registered {
    path: "/l/verify-email/{token}",
    place: Place::Outside,
    show: || get().to(verify_email),
    actions: &[Action::blank("/l/verify-email/{token}", || {
        post().to(verify_email_submit)
    })],
    #[cfg(test)]
    samples: samples_of_verify_email,
};

const FIRST_OPERATOR: Registered = Registered {
    path: "/l/first-operator/{token}",
    place: Place::Outside,
    show: || get().to(first_operator),
    actions: &[Action::blank("/l/first-operator/{token}", || {
        post().to(first_operator_submit)
    })],
    #[cfg(test)]
    samples: samples_of_first_operator,
};

#[derive(Template)]
#[template(path = "landing/front.html")]
struct FrontPage {
    p: Page,
    demo: bool,
    accounts: &'static [Account],
}

#[derive(Template)]
#[template(path = "landing/confirm.html")]
struct ConfirmPage {
    p: Page,
    action: String,
    verified: bool,
    failed: bool,
}

#[derive(Template)]
#[template(path = "landing/first_operator.html")]
struct FirstOperatorPage {
    p: Page,
    form: Form,
    action: String,
    link: InvitationState,
}

/// GET /
async fn front(public: PublicPage) -> Answer {
    let page = FrontPage {
        p: public.frame("front-title"),
        demo: public.state.settings.demo,
        accounts: &ACCOUNTS,
    };
    respond_ok(&public.request, &page)
}

/// GET /l/verify-email/{token}
async fn verify_email(public: PublicPage, token: Path<String>) -> Answer {
    let page = ConfirmPage {
        p: public.frame("verify-title"),
        action: format!("/l/verify-email/{token}"),
        verified: false,
        failed: false,
    };
    respond_ok(&public.request, &page)
}

/// POST /l/verify-email/{token}
async fn verify_email_submit(public: PublicPage, token: Path<String>) -> Answer {
    let failed = match public
        .state
        .users
        .verify_email(&Actor::stranger(), token.into_inner())
        .await
    {
        Ok(()) => false,
        Err(UserError::TokenInvalid) => true,
        Err(error) => return Err(error.into()),
    };
    let p = public.frame("verify-title");
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    respond(
        &public.request,
        status,
        &ConfirmPage {
            p,
            action: String::new(),
            verified: !failed,
            failed,
        },
    )
}

/// GET /l/first-operator/{token}
async fn first_operator(public: PublicPage, token: Path<String>) -> Answer {
    first_operator_form(&public, &token, Form::default()).await
}

async fn first_operator_form(public: &PublicPage, token: &str, form: Form) -> Answer {
    let (users, stranger) = (&public.state.users, Actor::stranger());
    let asked = users.operator_invitation(&stranger, token.to_owned());
    let page = FirstOperatorPage {
        link: asked.await?,
        p: public.frame("first-operator-title"),
        action: format!("/l/first-operator/{token}"),
        form,
    };
    respond(&public.request, page.form.status(), &page)
}

/// POST /l/first-operator/{token}
async fn first_operator_submit(
    public: PublicPage,
    token: Path<String>,
    form: UrlEncoded<Fields>,
) -> Answer {
    let (state, fields) = (&public.state, form.into_inner());
    let new = NewUser {
        email: fields.text("email"),
        password: fields.secret("password"),
        first_name: fields.text("first_name"),
        last_name: fields.text("last_name"),
        locale: Some(public.locale.clone()),
        roles: Vec::new(),
    };
    act(
        state,
        public.lang,
        Form::new(fields),
        state
            .users
            .accept_operator_invitation(&Actor::stranger(), token.clone(), new),
        |_| {
            (
                "/admin/login".to_owned(),
                Flash::good("first-operator-done"),
            )
        },
        async |form| first_operator_form(&public, &token, form).await,
    )
    .await
}

#[cfg(test)]
fn samples_of_front(lang: Lang) -> Vec<(&'static str, String)> {
    let page = FrontPage {
        p: Page::sample(lang, Area::Public).called("front-title"),
        demo: true,
        accounts: &ACCOUNTS,
    };
    vec![("front", samples::shown(&page))]
}

#[cfg(test)]
fn samples_of_verify_email(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |verified, failed| {
        samples::shown(&ConfirmPage {
            p: Page::sample(lang, Area::Public).called("verify-title"),
            action: "/l/verify-email/x".to_owned(),
            verified,
            failed,
        })
    };
    vec![
        ("verify_email", page(false, false)),
        ("verify_email_done", page(true, false)),
        ("verify_email_failed", page(false, true)),
    ]
}

#[cfg(test)]
fn samples_of_first_operator(lang: Lang) -> Vec<(&'static str, String)> {
    let mut form = Form::default();
    form.refuse("email", lang.text("field-required"));
    let page = |form, link| {
        samples::shown(&FirstOperatorPage {
            p: Page::sample(lang, Area::Public).called("first-operator-title"),
            form,
            action: "/l/first-operator/x".to_owned(),
            link,
        })
    };
    vec![
        ("first_operator", page(form, InvitationState::Open)),
        (
            "first_operator_used",
            page(Form::default(), InvitationState::Used),
        ),
        (
            "first_operator_ended",
            page(Form::default(), InvitationState::Ended),
        ),
    ]
}
