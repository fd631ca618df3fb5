//! The public face of `payment`: taking money, the ledger, and paying stores.

mod bank_statements;
mod books;
mod details;
mod disputes;
mod error;
mod events;
mod exchanges;
mod failure;
mod instalments;
mod invoices;
mod ledger;
mod legs;
mod paying;
mod payouts;
mod providers;
mod reconciliation;
mod refunds;
mod reports;
mod saved;
mod types;

use feira_kernel::{
    Actor, Currency, Cursor, IdempotencyKey, Money, Page, PageRequest, StoreId, UserId, Versions,
    remote,
};
use feira_store::NewPayoutAccount;
use uuid::Uuid;

pub use bank_statements::*;
pub use books::*;
pub use details::*;
pub use disputes::*;
pub use error::PaymentError;
pub use events::*;
pub use exchanges::*;
pub use failure::PaymentFailure;
pub use instalments::*;
pub use invoices::*;
pub use ledger::*;
pub use legs::*;
pub use paying::*;
pub use payouts::*;
pub use providers::*;
pub use reconciliation::*;
pub use refunds::*;
pub use reports::*;
pub use saved::*;
pub use types::*;

/// Operators who see payments and the books.
pub const SEE_PAYMENTS: &str = "payments.see";
/// Operators who say that a payment came, or that a refund was sent.
pub const MANAGE_PAYMENTS: &str = "payments.manage";
/// Operators who say who takes payments, by what, and with which keys.
pub const CONFIGURE_PAYMENTS: &str = "payments.configure";
/// Operators who make payouts, pay them and see whom they go to.
pub const MANAGE_PAYOUTS: &str = "payouts.manage";
/// Members who see their store's balance and payouts.
pub const SEE_BALANCE: &str = "balance.see";

