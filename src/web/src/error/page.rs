use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Problem, say_when};
use crate::current::current;

/// What means nothing in a query (RFC 3986, 3.4) stays readable.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'/')
    .remove(b'_')
    .remove(b'~');

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
    /// Sign in first, then come back.
    Redirect(String),
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
        let next = utf8_percent_encode(next, RESERVED);
        Self::Redirect(format!("{login}?next={next}"))
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
            Self::Redirect(to) => write!(f, "redirect to {to}"),
        }
    }
}

impl ResponseError for PageError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Status { status, .. } => *status,
            Self::Redirect(_) => StatusCode::SEE_OTHER,
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
                let current = current();
                let mut page = match current.error_page {
                    Some(render) => render(*status, code, &current),
                    None => HttpResponse::build(*status).body(code.clone()),
                };
                say_when(*status, page.headers_mut(), *retry_after);
                page
            }
            Self::Redirect(to) => HttpResponse::SeeOther()
                .insert_header((header::LOCATION, to.as_str()))
                .finish(),
        }
    }
}
