//! What every provider does alike, and what it claims or denies to be able to: a claim is tried, and
//! after a denial nothing has moved.

mod disputing;
mod instalments;
mod keys;
mod limits;
mod paying;
mod refunding;
mod saving;
mod splitting;
mod telling;
mod to_stores;

use std::sync::Arc;

use async_trait::async_trait;
use feira_kernel::{Currency, Env, Money, Time};
use time::Duration;

use super::{brl, random};
use crate::{
    MethodKind, PaymentId, ProviderSettings, ProviderWebhook,
    provider::{Charge, ChargeMethod, Fact, Failure, Lookup, NewCharge, Provider},
};

/// Longer than anybody keeps anything.
const AGES: Duration = Duration::days(400);

/// A provider at work, with its payer and its clock. It takes BRL by PIX, by card or both, or is PayPal; if
/// it takes cards, it knows the sandbox's `tok_approved`, `tok_declined`, `tok_timeout_after_charge` and
/// `tok_needs_confirmation`.
#[async_trait]
pub trait ProviderHarness: Send + Sync {
    fn settings(&self) -> ProviderSettings;
    /// Of the module: a provider that keeps its book there needs its database.
    fn env(&self) -> Env;
    /// Time passes, there and here.
    fn pass(&self, by: Duration);
    /// The payer pays the PIX charge of this txid, confirms the card's charge of this id, or approves it;
    /// where a person confirms a payment, she does.
    async fn pay(&self, which: &str);
    /// The notifications that were sent since this was last asked.
    async fn notifications(&self) -> Vec<ProviderWebhook>;
    /// The holder confirms the card that is added by this client secret: `tok_approved` of the sandbox.
    /// Only of a provider that keeps cards.
    async fn confirm_card(&self, _client_secret: &str) {
        panic!("it keeps cards, and nobody can confirm one");
    }
    /// Somebody asks back what was paid for the charge of this id. Only of a provider that tells of disputes.
    async fn dispute(&self, charge: &str);
    /// What is asked back goes back for good.
    async fn lose_dispute(&self, charge: &str);
    /// The holder of a store's account gives all that is missing, or it is closed again. Only of a provider that
    /// pays stores.
    async fn set_account_open(&self, _account: &str, _open: bool) {
        panic!("it pays stores, and nobody can open an account");
    }
    /// The holder takes all that is in the account.
    async fn drain_account(&self, _account: &str) {
        panic!("it pays stores, and nobody can take what is there");
    }
    /// Whether they are signed; else they come by a path that nobody else knows.
    fn signs(&self) -> bool {
        true
    }
    /// Whether the provider is asked who sent one, after it was kept.
    fn vouches(&self) -> bool {
        false
    }
    /// Whether each byte of a body is; else what it is about.
    fn signs_every_byte(&self) -> bool {
        true
    }
    /// After how long a notification is not listened to any more.
    fn too_old(&self) -> Duration {
        Duration::seconds(301)
    }
    /// Whether a charge tells what went back of it: some banks tell of that to nobody who does not ask for it by
    /// name.
    fn tells_what_went_back(&self) -> bool {
        true
    }
    /// Whether they grow old at all: some sign no time.
    fn ages(&self) -> bool {
        true
    }
}

/// The provider as the module has it.
struct Tried<'a> {
    harness: &'a dyn ProviderHarness,
    provider: Arc<dyn Provider>,
}

/// # Panics
/// At the first claim or denial that is not true.
pub async fn provider_contract(harness: &dyn ProviderHarness) {
    let settings = harness.settings();
    let provider = settings.kind.adapter(&settings.name, &harness.env());
    let provider = provider.expect("it can be built");
    assert_eq!(provider.name(), settings.name);
    let tried = Tried { harness, provider };
    tried.charging().await;
    tried.lost_answers().await;
    tried.voiding().await;
    // While nothing of the largest amounts is there.
    paying::stores(&tried).await;
    splitting::charges(&tried).await;
    to_stores::charges(&tried).await;
    limits::all(&tried).await;
    instalments::all(&tried).await;
    refunding::parts(&tried).await;
    refunding::late(&tried).await;
    telling::notifications(&tried).await;
    disputing::told(&tried).await;
    saving::cards(&tried).await;
    tried.keys().await;
}

fn card(token: &str) -> ChargeMethod {
    ChargeMethod::Card {
        token: token.to_owned(),
    }
}

/// Refused for good, whatever the reason.
fn denied(failure: &Failure) -> bool {
    matches!(
        failure,
        Failure::Refused(_) | Failure::NotSupported | Failure::GivenBack
    )
}

