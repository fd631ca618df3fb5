//! Reactions: which event makes which messages. Each handler reads what it needs with no
//! transaction open, and hands its drafts to `outgoing`, which keeps them once.

mod accounts;
mod orders;
mod outgoing;
mod people;
pub(crate) mod wire;

use std::{future::Future, sync::Arc};

use feira_kernel::{
    StoreId, Subscription,
    outbox::{Envelope, Event},
};
use feira_store::{PayoutAccountChanged, StoreChanged, StorePhoneChanged, StoreStatus};
use feira_user::{
    EmailChangeAsked, PasswordChanged, PasswordForgotten, Registered, SignInLinkRequested,
};
use outgoing::MessageWriter;

use crate::{
    NotificationError,
    compose::MailComposer,
    mail::{Draft, MessageParams},
    settings::DailyBounds,
};

const ACCOUNTS: &str = "notification.accounts";
const APPLICATIONS: &str = "notification.applications";
const ORDERS: &str = "notification.orders";
const PAYOUT_ACCOUNTS: &str = "notification.payout_accounts";
const DISPUTES: &str = "notification.disputes";
const PAYOUTS: &str = "notification.payouts";
const STOCK: &str = "notification.stock";

/// The permission of operators who are told of what is to be done about payments.
const SEE_TO_PAYMENTS: &str = "payments.manage";
/// The permissions of a store's people by which they may open what a message leads to: payouts and disputes,
/// orders, products.
const SEE_BALANCE: &str = "balance.see";
const FULFIL_ORDERS: &str = "orders.fulfil";
const EDIT_PRODUCTS: &str = "products.edit";

/// What a reaction works with.
#[derive(Clone)]
struct ReactionContext {
    composer: Arc<MailComposer>,
    writer: Arc<MessageWriter>,
}

pub(crate) fn subscriptions(composer: &Arc<MailComposer>, daily: DailyBounds) -> Vec<Subscription> {
    let context = &ReactionContext {
        composer: composer.clone(),
        writer: Arc::new(MessageWriter::new(&composer.env, daily)),
    };
    vec![
        on(
            context,
            ACCOUNTS,
            "user",
            &[
                Registered::NAME,
                PasswordForgotten::NAME,
                PasswordChanged::NAME,
                EmailChangeAsked::NAME,
                SignInLinkRequested::NAME,
            ],
            MailComposer::account_changed,
        ),
        on(
            context,
            APPLICATIONS,
            "store",
            &[StoreChanged::NAME],
            MailComposer::store_changed,
        ),
        on(
            context,
            ORDERS,
            "order",
            &[
                wire::PAYMENT_AWAITED,
                wire::ORDER_CONFIRMED,
                wire::STORE_ORDER_SHIPPED,
                wire::ORDER_CANCELLED,
                wire::ORDER_REFUNDED,
            ],
            MailComposer::order_changed,
        ),
        on(
            context,
            PAYOUTS,
            "payment",
            wire::OF_PAYOUTS,
            MailComposer::payout_moved,
        ),
        on(
            context,
            PAYOUT_ACCOUNTS,
            "store",
            &[PayoutAccountChanged::NAME, StorePhoneChanged::NAME],
            MailComposer::payee_changed,
        ),
        on(
            context,
            DISPUTES,
            "payment",
            &[wire::DISPUTE_OPENED, wire::DISPUTE_CLOSED],
            MailComposer::dispute_changed,
        ),
        on(
            context,
            STOCK,
            "catalog",
            &[wire::STOCK_LOW],
            MailComposer::stock_low,
        ),
    ]
}

fn on<F, Fut>(
    context: &ReactionContext,
    consumer: &'static str,
    source: &'static str,
    events: &'static [&'static str],
    make: F,
) -> Subscription
where
    F: Fn(Arc<MailComposer>, Envelope) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = Result<Vec<Draft>, NotificationError>> + Send + 'static,
{
    let context = context.clone();
    Subscription::new(consumer, source, events, move |event| {
        let ReactionContext { composer, writer } = context.clone();
        async move {
            let id = event.id;
            let drafts = make(composer, event).await?;
            writer.keep(consumer, id, drafts).await
        }
    })
}

