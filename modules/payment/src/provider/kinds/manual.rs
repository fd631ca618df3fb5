//! Payments that a person confirms: she sees at the bank that a PIX or a transfer came, and says so. No
//! server is asked. The book of such charges is two tables of this module; what she says of them is
//! written there by `service::by_hand`.

mod settings;

use async_trait::async_trait;
use feira_kernel::{
    Currency, Env, Money, Time,
    db::{self, Change, Find},
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use crate::{
    LegStatus, MethodKind, PaidBy, PayeeKind, PaymentId, ProviderWebhook, RefundId,
    entities::{
        manual_charge::{self, ManualChargeState},
        manual_refund::{self, ManualRefundState},
        payment_leg,
    },
    provider::{
        Capabilities, Charge, ChargeMethod, Fact, Failure, Hint, HintError, Lookup, NewCharge, Pix,
        Provider, RefundAnswer, RefundFact,
    },
    validate,
};

pub use settings::ManualSettings;
pub(super) use settings::{FIELDS, check, settings};

/// More refunds of one payment than anybody makes by hand.
const MOST_REFUNDS: u64 = 100;
/// As many as a payment has splits.
const MOST_LEGS: u64 = 1_000;

pub(crate) struct ManualProvider {
    name: String,
    capabilities: Capabilities,
    settings: ManualSettings,
    env: Env,
}

impl ManualProvider {
    pub(crate) fn new(name: String, settings: &ManualSettings, env: Env) -> Self {
        let pix = settings.pix.as_ref().map(|_| MethodKind::Pix);
        let transfer = settings.transfer.as_ref();
        let transfer = transfer.map(|_| MethodKind::BankTransfer);
        let limits = |method| Some((method, validate::limits(method, settings.currency)?));
        let chat = settings.whatsapp.as_ref().map(|_| MethodKind::Whatsapp);
        let delivery = settings.on_delivery.as_ref();
        let delivery = delivery.map(|_| MethodKind::CashOnDelivery);
        let takes = [pix, transfer, chat, delivery].into_iter().flatten();
        let takes = takes.filter_map(limits);
        let to_stores = MethodKind::ALL.into_iter();
        let to_stores = to_stores.filter(|method| method.can_pay_stores());
        Self {
            name,
            capabilities: Capabilities {
                takes: Some(takes.collect()),
                to_stores: to_stores.filter_map(limits).collect(),
                pays: settings.payee,
                by_hand: true,
                ..Capabilities::all()
            },
            settings: settings.clone(),
            env,
        }
    }

    /// A charge that is not in the book yet.
    fn begun(&self, charge: &NewCharge) -> Result<manual_charge::ActiveModel, Failure> {
        let (amount, currency) = (charge.amount, charge.amount.currency());
        let payee = match charge.to_stores {
            true => PayeeKind::Store,
            false => PayeeKind::Marketplace,
        };
        let kind = charge.method.kind();
        let limits = self.capabilities.limits_to(payee, kind, currency);
        let limits = limits.ok_or(Failure::NotSupported)?;
        validate::accept(limits, amount).map_err(refused)?;
        let account = self.settings.pix.as_ref();
        let (code, instructions) = match (&charge.method, account) {
            // What is paid to stores their legs tell.
            (method, _) if charge.to_stores && !method.kind().is_on_delivery() => (None, None),
            (ChargeMethod::Pix, Some(account)) => {
                let txid = txid(charge.id.0);
                let code = account.code(amount, &txid).map_err(refused)?;
                (Some((txid, code)), None)
            }
            (ChargeMethod::Whatsapp, _) => (None, self.settings.whatsapp.clone()),
            (ChargeMethod::CashOnDelivery, _) => (None, self.settings.on_delivery.clone()),
            _ => (None, self.settings.transfer.clone()),
        };
        let (txid, br_code) = code.unzip();
        Ok(manual_charge::ActiveModel {
            payment_id: Set(charge.id),
            amount: Set(amount.amount()),
            currency: Set(currency.code().to_owned()),
            txid: Set(txid),
            br_code: Set(br_code),
            instructions: Set(instructions),
            on_delivery: Set(kind.is_on_delivery()),
            to_stores: Set(charge.to_stores),
            state: Set(ManualChargeState::Waiting),
            ..Default::default()
        })
    }

    async fn found(&self, id: PaymentId) -> Result<Charge, Failure> {
        let found = manual_charge::Entity::find_by_id(id);
        let row = found.row(self.env.pool.read()).await?;
        let row = row.ok_or(Failure::NotFound)?;
        Ok(Charge {
            id: id.to_string(),
            payment: Some(id),
            amount: money(row.amount, &row.currency)?,
            payee: self.name.clone(),
            fact: match row.state {
                // Nothing more is asked of its payer before she has the goods.
                ManualChargeState::Waiting if row.on_delivery => Fact::Authorized,
                ManualChargeState::Waiting => Fact::Waiting,
                ManualChargeState::Paid => Fact::Captured,
                ManualChargeState::Cancelled => Fact::Cancelled,
            },
            pix: row
                .txid
                .zip(row.br_code)
                .map(|(txid, br_code)| Pix { txid, br_code }),
            action_url: None,
            client_secret: None,
            instructions: row.instructions,
            paid: None,
            paid_by: PaidBy::default(),
        })
    }
}

#[async_trait]
impl Provider for ManualProvider {
    fn name(&self) -> &str {
        &self.name
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn payee(&self) -> &str {
        &self.name
    }

    async fn charge(&self, charge: &NewCharge) -> Result<Charge, Failure> {
        let begun = manual_charge::Entity::insert(self.begun(charge)?);
        let once = begun.on_conflict_do_nothing();
        once.run(self.env.pool.write()).await?;
        let found = self.found(charge.id).await?;
        if found.amount != charge.amount {
            return Err(refused("the key was used for another charge"));
        }
        Ok(found)
    }

    async fn fetch(&self, lookup: &Lookup) -> Result<Charge, Failure> {
        match lookup {
            Lookup::Charge(id) => self.found(payment(id)?).await,
            Lookup::Key(id, _) => self.found(*id).await,
        }
    }

    async fn cancel(&self, charge_id: &str) -> Result<Charge, Failure> {
        let id = payment(charge_id)?;
        let cancelled = manual_charge::ActiveModel {
            state: Set(ManualChargeState::Cancelled),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        manual_charge::Entity::update_many()
            .set(cancelled)
            .filter(manual_charge::Column::PaymentId.eq(id))
            .filter(manual_charge::Column::State.eq(ManualChargeState::Waiting))
            .run(self.env.pool.write())
            .await?;
        self.found(id).await
    }

    async fn refund(
        &self,
        charge_id: &str,
        refund: RefundId,
        amount: Money,
    ) -> Result<RefundAnswer, Failure> {
        let input = (payment(charge_id)?, refund, amount);
        self.env
            .pool
            .transaction(input, |tx, (charge, refund, amount)| {
                Box::pin(async move { to_be_sent(tx, charge, refund, amount).await })
            })
            .await
    }

    /// There is nobody who could not answer.
    async fn check(&self) -> Result<(), Failure> {
        Ok(())
    }

    fn hints(&self, _: &ProviderWebhook, _: Time) -> Result<Vec<Hint>, HintError> {
        Err(HintError::Signature)
    }
}

/// Under the charge's lock, so that all refunds together stay within it.
async fn to_be_sent(
    tx: &db::Tx,
    charge: PaymentId,
    refund: RefundId,
    amount: Money,
) -> Result<RefundAnswer, Failure> {
    let locked = manual_charge::Entity::find_by_id(charge).lock_exclusive();
    let locked = locked.row(&**tx).await?.ok_or(Failure::NotFound)?;
    let before = manual_refund::Entity::find()
        .filter(manual_refund::Column::PaymentId.eq(charge))
        .limit(MOST_REFUNDS)
        .rows(&**tx)
        .await?;
    let gone = |row: &&manual_refund::Model| row.state.is_gone();
    let given: Decimal = before.iter().filter(gone).map(|row| row.amount).sum();
    let full = u64::try_from(before.len()).is_ok_and(|count| count >= MOST_REFUNDS);
    if let Some(known) = before.into_iter().find(|row| row.id == refund) {
        if money(known.amount, &known.currency)? != amount {
            return Err(refused("the key was used for another refund"));
        }
        return Ok(RefundAnswer {
            gateway_id: known.reference.unwrap_or_else(|| refund.to_string()),
            amount,
            fact: match known.state {
                ManualRefundState::Waiting => RefundFact::Waiting,
                ManualRefundState::Sent => RefundFact::Completed,
                ManualRefundState::Withdrawn | ManualRefundState::Returned => RefundFact::Failed,
            },
            fee: None,
        });
    }
    let within = given + amount.amount() <= paid_of(tx, &locked).await?
        && amount.currency().code() == locked.currency;
    if !amount.is_positive() || !within || full {
        return Err(refused("nothing was paid, or not as much is left"));
    }
    let row = manual_refund::ActiveModel {
        id: Set(refund),
        payment_id: Set(charge),
        amount: Set(amount.amount()),
        currency: Set(locked.currency),
        state: Set(ManualRefundState::Waiting),
        ..Default::default()
    };
    manual_refund::Entity::insert(row).run(&**tx).await?;
    Ok(RefundAnswer {
        gateway_id: refund.to_string(),
        amount,
        fact: RefundFact::Waiting,
        fee: None,
    })
}

/// What of it somebody has: of what is paid to stores, the legs that are paid.
async fn paid_of(tx: &db::Tx, charge: &manual_charge::Model) -> Result<Decimal, Failure> {
    let legs = payment_leg::Entity::find()
        .filter(payment_leg::Column::PaymentId.eq(charge.payment_id))
        .limit(MOST_LEGS)
        .rows(&**tx)
        .await?;
    let paid = legs.iter().filter(|leg| leg.status == LegStatus::Paid);
    Ok(match charge.state {
        _ if !legs.is_empty() => paid.map(|leg| leg.amount).sum(),
        ManualChargeState::Paid => charge.amount,
        ManualChargeState::Waiting | ManualChargeState::Cancelled => Decimal::ZERO,
    })
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        unknown(error)
    }
}

/// A charge has the id of its payment.
fn payment(charge_id: &str) -> Result<PaymentId, Failure> {
    let id = Uuid::try_parse(charge_id).map_err(|_| Failure::NotFound)?;
    Ok(PaymentId(id))
}

/// The id of a payment, or of a part of one, in base 36: 25 letters and digits, as many as a code has room for.
pub(crate) fn txid(id: Uuid) -> String {
    let rests = std::iter::successors(Some(id.as_u128()), |rest| Some(rest / 36));
    let digits = rests.take(25).filter_map(|rest| {
        let digit = u32::try_from(rest % 36).ok()?;
        Some(char::from_digit(digit, 36)?.to_ascii_uppercase())
    });
    let backwards: String = digits.collect();
    backwards.chars().rev().collect()
}

fn money(amount: Decimal, currency: &str) -> Result<Money, Failure> {
    let currency: Currency = currency.parse().map_err(unknown)?;
    Money::new(amount, currency).map_err(unknown)
}

fn unknown(reason: impl ToString) -> Failure {
    Failure::Unknown(reason.to_string())
}

fn refused(reason: impl ToString) -> Failure {
    Failure::Refused(reason.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_txid_is_25_letters_and_digits_and_its_payments_own() {
        let of = |id: u128| txid(Uuid::from_u128(id));
        assert_eq!(of(0), "0".repeat(25));
        assert_eq!(of(36 * 36 + 35), format!("{}10Z", "0".repeat(22)));
        assert_eq!(of(u128::MAX), "F5LXX1ZZ5PNORYNQGLHZMSP33");
    }
}
