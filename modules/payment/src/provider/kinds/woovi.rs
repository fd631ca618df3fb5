//! Woovi (OpenPix): PIX to an account there, charges known by our own ids.

mod api;
mod disputes;
mod settings;
mod signing;
mod splitting;
#[cfg(test)]
mod tests;
mod wire;

use async_trait::async_trait;
use feira_kernel::{Currency, Money, Time};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    MethodKind, PaymentId, ProviderWebhook, RefundId, StartError,
    provider::{
        Capabilities, Charge, DisputesBegin, Fact, Failure, Fee, Hint, HintError, Lookup,
        NewCharge, Provider, RefundAnswer, TellsFees, ToldDispute,
        http::{broken, own, path_part},
        path_tokens::PathTokens,
        splitting::{MadeSplit, SplitRefunds, SplitsToStores},
    },
    validate,
};
use api::Api;
use disputes::{Disputes, OF_DISPUTE};
pub use settings::WooviSettings;
pub(super) use settings::{FIELDS, check, settings};
use signing::Keys;
use wire::{Cob, Made, Removed, Return, Returns, Told, Webhook};

/// Refunds in one page, and more pages than any charge has.
const PAGE: usize = 100;
const MOST_PAGES: usize = 10;

pub(crate) struct WooviProvider {
    name: String,
    capabilities: Capabilities,
    api: Api,
    keys: Keys,
    disputes: Disputes,
    pix_key: String,
    webhook_tokens: PathTokens,
}

impl WooviProvider {
    pub(crate) fn new(name: String, settings: WooviSettings) -> Result<Self, StartError> {
        settings.check()?;
        // What comes without one is taken where none is set, whatever was set before.
        let webhook_tokens = match settings.webhook_token.as_str() {
            "" => PathTokens::none(),
            token => PathTokens::new([token, &settings.webhook_token_previous])?,
        };
        let limits = validate::limits(MethodKind::Pix, Currency::BRL);
        let taken = limits.map(|limits| (MethodKind::Pix, limits));
        Ok(Self {
            capabilities: Capabilities {
                takes: Some(taken.into_iter().collect()),
                refund_window: Some(settings.refund_window),
                // A charge that is removed is not told of any more.
                ended_found: false,
                disputes: match settings.tells_disputes {
                    true => DisputesBegin::Told,
                    false => DisputesBegin::ByHand,
                },
                splits: settings.splits.then_some(match settings.accounts_refund {
                    true => SplitRefunds::Accounts,
                    false => SplitRefunds::Marketplace,
                }),
                ..Capabilities::all()
            },
            api: Api::new(&name, &settings)?,
            keys: Keys::read(&settings.webhook_key)?,
            disputes: Disputes {
                path: settings.dispute_path,
                won: settings.dispute_won,
                lost: settings.dispute_lost,
            },
            pix_key: settings.pix_key,
            webhook_tokens,
            name,
        })
    }

    async fn cob(&self, payment: PaymentId) -> Result<Cob, Failure> {
        let told: Told = self.api.get(&format!("charge/{payment}")).await?;
        if told.charge.payment() == Some(payment) {
            Ok(told.charge)
        } else {
            Err(broken("about another charge"))
        }
    }

    /// What went back as a whole pays for nothing any more; the charge itself does not tell of it.
    async fn look(&self, payment: PaymentId) -> Result<Charge, Failure> {
        let charge = self.cob(payment).await?.read(&self.pix_key)?;
        if charge.fact != Fact::Captured {
            return Ok(charge);
        }
        let back = wire::went_back(&self.returns(payment).await?);
        let fact = match back == Some(charge.amount.minor()) {
            true => Fact::Cancelled,
            false => Fact::Captured,
        };
        Ok(Charge { fact, ..charge })
    }

    /// What is made again under its id is answered as it is; should it be refused instead, it is looked at.
    /// How it is split is answered as far as that is told.
    async fn asked(&self, charge: &NewCharge, splits: Vec<Value>) -> Result<MadeSplit, Failure> {
        let (method, currency) = (charge.method.kind(), charge.amount.currency());
        let limits = self.capabilities.limits(method, currency);
        let limits = limits.ok_or(Failure::NotSupported)?;
        validate::accept(limits, charge.amount).map_err(|_| Failure::NotSupported)?;
        let lasts = (charge.expires_at - charge.created_at).whole_seconds();
        let mut body = json!({
            "correlationID": charge.id,
            "value": charge.amount.minor(),
            "comment": charge.description,
            "expiresIn": lasts.max(1),
        });
        if let (false, Some(fields)) = (splits.is_empty(), body.as_object_mut()) {
            fields.insert("splits".to_owned(), Value::Array(splits));
        }
        let asked = self.api.post::<Told>("charge?return_existing=true", &body);
        match asked.await {
            Ok(told) => {
                let made = own(told.charge.read(&self.pix_key)?, charge.id)?;
                Ok((made, told.charge.splits().ok().flatten()))
            }
            Err(Failure::Refused(reason)) => match self.look(charge.id).await {
                Ok(known) => Ok((own(known, charge.id)?, None)),
                Err(Failure::NotFound) => Err(Failure::Refused(reason)),
                Err(failure) => Err(failure),
            },
            Err(failure) => Err(failure),
        }
    }

