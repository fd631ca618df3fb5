//! The one place where what a provider says becomes what is true here: called for the answer to
//! a charge, for a notification and by the poller alike.

use feira_kernel::{
    Money, Ref, Time,
    db::{self, Secret},
    outbox::publish,
    values,
};
use sea_orm::Value;
use serde_json::json;
use uuid::Uuid;

use super::{
    Service,
    batches::{Captured, PayerAction, moment},
    rows::{self, PaymentRow, internal},
    split_rows::splits,
    verdict::{Observation, Purpose, Verdict, outcome, verdict},
};
use crate::{
    PaidBy, PaymentCaptured, PaymentError, PaymentFailed, PaymentFailure, PaymentStatus,
    ledger::{self, Share},
    provider::{
        Charge, Declined,
        heard::{self, Told},
    },
    status::{self, Action},
};

/// Answers the version, or nothing if the payment is in another state.
const MOVE: &str = include_str!("../sql/move_payment.sql");
/// A charge that was ended without the provider's word is looked at once more after this time.
const LAST_LOOK: time::Duration = time::Duration::minutes(10);

/// One change, with all that its transaction needs.
#[derive(Clone)]
struct Change {
    row: PaymentRow,
    action: Action,
    failure: Option<PaymentFailure>,
    gateway_id: Option<String>,
    /// By the payer in all, where it is paid in instalments.
    paid: Option<Money>,
    paid_by: PaidBy,
    outcome: String,
    purpose: Purpose,
    shares: Option<Vec<Share>>,
    next_look: Option<Time>,
    /// The exchange's, under which it is found.
    record: Uuid,
    heard: Vec<Told>,
}

impl Service {
    /// Applies what was seen. Seen again, or seen too late to matter, it changes nothing.
    pub(super) async fn apply(
        &self,
        row: PaymentRow,
        mut observed: Observation,
        purpose: Purpose,
        shares: Option<Vec<Share>>,
    ) -> Result<PaymentRow, PaymentError> {
        if let Observation::Charge(charge) = &observed
            && let Some(wrong) = self.differs(&row, charge)?
        {
            self.alarm(row.id, &charge.id, &wrong).await?;
            if !matches!(purpose, Purpose::Cancel | Purpose::Expire) {
                return Ok(row);
            }
            // It is not this payment's charge, which therefore has none.
            observed = Observation::Nothing;
        }
        if let Observation::Charge(charge) = &observed
            && let Some(wrong) = row.otherwise_paid(charge)?
        {
            // What is bought is paid for all the same.
            self.alarm(row.id, &charge.id, &wrong).await?;
        }
        let late = self.env.now() >= row.expires_at;
        let (action, why) = match (verdict(&observed, purpose, late), &observed) {
            (Verdict::Waiting, Observation::Charge(charge)) => {
                return self.waiting(row, charge, purpose).await;
            }
            (Verdict::Waiting, _) => return Ok(row),
            (Verdict::Move(Action::Expire), _) => {
                (Action::Expire, Some(PaymentFailure::Expired.into()))
            }
            (Verdict::Move(action), _) => (action, None),
            (Verdict::Failed(why), _) => (Action::Fail, Some(why)),
        };
        if action == Action::Capture && row.has_legs() {
            // Its legs alone capture it, each by its store's word.
            return rows::payment(&self.env, row.id).await;
        }
        let mut change = self.change_of(&row, &observed, (action, why), purpose, shares);
        if let (Action::Authorize, Observation::Charge(charge)) = (action, &observed) {
            change.row.instructions = charge.instructions.clone();
        }
        let moved = match action {
            Action::Capture => self.capture(change).await?,
            _ => {
                let input = (self.clone(), change);
                let pool = &self.env.pool;
                pool.transaction(input, |tx, (service, change)| {
                    Box::pin(async move { service.change(tx, change).await })
                })
                .await?
            }
        };
        match moved {
            Some(row) => {
                if action == Action::Capture {
                    self.book_split_of(&row).await;
                }
                Ok(row)
            }
            None => self.unmoved(row, action).await,
        }
    }

