//! The implementation of the trait: who may, then one room per kind of work.

mod alarming;
mod alarms;
mod applying;
mod at_the_bank;
mod batches;
mod books;
mod by_hand;
mod capturing;
mod configuring;
mod debts;
mod disputes;
mod dropping;
mod earnings;
mod ending_invoices;
mod entered;
mod entering;
mod entries;
mod fees;
mod forgetting;
mod given_back;
mod instalments;
mod invoice_views;
mod invoicing;
mod leg_views;
mod legs;
mod limiting;
mod marking_paid;
mod naming;
mod netting;
mod noting;
mod overviews;
mod paging;
mod paying_out;
mod payout_ends;
mod payout_runs;
mod payout_schedule;
mod payout_views;
mod payouts;
mod previewing;
mod reading;
mod reconciling;
mod reconciling_bank;
mod refund_books;
mod refund_fees;
mod refund_holds;
mod refundable;
mod refunded;
mod refunding;
mod releasing;
mod reports;
mod reserving;
mod returning;
mod reversing;
mod rows;
mod saved_methods;
mod saving;
mod settling;
mod starting;
mod statement_book;
mod statement_deciding;
mod statement_lines;
mod statements;
mod store_accounts;
mod stuck;
mod transfer_views;
mod transferring;
mod verdict;
mod waiting;
mod webhooks;

use std::sync::Arc;

use feira_kernel::{
    Actor, Currency, Env, IdempotencyKey, Money, Page, PageRequest, StoreId, UserId, failpoint,
};
use feira_store::Stores;
use uuid::Uuid;

use batches::Batches;

use crate::{
    Acceptance, Balance, Books, Earning, Exchange, LedgerLine, Method, MethodKind, MethodOffer,
    NewRefund, PartReference, Payment, PaymentDetails, PaymentError, PaymentId, Payout, PayoutId,
    ProviderWebhook, Reference, Refund, RefundDraft, RefundPreview, ReleaseEarning, Settings,
    SettleLeg, StartPayment, Stuck, WaitingByHand, access,
    provider::{Provider, Providers},
};

/// Where a test may have the process killed: each lies between two commits, or between a commit
/// and the provider.
pub const FAILPOINTS: &[&str] = &[
    "payment.inserted",
    "payment.charged",
    "payment.applied",
    "payment.leg_settled",
    "payment.notified",
    "payment.refund_reserved",
    "payment.payout_claimed",
    "payment.payout_paid",
    "payment.payout_returned",
    "payment.transfer_asked",
    "payment.transfer_answered",
    "payment.transfer_written",
    "payment.reversal_asked",
    "payment.reversal_answered",
    "payment.statement_line",
    "payment.dispute_told",
    "payment.dispute_written",
    "payment.evidence_read",
    "payment.evidence_sent",
];

fn pass(point: &'static str) {
    debug_assert!(FAILPOINTS.contains(&point), "{point} is not listed");
    failpoint::pass(point);
}

#[derive(Clone)]
pub(crate) struct Service {
    env: Env,
    stores: Arc<dyn Stores>,
    providers: Providers,
    pub(crate) settings: Arc<Settings>,
    batches: Batches,
}

impl Service {
    pub(crate) fn new(
        env: Env,
        stores: Arc<dyn Stores>,
        providers: Providers,
        settings: Settings,
    ) -> Self {
        Self {
            batches: Batches::new(&env, settings.poll_every),
            env,
            stores,
            providers,
            settings: Arc::new(settings),
        }
    }

    /// The provider that a row names.
    fn provider(&self, name: &str) -> Result<Arc<dyn Provider>, PaymentError> {
        self.providers.named(name).ok_or_else(|| {
            tracing::error!(
                provider = name,
                "nothing can be done about a payment: its provider is not configured"
            );
            PaymentError::Unavailable(format!("the provider {name} is not configured"))
        })
    }

