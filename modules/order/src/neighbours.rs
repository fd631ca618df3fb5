//! Errors and states of the modules below, as this module tells them.

use feira_cart::CartError;
use feira_catalog::CatalogError;
use feira_kernel::{FieldError, ModuleError, MoneyError};
use feira_payment::{LegStatus, Payment, PaymentError, PaymentLeg, PaymentStatus};
use feira_user::UserError;

use crate::{OrderError, StoreOrderId, status::Illegal};

pub(crate) fn cart(error: CartError) -> OrderError {
    match error {
        CartError::NotFound | CartError::Held { .. } | CartError::Closed => {
            OrderError::CartNotFound
        }
        // Prices rose, and the total is too large.
        CartError::Invalid(fields) => OrderError::Invalid(fields),
        other => OrderError::from_neighbour(other),
    }
}

pub(crate) fn catalog(error: CatalogError) -> OrderError {
    match error {
        CatalogError::OutOfStock(short) => OrderError::OutOfStock(short),
        // A variant that was deleted is sold out.
        CatalogError::NotFound => OrderError::OutOfStock(Vec::new()),
        other => OrderError::from_neighbour(other),
    }
}

pub(crate) fn payment(error: PaymentError) -> OrderError {
    match error {
        PaymentError::Invalid(fields) => {
            OrderError::Invalid(fields.into_iter().map(of_request).collect())
        }
        PaymentError::NotFound => OrderError::NotFound,
        PaymentError::NotOffered => OrderError::NotPayable,
        PaymentError::AmountNotAccepted { least, most } => {
            OrderError::AmountNotPayable { least, most }
        }
        PaymentError::StoresCannotReceive(stores) => OrderError::StoresNotPayable { stores },
        PaymentError::PaidTooLate => Illegal::new("expired", "paid").into(),
        denied @ (PaymentError::RefundTooLate
        | PaymentError::RefundWholeOnly
        | PaymentError::RefundTooLarge
        | PaymentError::PaidToStores
        | PaymentError::Disputed) => OrderError::RefundNotPossible(denied.to_string()),
        PaymentError::LegMove(status) => Illegal::new(status.as_str(), "settled").into(),
        other => OrderError::from_neighbour(other),
    }
}

/// What payment calls the method, whoever buys calls the payment.
fn of_request(field: FieldError) -> FieldError {
    let rest = field.pointer.strip_prefix("/method");
    match rest.map(|rest| format!("/payment{rest}")) {
        Some(pointer) => FieldError { pointer, ..field },
        None => field,
    }
}

pub(crate) fn user(error: UserError) -> OrderError {
    match error {
        UserError::NotFound => OrderError::Forbidden,
        other => OrderError::from_neighbour(other),
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
    /// It is paid to the stores on delivery: nothing more is waited for.
    Agreed,
    /// The money was ours and went back.
    Returned,
    /// Ended without money; a late capture comes by event.
    Over,
}

impl PaymentOutcome {
    /// Whether the order goes on.
    pub(crate) fn is_secured(self) -> bool {
        matches!(self, Self::Captured | Self::Agreed)
    }
}

pub(crate) fn payment_outcome(payment: &Payment) -> PaymentOutcome {
    use PaymentStatus as S;
    match payment.status {
        S::Authorized if payment.method.is_on_delivery() => PaymentOutcome::Agreed,
        S::Pending | S::Authorized => PaymentOutcome::Open,
        S::Completed | S::PartiallyRefunded | S::Disputed => PaymentOutcome::Captured,
        S::Refunded => PaymentOutcome::Returned,
        S::Failed | S::Cancelled | S::Expired => PaymentOutcome::Over,
    }
}

/// What its buyer pays to the stores themselves before anything is sold; nothing of all else.
pub(crate) fn legs_before(payment: &Payment) -> &[PaymentLeg] {
    match payment.method.is_on_delivery() {
        true => &[],
        false => &payment.legs,
    }
}

/// The parts whose legs are so.
pub(crate) fn parts_of_legs(legs: &[PaymentLeg], status: LegStatus) -> Vec<StoreOrderId> {
    let legs = legs.iter().filter(|leg| leg.status == status);
    legs.map(|leg| StoreOrderId(leg.part.0)).collect()
}
