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
use feira_store::{StoreChanged, StoreStatus};
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
const PAYOUTS: &str = "notification.payouts";
const STOCK: &str = "notification.stock";

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
            ],
            MailComposer::order_changed,
        ),
        on(
            context,
            PAYOUTS,
            "payment",
            &[wire::PAYOUT_PAID],
            MailComposer::payout_paid,
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
            _ => self.members(&[store], Some(fact.owner)).await?.1,
        };
        self.drafts(event.id, params, people.into_values()).await
    }

    /// Why the store is in its state.
    async fn reason(&self, store: StoreId) -> Result<String, NotificationError> {
        Ok(self.store(store).await?.status_reason.unwrap_or_default())
    }

    async fn payout_paid(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        let fact: wire::PayoutPaid = wire::read(&event)?;
        let zone = self.store(fact.store).await?.time_zone;
        let params = MessageParams::PayoutPaid {
            payout: fact.payout,
            store: fact.store,
            day: outgoing::local_time(&self.env, event.occurred_at, &zone)
                .await?
                .date(),
        };
        let (_, people) = self.members(&[fact.store], None).await?;
        self.drafts(event.id, params, people.into_values()).await
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
        let (_, people) = self.members(&[fact.store], None).await?;
        self.drafts(event.id, params, people.into_values()).await
    }
}
