use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use feira_kernel::percent;

use super::{Problem, say_when};
use crate::current::{Current, current};

/// Whoever sent the form is not signed in any more.
pub const SESSION_ENDED: &str = "request.session_ended";
/// The form was made for another session.
pub const OLD_FORM: &str = "request.old_form";

/// An error of a page, shown to a person as a page.
#[derive(Debug)]
pub enum PageError {
    /// A status with a sentence; the page says the rest in the person's language.
    Status {
        status: StatusCode,
        code: String,
        detail: String,
        retry_after: Option<u32>,
    },
    /// Sign in first, then come back; what was typed into a form comes along.
    SignIn(String),
    /// The person has another page to go to first.
    Redirect(String),
    /// A form that another session was given; with the token of this one's.
    OldForm { csrf: String },
}

impl PageError {
    pub fn not_found() -> Self {
        Self::from(Problem::not_found())
    }

    pub fn forbidden(detail: &str) -> Self {
        Self::from(Problem::new(
            StatusCode::FORBIDDEN,
            "request.forbidden",
            detail,
        ))
    }

    /// `login` is the sign-in page; `next` is where the person wanted to go.
    pub fn redirect_to_login(login: &str, next: &str) -> Self {
        let next = percent::encoded_address(next);
        Self::SignIn(format!("{login}?next={next}"))
    }
}

impl<E: Into<Problem>> From<E> for PageError {
    fn from(error: E) -> Self {
        let problem = error.into();
        Self::Status {
            status: problem.status,
            code: problem.code,
            detail: problem.detail,
            retry_after: problem.retry_after,
        }
    }
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { code, detail, .. } => write!(f, "{code} {detail}"),
            Self::SignIn(to) | Self::Redirect(to) => write!(f, "redirect to {to}"),
            Self::OldForm { .. } => f.write_str(OLD_FORM),
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Status { status, .. } => *status,
            Self::SignIn(_) if current().form.is_some() => StatusCode::UNAUTHORIZED,
            Self::SignIn(_) | Self::Redirect(_) => StatusCode::SEE_OTHER,
            Self::OldForm { .. } => StatusCode::FORBIDDEN,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Status {
                status,
                code,
                retry_after,
                ..
            } => {
                let mut page = shown(*status, code, &current());
                say_when(*status, page.headers_mut(), *retry_after);
                page
            }
            Self::SignIn(_) if current().form.is_some() => {
                shown(self.status_code(), SESSION_ENDED, &current())
            }
            Self::OldForm { csrf } => {
                let current = Current {
                    csrf: Some(csrf.clone()),
                    ..current()
                };
                shown(self.status_code(), OLD_FORM, &current)
            }
            Self::SignIn(to) | Self::Redirect(to) => HttpResponse::SeeOther()
                .insert_header((header::LOCATION, to.as_str()))
                .finish(),
        }
    }
}

fn shown(status: StatusCode, code: &str, current: &Current) -> HttpResponse {
    match current.error_page {
        Some(render) => render(status, code, current),
        None => HttpResponse::build(status).body(code.to_owned()),
    }
}
