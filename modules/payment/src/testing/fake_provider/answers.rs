use std::time::Duration;

use async_trait::async_trait;
use feira_kernel::{Money, Time, db::Secret};
use serde_json::Value;

use super::{FakeProvider, KeptCharge, KeptRefund, SECRET, State};
use crate::{
    InstalmentPlan, InterestBearer, PaidBy, PaymentFailure, ProviderWebhook, RefundId,
    br_code::{BrCode, Merchant},
    provider::{
        AskedRefund, Capabilities, Charge, ChargeMethod, Fact, Failure, Fee, Hint, HintError,
        Lookup, NewCharge, NewSetup, Pix, Provider, RefundAnswer, RefundFact, RefundFee,
        SentEvidence, Setup, TellsFees, ToldDispute, paying::PaysStores,
    },
    signature, validate,
};

#[async_trait]
impl Provider for FakeProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn payee(&self) -> &str {
        "fake"
    }

    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure> {
        let now = self.clock.now();
        let known_from = self.capabilities.keys_known_from(now, Duration::ZERO);
        let mut state = self.state();
        state.arrives()?;
        let known = state
            .charges
            .iter()
            .rev()
            .find(|kept| kept.charge.payment == Some(charge.id) && kept.asked_at > known_from);
        if let Some(known) = known {
            return if known.charge.amount == charge.amount {
                Ok(known.charge.clone())
            } else {
                Err(refused("the key was used for another charge"))
            };
        }
        self.takes(charge)?;
        self.capabilities.divides(charge)?;
        let paid = paid(charge, state.overcharges);
        let number = state.charges.len() + 1;
        let txid = format!("tx{number}");
        let token = state.card_of(&charge.method);
        let (fact, pix) = outcome(charge, token.as_deref(), &txid);
        let made = Charge {
            id: format!("ch_{number}"),
            payment: Some(charge.id),
            amount: charge.amount,
            paid,
            payee: self.payee().to_owned(),
            fact,
            pix,
            action_url: None,
            client_secret: None,
            instructions: None,
            paid_by: PaidBy::default(),
        };
        state.charges.push(KeptCharge {
            charge: made.clone(),
            txid,
            asked_at: now,
            captured_at: now,
        });
        match token.as_deref() {
            Some("tok_timeout_after_charge") => {
                Err(Failure::Unknown("the answer is lost".to_owned()))
            }
            _ => Ok(made),
        }
    }

    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure> {
        let meant = |kept: &&KeptCharge| match lookup {
            Lookup::Charge(id) => kept.charge.id == *id,
            Lookup::Key(key, _) => kept.charge.payment == Some(*key),
        };
        let state = self.state();
        state.answers()?;
        let found = state.charges.iter().rev().find(meant);
        let mut charge = found.ok_or(Failure::NotFound)?.charge.clone();
        // What went back as a whole pays for nothing any more.
        if charge.fact == Fact::Captured && state.given(&charge.id) == charge.amount.minor() {
            charge.fact = Fact::Cancelled;
        }
        Ok(charge)
    }

    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure> {
        if !self.capabilities.voids {
            return Err(Failure::NotSupported);
        }
        let mut state = self.state();
        let found = state
            .charges
            .iter_mut()
            .find(|kept| kept.charge.id == charge_id);
        let charge = &mut found.ok_or(Failure::NotFound)?.charge;
        if charge.fact == Fact::Waiting {
            charge.fact = Fact::Cancelled;
        }
        Ok(charge.clone())
    }

    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        self.refuses_late().await?;
        let now = self.clock.now();
        let known_from = self.capabilities.keys_known_from(now, Duration::ZERO);
        let mut state = self.state();
        state.arrives()?;
        let known = state
            .refunds
            .iter()
            .rev()
            .find(|kept| kept.key == refund && kept.asked_at > known_from);
        if let Some(known) = known {
            return if known.charge == charge_id && known.answer.amount == amount {
                Ok(known.answer.clone())
            } else {
                Err(refused("the key was used for another refund"))
            };
        }
        let charge = state
            .charges
            .iter()
            .find(|kept| kept.charge.id == charge_id);
        let charge = charge.ok_or(Failure::NotFound)?;
        self.gives_back(charge, amount, now)?;
        if state.gave_back {
            return Err(Failure::GivenBack);
        }
        let given = state.given(charge_id);
        if given + amount.minor() > charge.charge.amount.minor() {
            return Err(refused("more than the charge"));
        }
        let answer = RefundAnswer {
            gateway_id: format!("re_{}", state.refunds.len() + 1),
            amount,
            fact: RefundFact::Completed,
            fee: self.fee.map(RefundFee::Of),
        };
        state.refunds.push(KeptRefund {
            key: refund,
            charge: charge_id.to_owned(),
            answer: answer.clone(),
            asked_at: now,
        });
        Ok(answer)
    }

    fn tells_fees(&self) -> TellsFees {
        self.tells_fees
    }

    async fn fee(&self, charge_id: &str) -> Result<Option<Fee>, Failure> {
        let state = self.state();
        let known = |kept: &KeptCharge| kept.charge.id == charge_id;
        if state.charges.iter().any(known) {
            Ok(state.fee)
        } else {
            Err(Failure::NotFound)
        }
    }

    async fn plans(&self, amount: Money) -> Result<Vec<InstalmentPlan>, Failure> {
        let can = self.capabilities.instalments.as_ref();
        let can = can.ok_or(Failure::NotSupported)?;
        self.state().arrives()?;
        let plan = |count| Some(InstalmentPlan::of(count, interest(amount, count)?, amount));
        Ok((1..=can.most).filter_map(plan).collect())
    }

    async fn refund_now(&self, asked: &AskedRefund) -> Result<RefundAnswer, Failure> {
        let state = self.state();
        state.answers()?;
        let mut made = state.refunds.iter();
        let made = made.find(|kept| kept.key == asked.id && kept.charge == asked.charge);
        made.map(|kept| kept.answer.clone())
            .ok_or(Failure::NotFound)
    }

    fn paying(&self) -> Option<&dyn PaysStores> {
        self.capabilities
            .pays_stores
            .then_some(self as &dyn PaysStores)
    }

    fn tells_of_accounts(&self, kind: &str) -> bool {
        self.capabilities.pays_stores && kind.starts_with("account.")
    }

    async fn disputes(&self, charge_id: &str, _: &[String]) -> Result<Vec<ToldDispute>, Failure> {
        self.disputes_of(charge_id)
    }

    async fn send_evidence(&self, id: &str, sent: &[SentEvidence]) -> Result<(), Failure> {
        self.answered(id, sent)
    }

    fn tells_of_disputes(&self, kind: &str) -> bool {
        self.capabilities.disputes.are_told() && kind.starts_with("dispute.")
    }

    async fn setup(&self, new: &NewSetup) -> Result<Setup, Failure> {
        self.begin_setup(new)
    }

    async fn setup_now(&self, id: &Secret) -> Result<Setup, Failure> {
        self.made_setup(id)
    }

    async fn forget(&self, token: &Secret) -> Result<(), Failure> {
        self.forget_card(token)
    }

    fn hints(&self, told: &ProviderWebhook, now: Time) -> Result<Vec<Hint>, HintError> {
        let ProviderWebhook { headers, body, .. } = told;
        if !signature::signs(headers, signature::HEADER, body, &[SECRET.to_owned()], now) {
            return Err(HintError::Signature);
        }
        let event: Value =
            serde_json::from_slice(body).map_err(|e| HintError::Unreadable(e.to_string()))?;
        let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
        Ok(vec![Hint {
            event_id: text("id"),
            kind: text("type"),
            charge_id: text("charge_id"),
        }])
    }
}

