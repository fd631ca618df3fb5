//! Reactions: which event makes which messages. Each handler reads what it needs with no
//! transaction open, and hands its drafts to `outgoing`, which keeps them once.

mod orders;
mod outgoing;
mod people;
pub(crate) mod wire;

use std::{future::Future, sync::Arc};

use feira_kernel::{
    Subscription,
    outbox::{Envelope, Event},
};
use feira_store::{StoreChanged, StoreStatus};
use feira_user::Registered;
use outgoing::Keeping;

use crate::{
    NotificationError,
    compose::MailComposer,
    mail::{About, Draft, Recipient},
};

const ACCOUNTS: &str = "notification.accounts";
const APPLICATIONS: &str = "notification.applications";
const ORDERS: &str = "notification.orders";
const PAYOUTS: &str = "notification.payouts";
const STOCK: &str = "notification.stock";

/// What a reaction works with.
#[derive(Clone)]
struct Listening {
    composer: Arc<MailComposer>,
    keeping: Arc<Keeping>,
}

pub(crate) fn subscriptions(composer: &Arc<MailComposer>) -> Vec<Subscription> {
    let listening = &Listening {
        composer: composer.clone(),
        keeping: Arc::new(Keeping::new(&composer.env)),
    };
    vec![
        on(
            listening,
            ACCOUNTS,
            "user",
            &[Registered::NAME],
            MailComposer::registered,
        ),
        on(
            listening,
            APPLICATIONS,
            "store",
            &[StoreChanged::NAME],
            MailComposer::store_changed,
        ),
        on(
            listening,
            ORDERS,
            "order",
            &[
                wire::ORDER_CONFIRMED,
                wire::STORE_ORDER_SHIPPED,
                wire::ORDER_CANCELLED,
            ],
            MailComposer::order_changed,
        ),
        on(
            listening,
            PAYOUTS,
            "payment",
            &[wire::PAYOUT_PAID],
            MailComposer::payout_paid,
        ),
        on(
            listening,
            STOCK,
            "catalog",
            &[wire::STOCK_LOW],
            MailComposer::stock_low,
        ),
    ]
}

fn on<F, Fut>(
    listening: &Listening,
    consumer: &'static str,
    source: &'static str,
    events: &'static [&'static str],
    make: F,
) -> Subscription
where
    F: Fn(Arc<MailComposer>, Envelope) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = Result<Vec<Draft>, NotificationError>> + Send + 'static,
{
    let listening = listening.clone();
    Subscription::new(consumer, source, events, move |event| {
        let Listening { composer, keeping } = listening.clone();
        async move {
            let id = event.id;
            let drafts = make(composer, event).await?;
            keeping.keep(consumer, id, drafts).await
        }
    })
}

impl MailComposer {
    async fn registered(self: Arc<Self>, event: Envelope) -> Result<Vec<Draft>, NotificationError> {
        let fact: Registered = wire::read(&event)?;
        let people = self.users(vec![fact.user]).await?;
        // Without a name: anybody can register with anybody's address, and must not be able to
        // have us send words of her choice there.
        let to = people.into_values().map(|to| Recipient {
            name: String::new(),
            ..to
        });
        let confirmation = fact.confirmation;
        let about = About::VerifyEmail { confirmation };
        self.drafts(event.id, about, to).await
    }

    async fn store_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        let fact: StoreChanged = wire::read(&event)?;
        let (store, version) = (fact.store, fact.version);
        let about = match (fact.from, fact.to) {
            (Some(StoreStatus::Pending), StoreStatus::Approved) => {
                About::ApplicationApproved { store, version }
            }
            (Some(StoreStatus::Pending), StoreStatus::Rejected) => About::ApplicationRejected {
                store,
                version,
                reason: self.store(store).await?.status_reason.unwrap_or_default(),
            },
            _ => return Ok(Vec::new()),
        };
        let owner = self.users(vec![fact.owner]).await?;
        self.drafts(event.id, about, owner.into_values()).await
    }

    async fn payout_paid(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Draft>, NotificationError> {
        let fact: wire::PayoutPaid = wire::read(&event)?;
        let zone = self.store(fact.store).await?.time_zone;
        let about = About::PayoutPaid {
            payout: fact.payout,
            store: fact.store,
            day: outgoing::local_day(&self.env, event.occurred_at, &zone).await?,
        };
        let (_, people) = self.members(&[fact.store], None).await?;
        self.drafts(event.id, about, people.into_values()).await
    }

    async fn stock_low(self: Arc<Self>, event: Envelope) -> Result<Vec<Draft>, NotificationError> {
        let fact: wire::StockLow = wire::read(&event)?;
        let about = About::StockLow {
            store: fact.store,
            product: fact.product,
            variant: fact.variant,
            version: fact.version,
            available: fact.available,
        };
        let (_, people) = self.members(&[fact.store], None).await?;
        self.drafts(event.id, about, people.into_values()).await
    }
}
