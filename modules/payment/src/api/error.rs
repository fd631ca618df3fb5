use feira_files::FileError;
use feira_kernel::{FieldError, Money, StoreId, module_error};
use serde::{Deserialize, Serialize};

use super::{
    BankStatementLineState, DisputeState, InvoiceStatus, LegStatus, PaymentStatus, PayoutStatus,
    RefundStatus,
};

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum PaymentError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("the key was used for another payment")]
    KeyReused,
    #[error("a payment that is {0:?} does not allow this")]
    IllegalMove(PaymentStatus),
    /// No code, and nothing else, waits for its payer.
    #[error("there is nothing to pay here any more: the payment is {}", said(*.0))]
    NotWaiting(PaymentStatus),
    #[error("a payout that is {0:?} does not allow this")]
    PayoutMove(PayoutStatus),
    #[error(
        "the payout is in a file for the bank: say that the bank did not pay it, or it is paid twice"
    )]
    PayoutFiled,
    #[error(
        "the payout is transferred by its provider: nobody pays it by hand, and it is given up only while \
         nothing is asked of the provider"
    )]
    PayoutByTransfer,
    #[error("the account at this provider does not take payouts yet; give there what is missing")]
    StoreAccountNotReady,
    #[error("a refund that is {0:?} does not allow this")]
    RefundMove(RefundStatus),
    #[error(
        "nobody has to say of this part whether it was split: the payment is not paid, or it is known"
    )]
    SplitMove,
    #[error("a dispute that is {0:?} does not allow this")]
    DisputeMove(DisputeState),
    #[error("the provider does not take this evidence: {0}")]
    EvidenceRefused(String),
    #[error("this money is disputed: it is kept back until the dispute is over")]
    Disputed,
    #[error("the provider of this payment says itself what became of it")]
    NotByHand,
    #[error("what a store is paid itself, and that is {0:?}, does not allow this")]
    LegMove(LegStatus),
    #[error("this is paid to the stores themselves: what became of it is said of each store order")]
    PaidToStores,
    #[error(
        "the time to pay is over, and nothing is sold for this payment: if the money came, send it back by hand"
    )]
    PaidTooLate,
    /// Why not, and at which of its lines: `/lines/<line>`, from 1.
    #[error("the file cannot be read as a bank statement: {}", .0.detail)]
    BadStatement(FieldError),
    #[error("a line of a statement that is {0:?} does not allow this")]
    StatementLineMove(BankStatementLineState),
    #[error("the line has another amount than this payment")]
    StatementAmount,
    #[error("another line of a statement is the money of this payment")]
    PaidByAnotherLine,
    /// Of which stores of the payment this is true.
    #[error(
        "a store of this has given no account that can be paid in this way now; choose another way to pay"
    )]
    StoresCannotReceive(Vec<StoreId>),
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
    #[error("the store does not owe as much for certain")]
    MoreThanOwed,
    #[error("the store is not owed as much now")]
    MoreThanPayable,
    #[error("the report cannot be read: {0}")]
    BadReport(String),
    #[error("the signature is missing, wrong or too old")]
    BadSignature,
    #[error("the provider does not answer; nothing was charged")]
    ProviderUnavailable,
    #[error("a file of settings, or the environment, decides on this provider")]
    ProviderConfigured,
    #[error("this provider has payments: it can be switched off, and is not removed")]
    ProviderUsed,
    #[error("the invoice has ended: {}", .0.as_str())]
    InvoiceMove(InvoiceStatus),
    #[error("there is no such provider")]
    NoSuchProvider,
    #[error("there is no such rule")]
    NoSuchLimit,
    #[error("there is no such saved payment method")]
    NoSuchMethod,
    #[error("the provider does not say that this card was confirmed; confirm it, or begin again")]
    MethodNotConfirmed,
    #[error("somebody else changed this meanwhile")]
    VersionMismatch,
    #[error("you may not do this")]
    Forbidden,
    #[error("there is no such payment")]
    NotFound,
    #[error("payments are not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

/// The state, to who wanted to pay.
fn said(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Completed => "paid",
        other => other.as_str(),
    }
}

