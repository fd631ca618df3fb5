//! The public face of `payment`: taking money, the ledger, and paying stores.

mod error;
mod events;
mod ledger;
mod types;

use feira_kernel::{Actor, Currency, IdempotencyKey, Money, Page, PageRequest, StoreId, remote};
use uuid::Uuid;

pub use error::PaymentError;
pub use events::*;
pub use ledger::*;
pub use types::*;

/// Operators who see payments and the books.
pub const SEE_PAYMENTS: &str = "payments.see";
/// Operators who say that a payment came, or that a refund was sent.
pub const MANAGE_PAYMENTS: &str = "payments.manage";
/// Operators who mark payouts as paid.
pub const MANAGE_PAYOUTS: &str = "payouts.manage";
/// Members who see their store's balance and payouts.
pub const SEE_BALANCE: &str = "balance.see";

remote! {
    /// Money. Knows no order: a payment has an opaque reference, an amount and the split per
    /// store. Calls `store` for names on payouts.
    pub trait Payments, client HttpPayments, dispatch dispatch_payments, service crate::service::Service {
        /// Whether a payment of the amount to these stores could be started by the method;
        /// `NotOffered` if there is no provider for it, `AmountNotAccepted` if method or providers
        /// cannot carry as much or as little. Asks no provider and writes nothing. For `order`.
        async fn accepts(&self, actor: &Actor, method: Method, amount: Money, stores: Vec<StoreId>) -> Result<(), PaymentError>;
        /// The ways by which a payment in the currency can be started, of some stores at least; none
        /// where no provider takes new ones. [`SEE_PAYMENTS`], or the gateway.
        async fn methods(&self, actor: &Actor, currency: Currency) -> Result<Vec<MethodKind>, PaymentError>;
        /// Starts taking money. The same key answers the same payment, whatever became of it; the
        /// provider is asked once, with the payment's id as its idempotency key. An outcome that is
        /// unknown at the deadline is a `Pending` payment that the poller settles. A declined card
        /// is an `Ok` payment that is `Failed`. The first provider that [`Self::accepts`] would find
        /// has it from then on: whatever is done about it while that one is not configured is
        /// `Unavailable`. For `order`.
        async fn start(&self, actor: &Actor, start: StartPayment) -> Result<Payment, PaymentError>;
        /// One payment: its payer, a holder of its reference (`order`), or an operator.
        async fn payment(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError>;
        /// One payment with its refunds. [`SEE_PAYMENTS`].
        async fn details(&self, actor: &Actor, id: PaymentId) -> Result<PaymentDetails, PaymentError>;
        /// The money of a payment by hand has come: it is captured. Of others `NotByHand`; of one that has
        /// ended, or whose time is over, `PaidTooLate`, and nothing is changed. [`MANAGE_PAYMENTS`].
        /// Idempotent, whatever the key.
        async fn mark_payment_paid(&self, actor: &Actor, id: PaymentId, key: Option<IdempotencyKey>) -> Result<Payment, PaymentError>;
        /// The refund of a payment by hand was sent, under this reference of the bank: it is completed.
        /// [`MANAGE_PAYMENTS`]. Idempotent for the same reference; another one is `RefundMove`.
        async fn mark_refund_sent(&self, actor: &Actor, id: RefundId, reference: String, key: Option<IdempotencyKey>) -> Result<Refund, PaymentError>;
        /// Of each reference the newest attempt first, then every older one that is open or was
        /// ever captured, newer before older; at most 100 references. For `order`.
        async fn by_references(&self, actor: &Actor, references: Vec<Reference>) -> Result<Vec<Payment>, PaymentError>;
        /// Ends a payment that is not captured: at the provider too. Answers the state it found:
        /// a captured one stays captured (the caller refunds it). Idempotent. For `order`.
        async fn cancel(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError>;
        /// Gives money back to the payer, per split, never above what was captured; reverses
        /// commission and earning at their own ratio. Idempotent by key: one that the provider
        /// refused stays `Failed`, and only another key asks again. What the payment's provider says
        /// that it cannot do is `RefundWholeOnly` or `RefundTooLate`, and nothing is set aside. For
        /// `order`.
        async fn refund(&self, actor: &Actor, refund: NewRefund) -> Result<Refund, PaymentError>;
        /// Whether [`Self::refund`] of all that is kept of a reference would be asked of its provider
        /// now; what the provider says that it cannot do is `RefundWholeOnly` or `RefundTooLate`.
        /// Asks no provider and writes nothing. For `order`.
        async fn refundable(&self, actor: &Actor, reference: Reference) -> Result<(), PaymentError>;
        /// Makes a store's earning of a reference payable. Idempotent by key. For `order`.
        async fn release_earning(&self, actor: &Actor, release: ReleaseEarning) -> Result<(), PaymentError>;
        /// A provider's notification: signature checked over the raw body, stored, then the fact is
        /// fetched from the provider and applied. Duplicates and disorder are `Ok`.
        async fn provider_webhook(&self, actor: &Actor, webhook: ProviderWebhook) -> Result<(), PaymentError>;
        /// Payments, newest first. [`SEE_PAYMENTS`].
        async fn payments(&self, actor: &Actor, page: PageRequest) -> Result<Page<Payment>, PaymentError>;
        /// A store's balance: the acting seller's ([`SEE_BALANCE`]) or, for operators, the named one's.
        async fn balance(&self, actor: &Actor, store: Option<StoreId>) -> Result<Vec<Balance>, PaymentError>;
        /// A store's ledger lines, newest first.
        async fn ledger(&self, actor: &Actor, store: Option<StoreId>, page: PageRequest) -> Result<Page<LedgerLine>, PaymentError>;
        /// Payouts, newest first: the acting seller's own, or all for operators.
        async fn payouts(&self, actor: &Actor, page: PageRequest) -> Result<Page<Payout>, PaymentError>;
        /// Makes payouts of everything payable now, one per store and currency; what the weekly
        /// job does. [`MANAGE_PAYOUTS`] or a module. Idempotent: an earning is claimed once.
        async fn run_payouts(&self, actor: &Actor, key: Option<IdempotencyKey>) -> Result<Vec<Payout>, PaymentError>;
        /// An operator paid it by hand, outside, and says under which reference. [`MANAGE_PAYOUTS`].
        /// Idempotent for the same reference.
        async fn mark_payout_paid(&self, actor: &Actor, payout: PayoutId, reference: String, key: Option<IdempotencyKey>) -> Result<Payout, PaymentError>;
        /// Whether the books balance, recomputed from the entries. [`SEE_PAYMENTS`].
        async fn books(&self, actor: &Actor) -> Result<Books, PaymentError>;
        /// Every exchange with a provider about a payment, oldest first. [`SEE_PAYMENTS`].
        async fn exchanges(&self, actor: &Actor, id: PaymentId) -> Result<Vec<Exchange>, PaymentError>;
        /// Providers at which something waits for somebody, each once, by name; at most 100.
        /// [`SEE_PAYMENTS`].
        async fn stuck(&self, actor: &Actor) -> Result<Vec<Stuck>, PaymentError>;
        /// Applies whatever the providers know of payments whose outcome is open; what the poller
        /// does. For modules. Answers how many were settled.
        async fn poll(&self, actor: &Actor) -> Result<u32, PaymentError>;
        /// What a store earns by each of these parts, and where that stands, by the payment that it was
        /// paid with, else by the newest attempt; at most 100. Those that no payment knows are left
        /// out, and those of other stores than the acting member's. For `order` any.
        async fn earnings(&self, actor: &Actor, parts: Vec<PartReference>) -> Result<Vec<Earning>, PaymentError>;
        /// Reads a payment's reference by id, for the gateway's guests (their order token opens it).
        async fn reference_of(&self, actor: &Actor, id: PaymentId) -> Result<Uuid, PaymentError>;
    }
}
