//! A link by mail, for who does not get in by her password: the page that asks for it, and the one
//! that it leads to. It only shows a page; who presses the button there signs in.

use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Form as UrlEncoded, Path, get, post},
};
use askama::Template;
use feira_kernel::{Actor, ErrorKind, ModuleError, Surface};
use feira_user::{LinkLogIn, SignInLinkRequest};
use feira_web::{auth::Locale, extract, state::AppState};

use super::{device, entered, refused, rules::is_insecure};
use crate::page::{
    Action, Answer, Fields, Form, Lang, Page, Place, Registered, respond, respond_ok,
};
#[cfg(test)]
use crate::page::{Area, samples};

pub(super) const ASK_SELLER: Registered = Registered {
    path: "/l/sign-in-link/seller",
    place: Place::Outside,
    show: || get().to(ask_seller),
    actions: &[Action::at("/l/sign-in-link/seller", || {
        post().to(ask_seller_submit)
    })],
    #[cfg(test)]
    samples: samples_of_ask,
};

pub(super) const ASK_ADMIN: Registered = Registered {
    path: "/l/sign-in-link/admin",
    place: Place::Outside,
    show: || get().to(ask_admin),
    actions: &[Action::at("/l/sign-in-link/admin", || {
        post().to(ask_admin_submit)
    })],
    #[cfg(test)]
    samples: samples_of_ask,
};

pub(super) const USE: Registered = Registered {
    path: "/l/sign-in/{token}",
    place: Place::Outside,
    show: || get().to(show_use),
    actions: &[Action::at("/l/sign-in/{token}", || post().to(use_submit))],
    #[cfg(test)]
    samples: samples_of_use,
};

#[derive(Template)]
#[template(path = "landing/ask_sign_in_link.html")]
struct AskPage {
    p: Page,
    form: Form,
    action: &'static str,
    /// The page that signs in by password.
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

/// GET /l/sign-in-link/seller
async fn ask_seller(request: HttpRequest, state: Data<AppState>, locale: Locale) -> Answer {
    let form = Form::default();
    show_ask(&request, &state, &locale, Surface::Seller, form, false)
}

/// GET /l/sign-in-link/admin
async fn ask_admin(request: HttpRequest, state: Data<AppState>, locale: Locale) -> Answer {
    let form = Form::default();
    show_ask(&request, &state, &locale, Surface::Admin, form, false)
}

/// POST /l/sign-in-link/seller
async fn ask_seller_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    form: UrlEncoded<Fields>,
) -> Answer {
    let fields = form.into_inner();
    ask(&request, &state, &locale, Surface::Seller, fields).await
}

/// POST /l/sign-in-link/admin
async fn ask_admin_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    form: UrlEncoded<Fields>,
) -> Answer {
    let fields = form.into_inner();
    ask(&request, &state, &locale, Surface::Admin, fields).await
}

fn show_ask(
    request: &HttpRequest,
    state: &AppState,
    locale: &Locale,
    surface: Surface,
    form: Form,
    sent: bool,
) -> Answer {
    let status = form.status();
    let (action, back) = match surface {
        Surface::Admin => (ASK_ADMIN.path, "/admin/login"),
        Surface::Shop | Surface::Seller => (ASK_SELLER.path, "/seller/login"),
    };
    let p = Page::public(request, state, Lang::of(&locale.0)).called("sign-in-link-title");
    let page = AskPage {
        p,
        form,
        action,
        back,
        sent,
    };
    respond(request, status, &page)
}

/// Says the same whether there is such an account or not.
async fn ask(
    request: &HttpRequest,
    state: &AppState,
    locale: &Locale,
    surface: Surface,
    fields: Fields,
) -> Answer {
    let asked = SignInLinkRequest {
        login: fields.text("login"),
        surface,
        address: extract::client_address(request, state.settings.trust_proxy),
    };
    let show = |form, sent| show_ask(request, state, locale, surface, form, sent);
    let done = state
        .users
        .request_sign_in_link(&Actor::stranger(), asked)
        .await;
    match done {
        Ok(()) => show(Form::default(), true),
        Err(error) => refused(Lang::of(&locale.0), fields, error, |form| show(form, false)),
    }
}

/// GET /l/sign-in/{token}
async fn show_use(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    let p = Page::public(&request, &state, Lang::of(&locale.0)).called("sign-in-link-title");
    let page = UsePage {
        p,
        action: format!("/l/sign-in/{token}"),
        problem: None,
    };
    respond_ok(&request, &page)
}

/// POST /l/sign-in/{token}
async fn use_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    let lang = Lang::of(&locale.0);
    let problem = if is_insecure(&request, &state.settings.base_url) {
        // Without its cookie the session would be lost, and the link with it.
        lang.text("sign-in-insecure-short")
    } else {
        let log_in = LinkLogIn {
            token: token.into_inner(),
            device: device(&request),
            address: extract::client_address(&request, state.settings.trust_proxy),
        };
        let opened = state
            .users
            .open_browser_session_by_link(&Actor::stranger(), log_in)
            .await;
        match opened {
            Ok(session) => {
                return entered(&request, &state, lang, session, &Fields::default());
            }
            Err(error) => match error.kind() {
                ErrorKind::Unauthenticated => lang.text("verify-failed"),
                ErrorKind::Invalid => lang.text("sign-in-link-of-shop"),
                _ => return Err(error.into()),
            },
        }
    };
    let page = UsePage {
        p: Page::public(&request, &state, lang).called("sign-in-link-title"),
        action: String::new(),
        problem: Some(problem),
    };
    respond(&request, StatusCode::UNPROCESSABLE_ENTITY, &page)
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