module_error!(PaymentError,
    kind: |e| {
        use feira_kernel::ErrorKind as K;
        match e {
            Self::Invalid(_) | Self::BadStatement(_) | Self::BadReport(_) => K::Invalid,
            Self::StatementLineMove(_) | Self::StatementAmount | Self::PaidByAnotherLine => K::Conflict,
            Self::KeyReused | Self::IllegalMove(_) | Self::NotWaiting(_) | Self::PayoutMove(_) | Self::PayoutFiled | Self::PayoutByTransfer
            | Self::StoreAccountNotReady | Self::RefundMove(_) | Self::SplitMove | Self::InvoiceMove(_)
            | Self::DisputeMove(_) | Self::Disputed | Self::EvidenceRefused(_)
            | Self::NotByHand | Self::LegMove(_) | Self::PaidToStores | Self::PaidTooLate | Self::RefundTooLarge | Self::RefundWholeOnly | Self::RefundTooLate | Self::NotOffered
            | Self::StoresCannotReceive(_)
            | Self::AmountNotAccepted { .. } | Self::MoreThanOwed | Self::MoreThanPayable => K::Conflict,
            Self::ProviderConfigured | Self::ProviderUsed | Self::MethodNotConfirmed => K::Conflict,
            Self::VersionMismatch => K::PreconditionFailed,
            Self::BadSignature => K::Unauthenticated,
            Self::Forbidden => K::Forbidden,
            Self::NotFound | Self::NoSuchProvider | Self::NoSuchLimit | Self::NoSuchMethod => K::NotFound,
            Self::ProviderUnavailable | Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    codes: {
        Self::Invalid(_) => "payment.invalid",
        Self::KeyReused => "payment.key_reused",
        Self::IllegalMove(_) => "payment.illegal_move",
        Self::NotWaiting(_) => "payment.not_waiting",
        Self::PayoutMove(_) => "payment.payout_illegal_move",
        Self::PayoutFiled => "payment.payout_filed",
        Self::PayoutByTransfer => "payment.payout_by_transfer",
        Self::StoreAccountNotReady => "payment.store_account_not_ready",
        Self::RefundMove(_) => "payment.refund_illegal_move",
        Self::SplitMove => "payment.split_illegal_move",
        Self::DisputeMove(_) => "payment.dispute_illegal_move",
        Self::EvidenceRefused(_) => "payment.evidence_refused",
        Self::Disputed => "payment.disputed",
        Self::NotByHand => "payment.not_by_hand",
        Self::LegMove(_) => "payment.leg_illegal_move",
        Self::PaidToStores => "payment.paid_to_stores",
        Self::PaidTooLate => "payment.paid_too_late",
        Self::BadStatement(_) => "payment.bad_statement",
        Self::StatementLineMove(_) => "payment.statement_line_illegal_move",
        Self::StatementAmount => "payment.statement_amount",
        Self::PaidByAnotherLine => "payment.paid_by_another_line",
        Self::RefundTooLarge => "payment.refund_too_large",
        Self::RefundWholeOnly => "payment.refund_whole_only",
        Self::RefundTooLate => "payment.refund_too_late",
        Self::NotOffered => "payment.not_offered",
        Self::StoresCannotReceive(_) => "payment.store_cannot_receive",
        Self::AmountNotAccepted { .. } => "payment.amount_not_accepted",
        Self::InvoiceMove(_) => "payment.invoice_illegal_move",
        Self::MoreThanOwed => "payment.more_than_owed",
        Self::MoreThanPayable => "payment.more_than_payable",
        Self::BadReport(_) => "payment.bad_report",
        Self::BadSignature => "payment.bad_signature",
        Self::ProviderUnavailable => "payment.provider_unavailable",
        Self::ProviderConfigured => "payment.provider_configured",
        Self::ProviderUsed => "payment.provider_used",
        Self::NoSuchProvider => "payment.provider_not_found",
        Self::NoSuchLimit => "payment.limit_not_found",
        Self::NoSuchMethod => "payment.method_not_found",
        Self::MethodNotConfirmed => "payment.method_not_confirmed",
        Self::VersionMismatch => "payment.version_mismatch",
        Self::Forbidden => "payment.forbidden",
        Self::NotFound => "payment.not_found",
        Self::Unavailable(_) => "payment.unavailable",
        Self::Internal(_) => "payment.internal",
    },
    fields: { Self::BadStatement(fault) => std::slice::from_ref(fault) },
);

impl From<FileError> for PaymentError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::Unavailable(reason) => Self::Unavailable(reason),
            other => Self::Internal(other.to_string()),
        }
    }
}