    fn change_of(
        &self,
        row: &PaymentRow,
        observed: &Observation,
        (action, why): (Action, Option<Declined>),
        purpose: Purpose,
        shares: Option<Vec<Share>>,
    ) -> Change {
        let told = outcome(action, why.as_ref());
        let (gateway_id, outcome) = match observed {
            Observation::Charge(charge) => (Some(charge.id.clone()), told),
            Observation::Refused(reason) => (None, format!("{told}: {reason}")),
            Observation::Nothing => (None, told),
        };
        // An authorized payment is still open; one that ended without the provider's word may
        // yet turn out to be charged by a request that was on its way.
        let next_look = match (action, observed) {
            // Its legs are settled by people, at any time.
            (Action::Authorize, _) if row.has_legs() => None,
            (Action::Authorize, _) => Some(row.expires_at),
            (_, Observation::Nothing) => Some(self.env.now() + LAST_LOOK),
            _ => None,
        };
        let (paid, paid_by) = match observed {
            Observation::Charge(charge) => (charge.paid, charge.paid_by.clone()),
            Observation::Refused(_) | Observation::Nothing => (None, PaidBy::default()),
        };
        Change {
            paid,
            paid_by,
            row: row.clone(),
            action,
            failure: why.map(|why| why.failure),
            gateway_id,
            outcome,
            purpose,
            shares,
            next_look,
            record: self.env.uuid(),
            heard: heard::take(),
        }
    }

    async fn change(
        &self,
        tx: &db::Tx,
        change: Change,
    ) -> Result<Option<PaymentRow>, PaymentError> {
        let mut row = change.row.clone();
        let (to, values) = self.step(&change)?;
        let version: Option<i64> = db::scalar(&**tx, MOVE, values).await?;
        let Some(version) = version else {
            return Ok(None);
        };
        let (exchange, heard) = ((change.record, row.id), change.heard.clone());
        rows::told(&**tx, &self.env, exchange, heard).await?;
        if row.has_legs() {
            self.legs_moved(tx, &change.row, change.action).await?;
        }
        moved(&mut row, to, change);
        self.announce(tx, &row, to, version).await?;
        Ok(Some(row))
    }

    /// The state that it leads to, and what the statement that moves it is given.
    fn step(&self, change: &Change) -> Result<(PaymentStatus, Vec<Value>), PaymentError> {
        let action = change.action;
        // The target does not depend on which of the legal sources it is.
        let sources = status::sources(action);
        let from = sources
            .first()
            .and_then(|from| PaymentStatus::parse(from))
            .ok_or_else(|| internal("an action without a source"))?;
        let to = status::next(from, action)?;
        let announced = matches!(action, Action::Capture | Action::Fail | Action::Expire);
        let captured_at = (action == Action::Capture).then(|| self.env.now());
        let values = values![
            change.row.id,
            sources,
            to,
            change.failure,
            change.gateway_id.clone(),
            captured_at,
            change.next_look,
            i64::from(announced),
            self.env.now(),
            change.record,
            change.purpose.name(),
            change.outcome.clone(),
        ];
        Ok((to, values))
    }

    /// The rows of the capture, of its entries in the ledger and of its event.
    fn captured(&self, change: &Change, shares: &[Share]) -> Result<Captured, PaymentError> {
        let row = &change.row;
        let event = PaymentCaptured {
            payment: row.id,
            // The statement puts the true one in its place.
            version: 1,
            reference: Ref::new(row.reference),
        };
        let next_look = change.next_look.map(moment).transpose()?;
        let card = change.paid_by.card.as_ref();
        let texts = heard::texts(change.heard.clone());
        let capture = json!({
            "id": row.id, "charge": change.gateway_id, "next_look": next_look,
            "record": change.record, "purpose": change.purpose.name(),
            "request": texts.as_ref().map(|texts| &texts.request),
            "response": texts.as_ref().map(|texts| &texts.response),
            "outcome": change.outcome, "posting": self.env.uuid(), "event": self.env.uuid(),
            "payload": event, "paid": change.paid.map(|paid| paid.amount().to_string()),
            "card_brand": card.and_then(|card| card.brand.as_ref()),
            "card_last4": card.map(|card| &card.last4),
            "card_expires": card.and_then(|card| card.expires.as_ref()),
            "end_to_end_id": change.paid_by.end_to_end_id,
        });
        let posting = ledger::capture(row.id.0, row.amount()?, shares);
        let entries = ledger::written(&self.env, &posting).into_iter();
        let entries = entries.map(|(id, entry)| {
            json!({
                "id": id, "payment": row.id, "account": entry.account.as_str(),
                "store": entry.store, "amount": entry.amount.amount().to_string(),
                "currency": entry.amount.currency(), "split": entry.split,
            })
        });
        Ok(Captured {
            id: row.id,
            capture,
            entries: entries.collect(),
        })
    }

