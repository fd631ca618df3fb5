//! How answers of the modules below look to a caller of this one.

use feira_cart::CartError;
use feira_catalog::CatalogError;
use feira_kernel::{Actor, ErrorKind, ModuleError, MoneyError};
use feira_payment::{PaymentError, PaymentStatus};
use feira_store::StoreError;
use feira_user::UserError;

use crate::OrderError;

/// As whom this module asks the ones below.
pub(crate) static ORDER: Actor = Actor::system("order");

/// Passes "try again" on; whatever else a module below refuses here is a defect of ours.
fn unexpected(error: &impl ModuleError) -> OrderError {
    let text = format!("{}: {error}", error.code());
    if error.kind() == ErrorKind::Unavailable {
        OrderError::Unavailable(text)
    } else {
        OrderError::Internal(text)
    }
}

pub(crate) fn cart(error: CartError) -> OrderError {
    match error {
        CartError::NotFound | CartError::Held { .. } | CartError::Closed => {
            OrderError::CartNotFound
        }
        // Prices that rose since made a total that could not be kept.
        CartError::Invalid(fields) => OrderError::Invalid(fields),
        other => unexpected(&other),
    }
}

pub(crate) fn catalog(error: CatalogError) -> OrderError {
    match error {
        CatalogError::OutOfStock(short) => OrderError::OutOfStock(short),
        // A variant that the catalogue does not know any more has nothing left.
        CatalogError::NotFound => OrderError::OutOfStock(Vec::new()),
        other => unexpected(&other),
    }
}

pub(crate) fn payment(error: PaymentError) -> OrderError {
    match error {
        PaymentError::Invalid(fields) => OrderError::Invalid(fields),
        PaymentError::NotFound => OrderError::NotFound,
        PaymentError::NotOffered => OrderError::NotPayable,
        PaymentError::AmountNotAccepted { least, most } => {
            OrderError::AmountNotPayable { least, most }
        }
        denied @ (PaymentError::RefundTooLate | PaymentError::RefundWholeOnly) => {
            OrderError::RefundNotPossible(denied.to_string())
        }
        other => unexpected(&other),
    }
}

pub(crate) fn store(error: StoreError) -> OrderError {
    unexpected(&error)
}

pub(crate) fn user(error: UserError) -> OrderError {
    match error {
        UserError::NotFound => OrderError::Forbidden,
        other => unexpected(&other),
    }
}

impl From<MoneyError> for OrderError {
    fn from(error: MoneyError) -> Self {
        Self::Internal(format!("amounts do not add up: {error}"))
    }
}

/// What a payment's status means to the order that waits for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaymentOutcome {
    /// The payer or the provider may still act.
    Open,
    /// The money is ours.
    Captured,
    /// The money was ours and went back.
    Returned,
    /// Ended without money; a capture after all would come by event.
    Over,
}

pub(crate) fn payment_outcome(status: PaymentStatus) -> PaymentOutcome {
    use PaymentStatus as S;
    match status {
        S::Pending | S::Authorized => PaymentOutcome::Open,
        S::Completed | S::PartiallyRefunded | S::Disputed => PaymentOutcome::Captured,
        S::Refunded => PaymentOutcome::Returned,
        S::Failed | S::Cancelled | S::Expired => PaymentOutcome::Over,
    }
}
