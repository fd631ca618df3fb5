//! What may be read, and by whom.

use feira_kernel::{Actor, Currency, Money, Page, PageRequest, StoreId, UserId};
use uuid::Uuid;

use super::{Service, rows};
use crate::{
    Acceptance, Balance, Books, Earning, Exchange, LedgerLine, Method, MethodKind, Offers,
    PartReference, PartRefund, Payment, PaymentDetails, PaymentError, PaymentId, Reference,
    RefundDraft, RefundPreview, RefundStatus, StoreTasks, Stuck, WaitingByHand, access,
};

impl Service {
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
        let taker = self.providers.choose(&method, amount, &stores, keeper)?;
        self.receivers(&taker, method.kind(), &stores).await?;
        Ok(Acceptance {
            by_hand: taker.provider.capabilities().by_hand,
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
    ) -> Result<Offers, PaymentError> {
        access::gateway(actor)?;
        self.providers.refresh().await?;
        self.offered(amount, &stores).await
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

    pub(crate) async fn store_tasks(&self, actor: &Actor) -> Result<StoreTasks, PaymentError> {
        self.tasks_of_store(access::store(actor, None)?).await
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

    pub(crate) async fn earnings(
        &self,
        actor: &Actor,
        parts: Vec<PartReference>,
    ) -> Result<Vec<Earning>, PaymentError> {
        let store = access::earnings(actor)?;
        self.earnings_of(store, parts).await
    }

    pub(crate) async fn part_refunds(
        &self,
        actor: &Actor,
        parts: Vec<PartReference>,
        status: Option<RefundStatus>,
    ) -> Result<Vec<PartRefund>, PaymentError> {
        let store = access::earnings(actor)?;
        self.refunds_of_legs(store, parts, status).await
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
