//! The only table from an error's kind to a status, and the two shapes that an error takes:
//! RFC 9457 problem+json for the API, a page for people.

mod page;
mod problem;

use actix_web::http::StatusCode;
use feira_kernel::{ErrorKind, ModuleError, validate::INVALID_CURSOR};

use crate::current::current;

pub use page::{OLD_FORM, PageError, SESSION_ENDED};
pub use problem::{Problem, ProblemBody};
pub(crate) use problem::{fault, say_when};

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

/// An error by who asks: a problem for programs, a page for people.
pub fn shown(problem: Problem) -> actix_web::Error {
    match current().for_people {
        true => PageError::from(problem).into(),
        false => problem.into(),
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
