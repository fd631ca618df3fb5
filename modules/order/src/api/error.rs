use feira_cart::{Cart, Problem};
use feira_catalog::Shortage;
use feira_files::FileError;
use feira_kernel::{FieldError, Money, StoreId, module_error};
use serde::{Deserialize, Serialize};

use super::OrderId;

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum OrderError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("the total is not what you saw; look at the cart again")]
    TotalChanged { cart: Box<Cart> },
    #[error("the cart cannot be bought as it stands")]
    CartProblems { problems: Vec<Problem> },
    #[error("somebody else was faster: not enough stock")]
    OutOfStock(Vec<Shortage>),
    #[error("this cart already has an order")]
    CartHasOrder { order: OrderId },
    #[error(
        "this cannot be paid here in this way: choose another way to pay; if none works, the \
         marketplace has no payment provider for this amount and currency"
    )]
    NotPayable,
    #[error(
        "this way to pay takes from {least} to {most} at once; choose another one, or buy less"
    )]
    AmountNotPayable { least: Money, most: Money },
    #[error("nothing of this store can be bought now: cancel the order and buy the rest again")]
    StoreClosed { store: StoreId },
    #[error("the money of this order cannot be given back any more: {0}")]
    RefundNotPossible(String),
    #[error("a payout has claimed the earning: its fiscal document stays")]
    DocumentFixed,
    #[error("only {left} of it is left to give back")]
    RefundTooLarge { left: Money },
    #[error("an order that is {from} cannot become {to}")]
    IllegalMove { from: String, to: String },
    #[error("the order was changed by somebody else meanwhile")]
    Conflict,
    #[error("you may not do this")]
    Forbidden,
    #[error("there is no such order")]
    NotFound,
    #[error("there is no such cart")]
    CartNotFound,
    #[error("orders are not available now; try again, with the same key")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

module_error!(OrderError,
    kind: |e| {
        use feira_kernel::ErrorKind as K;
        match e {
            Self::Invalid(_) => K::Invalid,
            Self::TotalChanged { .. }
            | Self::CartProblems { .. }
            | Self::OutOfStock(_)
            | Self::CartHasOrder { .. }
            | Self::NotPayable
            | Self::AmountNotPayable { .. }
            | Self::StoreClosed { .. }
            | Self::RefundNotPossible(_)
            | Self::DocumentFixed
            | Self::RefundTooLarge { .. }
            | Self::IllegalMove { .. }
            | Self::Conflict => K::Conflict,
            Self::Forbidden => K::Forbidden,
            Self::NotFound | Self::CartNotFound => K::NotFound,
            Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    codes: {
        Self::Invalid(_) => "order.invalid",
        Self::TotalChanged { .. } => "cart.total_changed",
        Self::CartProblems { .. } => "cart.problems",
        Self::OutOfStock(_) => "catalog.out_of_stock",
        Self::CartHasOrder { .. } => "order.cart_has_order",
        Self::NotPayable => "payment.not_offered",
        Self::AmountNotPayable { .. } => "payment.amount_not_accepted",
        Self::StoreClosed { .. } => "cart.store_closed",
        Self::RefundNotPossible(_) => "order.refund_not_possible",
        Self::DocumentFixed => "order.document_fixed",
        Self::RefundTooLarge { .. } => "order.refund_too_large",
        Self::IllegalMove { .. } => "order.illegal_move",
        Self::Conflict => "order.conflict",
        Self::Forbidden => "order.forbidden",
        Self::NotFound => "order.not_found",
        Self::CartNotFound => "cart.not_found",
        Self::Unavailable(_) => "order.unavailable",
        Self::Internal(_) => "order.internal",
    },
);

impl From<FileError> for OrderError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Unavailable(reason) => Self::Unavailable(reason),
            other => Self::Internal(other.to_string()),
        }
    }
}