impl Tried<'_> {
    fn now(&self) -> Time {
        self.harness.env().now()
    }

    fn asked(&self, method: ChargeMethod, amount: Money) -> NewCharge {
        NewCharge {
            id: PaymentId(self.harness.env().uuid()),
            method,
            to_stores: false,
            amount,
            divided: None,
            description: "F-1001".to_owned(),
            created_at: self.now(),
            expires_at: self.now() + Duration::minutes(30),
        }
    }

    /// As much as it takes by the method, near ten.
    fn amount(&self, method: MethodKind) -> Money {
        let limits = self.provider.capabilities().limits(method, Currency::BRL);
        let limits = limits.expect("it takes BRL");
        brl(1000_i64.clamp(limits.least.minor(), limits.most.minor()))
    }

    fn takes(&self, method: MethodKind) -> bool {
        let capabilities = self.provider.capabilities();
        capabilities.limits(method, Currency::BRL).is_some()
    }

    /// What is captured at once if anything is, else what its payer must pay.
    fn soonest(&self) -> NewCharge {
        if self.takes(MethodKind::Card) {
            self.asked(card("tok_approved"), self.amount(MethodKind::Card))
        } else if self.takes(MethodKind::Pix) {
            self.asked(ChargeMethod::Pix, self.amount(MethodKind::Pix))
        } else {
            self.asked(ChargeMethod::Paypal, self.amount(MethodKind::Paypal))
        }
    }

    async fn capture(&self, asked: &NewCharge) -> Charge {
        let mut charge = self.provider.charge(asked).await.expect("it is charged");
        if charge.fact == Fact::Waiting {
            let txid = charge.pix.as_ref().map(|pix| pix.txid.clone());
            let which = txid.unwrap_or_else(|| charge.id.clone());
            self.harness.pay(&which).await;
            charge = self.found(&charge).await;
        }
        if charge.fact == Fact::Authorized {
            let captured = self.provider.capture(&charge.id).await;
            charge = captured.expect("it is captured");
        }
        assert_eq!(charge.fact, Fact::Captured);
        charge
    }

    async fn captured(&self) -> Charge {
        self.capture(&self.soonest()).await
    }

    /// A charge that waits for its payer, and by what she pays it.
    async fn open(&self) -> (Charge, String) {
        let asked = if self.takes(MethodKind::Pix) {
            self.asked(ChargeMethod::Pix, self.amount(MethodKind::Pix))
        } else if self.takes(MethodKind::Card) {
            let token = "tok_needs_confirmation";
            self.asked(card(token), self.amount(MethodKind::Card))
        } else {
            self.asked(ChargeMethod::Paypal, self.amount(MethodKind::Paypal))
        };
        let charge = self.provider.charge(&asked).await.expect("it is made");
        assert_eq!(charge.fact, Fact::Waiting);
        let txid = charge.pix.as_ref().map(|pix| pix.txid.clone());
        let Some(txid) = txid else {
            let confirms = charge.action_url.is_some() || charge.client_secret.is_some();
            assert!(confirms, "nothing to pay with");
            let id = charge.id.clone();
            return (charge, id);
        };
        (charge, txid)
    }

    /// By the key of what was asked, if charges are found so.
    async fn by_key(&self, asked: &NewCharge) -> Option<Charge> {
        let lookup = Lookup::Key(asked.id, asked.expires_at);
        let found = self.provider.fetch(&lookup).await;
        if self.provider.capabilities().charges_found {
            return Some(found.expect("found by its key"));
        }
        assert_eq!(found, Err(Failure::NotFound));
        None
    }

    async fn found(&self, charge: &Charge) -> Charge {
        let lookup = Lookup::Charge(charge.id.clone());
        self.provider.fetch(&lookup).await.expect("it is found")
    }

    /// A key charges once, and finds what it charged.
    async fn charging(&self) {
        let provider = &self.provider;
        let asked = self.soonest();
        let charge = provider.charge(&asked).await.expect("it is charged");
        assert_eq!(
            (charge.payment, charge.amount, charge.payee.as_str()),
            (Some(asked.id), asked.amount, provider.payee())
        );
        let again = provider.charge(&asked).await.expect("it is a repeat");
        assert_eq!(again, charge);
        let by_key = self.by_key(&asked).await;
        assert!(by_key.is_none_or(|found| found == charge));
        assert_eq!(self.found(&charge).await, charge);

        let mut other = asked.clone();
        other.amount = brl(other.amount.minor() + 1);
        // Refused, or answered by what was made, over whatever amount: the caller sees that. A refusal would
        // mean that there is nothing to pay.
        match provider.charge(&other).await {
            Ok(made) => assert_eq!(made, charge),
            Err(failure) => assert!(denied(&failure), "{failure:?}"),
        }
        assert_eq!(self.found(&charge).await, charge);
        for unknown in [
            Lookup::Key(PaymentId(random()), self.now()),
            Lookup::Charge("nobodys".to_owned()),
        ] {
            let missing = provider.fetch(&unknown).await;
            assert_eq!(missing, Err(Failure::NotFound), "{unknown:?}");
        }
        if !self.takes(MethodKind::Card) {
            return;
        }
        let asked = self.asked(card("tok_declined"), self.amount(MethodKind::Card));
        let declined = provider.charge(&asked).await.expect("it is an answer");
        let fact = &declined.fact;
        assert!(matches!(fact, Fact::Declined(_)), "{fact:?}");
    }

    async fn voiding(&self) {
        let (open, _) = self.open().await;
        let ended = self.provider.cancel(&open.id).await;
        if self.provider.capabilities().voids {
            assert_eq!(ended.expect("it ends").fact, Fact::Cancelled);
            let again = self.provider.cancel(&open.id).await;
            if self.provider.capabilities().ended_found {
                assert_eq!(again.expect("it has ended").fact, Fact::Cancelled);
            } else {
                assert_eq!(again, Err(Failure::NotFound));
            }
            let captured = self.captured().await;
            let kept = self.provider.cancel(&captured.id).await;
            assert_eq!(kept.expect("what it is").fact, Fact::Captured);
        } else {
            assert_eq!(ended, Err(Failure::NotSupported));
            assert_eq!(self.found(&open).await, open);
        }
    }
}
