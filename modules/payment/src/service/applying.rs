//! The one place where what a provider says becomes what is true here: called for the answer to
//! a charge, for a notification and by the poller alike.

use feira_kernel::{
    Ref, Time, db,
    outbox::{Event, publish},
    values,
};
use sea_orm::{FromQueryResult, Value};

use super::{
    Service,
    meaning::{Looked, Meaning, Purpose, meaning, outcome},
    moves::{CAPTURE, MOVE},
    rows::{self, PaymentRow, internal},
};
use crate::{
    PaymentCaptured, PaymentError, PaymentFailed, PaymentId, PaymentStatus,
    ledger::{self, Share},
    machine::{self, Action},
    provider::Charge,
};

/// A charge that was ended without the provider's word is looked at once more after this time.
const LAST_LOOK: time::Duration = time::Duration::minutes(10);

/// One change, with all that its transaction needs.
#[derive(Clone)]
struct Change {
    row: PaymentRow,
    action: Action,
    failure: Option<String>,
    gateway_id: Option<String>,
    outcome: String,
    purpose: Purpose,
    shares: Option<Vec<Share>>,
    next_look: Option<Time>,
}

impl Service {
    /// Applies what was seen. Seen again, or seen too late to matter, it changes nothing.
    pub(super) async fn apply(
        &self,
        row: PaymentRow,
        mut looked: Looked,
        purpose: Purpose,
        shares: Option<Vec<Share>>,
    ) -> Result<PaymentRow, PaymentError> {
        if let Looked::Charge(charge) = &looked
            && let Some(wrong) = self.differs(&row, charge)?
        {
            self.alarm(&row, charge, &wrong).await?;
            if !matches!(purpose, Purpose::Cancel | Purpose::Expire) {
                return Ok(row);
            }
            // It is not this payment's charge, which therefore has none.
            looked = Looked::Nothing;
        }
        let late = self.env.now() >= row.expires_at;
        let (action, failure) = match (meaning(&looked, purpose, late), &looked) {
            (Meaning::Waiting, Looked::Charge(charge)) => {
                return self.waiting(row, charge, purpose).await;
            }
            (Meaning::Waiting, _) => return Ok(row),
            (Meaning::Move(Action::Expire), _) => (Action::Expire, Some("expired".to_owned())),
            (Meaning::Move(action), _) => (action, None),
            (Meaning::Failed(code), _) => (Action::Fail, Some(code)),
        };
        let change = self.change_of(&row, &looked, (action, failure), purpose, shares);
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
            Some(row) => Ok(row),
            None => self.unmoved(row, action).await,
        }
    }

    fn change_of(
        &self,
        row: &PaymentRow,
        looked: &Looked,
        (action, failure): (Action, Option<String>),
        purpose: Purpose,
        shares: Option<Vec<Share>>,
    ) -> Change {
        let told = outcome(action, failure.as_deref());
        let (gateway_id, outcome) = match looked {
            Looked::Charge(charge) => (Some(charge.id.clone()), told),
            Looked::Refused(reason) => (None, format!("{told}: {reason}")),
            Looked::Nothing => (None, told),
        };
        // An authorized payment is still open; one that ended without the provider's word may
        // yet turn out to be charged by a request that was on its way.
        let next_look = match (action, looked) {
            (Action::Authorize, _) => Some(row.expires_at),
            (_, Looked::Nothing) => Some(self.env.now() + LAST_LOOK),
            _ => None,
        };
        Change {
            row: row.clone(),
            action,
            failure,
            gateway_id,
            outcome,
            purpose,
            shares,
            next_look,
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
        moved(&mut row, to, change);
        self.announce(tx, &row, to, version).await?;
        Ok(Some(row))
    }

    /// The state that it leads to, and what the statement that moves it is given.
    fn step(&self, change: &Change) -> Result<(PaymentStatus, Vec<Value>), PaymentError> {
        let action = change.action;
        // The target does not depend on which of the legal sources it is.
        let sources = machine::sources(action);
        let from = sources
            .first()
            .ok_or_else(|| internal("an action without a source"))?;
        let to = machine::next(machine::parse(from)?, action)?;
        let announced = matches!(action, Action::Capture | Action::Fail | Action::Expire);
        let captured_at = (action == Action::Capture).then(|| self.env.now());
        let values = values![
            change.row.id,
            sources,
            machine::name(to),
            change.failure.clone(),
            change.gateway_id.clone(),
            captured_at,
            change.next_look,
            i64::from(announced),
            self.env.now(),
            self.env.uuid(),
            change.purpose.name(),
            change.outcome.clone(),
        ];
        Ok((to, values))
    }

    /// The capture, its entries in the ledger and its event, in one statement.
    async fn capture(&self, change: Change) -> Result<Option<PaymentRow>, PaymentError> {
        let mut row = change.row.clone();
        let shares = match &change.shares {
            Some(shares) => shares.clone(),
            None => {
                let splits = rows::splits(self.env.pool.reads(), row.id).await?;
                let shares: Result<Vec<_>, _> = splits.iter().map(rows::SplitRow::share).collect();
                shares?
            }
        };
        let posting = ledger::capture(row.id, row.amount()?, &shares);
        let (to, mut values) = self.step(&change)?;
        values.push(self.env.uuid().into());
        values.extend(ledger::columns(&ledger::written(&self.env, &posting)));
        let event = PaymentCaptured {
            payment: PaymentId(row.id),
            // The statement puts the true one in its place.
            version: 1,
            reference: Ref::new(row.reference),
        };
        let payload = serde_json::to_value(&event).map_err(internal)?;
        values.extend(values![self.env.uuid(), PaymentCaptured::NAME, payload]);
        let capturing = db::Single {
            sql: CAPTURE,
            values,
            publishes: true,
        };
        let captured: Vec<Version> = self.env.pool.single(capturing, |_| ()).await?;
        if captured.is_empty() {
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
        let (payment, reference) = (PaymentId(row.id), Ref::new(row.reference));
        match to {
            PaymentStatus::Failed | PaymentStatus::Expired => {
                let failure = row.failure.clone().unwrap_or_else(|| "failed".to_owned());
                let event = PaymentFailed {
                    payment,
                    version,
                    reference,
                    failure,
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
        let row = rows::payment(&self.env, PaymentId(row.id)).await?;
        let captured = machine::is_captured(row.status()?);
        if captured != (action == Action::Capture) && captured {
            tracing::warn!(payment = %row.id, status = row.status, ?action, "the provider takes back what it said; nothing is changed");
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
        if row.transaction_id.is_some() || !row.is_live()? {
            return Ok(row);
        }
        row.transaction_id = Some(charge.id.clone());
        row.action_url = charge.action_url.clone();
        row.br_code = charge.pix.as_ref().map(|pix| pix.br_code.clone());
        let written = db::exec(
            self.env.pool.reads(),
            "WITH m AS (UPDATE payments SET transaction_id = $2, action_url = $3, next_poll_at = least($4, expires_at), \
                               updated_at = $5 \
                        WHERE id = $1 AND status IN ('pending', 'authorized') AND transaction_id IS NULL RETURNING id), \
                  x AS (UPDATE payment_pix SET txid = $6, br_code = $7, updated_at = $5 FROM m WHERE payment_id = m.id) \
             INSERT INTO transactions (id, payment_id, kind, gateway_id, outcome, at) \
             SELECT $8, id, $9, $2, 'waiting', $5 FROM m",
            values![
                row.id,
                charge.id.clone(),
                row.action_url.clone(),
                self.env.now() + self.settings.poll_every,
                self.env.now(),
                charge.pix.as_ref().map(|pix| pix.txid.clone()),
                row.br_code.clone(),
                self.env.uuid(),
                purpose.name()
            ],
        )
        .await?;
        if written == 1 {
            Ok(row)
        } else {
            rows::payment(&self.env, PaymentId(row.id)).await
        }
    }
}

#[derive(FromQueryResult)]
struct Version {}

fn moved(row: &mut PaymentRow, to: PaymentStatus, change: Change) {
    row.status = machine::name(to).to_owned();
    row.failure = change.failure;
    row.transaction_id = row.transaction_id.take().or(change.gateway_id);
    row.token = None;
}