    async fn capture(&self, change: Change) -> Result<Option<PaymentRow>, PaymentError> {
        let mut row = change.row.clone();
        let shares = match &change.shares {
            Some(shares) => shares.clone(),
            None => {
                let splits = splits(self.env.pool.read(), row.id).await?.into_iter();
                let shares = splits.map(|split| split.share());
                shares.collect::<Result<_, _>>()?
            }
        };
        let (to, _) = self.step(&change)?;
        if !self
            .batches
            .captures
            .submit(self.captured(&change, &shares)?)
            .await?
        {
            return Ok(None);
        }
        moved(&mut row, to, change);
        Ok(Some(row))
    }

    async fn announce(
        &self,
        tx: &db::Tx,
        row: &PaymentRow,
        to: PaymentStatus,
        version: i64,
    ) -> Result<(), PaymentError> {
        let (payment, reference) = (row.id, Ref::new(row.reference));
        match to {
            PaymentStatus::Failed | PaymentStatus::Expired => {
                let event = PaymentFailed {
                    payment,
                    version,
                    reference,
                    failure: row.failure.unwrap_or(PaymentFailure::PaymentDeclined),
                };
                publish(tx, &self.env, &event).await?;
            }
            // A capture tells of itself, and whoever cancels is told by the answer.
            _ => {}
        }
        Ok(())
    }

    /// The guard refused: somebody else was first, or the provider contradicts itself.
    async fn unmoved(&self, row: PaymentRow, action: Action) -> Result<PaymentRow, PaymentError> {
        let row = rows::payment(&self.env, row.id).await?;
        // What was given back as a whole is told as cancelled by some.
        let captured = status::is_captured(row.status) && row.status != PaymentStatus::Refunded;
        if captured && action != Action::Capture {
            tracing::warn!(payment = %row.id, status = row.status.as_str(), ?action, "the provider takes back what it said; nothing is changed");
        }
        Ok(row)
    }

    /// Keeps what the payer needs; the first answer only, so that later looks write nothing.
    async fn waiting(
        &self,
        mut row: PaymentRow,
        charge: &Charge,
        purpose: Purpose,
    ) -> Result<PaymentRow, PaymentError> {
        if row.transaction_id.is_some() || !row.is_live() {
            return Ok(row);
        }
        row.transaction_id = Some(charge.id.clone());
        row.action_url = charge.action_url.clone();
        row.client_secret = charge.client_secret.clone().map(Secret);
        row.txid = charge.pix.as_ref().map(|pix| pix.txid.clone());
        row.br_code = charge.pix.as_ref().map(|pix| pix.br_code.clone());
        row.instructions = charge.instructions.clone();
        let texts = heard::texts(heard::take());
        let kept = PayerAction {
            id: row.id,
            charge: json!({
                "id": row.id, "charge": charge.id, "action_url": row.action_url,
                "client_secret": charge.client_secret,
                "txid": row.txid, "br_code": row.br_code,
                "instructions": row.instructions, "record": self.env.uuid(), "purpose": purpose.name(),
                "request": texts.as_ref().map(|texts| &texts.request),
                "response": texts.as_ref().map(|texts| &texts.response),
            }),
        };
        if self.batches.charges.submit(kept).await? {
            Ok(row)
        } else {
            rows::payment(&self.env, row.id).await
        }
    }
}

fn moved(row: &mut PaymentRow, to: PaymentStatus, change: Change) {
    row.status = to;
    row.paid_in(change.paid);
    row.failure = change.failure;
    row.transaction_id = row.transaction_id.take().or(change.gateway_id);
    row.card_token = None;
    row.card_customer = None;
    row.client_secret = None;
}
