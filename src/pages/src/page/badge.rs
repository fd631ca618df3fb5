//! The word and the colour of each state; a new state does not compile until it has both.

use feira_catalog::{MovementReason, ProductStatus};
use feira_kernel::outbox::DeliveryState;
use feira_notification::MessageStatus;
use feira_order::{Completion, Fulfilment, OrderRefundState, OrderStatus, Settlement};
use feira_payment::{
    Account, AccountNature, BankStatementLineState, BankStatementReason, DifferenceKind,
    DisputeKind, DisputeState, EvidenceKind, InvoiceStatus, LedgerKind, LegStatus, MethodKind,
    PaymentStatus, PayoutStatus, RefundStatus, ReportFormat, ReserveStatus, ReversalState,
    StoreAccountState, TransferState, TransferTrouble, WithdrawalState,
};
use feira_store::{PayoutAccountKind, Role, StoreStatus};

/// A state as a badge.
pub(crate) trait Badge {
    /// The text key.
    fn key(&self) -> &'static str;
    /// `good`, `wait`, `info`, `bad` or `calm`.
    fn tone(&self) -> &'static str;
}

impl<T: Badge> Badge for &T {
    fn key(&self) -> &'static str {
        (**self).key()
    }
    fn tone(&self) -> &'static str {
        (**self).tone()
    }
}

macro_rules! badges {
    ($($ty:ident: { $($variant:ident => $key:literal $tone:literal),+ $(,)? })+) => {
        $(impl Badge for $ty {
            fn key(&self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }
            fn tone(&self) -> &'static str {
                match self { $(Self::$variant => $tone),+ }
            }
        })+
        /// Every key above, for the test that each has a word.
        #[cfg(test)]
        pub(super) const KEYS: &[&str] = &[$($($key),+),+];
    };
}

