use feira_kernel::{FieldError, Money, module_error};
use serde::{Deserialize, Serialize};

use super::{PaymentStatus, PayoutStatus, RefundStatus};

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum PaymentError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("the key was used for another payment")]
    KeyReused,
    #[error("a payment that is {0:?} does not allow this")]
    IllegalMove(PaymentStatus),
    #[error("a payout that is {0:?} does not allow this")]
    PayoutMove(PayoutStatus),
    #[error("a refund that is {0:?} does not allow this")]
    RefundMove(RefundStatus),
    #[error("the provider of this payment says itself what became of it")]
    NotByHand,
    #[error(
        "the time to pay is over, and nothing is sold for this payment: if the money came, send it back by hand"
    )]
    PaidTooLate,
    #[error("more than was captured cannot be refunded")]
    RefundTooLarge,
    #[error("the provider of this payment gives back only the whole of it")]
    RefundWholeOnly,
    #[error("the provider of this payment does not give it back so long after")]
    RefundTooLate,
    #[error("this cannot be paid here in this way; choose another way to pay")]
    NotOffered,
    #[error(
        "this way to pay takes from {least} to {most} at once; choose another one, or buy less"
    )]
    AmountNotAccepted { least: Money, most: Money },
    #[error("the signature is missing, wrong or too old")]
    BadSignature,
    #[error("the provider does not answer; nothing was charged")]
    ProviderUnavailable,
    #[error("you may not do this")]
    Forbidden,
    #[error("there is no such payment")]
    NotFound,
    #[error("payments are not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

module_error!(PaymentError,
    kind: |e| {
        use feira_kernel::ErrorKind as K;
        match e {
            Self::Invalid(_) => K::Invalid,
            Self::KeyReused | Self::IllegalMove(_) | Self::PayoutMove(_) | Self::RefundMove(_)
            | Self::NotByHand | Self::PaidTooLate | Self::RefundTooLarge | Self::RefundWholeOnly | Self::RefundTooLate | Self::NotOffered
            | Self::AmountNotAccepted { .. } => K::Conflict,
            Self::BadSignature => K::Unauthenticated,
            Self::Forbidden => K::Forbidden,
            Self::NotFound => K::NotFound,
            Self::ProviderUnavailable | Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    codes: {
        Self::Invalid(_) => "payment.invalid",
        Self::KeyReused => "payment.key_reused",
        Self::IllegalMove(_) => "payment.illegal_move",
        Self::PayoutMove(_) => "payment.payout_illegal_move",
        Self::RefundMove(_) => "payment.refund_illegal_move",
        Self::NotByHand => "payment.not_by_hand",
        Self::PaidTooLate => "payment.paid_too_late",
        Self::RefundTooLarge => "payment.refund_too_large",
        Self::RefundWholeOnly => "payment.refund_whole_only",
        Self::RefundTooLate => "payment.refund_too_late",
        Self::NotOffered => "payment.not_offered",
        Self::AmountNotAccepted { .. } => "payment.amount_not_accepted",
        Self::BadSignature => "payment.bad_signature",
        Self::ProviderUnavailable => "payment.provider_unavailable",
        Self::Forbidden => "payment.forbidden",
        Self::NotFound => "payment.not_found",
        Self::Unavailable(_) => "payment.unavailable",
        Self::Internal(_) => "payment.internal",
    },
);
