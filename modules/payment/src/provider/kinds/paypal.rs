//! PayPal: an order that its payer approves there, and whose money this module takes then.

mod acts;
mod amounts;
mod api;
mod disputes;
mod fees;
mod related;
mod settings;
#[cfg(test)]
mod tests;
mod webhook;
mod wire;

use async_trait::async_trait;
use feira_kernel::{Clock, Money, Time};
use reqwest::Method;
use serde_json::json;

use crate::{
    MethodKind, PaymentFailure, ProviderWebhook, RefundId, StartError,
    provider::{
        AskedRefund, Capabilities, Charge, ChargeMethod, DisputesBegin, Fact, Failure, Fee, Hint,
        HintError, Limits, Lookup, NewCharge, Provider, RefundAnswer, TellsFees, ToldDispute,
        http::{broken, own, path_part},
    },
    validate,
};
use api::Api;
pub use settings::PaypalSettings;
pub(super) use settings::{FIELDS, check, settings};
use wire::{Order, Refund};

/// How long the key of an order is known at least.
const KEYS_KEPT: time::Duration = time::Duration::hours(6);
/// It looks as the ids of orders do.
const NOBODYS: &str = "00000000000000000";

pub(crate) struct PaypalProvider {
    name: String,
    capabilities: Capabilities,
    api: Api,
    settings: PaypalSettings,
}

impl PaypalProvider {
    pub(crate) fn new(
        name: String,
        settings: PaypalSettings,
        clock: Clock,
    ) -> Result<Self, StartError> {
        settings.check()?;
        let takes = settings.takes.iter().map(|&least| {
            let most = Money::most(least.currency());
            (MethodKind::Paypal, Limits { least, most })
        });
        let capabilities = Capabilities {
            takes: Some(takes.collect()),
            refund_window: Some(settings.refund_window),
            keys_kept: Some(KEYS_KEPT),
            // Orders cannot be searched, and those that nobody approved are forgotten.
            charges_found: false,
            disputes: DisputesBegin::Told,
            returns_told: true,
            refunds_cost: true,
            ..Capabilities::all()
        };
        Ok(Self {
            api: Api::new(&name, &settings, clock)?,
            name,
            capabilities,
            settings,
        })
    }

    fn read(&self, order: &Order) -> Result<Charge, Failure> {
        order.read(&self.settings.account)
    }

    /// The same of a charge whenever it is asked for.
    fn asked(&self, charge: &NewCharge) -> Result<String, Failure> {
        let settings = &self.settings;
        let intent = if settings.authorize {
            "AUTHORIZE"
        } else {
            "CAPTURE"
        };
        let body = json!({
            "intent": intent,
            "purchase_units": [{
                "custom_id": charge.id,
                "description": charge.description,
                "amount": amounts::write(charge.amount)?,
            }],
            "payment_source": {"paypal": {"experience_context": {
                // What comes days later, such as an eCheck, is not waited for.
                "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
                "shipping_preference": "NO_SHIPPING",
                "user_action": "PAY_NOW",
                "return_url": settings.return_url,
                "cancel_url": settings.cancel_url,
            }}},
        });
        Ok(body.to_string())
    }

    /// An order of which nothing is taken or held ends by being left: nobody but us takes its money.
    fn ended(&self, order: &Order) -> Result<Charge, Failure> {
        let charge = self.read(order)?;
        let open = matches!(charge.fact, Fact::Waiting | Fact::Authorized);
        let fact = if open && order.is_untouched() {
            Fact::Cancelled
        } else {
            charge.fact
        };
        Ok(Charge { fact, ..charge })
    }
}

