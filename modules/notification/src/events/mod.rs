//! Reactions: which event makes which messages. Each handler reads what it needs with no
//! transaction open, renders, and hands the mails to `outgoing`, which keeps them once.

mod orders;
mod outgoing;
mod people;
pub(crate) mod wire;

use std::{future::Future, sync::Arc};

use feira_kernel::{
    Actor, Env, ModuleError, StoreId, Subscription,
    outbox::{Envelope, Event},
};
use feira_store::{Store, StoreChanged, StoreStatus};
use feira_user::{Registered, UserError};

use crate::{
    Deps, NotificationError,
    mail::{self, Mail, Recipient},
    words::{Site, Words},
};

const ACCOUNTS: &str = "notification.accounts";
const APPLICATIONS: &str = "notification.applications";
const ORDERS: &str = "notification.orders";
const PAYOUTS: &str = "notification.payouts";
const STOCK: &str = "notification.stock";

/// What every reaction of this module is, to the modules below.
const fn me() -> Actor {
    Actor::system("notification")
}

/// Makes messages from events.
pub(crate) struct Maker {
    env: Env,
    deps: Deps,
    site: Site,
}

pub(crate) fn subscriptions(maker: &Arc<Maker>) -> Vec<Subscription> {
    vec![
        on(
            maker,
            ACCOUNTS,
            "user",
            &[Registered::NAME],
            Maker::registered,
        ),
        on(
            maker,
            APPLICATIONS,
            "store",
            &[StoreChanged::NAME],
            Maker::store_changed,
        ),
        on(
            maker,
            ORDERS,
            "order",
            &[
                wire::ORDER_CONFIRMED,
                wire::STORE_ORDER_SHIPPED,
                wire::ORDER_CANCELLED,
            ],
            Maker::order_changed,
        ),
        on(
            maker,
            PAYOUTS,
            "payment",
            &[wire::PAYOUT_PAID],
            Maker::payout_paid,
        ),
        on(
            maker,
            STOCK,
            "catalog",
            &[wire::STOCK_LOW],
            Maker::stock_low,
        ),
    ]
}

fn on<F, Fut>(
    maker: &Arc<Maker>,
    consumer: &'static str,
    source: &'static str,
    events: &'static [&'static str],
    make: F,
) -> Subscription
where
    F: Fn(Arc<Maker>, Envelope) -> Fut + Copy + Send + Sync + 'static,
    Fut: Future<Output = Result<Vec<Mail>, NotificationError>> + Send + 'static,
{
    let maker = maker.clone();
    Subscription::new(consumer, source, events, move |event| {
        let maker = maker.clone();
        async move {
            let id = event.id;
            let mails = make(maker.clone(), event).await?;
            outgoing::keep(&maker.env, &maker.site.host, consumer, id, mails).await
        }
    })
}

impl Maker {
    pub(crate) fn new(env: Env, deps: Deps, site: Site) -> Self {
        Self { env, deps, site }
    }

    fn words(&self, to: &Recipient) -> Words<'_> {
        Words {
            locale: to.locale,
            site: &self.site,
        }
    }

    async fn registered(self: Arc<Self>, event: Envelope) -> Result<Vec<Mail>, NotificationError> {
        let fact: Registered = wire::read(&event)?;
        let people = self.users(vec![fact.user]).await?;
        let token = match self
            .deps
            .users
            .confirmation_token(&me(), fact.confirmation)
            .await
        {
            Ok(token) => token,
            // Used, replaced or expired meanwhile: there is nothing left to confirm.
            Err(UserError::TokenInvalid | UserError::NotFound) => return Ok(Vec::new()),
            Err(error) => return Err(below(&error)),
        };
        people
            .values()
            .map(|to| mail::verify_email(self.words(to), to, fact.confirmation, &token))
            .collect()
    }

    async fn store_changed(
        self: Arc<Self>,
        event: Envelope,
    ) -> Result<Vec<Mail>, NotificationError> {
        let fact: StoreChanged = wire::read(&event)?;
        let decided = fact.from == Some(StoreStatus::Pending)
            && matches!(fact.to, StoreStatus::Approved | StoreStatus::Rejected);
        if !decided {
            return Ok(Vec::new());
        }
        let store = self.store(fact.store).await?;
        let owner = self.users(vec![fact.owner]).await?;
        owner
            .values()
            .map(|to| {
                let make = if fact.to == StoreStatus::Approved {
                    mail::application_approved
                } else {
                    mail::application_rejected
                };
                make(self.words(to), to, &store, fact.version)
            })
            .collect()
    }

    async fn payout_paid(self: Arc<Self>, event: Envelope) -> Result<Vec<Mail>, NotificationError> {
        let fact: wire::PayoutPaid = wire::read(&event)?;
        let store = self.store(fact.store).await?;
        let day = outgoing::local_day(&self.env, event.occurred_at, &store.time_zone).await?;
        let (_, users) = self.members(&[fact.store], None).await?;
        users
            .values()
            .map(|to| mail::payout_paid(self.words(to), to, &store, fact.payout, day))
            .collect()
    }

    async fn stock_low(self: Arc<Self>, event: Envelope) -> Result<Vec<Mail>, NotificationError> {
        let fact: wire::StockLow = wire::read(&event)?;
        let store = self.store(fact.store).await?;
        let (_, users) = self.members(&[fact.store], None).await?;
        let scarce = mail::Scarce {
            product: fact.product,
            variant: fact.variant,
            version: fact.version,
            available: fact.available,
        };
        users
            .values()
            .map(|to| mail::stock_low(self.words(to), to, &store, &scarce))
            .collect()
    }

    async fn store(&self, id: StoreId) -> Result<Store, NotificationError> {
        let found = self
            .deps
            .stores
            .stores(&me(), vec![id])
            .await
            .map_err(|e| below(&e))?;
        found
            .into_iter()
            .next()
            .ok_or_else(|| NotificationError::Internal(format!("there is no store {id}")))
    }
}

/// An error of a module below, as this module's own.
fn below(error: &impl ModuleError) -> NotificationError {
    if error.kind() == feira_kernel::ErrorKind::Unavailable {
        NotificationError::Unavailable(error.to_string())
    } else {
        NotificationError::Internal(format!("{}: {error}", error.code()))
    }
}
