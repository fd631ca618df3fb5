use feira_kernel::StoreId;
use serde::{Deserialize, Serialize};

use super::{PaymentId, PayoutId, Reference, RefundId};

macro_rules! payment_event {
    ($(#[$meta:meta])* $name:ident = $wire:literal { $($(#[$fmeta:meta])* $field:ident: $ty:ty),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            pub payment: PaymentId,
            pub version: i64,
            pub reference: Reference,
            $($(#[$fmeta])* pub $field: $ty,)*
        }

        feira_kernel::event!($name, payment, $wire);
    };
}

payment_event! {
    /// The whole amount was captured.
    PaymentCaptured = "payment.captured.v1" {}
}
payment_event! {
    /// The attempt failed for good: declined, refused, or ended before it was paid.
    PaymentFailed = "payment.failed.v1" {
        /// A stable code such as `card_declined` or `expired`.
        failure: String,
    }
}
payment_event! {
    /// Money went back to the payer.
    PaymentRefunded = "payment.refunded.v1" {
        refund: RefundId,
        /// Whether nothing of it is left.
        full: bool,
    }
}

/// A payout was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutPaid {
    pub payout: PayoutId,
    pub version: i64,
    pub store: StoreId,
}

feira_kernel::event!(PayoutPaid, payout, "payment.payout_paid.v1");
