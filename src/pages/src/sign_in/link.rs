//! A link by mail, for who does not get in by her password: the page that asks for it, and the one
//! that it leads to. It only shows a page; who presses the button there signs in.

use actix_web::{
    http::StatusCode,
    web::{Form as UrlEncoded, Path, get, post},
};
use askama::Template;
use feira_kernel::{Actor, ErrorKind, ModuleError, Surface};
use feira_user::{LinkLogIn, SignInLinkRequest};

use super::{device, entered, refused, rules::is_insecure};
use crate::page::{
    Action, Answer, Fields, Form, Page, Place, PublicPage, Registered, respond, respond_ok,
};
#[cfg(test)]
use crate::page::{Area, Lang, samples};

pub(super) const ASK_SELLER: Registered = Registered {
    path: "/l/sign-in-link/seller",
    place: Place::Outside,
    show: || get().to(ask),
    actions: &[Action::blank("/l/sign-in-link/seller", || {
        post().to(ask_submit)
    })],
    #[cfg(test)]
    samples: samples_of_ask,
};

pub(super) const ASK_ADMIN: Registered = Registered {
    path: "/l/sign-in-link/admin",
    place: Place::Outside,
    show: || get().to(ask),
    actions: &[Action::blank("/l/sign-in-link/admin", || {
        post().to(ask_submit)
    })],
    #[cfg(test)]
    samples: samples_of_ask,
};

pub(super) const USE: Registered = Registered {
    path: "/l/sign-in/{token}",
    place: Place::Outside,
    show: || get().to(show_use),
    actions: &[Action::blank("/l/sign-in/{token}", || {
        post().to(use_submit)
    })],
    #[cfg(test)]
    samples: samples_of_use,
};

#[derive(Template)]
#[template(path = "landing/ask_sign_in_link.html")]
struct AskPage {
    p: Page,
    form: Form,
    action: &'static str,
    /// The address of the sign-in page.
    back: &'static str,
    sent: bool,
}

#[derive(Template)]
#[template(path = "landing/sign_in_link.html")]
struct UsePage {
    p: Page,
    action: String,
    problem: Option<String>,
}

/// GET /l/sign-in-link/seller and /l/sign-in-link/admin
async fn ask(public: PublicPage) -> Answer {
    show_ask(&public, Form::default(), false)
}

/// POST /l/sign-in-link/seller and /l/sign-in-link/admin: says the same whether there is such an account
/// or not.
async fn ask_submit(public: PublicPage, form: UrlEncoded<Fields>) -> Answer {
    let fields = form.into_inner();
    let asked = SignInLinkRequest {
        login: fields.text("login"),
        surface: surface(&public),
        address: public.address(),
    };
    let users = &public.state.users;
    let done = users.request_sign_in_link(&Actor::stranger(), asked).await;
    match done {
        Ok(()) => show_ask(&public, Form::default(), true),
        Err(error) => refused(public.lang, fields, error, |form| {
            show_ask(&public, form, false)
        }),
    }
}

/// The surface.
fn surface(public: &PublicPage) -> Surface {
    if public.request.path() == ASK_ADMIN.path {
        Surface::Admin
    } else {
        Surface::Seller
    }
}

fn show_ask(public: &PublicPage, form: Form, sent: bool) -> Answer {
    let status = form.status();
    let (action, back) = match surface(public) {
        Surface::Admin => (ASK_ADMIN.path, "/admin/login"),
        Surface::Shop | Surface::Seller => (ASK_SELLER.path, "/seller/login"),
    };
    let page = AskPage {
        p: public.frame("sign-in-link-title"),
        form,
        action,
        back,
        sent,
    };
    respond(&public.request, status, &page)
}

/// GET /l/sign-in/{token}
async fn show_use(public: PublicPage, token: Path<String>) -> Answer {
    let page = UsePage {
        p: public.frame("sign-in-link-title"),
        action: format!("/l/sign-in/{token}"),
        problem: None,
    };
    respond_ok(&public.request, &page)
}

/// POST /l/sign-in/{token}
async fn use_submit(public: PublicPage, token: Path<String>) -> Answer {
    let (state, lang) = (&public.state, public.lang);
    let problem = if is_insecure(&public.request, &state.settings.base_url) {
        // Without its cookie the session would be lost, and the link with it.
        lang.text("sign-in-insecure-short")
    } else {
        let log_in = LinkLogIn {
            token: token.into_inner(),
            device: device(&public.request),
            address: public.address(),
        };
        let opened = state
            .users
            .open_browser_session_by_link(&Actor::stranger(), log_in)
            .await;
        match opened {
            Ok(session) => return entered(&public, session, &Fields::default()),
            Err(error) => match error.kind() {
                ErrorKind::Unauthenticated => lang.text("verify-failed"),
                ErrorKind::Invalid => lang.text("sign-in-link-of-shop"),
                _ => return Err(error.into()),
            },
        }
    };
    let page = UsePage {
        p: public.frame("sign-in-link-title"),
        action: String::new(),
        problem: Some(problem),
    };
    respond(&public.request, StatusCode::UNPROCESSABLE_ENTITY, &page)
}

#[cfg(test)]
fn samples_of_ask(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |form, sent| {
        samples::shown(&AskPage {
            p: Page::sample(lang, Area::Public).called("sign-in-link-title"),
            form,
            action: ASK_SELLER.path,
            back: "/seller/login",
            sent,
        })
    };
    let mut wrong = Form::default();
    let said = lang.error("user.too_many_tries", (None, None));
    wrong.refuse("login", said.expect("a text"));
    vec![
        ("ask_sign_in_link", page(wrong, false)),
        ("ask_sign_in_link_sent", page(Form::default(), true)),
    ]
}

#[cfg(test)]
fn samples_of_use(lang: Lang) -> Vec<(&'static str, String)> {
    let page = |problem| {
        samples::shown(&UsePage {
            p: Page::sample(lang, Area::Public).called("sign-in-link-title"),
            action: "/l/sign-in/x".to_owned(),
            problem,
        })
    };
    vec![
        ("sign_in_link", page(None)),
        (
            "sign_in_link_failed",
            page(Some(lang.text("verify-failed"))),
        ),
    ]
}
