//! The only table from an error's kind to a status, and the two shapes that an error takes:
//! RFC 9457 problem+json for the API, a page for people.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode, http::header};
use feira_kernel::{ErrorKind, FieldError, ModuleError, validate::INVALID_CURSOR};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::current::{self, current};

mod page;

pub use page::{OLD_FORM, PageError, SESSION_ENDED};

/// The one table.
fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::Malformed => StatusCode::BAD_REQUEST,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

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

/// An error by who asks: a problem for programs, a page for people.
pub fn shown(problem: Problem) -> actix_web::Error {
    match current().for_people {
        true => PageError::from(problem).into(),
        false => problem.into(),
    }
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

/// What a module's error says, logged once if it is our fault.
fn describe(error: &impl ModuleError) -> (StatusCode, &'static str) {
    let kind = error.kind();
    if matches!(kind, ErrorKind::Internal | ErrorKind::Unavailable) {
        let request_id = current().id;
        tracing::error!(request_id, code = error.code(), cause = ?error, "a request failed on our side");
    }
    (status(kind), error.code())
}

fn plain(error: &impl ModuleError) -> Problem {
    let (status, code) = describe(error);
    let mut problem = Problem::new(status, code, error.to_string());
    problem.errors = error.fields().to_vec();
    // No field of a body.
    if problem
        .errors
        .iter()
        .any(|fault| fault.code == INVALID_CURSOR.as_str())
    {
        return feira_kernel::PageError::Cursor.into();
    }
    // A fault of the request as a whole is the problem itself.
    if let [fault] = &problem.errors[..]
        && fault.pointer.is_empty()
        && fault.code == feira_kernel::idempotency::REUSED
    {
        problem.code.clone_from(&fault.code);
        problem.detail.clone_from(&fault.detail);
        problem.errors.clear();
    }
    problem
}

macro_rules! problem_from {
    ($($error:ty),+ $(,)?) => {$(
        impl From<$error> for Problem {
            fn from(error: $error) -> Self {
                plain(&error)
            }
        }
    )+};
}

problem_from!(
    feira_payment::PaymentError,
    feira_notification::NotificationError,
    feira_kernel::outbox::OutboxError,
    feira_kernel::audit::AuditError,
);

impl From<feira_kernel::PageError> for Problem {
    fn from(error: feira_kernel::PageError) -> Self {
        use feira_kernel::PageError as E;
        let code = match error {
            E::Limit => "request.invalid_limit",
            E::Cursor => "request.invalid_cursor",
        };
        Self::new(StatusCode::BAD_REQUEST, code, error.to_string())
    }
}

impl From<feira_store::StoreError> for Problem {
    fn from(error: feira_store::StoreError) -> Self {
        let mut problem = plain(&error);
        if let feira_store::StoreError::TooManyTries { retry_after } = error {
            problem.retry_after = Some(retry_after);
        }
        problem
    }
}

impl From<feira_user::UserError> for Problem {
    fn from(error: feira_user::UserError) -> Self {
        let mut problem = plain(&error);
        if let feira_user::UserError::TooManyTries { retry_after } = error {
            problem.retry_after = Some(retry_after);
        }
        problem
    }
}

impl From<feira_catalog::CatalogError> for Problem {
    fn from(error: feira_catalog::CatalogError) -> Self {
        let problem = plain(&error);
        match error {
            feira_catalog::CatalogError::OutOfStock(shortages) => {
                problem.with("shortages", shortages)
            }
            _ => problem,
        }
    }
}

impl From<feira_cart::CartError> for Problem {
    fn from(error: feira_cart::CartError) -> Self {
        let problem = plain(&error);
        match error {
            feira_cart::CartError::OutOfStock {
                variant,
                requested,
                available,
            } => problem.with(
                "shortages",
                [feira_catalog::Shortage {
                    variant,
                    requested,
                    available,
                }],
            ),
            feira_cart::CartError::Held { order } => problem.with("order_id", order),
            _ => problem,
        }
    }
}

impl From<feira_order::OrderError> for Problem {
    fn from(error: feira_order::OrderError) -> Self {
        use feira_order::OrderError as E;
        let problem = plain(&error);
        match error {
            E::CartProblems { problems } => problem.with("problems", problems),
            E::OutOfStock(shortages) => problem.with("shortages", shortages),
            E::CartHasOrder { order } => problem.with("order_id", order),
            E::AmountNotPayable { least, most } => {
                problem.with("minimum", least).with("maximum", most)
            }
            E::StoresNotPayable { stores } => problem.with("store_ids", stores),
            E::RefundTooLarge { left } => problem.with("left", left),
            E::IllegalMove { from, .. } => problem.with("state", from),
            _ => problem,
        }
    }
}

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
