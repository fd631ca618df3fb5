//! Writes messages: looks up what they are about, and puts it into words.

mod lookups;

use std::sync::Arc;

use feira_kernel::{Env, Time};
use quick_cache::sync::Cache;
use uuid::Uuid;

use crate::{
    Deps, NotificationError, OrderFacts,
    locale::Locale,
    mail::{Content, Draft, Mail, MessageParams, Recipient},
    translator::{Site, Translator},
};

/// Events whose order is remembered for it.
const EVENTS: usize = 1_024;

/// For whom a message is written.
#[derive(Clone, Copy)]
pub(crate) enum Reader {
    Recipient,
    /// Who looks at what was sent to others.
    Operator,
}

/// Writes messages, from what the modules know of what they are about.
pub(crate) struct MailComposer {
    pub(crate) env: Env,
    pub(crate) deps: Deps,
    pub(crate) site: Site,
    /// By the event after which it was read: no message is written from what was there before.
    orders: Cache<Uuid, (Time, Arc<OrderFacts>)>,
}

impl MailComposer {
    pub(crate) fn new(env: Env, deps: Deps, site: Site) -> Self {
        Self {
            env,
            deps,
            site,
            orders: Cache::new(EVENTS),
        }
    }

    fn translator(&self, locale: Locale) -> Translator<'_> {
        Translator {
            locale,
            site: &self.site,
        }
    }

    /// One message of the event for each recipient; none if there is nothing to say any more.
    pub(crate) async fn drafts(
        &self,
        event: Uuid,
        params: MessageParams,
        to: impl IntoIterator<Item = Recipient>,
    ) -> Result<Vec<Draft>, NotificationError> {
        let Some(content) = self.content(event, &params).await? else {
            return Ok(Vec::new());
        };
        let draft = |to: Recipient| Draft {
            subject: content.subject(params.kind(), self.translator(to.locale)),
            params: params.clone(),
            to,
        };
        Ok(to.into_iter().map(draft).collect())
    }

    /// The message of the event as it is now, for its reader; `None` if there is nothing to say any
    /// more.
    pub(crate) async fn write(
        &self,
        event: Uuid,
        params: &MessageParams,
        to: &Recipient,
        reader: Reader,
    ) -> Result<Option<Mail>, NotificationError> {
        let content = self.content(event, params).await?;
        let content = content.map(|content| match reader {
            Reader::Recipient => content,
            Reader::Operator => content.hidden(),
        });
        let written =
            content.map(|content| content.write(params.kind(), self.translator(to.locale), to));
        written.transpose()
    }

    async fn content(
        &self,
        event: Uuid,
        params: &MessageParams,
    ) -> Result<Option<Content>, NotificationError> {
        use MessageParams as P;
        Ok(Some(match params {
            P::VerifyEmail { confirmation } => {
                return self.verification(*confirmation).await;
            }
            P::ResetPassword { link } | P::ChangeEmail { link } | P::SignInLink { link, .. } => {
                let link = self.account_link(*link).await?;
                return Ok(link.and_then(|link| with_link(params, link.token)));
            }
            P::EmailChangeAsked { .. } => Content::EmailChangeAsked,
            P::PasswordChanged { .. } => Content::PasswordChanged,
            P::ApplicationApproved { store, .. } => Content::ApplicationApproved {
                store: self.store(*store).await?.name,
            },
            P::ApplicationRejected { store, reason, .. } => Content::ApplicationRejected {
                store: self.store(*store).await?.name,
                reason: reason.clone(),
            },
            P::StoreSuspended { store, reason, .. } => Content::StoreSuspended {
                store: self.store(*store).await?.name,
                reason: reason.clone(),
            },
            P::StoreReinstated { store, .. } => Content::StoreReinstated {
                store: self.store(*store).await?.name,
            },
            P::OrderPlaced { order, until, .. } => {
                let order = self.known_order(event, *order).await?;
                let until = *until;
                // Paid, or ended: nothing is to be done any more.
                let waits = order.pay.is_some();
                return Ok(waits.then_some(Content::OrderPlaced { order, until }));
            }
            P::OrderConfirmed { order } => Content::OrderConfirmed {
                order: self.known_order(event, *order).await?,
            },
            P::OrderShipped { order, part } => {
                Content::OrderShipped(self.part(event, *order, *part).await?)
            }
            P::OrderCancelled { order, reason } => Content::OrderCancelled {
                order: self.known_order(event, *order).await?,
                reason: reason.clone(),
            },
            P::PaymentExpected {
                order, part, until, ..
            } => {
                let (of, until) = (self.part(event, *order, *part).await?, *until);
                // Paid, or given up: nothing is expected any more.
                let waits = of.part.leg.is_some();
                return Ok(waits.then_some(Content::PaymentExpected { of, until }));
            }
            P::NewOrder { order, part } => {
                Content::NewOrder(self.part(event, *order, *part).await?)
            }
            P::PartCancelled { order, part } => {
                Content::PartCancelled(self.part(event, *order, *part).await?)
            }
            P::OrderRefunded { .. } | P::PartRefunded { .. } => {
                return self.about_refund(event, params).await;
            }
            P::PayoutPaid { .. }
            | P::PayoutReturned { .. }
            | P::DebtInvoiced { .. }
            | P::PayoutAccountChanged { .. }
            | P::PhoneChanged { .. }
            | P::PaymentDisputed { .. }
            | P::DisputeClosed { .. }
            | P::StockLow { .. } => return self.of_store(params).await,
        }))
    }

    /// What its people are told of money and stock.
    async fn of_store(&self, params: &MessageParams) -> Result<Option<Content>, NotificationError> {
        use MessageParams as P;
        Ok(Some(match params {
            P::PayoutReturned { store, .. } => Content::PayoutReturned {
                store: self.store(*store).await?.name,
            },
            P::DebtInvoiced { store, .. } => Content::DebtInvoiced {
                store: self.store(*store).await?.name,
            },
            P::PayoutAccountChanged { store, .. } => Content::PayoutAccountChanged {
                store: self.store(*store).await?.name,
            },
            P::PhoneChanged { store, .. } => Content::PhoneChanged {
                store: self.store(*store).await?.name,
            },
            P::PayoutPaid { store, day, .. } => Content::PayoutPaid {
                store: self.store(*store).await?.name,
                day: *day,
            },
            P::PaymentDisputed {
                dispute,
                store,
                until,
            } => Content::PaymentDisputed {
                store: self.named(*store).await?,
                dispute: *dispute,
                until: *until,
            },
            P::DisputeClosed {
                dispute,
                store,
                won,
            } => Content::DisputeClosed {
                store: self.named(*store).await?,
                dispute: *dispute,
                won: *won,
            },
            P::StockLow {
                store,
                product,
                variant,
                available,
                ..
            } => Content::StockLow {
                store: self.store(*store).await?.name,
                product: *product,
                variant: self.deps.variants.variant(*variant).await?,
                available: *available,
            },
            _ => return Ok(None),
        }))
    }

    async fn about_refund(
        &self,
        event: Uuid,
        params: &MessageParams,
    ) -> Result<Option<Content>, NotificationError> {
        Ok(match params {
            MessageParams::OrderRefunded { order, amount, .. } => Some(Content::OrderRefunded {
                order: self.known_order(event, *order).await?,
                amount: *amount,
            }),
            MessageParams::PartRefunded {
                order,
                part,
                amount,
                ..
            } => Some(Content::PartRefunded {
                of: self.part(event, *order, *part).await?,
                amount: *amount,
            }),
            _ => None,
        })
    }
}

/// What carries the token of an account's link.
fn with_link(params: &MessageParams, token: String) -> Option<Content> {
    match *params {
        MessageParams::ResetPassword { .. } => Some(Content::ResetPassword { token }),
        MessageParams::ChangeEmail { .. } => Some(Content::ChangeEmail { token }),
        MessageParams::SignInLink { surface, .. } => Some(Content::SignInLink { token, surface }),
        _ => None,
    }
}
