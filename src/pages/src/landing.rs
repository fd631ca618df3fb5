//! The front page, and a page for every link that is mailed, so that a shop frontend is optional.
//! A link only shows a page; what it does happens at a POST, because mail programs and virus
//! scanners open links before people do. Its token is the permission, so there is no session
//! that a forged form could use.

pub(crate) mod order;

use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{Data, Form as UrlEncoded, Path},
};
use askama::Template;
use feira_kernel::{Actor, ErrorKind, ModuleError};
use feira_user::{NewUser, UserError};
use feira_web::{
    accounts::{ACCOUNTS, Account},
    auth::Locale,
    state::AppState,
};

use crate::page::{Answer, Area, Fields, Flash, Form, Lang, Page, done, respond, respond_ok};

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
}

fn frame(request: &HttpRequest, state: &AppState, locale: &Locale, key: &str) -> Page {
    let lang = Lang::of(&locale.0);
    Page::public(request, state, lang, Area::Public).titled(lang.text(key))
}

/// GET /
pub(crate) async fn front(request: HttpRequest, state: Data<AppState>, locale: Locale) -> Answer {
    let p = frame(&request, &state, &locale, "front-title");
    let page = FrontPage {
        p,
        demo: state.settings.demo,
        accounts: &ACCOUNTS,
    };
    respond_ok(&request, &page)
}

/// GET /l/verify-email/{token}
pub(crate) async fn verify_email(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    let p = frame(&request, &state, &locale, "verify-title");
    let page = ConfirmPage {
        p,
        action: format!("/l/verify-email/{token}"),
        verified: false,
        failed: false,
    };
    respond_ok(&request, &page)
}

/// POST /l/verify-email/{token}
pub(crate) async fn verify_email_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    let failed = match state
        .users
        .verify_email(&Actor::stranger(), token.into_inner())
        .await
    {
        Ok(()) => false,
        Err(UserError::TokenInvalid) => true,
        Err(error) => return Err(error.into()),
    };
    let p = frame(&request, &state, &locale, "verify-title");
    let status = if failed {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    respond(
        &request,
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
pub(crate) async fn first_operator(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
) -> Answer {
    first_operator_form(
        &request,
        &state,
        &locale,
        &token,
        Form::default(),
        StatusCode::OK,
    )
}

fn first_operator_form(
    request: &HttpRequest,
    state: &AppState,
    locale: &Locale,
    token: &str,
    form: Form,
    status: StatusCode,
) -> Answer {
    let p = frame(request, state, locale, "first-operator-title");
    respond(
        request,
        status,
        &FirstOperatorPage {
            p,
            form,
            action: format!("/l/first-operator/{token}"),
        },
    )
}

/// POST /l/first-operator/{token}
pub(crate) async fn first_operator_submit(
    request: HttpRequest,
    state: Data<AppState>,
    locale: Locale,
    token: Path<String>,
    form: UrlEncoded<Fields>,
) -> Answer {
    let fields = form.into_inner();
    let new = NewUser {
        email: fields.text("email"),
        password: fields.secret("password"),
        first_name: fields.text("first_name"),
        last_name: fields.text("last_name"),
        locale: Some(locale.0.clone()),
        roles: Vec::new(),
    };
    let error = match state
        .users
        .accept_operator_invitation(&Actor::stranger(), token.clone(), new)
        .await
    {
        Ok(_) => {
            return Ok(done(
                &state,
                "/admin/login",
                &Flash::good("first-operator-done"),
            ));
        }
        Err(error) => error,
    };
    let lang = Lang::of(&locale.0);
    let mut form = Form::new(fields);
    if error.kind() == ErrorKind::Unauthenticated {
        let text = lang.error(UserError::TokenInvalid.code(), (None, None));
        form.refuse("", text.unwrap_or_else(|| error.to_string()));
    } else {
        form.take(lang, error)?;
    }
    first_operator_form(
        &request,
        &state,
        &locale,
        &token,
        form,
        StatusCode::UNPROCESSABLE_ENTITY,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{rules::checked, samples::NOW};

    fn frame(lang: Lang, key: &str) -> Page {
        let mut p = Page::sample(lang, Area::Public, "", NOW).titled(lang.text(key));
        p.user = None;
        p
    }

    #[test]
    fn every_page_keeps_the_rules() {
        for lang in Lang::ALL {
            let front = FrontPage {
                p: frame(lang, "front-title"),
                demo: true,
                accounts: &ACCOUNTS,
            };
            checked("front", lang, &front.render().unwrap());
            for (verified, failed) in [(false, false), (true, false), (false, true)] {
                let action = "/l/verify-email/x".to_owned();
                let page = ConfirmPage {
                    p: frame(lang, "verify-title"),
                    action,
                    verified,
                    failed,
                };
                checked("confirm", lang, &page.render().unwrap());
            }
            let mut form = Form::default();
            form.refuse("email", lang.text("field-required"));
            let action = "/l/first-operator/x".to_owned();
            let page = FirstOperatorPage {
                p: frame(lang, "first-operator-title"),
                form,
                action,
            };
            checked("first_operator", lang, &page.render().unwrap());
        }
    }
}