badges! {
    ProductStatus: { Draft => "product-draft" "calm", Active => "product-active" "good", Archived => "product-archived" "calm" }
    StoreStatus: {
        Draft => "store-draft" "calm", Pending => "store-pending" "wait", Approved => "store-approved" "good",
        Rejected => "store-rejected" "bad", Suspended => "store-suspended" "bad", Closed => "store-closed" "calm",
    }
    Role: { Owner => "role-owner" "calm", Manager => "role-manager" "calm", Staff => "role-staff" "calm" }
    OrderStatus: {
        Pending => "order-status-pending" "wait", Confirmed => "order-status-confirmed" "info",
        PartiallyShipped => "order-status-partially_shipped" "info", Shipped => "order-status-shipped" "info",
        PartiallyDelivered => "order-status-partially_delivered" "info", Delivered => "order-status-delivered" "good",
        Completed => "order-status-completed" "good", Cancelled => "order-status-cancelled" "calm",
        Refunded => "order-status-refunded" "calm",
    }
    Fulfilment: {
        Pending => "fulfilment-pending" "wait", Accepted => "fulfilment-accepted" "info", Packed => "fulfilment-packed" "info",
        Shipped => "fulfilment-shipped" "info", Delivered => "fulfilment-delivered" "good",
        Returned => "fulfilment-returned" "bad", Cancelled => "fulfilment-cancelled" "calm",
    }
    Settlement: {
        Unpaid => "settlement-unpaid" "wait", OnDelivery => "settlement-on_delivery" "wait", Paid => "settlement-paid" "good",
        PartiallyRefunded => "settlement-partially_refunded" "info", Refunded => "settlement-refunded" "calm",
    }
    Completion: { Completed => "completion-completed" "good" }
    MethodKind: {
        Pix => "method-pix" "calm", Card => "method-card" "calm", BankTransfer => "method-bank_transfer" "calm",
        Paypal => "method-paypal" "calm", Whatsapp => "method-whatsapp" "calm",
        CashOnDelivery => "method-cash_on_delivery" "calm",
    }
    PaymentStatus: {
        Pending => "payment-pending" "wait", Authorized => "payment-authorized" "info", Completed => "payment-completed" "good",
        Failed => "payment-failed" "bad", Cancelled => "payment-cancelled" "calm", Expired => "payment-expired" "calm",
        PartiallyRefunded => "payment-partially_refunded" "info", Refunded => "payment-refunded" "calm",
        Disputed => "payment-disputed" "bad",
    }
    LegStatus: { Open => "leg-open" "wait", Paid => "leg-paid" "good", Unpaid => "leg-unpaid" "calm" }
    RefundStatus: { Pending => "refund-pending" "wait", Completed => "refund-completed" "good", Failed => "refund-failed" "bad" }
    OrderRefundState: {
        Requested => "order-refund-requested" "wait", Asked => "order-refund-asked" "wait",
        Completed => "order-refund-completed" "good", Failed => "order-refund-failed" "bad",
    }
    PayoutStatus: { Pending => "payout-pending" "wait", Paid => "payout-paid" "good", Failed => "payout-failed" "calm", Returned => "payout-returned" "bad" }
    StoreAccountState: {
        None => "provider-account-none" "calm", Incomplete => "provider-account-incomplete" "wait",
        Checking => "provider-account-checking" "wait", Restricted => "provider-account-restricted" "bad",
        Ready => "provider-account-ready" "good",
    }
    TransferState: {
        Waiting => "transfer-waiting" "wait", Asked => "transfer-asked" "wait", Made => "transfer-made" "good",
        GivenUp => "transfer-given_up" "calm",
    }
    TransferTrouble: {
        Short => "transfer-short" "wait", AccountClosed => "transfer-account_closed" "bad",
        Refused => "transfer-refused" "bad", Unknown => "transfer-unknown" "wait",
        Settings => "transfer-settings" "bad",
    }
    ReversalState: {
        Asked => "reversal-asked" "wait", Made => "reversal-made" "good", Refused => "reversal-refused" "bad",
    }
    PayoutAccountKind: {
        Pix => "payout-account-pix" "calm", BankAccount => "payout-account-bank_account" "calm",
        Iban => "payout-account-iban" "calm", Provider => "payout-account-provider" "calm",
    }
    BankStatementLineState: {
        Open => "bank-line-open" "wait", Matching => "bank-line-matching" "info", Matched => "bank-line-matched" "good",
        Ignored => "bank-line-ignored" "calm", Out => "bank-line-out" "calm",
    }
    BankStatementReason: {
        Unknown => "bank-line-unknown" "wait", AmountOnly => "bank-line-amount_only" "wait",
        SeveralOfAmount => "bank-line-several_of_amount" "wait", OtherAmount => "bank-line-other_amount" "bad",
        SeveralNamed => "bank-line-several_named" "bad", PaidTooLate => "bank-line-paid_too_late" "bad",
        AlreadyPaid => "bank-line-already_paid" "bad", MoneyOut => "bank-line-money_out" "calm",
        RefundToSend => "bank-line-refund_to_send" "info", PayoutToSend => "bank-line-payout_to_send" "info",
        NotYet => "bank-line-not_yet" "wait",
    }
    DisputeState: {
        Opened => "dispute-opened" "bad", EvidenceSent => "dispute-evidence_sent" "wait", Won => "dispute-won" "good",
        Lost => "dispute-lost" "calm",
    }
    DisputeKind: { Chargeback => "dispute-chargeback" "calm", Med => "dispute-med" "calm" }
    EvidenceKind: {
        Explanation => "evidence-explanation" "calm", Product => "evidence-product" "calm", Delivery => "evidence-delivery" "calm",
        Communication => "evidence-communication" "calm", Receipt => "evidence-receipt" "calm",
        Signature => "evidence-signature" "calm", Policy => "evidence-policy" "calm", Other => "evidence-other" "calm",
    }
    Account: {
        ProviderClearing => "account-provider_clearing" "calm", SellerPending => "account-seller_pending" "calm",
        SellerPayable => "account-seller_payable" "calm", PayoutInTransit => "account-payout_in_transit" "calm",
        PlatformCommission => "account-platform_commission" "calm", ProviderDisputed => "account-provider_disputed" "calm",
        SellerDisputed => "account-seller_disputed" "calm", SellerRefunding => "account-seller_refunding" "calm",
        SellerReserve => "account-seller_reserve" "calm",
        SellerReceivable => "account-seller_receivable" "calm", ProviderFees => "account-provider_fees" "calm",
        PlatformPromotions => "account-platform_promotions" "calm", WriteOffs => "account-write_offs" "calm",
        Tax => "account-tax" "calm",
    }
    ReportFormat: { Stripe => "report-stripe" "calm", MercadoPago => "report-mercado_pago" "calm", Paypal => "report-paypal" "calm", Plain => "report-plain" "calm", BankStatement => "report-bank_statement" "calm" }
    DifferenceKind: {
        NotInBooks => "difference-not_in_books" "bad", NotInReport => "difference-not_in_report" "bad",
        OtherAmount => "difference-other_amount" "bad", OtherCurrency => "difference-other_currency" "bad",
        Fee => "difference-fee" "wait", Unreadable => "difference-unreadable" "wait",
    }
    InvoiceStatus: {
        Open => "invoice-open" "wait", Paid => "invoice-paid" "good", WrittenOff => "invoice-written_off" "calm",
        Withdrawn => "invoice-withdrawn" "calm",
    }
    ReserveStatus: { Held => "reserve-held" "wait", Released => "reserve-released" "calm" }
    AccountNature: { Held => "nature-held" "calm", Owed => "nature-owed" "wait", Earned => "nature-earned" "good", Spent => "nature-spent" "calm" }
    LedgerKind: {
        Capture => "ledger-capture" "good", Release => "ledger-release" "good", SplitPaid => "ledger-split_paid" "good", RestReleased => "ledger-rest_released" "calm",
        Refund => "ledger-refund" "info",
        Payout => "ledger-payout" "calm", PayoutPaid => "ledger-payout_paid" "calm",
        RefundHeld => "ledger-refund_held" "wait", RefundFreed => "ledger-refund_freed" "calm",
        RefundReturned => "ledger-refund_returned" "info", PayoutReturned => "ledger-payout_returned" "info", Fee => "ledger-fee" "calm",
        PayoutReversed => "ledger-payout_reversed" "info",
        DisputeOpened => "ledger-dispute_opened" "bad", DisputeWon => "ledger-dispute_won" "good", DisputeLost => "ledger-dispute_lost" "bad",
        Netting => "ledger-netting" "calm", SettledByStore => "ledger-settled_by_store" "calm", WriteOff => "ledger-write_off" "calm", Invoiced => "ledger-invoiced" "info",
        ReserveHeld => "ledger-reserve_held" "calm", ReserveReleased => "ledger-reserve_released" "calm",
    }
    WithdrawalState: { Asked => "withdrawal-asked" "wait", Made => "withdrawal-made" "good", Refused => "withdrawal-refused" "bad", Unknown => "withdrawal-unknown" "info" }
    MovementReason: {
        Initial => "movement-initial" "calm", Restock => "movement-restock" "good", Adjustment => "movement-adjustment" "info",
        Import => "movement-import" "info", Reserved => "movement-reserved" "wait", Released => "movement-released" "calm",
        Expired => "movement-expired" "calm", OrderPlaced => "movement-order_placed" "good",
        OrderCancelled => "movement-order_cancelled" "calm", Returned => "movement-returned" "calm",
    }
    MessageStatus: { Pending => "message-pending" "wait", Sent => "message-sent" "good", Written => "message-written" "wait", Failed => "message-failed" "bad" }
    DeliveryState: { Pending => "delivery-pending" "wait", Done => "delivery-done" "good", Dead => "delivery-dead" "bad" }
}