#[async_trait]
impl Provider for PaypalProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn payee(&self) -> &str {
        &self.settings.account
    }

    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure> {
        let ChargeMethod::Paypal = charge.method else {
            return Err(Failure::NotSupported);
        };
        let currency = charge.amount.currency();
        let limits = self.capabilities.limits(MethodKind::Paypal, currency);
        let limits = limits.ok_or(Failure::NotSupported)?;
        validate::accept(limits, charge.amount).map_err(|_| Failure::NotSupported)?;
        let (key, body) = (charge.id.to_string(), self.asked(charge)?);
        let path = "v2/checkout/orders";
        let made = self
            .api
            .told::<Order>(Method::POST, path, Some(&key), Some(&body));
        let mut order = match made.await {
            // Nothing was looked for.
            Err(Failure::NotFound) => return Err(Failure::Unknown("answered 404".to_owned())),
            made => made?,
        };
        if order.is_brief() {
            order = self.order(order.id()).await?;
        }
        let made = own(self.read(&order)?, charge.id)?;
        if made.fact == Fact::Waiting && made.action_url.is_none() {
            return Err(broken("nowhere to approve it"));
        }
        Ok(made)
    }

    /// One whose answer was lost is not found: nobody has its link, so that nobody approves it.
    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure> {
        match lookup {
            Lookup::Charge(id) => match self.disputed_order(id).await {
                Some(order) => self.read(&order?),
                None => self.read(&self.order(id).await?),
            },
            Lookup::Key(..) => Err(Failure::NotFound),
        }
    }

    async fn capture(&self, charge_id: &str) -> Result<Charge, Failure> {
        let mut order = self.order(charge_id).await?;
        if order.is_approved() {
            let what = if order.is_for_holding() {
                "authorize"
            } else {
                "capture"
            };
            order = self.act(&order, what).await?;
        }
        if let Some(held) = order.held() {
            order = self.take_held(&order, held).await?;
        }
        let charge = self.read(&order)?;
        Ok(match charge.fact {
            // It was asked for, and PayPal did not.
            Fact::Authorized | Fact::Cancelled => Charge {
                fact: Fact::declined(PaymentFailure::PaymentDeclined),
                ..charge
            },
            _ => charge,
        })
    }

    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure> {
        let mut order = self.order(charge_id).await?;
        if let Some(kept) = order.kept() {
            order = self.give_up(&order, kept).await?;
        }
        self.ended(&order)
    }

    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        let order = self.order(charge_id).await?;
        let key = refund.to_string();
        if let Some(known) = order.refunded(&key) {
            return same(known.read()?, amount);
        }
        let Some(capture) = order.captured() else {
            return Err(Failure::Refused("nothing was captured".to_owned()));
        };
        let path = format!("v2/payments/captures/{}/refund", path_part(capture)?);
        let body = json!({ "amount": amounts::write(amount)?, "custom_id": key }).to_string();
        let asked = self
            .api
            .told::<Refund>(Method::POST, &path, Some(&key), Some(&body));
        let reason = match asked.await {
            Ok(made) => return same(made.read()?, amount),
            Err(Failure::Refused(reason)) => reason,
            Err(failure) => return Err(failure),
        };
        if order.left()?.minor() < amount.minor() {
            return Err(Failure::GivenBack);
        }
        Err(Failure::Refused(reason))
    }

    async fn refund_now(&self, asked: &AskedRefund) -> Result<RefundAnswer, Failure> {
        let order = self.order(&asked.charge).await?;
        let made = order.refunded(&asked.id.to_string());
        made.ok_or(Failure::NotFound)?.read()
    }

    /// An order that was never made: whose keys are not taken gets no token.
    async fn check(&self) -> Result<(), Failure> {
        match self.order(NOBODYS).await {
            Ok(_) | Err(Failure::NotFound) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    fn tells_fees(&self) -> TellsFees {
        TellsFees::Always
    }

    async fn fee(&self, charge_id: &str) -> Result<Option<Fee>, Failure> {
        Ok(self.order(charge_id).await?.fee()?.map(Fee::from))
    }

    async fn disputes(&self, charge_id: &str, _: &[String]) -> Result<Vec<ToldDispute>, Failure> {
        self.told_disputes(charge_id).await
    }

    fn tells_of_disputes(&self, kind: &str) -> bool {
        webhook::is_of_dispute(kind)
    }

    /// What can be seen here; whether PayPal sent it, that says itself.
    fn hints(&self, told: &ProviderWebhook, now: Time) -> Result<Vec<Hint>, HintError> {
        webhook::hints(told, now)
    }

    fn vouching_headers(&self) -> &'static [&'static str] {
        &webhook::HEADERS
    }

    async fn vouches(&self, told: &ProviderWebhook) -> Result<bool, Failure> {
        let Some(body) = webhook::question(told, &self.settings.webhook_id) else {
            return Ok(false);
        };
        let path = "v1/notifications/verify-webhook-signature";
        let asked = self
            .api
            .told::<webhook::Answer>(Method::POST, path, None, Some(&body));
        match asked.await {
            Ok(answer) => Ok(webhook::is_vouched_for(&answer)),
            // Such as a certificate that it does not know.
            Err(Failure::Refused(_) | Failure::NotFound) => Ok(false),
            Err(failure) => Err(failure),
        }
    }
}

/// A refund of this amount; one of another is another refund's.
fn same(answer: RefundAnswer, amount: Money) -> Result<RefundAnswer, Failure> {
    if answer.amount == amount {
        Ok(answer)
    } else {
        let why = "the key was used for another refund";
        Err(Failure::Refused(why.to_owned()))
    }
}
