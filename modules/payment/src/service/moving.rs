//! What a verdict writes: the payment's next state, the exchange that led there, and the entries and the event of
//! it. Many are one statement (`batches`); one that stores are paid themselves is written with its legs, under its
//! lock.

use feira_kernel::{
    Money, Ref, Time,
    db::{self, Change as _},
    outbox::{Event, publish},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde::Serialize;

use super::{
    Service,
    batch_rows::{EntryRow, MoveRow},
    batches::Moved,
    rows::{self, Exchanged, PaymentRow},
    split_rows::splits,
    verdict::Purpose,
};
use crate::{
    PaidBy, PaymentCaptured, PaymentError, PaymentFailed, PaymentFailure, PaymentStatus,
    entities::payment,
    ledger::{self, Share},
    provider::heard::{self, Told},
    status::{self, Action},
};

/// One change of a payment, with all that is written of it.
#[derive(Clone)]
pub(super) struct Move {
    pub(super) row: PaymentRow,
    pub(super) action: Action,
    pub(super) failure: Option<PaymentFailure>,
    pub(super) gateway_id: Option<String>,
    /// By the payer in all, where it is paid in instalments.
    pub(super) paid: Option<Money>,
    pub(super) paid_by: PaidBy,
    pub(super) outcome: String,
    pub(super) purpose: Purpose,
    pub(super) shares: Option<Vec<Share>>,
    pub(super) next_look: Option<Time>,
    /// What passed between the provider and us.
    pub(super) heard: Vec<Told>,
}

impl Move {
    /// The payment after it.
    fn moved(self, to: PaymentStatus) -> PaymentRow {
        let mut row = self.row;
        row.status = to;
        row.paid_in(self.paid);
        row.failure = self.failure;
        row.transaction_id = row.transaction_id.take().or(self.gateway_id);
        row.card_token = None;
        row.card_customer = None;
        row.client_secret = None;
        row
    }

    /// Its event, with the version that the statement puts the true one in the place of. Whoever cancels is told
    /// by the answer.
    fn event(&self, version: i64) -> Option<PaymentEvent> {
        let (payment, reference) = (self.row.id, Ref::new(self.row.reference));
        match self.action {
            Action::Capture => Some(PaymentEvent::Captured(PaymentCaptured {
                payment,
                version,
                reference,
            })),
            Action::Fail | Action::Expire => Some(PaymentEvent::Failed(PaymentFailed {
                payment,
                version,
                reference,
                failure: self.failure.unwrap_or(PaymentFailure::PaymentDeclined),
            })),
            _ => None,
        }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum PaymentEvent {
    Captured(PaymentCaptured),
    Failed(PaymentFailed),
}

impl PaymentEvent {
    fn name(&self) -> &'static str {
        match self {
            Self::Captured(_) => PaymentCaptured::NAME,
            Self::Failed(_) => PaymentFailed::NAME,
        }
    }
}

impl Service {
    /// The payment after it, or nothing if it is in a state that this does not lead on from.
    pub(super) async fn carry_out(&self, change: Move) -> Result<Option<PaymentRow>, PaymentError> {
        let done = match change.row.has_legs() {
            true => {
                let input = (self.clone(), change.clone());
                let pool = &self.env.pool;
                pool.transaction(input, |tx, (service, change)| {
                    Box::pin(async move { service.move_with_legs(tx, &change).await })
                })
                .await?
            }
            false => {
                let moved = self.moved_rows(&change).await?;
                self.batches.moves.submit(moved).await?
            }
        };
        let to = target(change.action)?;
        Ok(done.then(|| change.moved(to)))
    }

    async fn moved_rows(&self, change: &Move) -> Result<Moved, PaymentError> {
        let row = &change.row;
        let captures = change.action == Action::Capture;
        let event = change.event(1);
        let payload = event.as_ref().map(serde_json::to_value).transpose();
        let card = change.paid_by.card.as_ref();
        let texts = heard::texts(change.heard.clone());
        let written = MoveRow {
            id: row.id,
            sources: status::sources(change.action),
            status: target(change.action)?,
            failure: change.failure,
            charge: change.gateway_id.clone(),
            captured_at: captures.then(|| self.env.now()),
            next_look: change.next_look,
            record: self.env.uuid(),
            purpose: change.purpose.name(),
            outcome: rows::bounded(&change.outcome),
            posting: captures.then(|| self.env.uuid()),
            event: event.as_ref().map(|_| self.env.uuid()),
            event_name: event.as_ref().map(PaymentEvent::name),
            payload: payload.map_err(PaymentError::defect)?,
            paid: change.paid.map(|paid| paid.amount()),
            card_brand: card.and_then(|card| card.brand.clone()),
            card_last4: card.map(|card| card.last4.clone()),
            card_expires: card.and_then(|card| card.expires.clone()),
            end_to_end_id: change.paid_by.end_to_end_id.clone(),
            request: texts.as_ref().map(|texts| texts.request.clone()),
            response: texts.map(|texts| texts.response),
        };
        let entries = match captures {
            true => self.entries_of_capture(change).await?,
            false => Vec::new(),
        };
        Ok(Moved {
            change: written,
            entries,
        })
    }

    async fn entries_of_capture(&self, change: &Move) -> Result<Vec<EntryRow>, PaymentError> {
        let row = &change.row;
        let shares = match &change.shares {
            Some(shares) => shares.clone(),
            None => {
                let splits = splits(self.env.pool.read(), row.id).await?.into_iter();
                let shares = splits.map(|split| split.share());
                shares.collect::<Result<_, _>>()?
            }
        };
        let posting = ledger::capture(row.id.0, row.amount()?, &shares);
        let entries = ledger::written(&self.env, &posting).into_iter();
        let entries = entries.map(|(id, entry)| EntryRow {
            id,
            payment: row.id,
            account: entry.account,
            store: entry.store,
            amount: entry.amount.amount(),
            currency: entry.amount.currency().code().to_owned(),
            split: entry.split,
        });
        Ok(entries.collect())
    }

    async fn move_with_legs(&self, tx: &db::Tx, change: &Move) -> Result<bool, PaymentError> {
        let before = rows::lock(tx, change.row.id).await?;
        let Ok(to) = status::next(before.status, change.action) else {
            return Ok(false);
        };
        self.legs_moved(tx, before.id, change.action).await?;
        let event = change.event(before.version + 1);
        let gateway_id = change.gateway_id.clone();
        let exchanged = Exchanged {
            kind: change.purpose.name(),
            gateway_id: gateway_id.as_deref(),
            outcome: change.outcome.clone(),
        };
        let exchanged = rows::exchanged(&**tx, &self.env, before.id, exchanged);
        heard::carried(change.heard.clone(), exchanged).await?;
        let written = payment::ActiveModel {
            status: Set(to),
            failure: Set(change.failure),
            transaction_id: Set(before.transaction_id.or(gateway_id)),
            instructions: Set(change.row.instructions.clone()),
            next_poll_at: Set(change.next_look),
            version: Set(before.version + i64::from(event.is_some())),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let update = payment::Entity::update_many().set(written);
        let update = update.filter(payment::Column::Id.eq(before.id));
        update.run(&**tx).await?;
        match event {
            Some(PaymentEvent::Captured(event)) => {
                publish(tx, &self.env, &event).await.map(drop)?
            }
            Some(PaymentEvent::Failed(event)) => publish(tx, &self.env, &event).await.map(drop)?,
            None => {}
        }
        Ok(true)
    }
}

/// Where the action leads: the same from each state that it is legal in.
fn target(action: Action) -> Result<PaymentStatus, PaymentError> {
    let from = PaymentStatus::ALL.into_iter();
    let mut to = from.filter_map(|from| status::next(from, action).ok());
    to.next()
        .ok_or_else(|| PaymentError::defect("an action without a source"))
}