    /// All that goes back of a charge, whoever asked for it.
    async fn returns(&self, payment: PaymentId) -> Result<Vec<Return>, Failure> {
        let mut all = Vec::new();
        for page in 0..MOST_PAGES {
            let skip = page * PAGE;
            let path = format!("charge/{payment}/refund?skip={skip}&limit={PAGE}");
            let mut told: Returns = self.api.get(&path).await?;
            let more = told.has_more() && !told.refunds.is_empty();
            all.append(&mut told.refunds);
            if !more {
                return Ok(all);
            }
        }
        Err(broken("more refunds than there can be"))
    }
}

/// Our ids are theirs; they stand in paths.
fn ours(charge_id: &str) -> Result<PaymentId, Failure> {
    let id = charge_id.parse().map(PaymentId);
    id.map_err(|_| Failure::NotFound)
}

#[async_trait]
impl Provider for WooviProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn payee(&self) -> &str {
        wire::payee(&self.pix_key)
    }

    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure> {
        Ok(self.asked(charge, Vec::new()).await?.0)
    }

    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure> {
        match lookup {
            Lookup::Charge(id) => match id.strip_prefix(OF_DISPUTE) {
                Some(dispute) => self.look(self.disputed(dispute).await?).await,
                None => self.look(ours(id)?).await,
            },
            Lookup::Key(key, _) => self.look(*key).await,
        }
    }

    /// One that is removed is not found afterwards, as one that never was: whoever asks knows that it was.
    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure> {
        let payment = ours(charge_id)?;
        let before = self.look(payment).await?;
        if before.fact != Fact::Waiting {
            return Ok(before);
        }
        let path = format!("charge/{payment}");
        match self.api.delete::<Removed>(&path).await {
            Ok(removed) => removed.read()?,
            // Paid meanwhile, or over; and what is neither is still open.
            Err(Failure::Refused(_)) => return self.look(payment).await,
            Err(failure) => return Err(failure),
        }
        match self.look(payment).await {
            // It came just before.
            Ok(now) if now.fact == Fact::Captured => Ok(now),
            Ok(_) | Err(Failure::NotFound) => Ok(Charge {
                fact: Fact::Cancelled,
                pix: None,
                ..before
            }),
            Err(failure) => Err(failure),
        }
    }

    /// The id of the refund is ours: one that is there is not asked for again.
    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        let payment = ours(charge_id)?;
        let known = self.returns(payment).await?;
        if let Some(known) = known.iter().find(|one| one.is(refund)) {
            return known.read(refund, amount);
        }
        let path = format!("charge/{payment}/refund");
        let body = json!({ "correlationID": refund, "value": amount.minor() });
        let refused = match self.api.post::<Made>(&path, &body).await {
            Ok(made) => return made.refund.read(refund, amount),
            Err(Failure::Refused(reason)) => reason,
            Err(failure) => return Err(failure),
        };
        let known = self.returns(payment).await?;
        if let Some(known) = known.iter().find(|one| one.is(refund)) {
            return known.read(refund, amount);
        }
        let left = self.cob(payment).await?.left(&known)?;
        if left.is_some_and(|left| left < amount.minor()) {
            return Err(Failure::GivenBack);
        }
        Err(Failure::Refused(refused))
    }

    /// A charge that was never made.
    async fn check(&self) -> Result<(), Failure> {
        match self.cob(PaymentId(Uuid::nil())).await {
            Ok(_) | Err(Failure::NotFound) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    fn splitting(&self) -> Option<&dyn SplitsToStores> {
        Some(self)
    }

    fn tells_fees(&self) -> TellsFees {
        TellsFees::Always
    }

    async fn fee(&self, charge_id: &str) -> Result<Option<Fee>, Failure> {
        Ok(self.cob(ours(charge_id)?).await?.fee()?.map(Fee::from))
    }

    async fn disputes(
        &self,
        charge_id: &str,
        named: &[String],
    ) -> Result<Vec<ToldDispute>, Failure> {
        if !self.capabilities.disputes.are_told() {
            return Err(Failure::NotSupported);
        }
        self.told_disputes(ours(charge_id)?, named).await
    }

    fn tells_of_disputes(&self, kind: &str) -> bool {
        self.capabilities.disputes.are_told() && wire::is_of_dispute(kind)
    }

    /// They have no ids of their own: one is told again with the same body. Of what is not of our payments
    /// nothing is kept.
    fn hints(&self, told: &ProviderWebhook, _: Time) -> Result<Vec<Hint>, HintError> {
        let sent_here = self.webhook_tokens.is_empty() || self.webhook_tokens.know(&told.path);
        if !sent_here || !self.keys.sign(&told.headers, &told.body) {
            return Err(HintError::Signature);
        }
        let webhook: Webhook =
            serde_json::from_slice(&told.body).map_err(|e| HintError::Unreadable(e.to_string()))?;
        let charge_id = match webhook.about() {
            Some(payment) => payment.to_string(),
            None if self.capabilities.disputes.are_told() && webhook.is_of_dispute() => {
                let id = webhook.dispute().filter(|id| path_part(id).is_ok());
                let id = id.filter(|id| id.len() <= 64);
                let unreadable = || HintError::Unreadable("it names no dispute".to_owned());
                format!("{OF_DISPUTE}{}", id.ok_or_else(unreadable)?)
            }
            None => return Ok(Vec::new()),
        };
        Ok(vec![Hint {
            event_id: hex::encode(Sha256::digest(&told.body)),
            kind: webhook.kind().chars().take(128).collect(),
            charge_id,
        }])
    }
}