impl State {
    /// What came back is there again.
    pub(super) fn given(&self, charge_id: &str) -> i64 {
        let gone =
            |kept: &&KeptRefund| kept.charge == charge_id && kept.answer.fact != RefundFact::Failed;
        let before = self.refunds.iter().filter(gone);
        before.map(|kept| kept.answer.amount.minor()).sum()
    }
}

impl FakeProvider {
    /// One that was held answers, once it goes on, that it is refused.
    async fn refuses_late(&self) -> Result<(), Failure> {
        let Some(held) = self.state().held.take() else {
            return Ok(());
        };
        held.arrived.notify_one();
        held.goes_on.notified().await;
        Err(refused("late"))
    }

    fn takes(&self, charge: &NewCharge) -> Result<(), Failure> {
        let (kind, currency) = (charge.method.kind(), charge.amount.currency());
        let limits = self.capabilities.limits(kind, currency);
        let limits = limits.ok_or_else(|| refused("not in this way"))?;
        validate::accept(limits, charge.amount).map_err(|_| refused("not as much, or as little"))
    }

    fn gives_back(&self, kept: &KeptCharge, amount: Money, now: Time) -> Result<(), Failure> {
        if kept.charge.fact != Fact::Captured || !amount.is_positive() {
            return Err(refused("nothing was captured, or nothing is asked back"));
        }
        let whole = kept.charge.amount == amount;
        let can = &self.capabilities;
        if (whole || can.partial_refunds) && can.refunds_what_came(kept.captured_at, now) {
            Ok(())
        } else {
            Err(Failure::NotSupported)
        }
    }
}

/// With ten cents of interest for each instalment but the first.
fn interest(amount: Money, count: u8) -> Option<Money> {
    let minor = amount.minor() + 10 * i64::from(count.saturating_sub(1));
    Money::from_minor(minor, amount.currency()).ok()
}

/// By the payer, of what she pays in instalments.
fn paid(charge: &NewCharge, more: i64) -> Option<Money> {
    let divided = charge.divided?;
    let told = match divided.interest {
        InterestBearer::Buyer => interest(charge.amount, divided.count)?,
        InterestBearer::Marketplace | InterestBearer::Store => charge.amount,
    };
    Money::from_minor(told.minor() + more, told.currency()).ok()
}

fn outcome(charge: &NewCharge, token: Option<&str>, txid: &str) -> (Fact, Option<Pix>) {
    match &charge.method {
        ChargeMethod::Pix => {
            let code = BrCode {
                merchant: Merchant::Dynamic {
                    url: format!("pix.example/{txid}"),
                },
                amount: Some(charge.amount.amount()),
                name: "FAKE".to_owned(),
                city: "SAO PAULO".to_owned(),
                txid: None,
            };
            let pix = Pix {
                txid: txid.to_owned(),
                br_code: code.write().expect("a code can be written"),
            };
            (Fact::Waiting, Some(pix))
        }
        ChargeMethod::Card { .. } | ChargeMethod::SavedCard { .. } => match token {
            Some("tok_approved" | "tok_timeout_after_charge") => (Fact::Captured, None),
            Some("tok_declined") => (Fact::declined(PaymentFailure::CardDeclined), None),
            Some(_) => (Fact::Waiting, None),
            None => (Fact::declined(PaymentFailure::CardTokenUnknown), None),
        },
        // They are not taken.
        ChargeMethod::BankTransfer
        | ChargeMethod::Paypal
        | ChargeMethod::Whatsapp
        | ChargeMethod::CashOnDelivery => (Fact::Waiting, None),
    }
}

fn refused(reason: &str) -> Failure {
    Failure::Refused(reason.to_owned())
}
