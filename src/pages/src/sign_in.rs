//! Signing in and out of the pages. Operators sign in by password only until a second factor is
//! there; a demo's page says so.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Form as UrlEncoded, Query, get, post},
};
use askama::Template;
use feira_kernel::{Actor, ErrorKind, ModuleError, Surface};
use feira_user::{BrowserSession, LogIn, UserError};
use feira_web::{
    accounts::{ACCOUNTS, Account},
    auth,
    current::Current,
    extract,
};
use serde::Deserialize;

use crate::{
    kept::{self, SendAgain},
    page::{
        Action, Answer, Area, Fields, Form, Lang, Page, Place, PublicPage, Registered, rendered,
        respond, respond_ok, with_cookie,
    },
};

mod link;
mod rules;

use rules::{is_insecure, next};

#[cfg(test)]
use crate::page::samples;

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
    show: || get().to(show),
    actions: &[Action::blank("/seller/login", || post().to(submit))],
    #[cfg(test)]
    samples: samples_of_seller,
};

const ADMIN: Registered = Registered {
    path: "/admin/login",
    place: Place::Outside,
    show: || get().to(show),
    actions: &[Action::blank("/admin/login", || post().to(submit))],
    #[cfg(test)]
    samples: samples_of_admin,
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    p: Page,
    form: Form,
    action: &'static str,
    /// The address of the form for a sign-in link.
    by_mail: &'static str,
    operator: bool,
    demo: bool,
    accounts: &'static [Account],
    /// Whether the browser would drop the session cookie here, because it is not https.
    insecure: bool,
    base_url: String,
    /// Whether a form was sent after the session had ended.
    ended: bool,
}

#[derive(Debug, Default, Deserialize)]
struct Next {
    next: Option<String>,
}

/// GET /seller/login and /admin/login
async fn show(public: PublicPage, next: Query<Next>) -> Answer {
    page(&public, first(next.into_inner()))
}

fn first(next: Next) -> Form {
    Form::new(Fields::default().with("next", next.next.unwrap_or_default()))
}

fn page(public: &PublicPage, form: Form) -> Answer {
    let (request, settings) = (&public.request, &public.state.settings);
    let status = form.status();
    let operator = auth::surface(request.path()) == Surface::Admin;
    let page = SignInPage {
        p: public.frame(title(operator)),
        ended: !form.value(kept::FIELD).is_empty(),
        form,
        action: if operator { ADMIN.path } else { SELLER.path },
        by_mail: by_mail(operator),
        operator,
        demo: settings.demo,
        accounts: &ACCOUNTS,
        insecure: is_insecure(request, &settings.base_url),
        base_url: settings.base_url.clone(),
    };
    respond(request, status, &page)
}

fn by_mail(operator: bool) -> &'static str {
    if operator {
        link::ASK_ADMIN.path
    } else {
        link::ASK_SELLER.path
    }
}

fn title(operator: bool) -> &'static str {
    if operator {
        "sign-in-operator"
    } else {
        "sign-in-seller"
    }
}

/// The sign-in page after a form whose session had ended. It carries the typed values if the browser's
/// owner is known.
pub(crate) fn ended(lang: Lang, current: &Current, typed: &Fields) -> Option<String> {
    let operator = auth::surface(&current.path) == Surface::Admin;
    let device = current.device.as_deref();
    let kept = device.map(|device| kept::carried(typed, device));
    let fields = Fields::default().with("next", current.path.as_str());
    rendered(&SignInPage {
        p: Page::bare(lang, Area::Public).called(title(operator)),
        ended: kept.is_some(),
        form: Form::new(fields.with(kept::FIELD, kept.unwrap_or_default())),
        action: if operator { ADMIN.path } else { SELLER.path },
        by_mail: by_mail(operator),
        operator,
        demo: false,
        accounts: &[],
        insecure: false,
        base_url: String::new(),
    })
}

/// POST /seller/login and /admin/login
async fn submit(public: PublicPage, form: UrlEncoded<Fields>) -> Answer {
    let (request, fields) = (&public.request, form.into_inner());
    let again = |form| page(&public, form);
    if is_insecure(request, &public.state.settings.base_url) {
        // Without its cookie the session would be asked for again and again.
        let mut form = Form::new(fields);
        form.refuse("login", public.lang.text("sign-in-insecure-short"));
        return again(form);
    }
    let surface = auth::surface(request.path());
    let log_in = LogIn {
        login: fields.text("login"),
        password: fields.secret("password"),
        surface,
        device: device(request),
        address: public.address(),
        device_token: auth::device_token(request, surface),
    };
    let users = &public.state.users;
    let opened = users.open_browser_session(&Actor::stranger(), log_in).await;
    match opened {
        Ok(session) => entered(&public, session, &fields),
        Err(error) => refused(public.lang, fields, error, again),
    }
}

/// The user agent.
fn device(request: &HttpRequest) -> Option<String> {
    let agent = extract::header(request, "user-agent")?;
    Some(agent.chars().take(200).collect())
}

/// The refused form with its faults; errors that new input cannot mend become an error page.
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

/// On to where the person wanted to go, or to the form that she had sent, with the cookies of the
/// session and of the browser.
fn entered(public: &PublicPage, session: BrowserSession, fields: &Fields) -> Answer {
    let request = &public.request;
    let home = match session.surface {
        Surface::Admin => "/admin",
        Surface::Shop | Surface::Seller => "/seller",
    };
    let to = next(fields.get("next"), home);
    let device = auth::device_token(request, session.surface).filter(|_| session.known_device);
    let kept = device.filter(|_| to != home);
    let kept = kept.and_then(|device| kept::of_field(fields.get(kept::FIELD), &device));
    let mut response = match kept {
        Some(typed) => {
            let mut p = Page::public(request, &public.state, public.lang);
            p.csrf = auth::csrf_token(&public.state, &session.token);
            respond_ok(request, &SendAgain::new(p, to, &typed))?
        }
        None => HttpResponse::SeeOther()
            .insert_header((header::LOCATION, to))
            .finish(),
    };
    for cookie in [
        auth::session_cookie(session.surface, session.token, session.expires_at),
        auth::device_cookie(session.surface, session.device_token),
    ] {
        with_cookie(&mut response, &cookie)?;
    }
    Ok(response)
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
        ended: operator,
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