remote! {
    /// Money. Knows no order: a payment has an opaque reference, an amount and the split per
    /// store. Calls `store` for names on payouts.
    pub trait Payments, client HttpPayments, dispatch dispatch_payments, service crate::service::Service {
        /// Whether a payment of the amount to these stores could be started by the method;
        /// `NotOffered` if there is no provider for it, `AmountNotAccepted` if method or providers
        /// cannot carry as much or as little, or a rule does not allow it. A saved method that is not
        /// the payer's, or that has expired, is `Invalid`, and so is a count of instalments that nobody takes for the
        /// amount. Of stores that are paid themselves, those that cannot be are `StoresCannotReceive`. Asks no provider
        /// and writes nothing. For `order`.
        async fn accepts(&self, actor: &Actor, method: Method, amount: Money, stores: Vec<StoreId>, payer: Option<UserId>) -> Result<Acceptance, PaymentError>;
        /// The ways by which a payment in the currency can be started, of some stores at least; none
        /// where no provider takes new ones. [`SEE_PAYMENTS`], or the gateway.
        async fn methods(&self, actor: &Actor, currency: Currency) -> Result<Vec<MethodKind>, PaymentError>;
        /// In which ways the amount can be paid now to these stores, and by card in which plans of instalments,
        /// each of the provider that would take it. One that has plans of its own is asked, until the deadline of
        /// a charge; if it does not answer, its plans have no amounts. What pays stores themselves is offered where each
        /// of them has an account for it. Writes nothing. For the gateway.
        async fn offers(&self, actor: &Actor, amount: Money, stores: Vec<StoreId>) -> Result<Offers, PaymentError>;
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
        /// Notes of operators about a payment, which its payer and its stores never see; the audit log says who
        /// changed them, not what they say. [`MANAGE_PAYMENTS`]. Idempotent: the same notes change nothing.
        async fn change_payment(&self, actor: &Actor, id: PaymentId, change: PaymentChange) -> Result<PaymentDetails, PaymentError>;
        /// The money of a payment by hand has come: it is captured. Of others `NotByHand`; of one that has
        /// ended, or whose time is over, `PaidTooLate`, and nothing is changed; of one that stores are paid
        /// themselves `PaidToStores`. [`MANAGE_PAYMENTS`].
        /// The note, at most 500 characters, is added to the payment's notes, with which it is not too long.
        /// Idempotent, whatever the key; what is said again adds no note.
        async fn mark_payment_paid(&self, actor: &Actor, id: PaymentId, note: Option<String>, key: Option<IdempotencyKey>) -> Result<Payment, PaymentError>;
        /// The refund of a payment by hand was sent, under this reference of the bank: it is completed.
        /// [`MANAGE_PAYMENTS`], or of what a store was paid itself that store
        /// ([`REFUND_ORDERS`](feira_store::REFUND_ORDERS)), of which any other is `NotFound`. Idempotent for the same reference; another one is `RefundMove`.
        async fn mark_refund_sent(&self, actor: &Actor, id: RefundId, reference: String, key: Option<IdempotencyKey>) -> Result<Refund, PaymentError>;
        /// Nobody will send the refund of a payment by hand: it has failed, `withdrawn`, and what it had set aside is there
        /// again. Of one that was sent `RefundMove`, of other payments `NotByHand`. Who may is as above. Idempotent.
        async fn withdraw_refund(&self, actor: &Actor, id: RefundId, key: Option<IdempotencyKey>) -> Result<Refund, PaymentError>;
        /// The money of a completed refund came back, as of a payer's account that was closed: it has failed, and whatever
        /// it took is given back as it was taken. Of one that is not completed `RefundMove`; where the provider tells that
        /// itself, `NotByHand`. Who may is as above. Idempotent.
        async fn return_refund(&self, actor: &Actor, id: RefundId, key: Option<IdempotencyKey>) -> Result<Refund, PaymentError>;
        /// Refunds in this state, or in any, of what stores were paid themselves, and give back themselves, of these parts:
        /// first those that are pending, then oldest first. Those of the acting member's store, for `order` any; at most
        /// 100 parts, and 100 refunds.
        async fn part_refunds(&self, actor: &Actor, parts: Vec<PartReference>, status: Option<RefundStatus>) -> Result<Vec<PartRefund>, PaymentError>;
        /// What waits for the people of the acting member's store, which buyers pay itself: payments to be confirmed, and
        /// refunds to be sent. [`SEE_BALANCE`].
        async fn store_tasks(&self, actor: &Actor) -> Result<StoreTasks, PaymentError>;
        /// Ends a refund that is `given_back_there`, as somebody found at its provider: it was made, or it was not.
        /// `RefundMove` of any other.
        /// [`MANAGE_PAYMENTS`]. Idempotent for the same outcome.
        async fn settle_refund(&self, actor: &Actor, id: RefundId, outcome: GivenBackAs, key: Option<IdempotencyKey>) -> Result<Refund, PaymentError>;
        /// Whether a part was split to its store's account there (`split`), as somebody found at the provider, which does
        /// not say it; else payouts pay the store. `SplitMove` of one that nobody asked to be split, whose payment is not
        /// captured, or of which the other is known. [`MANAGE_PAYMENTS`]. Idempotent for the same answer.
        async fn settle_split(&self, actor: &Actor, id: PaymentId, part: PartReference, split: bool, key: Option<IdempotencyKey>) -> Result<PaymentDetails, PaymentError>;
        /// What became of a leg: its store has the money, or never will. The commission of what is paid is owed by
        /// the store from then on; the payment is captured once no leg is open, and cancelled if none was
        /// paid. Of a payment without legs, or a part that it has not, `NotFound`; of a leg that ended
        /// otherwise `LegMove`; that one was paid whose time is over, `PaidTooLate`. Of one that was given up and is said to
        /// have been paid `late`, the payment is captured by it, if it was not: the caller gives it back. Idempotent for
        /// the same outcome. For `order`.
        async fn settle_leg(&self, actor: &Actor, settle: SettleLeg) -> Result<Payment, PaymentError>;
        /// Reads a bank statement, OFX or CSV: every line that names a payment by hand and has its amount
        /// marks it as paid, as [`Self::mark_payment_paid`] does; all others are kept for somebody, with the
        /// reason. A line that an earlier file had is left as it is, so the same file twice changes nothing;
        /// one that was cut short goes on. A file that is not whole, or no statement, is `BadStatement`, and
        /// nothing of it is done. [`MANAGE_PAYMENTS`], or the command line.
        async fn import_bank_statement(&self, actor: &Actor, request: BankStatementRequest, key: Option<IdempotencyKey>) -> Result<BankStatementReport, PaymentError>;
        /// Reads a bank statement of the acting member's store, OFX or CSV: every line that has the txid and the amount of
        /// a leg of that store, which its buyer pays by PIX itself, settles it as [`Self::settle_leg`] does. All others
        /// are told with the reason, also what cannot be settled yet; what is another store's is `unknown`. A file that is
        /// not whole, or no statement, is `BadStatement`, and nothing of it is done.
        /// [`FULFIL_ORDERS`](feira_store::FULFIL_ORDERS). Idempotent: the same file again changes nothing.
        async fn import_store_statement(&self, actor: &Actor, request: BankStatementRequest, key: Option<IdempotencyKey>) -> Result<StoreStatementReport, PaymentError>;
        /// Statements that were imported, newest first. [`SEE_PAYMENTS`].
        async fn bank_statements(&self, actor: &Actor, page: PageRequest) -> Result<Page<BankStatementSummary>, PaymentError>;
        /// What one came to, as it is now. [`SEE_PAYMENTS`].
        async fn bank_statement_report(&self, actor: &Actor, id: BankStatementId) -> Result<BankStatementReport, PaymentError>;
        /// Lines of statements, the newest first. [`SEE_PAYMENTS`].
        async fn bank_statement_lines(&self, actor: &Actor, filter: BankStatementLineFilter, page: PageRequest) -> Result<Page<BankStatementLine>, PaymentError>;
        /// An open line is the money of this payment by hand, which is marked as paid. Its amount must be
        /// the payment's (`StatementAmount`), and no other line may be its money (`PaidByAnotherLine`).
        /// [`MANAGE_PAYMENTS`]. Idempotent for the same payment; another one is `StatementLineMove`.
        async fn match_bank_statement_line(&self, actor: &Actor, id: BankStatementLineId, payment: PaymentId, key: Option<IdempotencyKey>) -> Result<BankStatementLine, PaymentError>;
        /// An open line is none of a payment's. [`MANAGE_PAYMENTS`]. Idempotent.
        async fn ignore_bank_statement_line(&self, actor: &Actor, id: BankStatementLineId, key: Option<IdempotencyKey>) -> Result<BankStatementLine, PaymentError>;
        /// Of each reference the newest attempt first, then every older one that is open or was
        /// ever captured, newer before older; at most 100 references. For `order`.
        async fn by_references(&self, actor: &Actor, references: Vec<Reference>) -> Result<Vec<Payment>, PaymentError>;
        /// Ends a payment that is not captured: at the provider too. Answers the state it found:
        /// a captured one stays captured (the caller refunds it). Idempotent. For `order`.
        async fn cancel(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError>;
        /// The same of one of which no store has its part yet: else `LegMove`, and nothing is changed. For `order`.
        async fn cancel_unpaid(&self, actor: &Actor, id: PaymentId) -> Result<Payment, PaymentError>;
        /// Gives money back to the payer, per split, never above what was captured; takes it from commission
        /// and earning at their own ratio, or from whoever bears it. One that is completed may yet come back
        /// from the payer's bank: then it is `Failed`. Idempotent by key: one that the provider
        /// refused stays `Failed`, and only another key asks again. Without parts it is all that is left: of a
        /// payment that is disputed `Disputed`, of one of which nothing is left `RefundTooLarge`. What the payment's provider says
        /// that it cannot do is `RefundWholeOnly` or `RefundTooLate`, and nothing is set aside. What stores were
        /// paid themselves each gives back itself: of one split at once, else `PaidToStores`. For `order`.
        async fn refund(&self, actor: &Actor, refund: NewRefund) -> Result<Refund, PaymentError>;
        /// Whether [`Self::refund`] of all that is kept of a reference would be asked of its provider
        /// now; what the provider says that it cannot do is `RefundWholeOnly` or `RefundTooLate`.
        /// Asks no provider and writes nothing. For `order`.
        async fn refundable(&self, actor: &Actor, reference: Reference) -> Result<(), PaymentError>;
        /// The parts of a reference whose stores its buyer was told to pay herself before anything is sold, by any attempt
        /// so far: those stores were told to expect it. For `order`.
        async fn parts_to_expect(&self, actor: &Actor, reference: Reference) -> Result<Vec<PartReference>, PaymentError>;
        /// What [`Self::refund`] would come to, by the same rules and with the same refusals. Asks no provider
        /// and writes nothing. For `order`.
        async fn preview_refund(&self, actor: &Actor, draft: RefundDraft) -> Result<RefundPreview, PaymentError>;
        /// What the payments are for that are known by this text: by their txid, by the name of their charge at its
        /// provider, by the end-to-end id of the PIX that came, or by their own id. The newest first, at most 10. For `order`.
        async fn references_named(&self, actor: &Actor, text: String) -> Result<Vec<Reference>, PaymentError>;
        /// What waits for an operator: payments and refunds by hand, and refunds that came back. Not refunds of what
        /// stores were paid themselves: these give them back.
        /// [`SEE_PAYMENTS`].
        async fn waiting_by_hand(&self, actor: &Actor) -> Result<WaitingByHand, PaymentError>;
        /// Makes a store's earning of a reference payable: of the payment that is named, where two were captured.
        /// Idempotent by key. For `order`.
        async fn release_earning(&self, actor: &Actor, release: ReleaseEarning) -> Result<(), PaymentError>;
        /// A provider's notification: signature checked over the raw body, stored, then the fact is
        /// fetched from the provider and applied. One that only its provider can check is `Ok`, too: it is stored as it
        /// came, and applied once that has said that it sent it. Duplicates and disorder are `Ok`.
        async fn provider_webhook(&self, actor: &Actor, webhook: ProviderWebhook) -> Result<(), PaymentError>;
        /// Payments, newest first. [`SEE_PAYMENTS`].
        async fn payments(&self, actor: &Actor, page: PageRequest) -> Result<Page<Payment>, PaymentError>;
        /// A store's balance: the acting seller's ([`SEE_BALANCE`]) or, for operators, the named one's.
        async fn balance(&self, actor: &Actor, store: Option<StoreId>) -> Result<Vec<Balance>, PaymentError>;
        /// A store's ledger lines, newest first.
        async fn ledger(&self, actor: &Actor, store: Option<StoreId>, page: PageRequest) -> Result<Page<LedgerLine>, PaymentError>;
        /// Payouts, newest first: the acting seller's own, or all for operators.
        async fn payouts(&self, actor: &Actor, filter: PayoutFilter, page: PageRequest) -> Result<Page<Payout>, PaymentError>;
        /// One payout with what it claims: the acting seller's own, or any for operators.
        async fn payout(&self, actor: &Actor, id: PayoutId) -> Result<PayoutDetails, PaymentError>;
        /// Whom a payout goes to, with the whole number, written down. [`MANAGE_PAYOUTS`]. `NotFound`
        /// also of one that was made before payouts kept it.
        async fn payout_target(&self, actor: &Actor, id: PayoutId) -> Result<PayTo, PaymentError>;
        /// The payouts that wait to be paid and are in no file yet, or `again` all that wait, oldest first, as a
        /// file for the bank, written down. A repeat is given those of them that still wait. [`MANAGE_PAYOUTS`].
        async fn payout_file(&self, actor: &Actor, again: bool, key: Option<IdempotencyKey>) -> Result<PayoutFile, PaymentError>;
        /// What a store will be paid next, a row per currency, and why not: the acting seller's
        /// ([`SEE_BALANCE`]) or, for operators, the named one's.
        async fn next_payouts(&self, actor: &Actor, store: Option<StoreId>) -> Result<Vec<NextPayout>, PaymentError>;
        /// The same as [`Self::run_payouts`] for one store, whose payouts are made now; what holds them
        /// holds them still.
        async fn pay_store(&self, actor: &Actor, store: StoreId, key: Option<IdempotencyKey>) -> Result<Vec<Payout>, PaymentError>;
        /// The bank sent it back after it was paid: what it claimed is payable again, and goes into the
        /// next one. `PayoutMove` of one that is not paid. [`MANAGE_PAYOUTS`]. Idempotent.
        async fn return_payout(&self, actor: &Actor, id: PayoutId, reason: String, key: Option<IdempotencyKey>) -> Result<Payout, PaymentError>;
        /// It will not be paid, as by a wrong account: the same of one that waits. `PayoutFiled` of one that is in
        /// a file for the bank, unless the caller says that the bank did not pay it, and will not. `PayoutByTransfer` of
        /// one that a provider is asked to transfer; of one that is not configured any more with that same word only.
        async fn cancel_payout(&self, actor: &Actor, id: PayoutId, reason: String, bank_did_not_pay: bool, key: Option<IdempotencyKey>) -> Result<Payout, PaymentError>;
        /// Makes payouts of everything payable now, one per store and currency, of the stores that
        /// nothing keeps from being paid ([`WhyNotPaid`]); what the job does in its time.
        /// [`MANAGE_PAYOUTS`] or a module. Idempotent: an earning is claimed once.
        async fn run_payouts(&self, actor: &Actor, key: Option<IdempotencyKey>) -> Result<Vec<Payout>, PaymentError>;
        /// An operator paid it by hand, outside, and says under which reference. [`MANAGE_PAYOUTS`].
        /// Idempotent for the same reference. `PayoutByTransfer` of one that a provider transfers, but where that was asked
        /// and is not configured any more.
        async fn mark_payout_paid(&self, actor: &Actor, payout: PayoutId, reference: String, key: Option<IdempotencyKey>) -> Result<Payout, PaymentError>;
        /// Accounts that the acting seller's store has, or may have, at providers that pay stores, by the order
        /// of providers; what is missing is asked of the provider, and is as it was told last where it does
        /// not answer. [`SEE_BALANCE`], or [`MANAGE_PAYOUT_ACCOUNT`](feira_store::MANAGE_PAYOUT_ACCOUNT).
        async fn store_accounts(&self, actor: &Actor) -> Result<Vec<StoreAccount>, PaymentError>;
        /// Opens the store's account at a provider, if it has none, and tells where its holder gives what is
        /// missing; she comes back to `back`, which says nothing of what became of it. Another call is
        /// another address of the same account. [`MANAGE_PAYOUT_ACCOUNT`](feira_store::MANAGE_PAYOUT_ACCOUNT).
        /// One that pays no stores is refused at its field, `/provider`. Where charges are split, the account is of
        /// the PIX key on which the store is paid, nothing is asked of its holder, and the address is `back`;
        /// `StoreAccountNotReady` while nothing is paid to that key, or if it is another store's there.
        async fn open_store_account(&self, actor: &Actor, provider: String, back: String) -> Result<Onboarding, PaymentError>;
        /// The store's account there as its payouts can go to it, for `change_payout_account` of stores:
        /// `StoreAccountNotReady` unless the provider says now that it takes payouts. As above; one that splits
        /// charges takes none.
        async fn payable_account(&self, actor: &Actor, provider: String) -> Result<NewPayoutAccount, PaymentError>;
        /// Accounts of a store at providers that split charges, with what left them: the present ones, and those of keys
        /// before that are not empty; at most 20. [`SEE_PAYMENTS`].
        async fn split_accounts(&self, actor: &Actor, store: StoreId) -> Result<Vec<SplitAccount>, PaymentError>;
        /// Whether the books balance, recomputed from the entries. [`SEE_PAYMENTS`].
        async fn books(&self, actor: &Actor) -> Result<Books, PaymentError>;
        /// The entries of an account of the books, newest first. [`SEE_PAYMENTS`].
        async fn ledger_entries(&self, actor: &Actor, filter: EntryFilter, page: PageRequest) -> Result<Page<BookEntry>, PaymentError>;
        /// The same for a file: of one year at most, oldest first, 1,000 at once. [`SEE_PAYMENTS`].
        async fn ledger_export(&self, actor: &Actor, filter: EntryFilter, after: Option<Cursor>) -> Result<Page<BookEntry>, PaymentError>;
        /// A transaction of the books with all of its entries. [`SEE_PAYMENTS`].
        async fn ledger_transaction(&self, actor: &Actor, id: Uuid) -> Result<BookTransaction, PaymentError>;
        /// The sums of an account by the months of a time zone, newest first, at most 120. [`SEE_PAYMENTS`].
        async fn ledger_months(&self, actor: &Actor, account: Account, currency: Currency, time_zone: String) -> Result<Vec<MonthTotal>, PaymentError>;
        /// Stores that owe to the marketplace, those first that have done so longest. [`SEE_PAYMENTS`].
        async fn debts(&self, actor: &Actor, page: PageRequest) -> Result<Page<Debt>, PaymentError>;
        /// Gives up what a store owes, or a part of it; more than that is `MoreThanOwed`, as is what an open invoice
        /// asks for ([`Self::end_invoice`]), a dispute or a refund that runs holds, or is asked back of a transfer.
        /// [`MANAGE_PAYOUTS`]. Idempotent by key.
        async fn write_off_debt(&self, actor: &Actor, store: StoreId, amount: Money, reason: String, key: Option<IdempotencyKey>) -> Result<DebtSettlement, PaymentError>;
        /// The store paid what it owes, or a part of it, outside, under this reference; more than that is
        /// `MoreThanOwed`, as of [`Self::write_off_debt`]. [`MANAGE_PAYOUTS`]. Idempotent by key.
        async fn settle_debt(&self, actor: &Actor, store: StoreId, amount: Money, reference: String, key: Option<IdempotencyKey>) -> Result<DebtSettlement, PaymentError>;
        /// Debts that were paid outside, or given up, newest first: the acting seller's own ([`SEE_BALANCE`]), or for
        /// operators the named store's, or all.
        async fn debt_settlements(&self, actor: &Actor, store: Option<StoreId>, page: PageRequest) -> Result<Page<DebtSettlement>, PaymentError>;
        /// Bills a store what it owes, or a part of it: no payout nets that any more, and its people are told. More
        /// than it owes and no open invoice asks for is `MoreThanOwed`, as of [`Self::write_off_debt`]. [`MANAGE_PAYOUTS`]. Idempotent by key.
        async fn invoice_debt(&self, actor: &Actor, invoice: NewInvoice, key: Option<IdempotencyKey>) -> Result<DebtInvoice, PaymentError>;
        /// An invoice was paid outside, is given up, or withdrawn, which leaves the debt as it is. `InvoiceMove` of one
        /// that ended otherwise; `MoreThanOwed` where less is owed by now. [`MANAGE_PAYOUTS`]. Idempotent for the
        /// same ending.
        async fn end_invoice(&self, actor: &Actor, id: InvoiceId, ending: InvoiceEnding, key: Option<IdempotencyKey>) -> Result<DebtInvoice, PaymentError>;
        /// Invoices to stores, newest first. Whose as [`Self::debt_settlements`].
        async fn debt_invoices(&self, actor: &Actor, store: Option<StoreId>, page: PageRequest) -> Result<Page<DebtInvoice>, PaymentError>;
        /// One of them; another store's is `NotFound`.
        async fn debt_invoice(&self, actor: &Actor, id: InvoiceId) -> Result<DebtInvoice, PaymentError>;
        /// Keeps back a part of what a store is owed until a day; more than is payable now is
        /// `MoreThanPayable`. [`MANAGE_PAYOUTS`]. Idempotent by key.
        async fn hold_reserve(&self, actor: &Actor, reserve: NewReserve, key: Option<IdempotencyKey>) -> Result<Reserve, PaymentError>;
        /// Makes it payable before its day; the job does it on that. [`MANAGE_PAYOUTS`]. Idempotent.
        async fn release_reserve(&self, actor: &Actor, id: ReserveId, key: Option<IdempotencyKey>) -> Result<Reserve, PaymentError>;
        /// Reserves, newest first: the acting seller's own ([`SEE_BALANCE`]), or for operators the named
        /// store's, or all.
        async fn reserves(&self, actor: &Actor, filter: ReserveFilter, page: PageRequest) -> Result<Page<Reserve>, PaymentError>;
        /// Holds a provider's report of its balance against the books, and names each difference. Writes
        /// nothing. A file that is none is `BadReport`. [`SEE_PAYMENTS`], or the command line.
        async fn reconcile(&self, actor: &Actor, request: ReconcileRequest) -> Result<Reconciliation, PaymentError>;
        /// Every exchange with a provider about a payment, oldest first. [`SEE_PAYMENTS`].
        async fn exchanges(&self, actor: &Actor, id: PaymentId) -> Result<Vec<Exchange>, PaymentError>;
        /// Charges that are not as they should be, newest first. [`SEE_PAYMENTS`].
        async fn alarms(&self, actor: &Actor, page: PageRequest) -> Result<Page<Alarm>, PaymentError>;
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
        /// A month of a store's books: the acting seller's ([`SEE_BALANCE`]), or, for operators, the named
        /// one's.
        async fn statement(&self, actor: &Actor, store: Option<StoreId>, wanted: StatementRequest) -> Result<Statement, PaymentError>;
        /// The lines of such a month, oldest first, [`REPORT_PAGE`] at once.
        async fn statement_lines(&self, actor: &Actor, store: Option<StoreId>, wanted: StatementRequest, after: Option<Cursor>) -> Result<Page<StatementLine>, PaymentError>;
        /// All that changed what the store is owed in a period, in any currency, oldest first,
        /// [`REPORT_PAGE`] at once. Whose as above.
        async fn operations(&self, actor: &Actor, store: Option<StoreId>, period: Period, after: Option<Cursor>) -> Result<Operations, PaymentError>;
        /// What stores sold per quarter of a year of this time zone, by store, currency and quarter,
        /// [`REPORT_PAGE`] at once. [`SEE_PAYMENTS`].
        async fn quarter_sums(&self, actor: &Actor, year: i32, time_zone: String, after: Option<Cursor>) -> Result<Page<QuarterSum>, PaymentError>;
        /// Who takes payments, in the order in which new ones are offered to them, at most 100.
        /// [`CONFIGURE_PAYMENTS`].
        async fn providers(&self, actor: &Actor) -> Result<Vec<ProviderOverview>, PaymentError>;
        /// Their names alone, in the same order, each once. [`SEE_PAYMENTS`].
        async fn provider_names(&self, actor: &Actor) -> Result<Vec<String>, PaymentError>;
        /// Enters a provider, which takes new payments from then on: in this process at once, in others
        /// within five seconds. Secrets are kept sealed, and no method tells them. [`CONFIGURE_PAYMENTS`].
        /// Idempotent by key.
        async fn add_provider(&self, actor: &Actor, new: NewProvider, key: Option<IdempotencyKey>) -> Result<ProviderOverview, PaymentError>;
        /// Changes one that an operator entered; of others `ProviderConfigured`. [`CONFIGURE_PAYMENTS`].
        async fn change_provider(&self, actor: &Actor, name: String, change: ProviderChange) -> Result<ProviderOverview, PaymentError>;
        /// Removes one that never had a payment and keeps no card, for ever; of others `ProviderUsed`.
        /// [`CONFIGURE_PAYMENTS`].
        async fn remove_provider(&self, actor: &Actor, name: String, expected: Option<Versions>) -> Result<(), PaymentError>;
        /// Asks a provider something harmless with the present keys. [`CONFIGURE_PAYMENTS`].
        async fn check_provider(&self, actor: &Actor, name: String) -> Result<ProviderCheck, PaymentError>;
        /// By what is paid, and within which amounts, at most 1,000. [`CONFIGURE_PAYMENTS`].
        async fn method_limits(&self, actor: &Actor) -> Result<Vec<MethodLimit>, PaymentError>;
        /// Sets the rule of a method, a currency and a store or all; one that is there is replaced, in
        /// a version that is expected. [`CONFIGURE_PAYMENTS`]. Idempotent by key.
        async fn set_method_limit(&self, actor: &Actor, rule: MethodRule, expected: Option<Versions>, key: Option<IdempotencyKey>) -> Result<MethodLimit, PaymentError>;
        /// From then on it is offered as the other rules and the providers say. [`CONFIGURE_PAYMENTS`].
        async fn remove_method_limit(&self, actor: &Actor, id: MethodLimitId, expected: Option<Versions>) -> Result<(), PaymentError>;
        /// Disputes, newest first: those of the acting seller's store ([`SEE_BALANCE`]), or all for
        /// operators ([`SEE_PAYMENTS`]).
        async fn disputes(&self, actor: &Actor, filter: DisputeFilter, page: PageRequest) -> Result<Page<Dispute>, PaymentError>;
        /// One dispute with its evidence; another store's is `NotFound`.
        async fn dispute(&self, actor: &Actor, id: DisputeId) -> Result<DisputeDetails, PaymentError>;
        /// The file that was given as evidence of this kind: the acting store's, or, for operators, the named
        /// one's or the marketplace's own.
        async fn evidence_file(&self, actor: &Actor, id: DisputeId, store: Option<StoreId>, kind: EvidenceKind) -> Result<EvidenceContent, PaymentError>;
        /// Writes evidence of an opened dispute, in the place of what there was of the kind.
        /// Its store's people ([`REFUND_ORDERS`](feira_store::REFUND_ORDERS)), or the marketplace's own by
        /// [`MANAGE_PAYMENTS`]. Idempotent.
        async fn put_evidence(&self, actor: &Actor, id: DisputeId, evidence: NewEvidence, key: Option<IdempotencyKey>) -> Result<DisputeDetails, PaymentError>;
        /// Sends what was written to the provider, which takes it once; of one by hand, or of a provider that
        /// takes none, it is written down that a person sent it. [`MANAGE_PAYMENTS`], and the store's people
        /// where the setting allows it (`Forbidden` to them otherwise). Idempotent.
        async fn send_evidence(&self, actor: &Actor, id: DisputeId, key: Option<IdempotencyKey>) -> Result<DisputeDetails, PaymentError>;
        /// The bank took back, or asks back, money of a payment of whose disputes its provider does not tell, or only
        /// when the money goes (`NotByHand` of others): it is kept back at once. What the provider tells then is of
        /// this one. [`MANAGE_PAYMENTS`]. Once per reference of the bank; more than is left is refused.
        async fn open_dispute(&self, actor: &Actor, dispute: NewDispute, key: Option<IdempotencyKey>) -> Result<DisputeDetails, PaymentError>;
        /// What became of a dispute by hand, or of one whose provider is not configured any more, or, asked again, tells
        /// nothing of it, or what cannot be; of others `NotByHand`. [`MANAGE_PAYMENTS`]. Idempotent for the same
        /// outcome; one that was lost may be won, on appeal, and the other way round it is `DisputeMove`.
        async fn close_dispute(&self, actor: &Actor, id: DisputeId, won: bool, key: Option<IdempotencyKey>) -> Result<DisputeDetails, PaymentError>;
        /// What the person keeps to pay with, oldest first, at most 20. A person on the shop's surface, and
        /// so are the methods below; another's is `NoSuchMethod`.
        async fn saved_methods(&self, actor: &Actor) -> Result<Vec<SavedMethod>, PaymentError>;
        /// Begins to add a card at the first provider that keeps cards; without one `NotOffered`. Its
        /// holder sends it there by herself. Idempotent by key, also where the answer was lost.
        async fn add_saved_method(&self, actor: &Actor, key: Option<IdempotencyKey>) -> Result<AddingMethod, PaymentError>;
        /// The card is kept, if the provider says that its holder has confirmed it; else
        /// `MethodNotConfirmed`. The first one is the default. Idempotent.
        async fn finish_saved_method(&self, actor: &Actor, id: SavedMethodId) -> Result<SavedMethod, PaymentError>;
        /// Makes it the default, or no default.
        async fn change_saved_method(&self, actor: &Actor, id: SavedMethodId, change: SavedMethodChange) -> Result<SavedMethod, PaymentError>;
        /// Removes it at its provider and then here; while the provider does not answer it stays, and that
        /// is `ProviderUnavailable`. The newest of those that are left is the default, if it was. One that
        /// is gone is `NoSuchMethod`, and nothing more is done.
        async fn remove_saved_method(&self, actor: &Actor, id: SavedMethodId, expected: Option<Versions>) -> Result<(), PaymentError>;
        /// Reads a payment's reference by id, for the gateway's guests (their order token opens it).
        async fn reference_of(&self, actor: &Actor, id: PaymentId) -> Result<Uuid, PaymentError>;
    }
}