impl MailComposer {
    async fn store_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        let fact: StoreChanged = wire::read(&event)?;
        let (store, version) = (fact.store, fact.version);
        let params = match (fact.from, fact.to) {
            (Some(StoreStatus::Pending), StoreStatus::Approved) => {
                MessageParams::ApplicationApproved { store, version }
            }
            (Some(StoreStatus::Pending), StoreStatus::Rejected) => {
                MessageParams::ApplicationRejected {
                    store,
                    version,
                    reason: self.reason(store).await?,
                }
            }
            (_, StoreStatus::Suspended) => MessageParams::StoreSuspended {
                store,
                version,
                reason: self.reason(store).await?,
            },
            (Some(StoreStatus::Suspended), StoreStatus::Approved) => {
                MessageParams::StoreReinstated { store, version }
            }
            _ => return Ok(Vec::new()),
        };
        // An application is its owner's affair, what can be bought everybody's who works there.
        let people = match fact.from {
            Some(StoreStatus::Pending) => self.users(vec![fact.owner]).await?,
            _ => self.everybody(store, fact.owner).await?,
        };
        self.drafts(event.id, params, people.into_values()).await
    }

    /// Why the store is in its state.
    async fn reason(&self, store: StoreId) -> Result<String, NotificationError> {
        Ok(self.store(store).await?.status_reason.unwrap_or_default())
    }

    /// To its owner alone, who is warned if somebody else did it.
    async fn payee_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        let (owner, params) = if event.name == StorePhoneChanged::NAME {
            let fact: StorePhoneChanged = wire::read(&event)?;
            let (store, version) = (fact.store, fact.version);
            (fact.owner, MessageParams::PhoneChanged { store, version })
        } else {
            let fact: PayoutAccountChanged = wire::read(&event)?;
            let (store, version) = (fact.store, fact.version);
            let params = MessageParams::PayoutAccountChanged { store, version };
            (fact.owner, params)
        };
        let owner = self.users(vec![owner]).await?;
        self.drafts(event.id, params, owner.into_values()).await
    }

    async fn payout_moved(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        if event.name == wire::DEBT_INVOICED {
            return self.store_billed(event).await;
        }
        let fact: wire::PayoutPaid = wire::read(&event)?;
        let (payout, store) = (fact.payout, fact.store);
        let params = if event.name == wire::PAYOUT_RETURNED {
            MessageParams::PayoutReturned { payout, store }
        } else {
            let zone = self.store(store).await?.time_zone;
            let paid = outgoing::local_time(&self.env, event.occurred_at, &zone).await?;
            let day = paid.date();
            MessageParams::PayoutPaid { payout, store, day }
        };
        let (_, people) = self.members(&[fact.store], SEE_BALANCE, None).await?;
        self.drafts(event.id, params, people.into_values()).await
    }

    async fn store_billed(&self, event: Envelope) -> Result<Vec<Draft>, NotificationError> {
        let fact: wire::DebtInvoiced = wire::read(&event)?;
        let (invoice, store) = (fact.invoice, fact.store);
        let params = MessageParams::DebtInvoiced { invoice, store };
        let (_, people) = self.members(&[store], SEE_BALANCE, None).await?;
        self.drafts(event.id, params, people.into_values()).await
    }

    async fn dispute_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        let stores = match event.name.as_str() {
            wire::DISPUTE_CLOSED => wire::read::<wire::DisputeClosed>(&event)?.stores,
            _ => wire::read::<wire::DisputeOpened>(&event)?.stores,
        };
        let mut drafts = Vec::new();
        for store in stores {
            let params = self.dispute_params(&event, Some(store)).await?;
            let (_, people) = self.members(&[store], SEE_BALANCE, None).await?;
            drafts.extend(self.drafts(event.id, params, people.into_values()).await?);
        }
        let params = self.dispute_params(&event, None).await?;
        let people = self.operators(SEE_TO_PAYMENTS).await?;
        drafts.extend(self.drafts(event.id, params, people.into_values()).await?);
        Ok(drafts)
    }

    async fn dispute_params(
        &self,
        event: &Envelope,
        store: Option<StoreId>,
    ) -> Result<MessageParams, NotificationError> {
        if event.name == wire::DISPUTE_CLOSED {
            let wire::DisputeClosed { dispute, won, .. } = wire::read(event)?;
            return Ok(MessageParams::DisputeClosed {
                dispute,
                store,
                won,
            });
        }
        let fact: wire::DisputeOpened = wire::read(event)?;
        let until = match fact.evidence_due_at {
            Some(due) => {
                let zone = match store {
                    Some(store) => self.store(store).await?.time_zone,
                    None => self.site.time_zone.clone(),
                };
                Some(outgoing::local_time(&self.env, due, &zone).await?.date())
            }
            None => None,
        };
        Ok(MessageParams::PaymentDisputed {
            dispute: fact.dispute,
            store,
            until,
        })
    }

    async fn stock_low(self: Arc<Self>, event: Envelope) -> Result<Vec<Draft>, NotificationError> {
        let fact: wire::StockLow = wire::read(&event)?;
        let params = MessageParams::StockLow {
            store: fact.store,
            product: fact.product,
            variant: fact.variant,
            version: fact.version,
            available: fact.available,
        };
        let (_, people) = self.members(&[fact.store], EDIT_PRODUCTS, None).await?;
        self.drafts(event.id, params, people.into_values()).await
    }
}