    pub(crate) async fn accepts(
        &self,
        actor: &Actor,
        method: Method,
        amount: Money,
        stores: Vec<StoreId>,
        payer: Option<UserId>,
    ) -> Result<Acceptance, PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        let vaulted = self.vaulted(&method, payer).await?;
        let keeper = vaulted.as_ref().map(|kept| kept.provider.as_str());
        let chosen = self.providers.choose(&method, amount, &stores, keeper)?;
        Ok(Acceptance {
            by_hand: chosen.capabilities().by_hand,
        })
    }

    pub(crate) async fn methods(
        &self,
        actor: &Actor,
        currency: Currency,
    ) -> Result<Vec<MethodKind>, PaymentError> {
        access::see_payments(actor)?;
        self.providers.refresh().await?;
        Ok(self.providers.methods(currency))
    }

    pub(crate) async fn offers(
        &self,
        actor: &Actor,
        amount: Money,
        stores: Vec<StoreId>,
    ) -> Result<Vec<MethodOffer>, PaymentError> {
        access::gateway(actor)?;
        self.providers.refresh().await?;
        self.offered(amount, &stores).await
    }

    pub(crate) async fn start(
        &self,
        actor: &Actor,
        start: StartPayment,
    ) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        self.begin(start).await
    }

    pub(crate) async fn payment(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<Payment, PaymentError> {
        let row = rows::payment(&self.env, id).await?;
        access::payment(actor, row.payer)?;
        self.with_legs(row).await
    }

    pub(crate) async fn details(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<PaymentDetails, PaymentError> {
        access::see_payments(actor)?;
        self.providers.refresh().await?;
        self.details_of(id).await
    }

    pub(crate) async fn by_references(
        &self,
        actor: &Actor,
        references: Vec<Reference>,
    ) -> Result<Vec<Payment>, PaymentError> {
        access::order(actor)?;
        self.attempts(references).await
    }

    pub(crate) async fn cancel(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        let row = self.end(id).await?;
        self.with_legs(row).await
    }

    pub(crate) async fn refund(
        &self,
        actor: &Actor,
        refund: NewRefund,
    ) -> Result<Refund, PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        self.give_back(refund).await
    }

    pub(crate) async fn settle_leg(
        &self,
        actor: &Actor,
        settle: SettleLeg,
    ) -> Result<Payment, PaymentError> {
        access::order(actor)?;
        self.say_leg(settle).await
    }

    pub(crate) async fn refundable(
        &self,
        actor: &Actor,
        reference: Reference,
    ) -> Result<(), PaymentError> {
        access::order(actor)?;
        self.providers.refresh().await?;
        self.can_go_back(reference).await
    }

    pub(crate) async fn preview_refund(
        &self,
        actor: &Actor,
        draft: RefundDraft,
    ) -> Result<RefundPreview, PaymentError> {
        access::order(actor)?;
        self.would_give_back(draft).await
    }

    pub(crate) async fn waiting_by_hand(
        &self,
        actor: &Actor,
    ) -> Result<WaitingByHand, PaymentError> {
        access::see_payments(actor)?;
        self.waiting_for_operators().await
    }

    pub(crate) async fn release_earning(
        &self,
        actor: &Actor,
        release: ReleaseEarning,
    ) -> Result<(), PaymentError> {
        access::order(actor)?;
        self.release(release).await
    }

    pub(crate) async fn provider_webhook(
        &self,
        actor: &Actor,
        webhook: ProviderWebhook,
    ) -> Result<(), PaymentError> {
        access::gateway(actor)?;
        self.providers.refresh().await?;
        self.notified(webhook).await
    }

    pub(crate) async fn payments(
        &self,
        actor: &Actor,
        page: PageRequest,
    ) -> Result<Page<Payment>, PaymentError> {
        access::see_payments(actor)?;
        self.list_payments(page).await
    }

    pub(crate) async fn balance(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
    ) -> Result<Vec<Balance>, PaymentError> {
        self.balances(access::store(actor, store)?).await
    }

    pub(crate) async fn ledger(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        page: PageRequest,
    ) -> Result<Page<LedgerLine>, PaymentError> {
        self.lines(access::store(actor, store)?, page).await
    }

    pub(crate) async fn run_payouts(
        &self,
        actor: &Actor,
        key: Option<IdempotencyKey>,
    ) -> Result<Vec<Payout>, PaymentError> {
        access::manage_payouts(actor).or_else(|_| access::upkeep(actor))?;
        self.pay_out(actor, None, IdempotencyKey::of(key, actor))
            .await
    }

    pub(crate) async fn mark_payout_paid(
        &self,
        actor: &Actor,
        payout: PayoutId,
        reference: String,
        key: Option<IdempotencyKey>,
    ) -> Result<Payout, PaymentError> {
        access::manage_payouts(actor)?;
        let keyed = IdempotencyKey::of(key, actor);
        self.mark_paid(actor, payout, reference, keyed).await
    }

    pub(crate) async fn books(&self, actor: &Actor) -> Result<Books, PaymentError> {
        access::see_payments(actor)?;
        self.audit().await
    }

    pub(crate) async fn exchanges(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<Vec<Exchange>, PaymentError> {
        access::see_payments(actor)?;
        self.list_exchanges(id).await
    }

    pub(crate) async fn stuck(&self, actor: &Actor) -> Result<Vec<Stuck>, PaymentError> {
        access::see_payments(actor)?;
        self.waiting_for_somebody().await
    }

    pub(crate) async fn poll(&self, actor: &Actor) -> Result<u32, PaymentError> {
        access::upkeep(actor)?;
        self.poll_due().await
    }

    pub(crate) async fn earnings(
        &self,
        actor: &Actor,
        parts: Vec<PartReference>,
    ) -> Result<Vec<Earning>, PaymentError> {
        let store = access::earnings(actor)?;
        self.earnings_of(store, parts).await
    }

    pub(crate) async fn reference_of(
        &self,
        actor: &Actor,
        id: PaymentId,
    ) -> Result<Uuid, PaymentError> {
        access::order(actor).or_else(|_| access::gateway(actor))?;
        Ok(self.reference(id).await?.0)
    }
}
