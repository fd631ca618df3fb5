//! An error of the API, by RFC 9457.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use feira_kernel::FieldError;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::current::{self, current};

/// An error of the API, before it is given its request id.
#[derive(Debug)]
pub struct Problem {
    pub status: StatusCode,
    pub code: String,
    pub detail: String,
    pub errors: Vec<FieldError>,
    /// Numbers that help, such as the new cart of a changed total.
    pub extensions: Map<String, Value>,
    /// Seconds to wait before the next try, where it is known.
    pub retry_after: Option<u32>,
}

/// Where nothing says how long it lasts.
const RETRY_AFTER: u32 = 2;

/// When to come again: where it is known, and always of what is throttled or unavailable, unless
/// the answer says so already.
pub(crate) fn say_when(status: StatusCode, headers: &mut header::HeaderMap, seconds: Option<u32>) {
    let later = [
        StatusCode::TOO_MANY_REQUESTS,
        StatusCode::SERVICE_UNAVAILABLE,
    ];
    let usual = later.contains(&status).then_some(RETRY_AFTER);
    if let Some(seconds) = seconds.or(usual)
        && !headers.contains_key(header::RETRY_AFTER)
    {
        headers.insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
    }
}

/// RFC 9457: what is wrong, where, and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// `urn:feira:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    title: String,
    status: u16,
    detail: String,
    /// The path that was asked for.
    instance: String,
    /// Stable: `<module>.<name>` or `request.<name>`.
    code: String,
    request_id: String,
    errors: Vec<ProblemField>,
    #[serde(flatten)]
    #[schema(value_type = Object)]
    extensions: Map<String, Value>,
}

/// One refused field.
#[derive(Debug, Serialize, ToSchema)]
struct ProblemField {
    /// RFC 6901 pointer into the body.
    pointer: String,
    code: String,
    detail: String,
}

/// A refused field, with a code of our own.
pub(crate) fn fault(
    code: &str,
    pointer: impl Into<String>,
    detail: impl Into<String>,
) -> FieldError {
    FieldError {
        pointer: pointer.into(),
        code: code.to_owned(),
        detail: detail.into(),
        min: None,
        max: None,
    }
}

impl Problem {
    pub fn new(status: StatusCode, code: &str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            detail: detail.into(),
            errors: Vec::new(),
            extensions: Map::new(),
            retry_after: None,
        }
    }

    pub fn field(code: &str, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::fields(vec![fault(code, pointer, detail)])
    }

    /// The code is that of the first.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let code = errors
            .first()
            .map_or("request.invalid_value", |e| e.code.as_str());
        let detail = "some fields are not acceptable";
        let mut problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, detail);
        problem.errors = errors;
        problem
    }

    pub fn unauthenticated(detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "request.unauthenticated", detail)
    }

    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "request.not_found",
            "there is nothing at this address",
        )
    }

    /// A defect of ours; what it is, is logged.
    pub fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "request.internal",
            "an error on our side",
        )
    }

    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        self.extensions.insert(
            name.to_owned(),
            serde_json::to_value(value).unwrap_or(Value::Null),
        );
        self
    }

    fn body(&self) -> ProblemBody {
        let current::Current {
            id: request_id,
            path: instance,
            ..
        } = current();
        ProblemBody {
            kind: format!("urn:feira:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            instance,
            code: self.code.clone(),
            request_id,
            errors: self
                .errors
                .iter()
                .map(|e| ProblemField {
                    pointer: e.pointer.clone(),
                    code: e.code.clone(),
                    detail: e.detail.clone(),
                })
                .collect(),
            extensions: self.extensions.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status);
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let mut response = response.json(self.body());
        say_when(self.status, response.headers_mut(), self.retry_after);
        response
    }
}
