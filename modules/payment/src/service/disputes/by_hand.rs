//! Disputes of payments whose provider tells of none: the bank does, to a person, who says it here.

use feira_kernel::{
    Actor, FieldError, audit,
    db::{self, Find},
    idempotency::{self, Keyed},
    validate::{Fields, TAKEN},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::opening::Opening;
use crate::{
    DisputeDetails, DisputeId, DisputeState, NewDispute, PaymentError, PaymentId,
    acts::{DISPUTE_CLOSED, DISPUTE_OPENED},
    dispute_status::DisputeStep,
    entities::{dispute, payment},
    field_codes::MORE_THAN_LEFT,
    service::{Service, pass, rows},
    status,
};

const MOST_REASON: usize = 140;
const MOST_REFERENCE: usize = 100;

impl Service {
    pub(super) async fn say_disputed(
        &self,
        by: &Actor,
        new: NewDispute,
        keyed: Option<Keyed>,
    ) -> Result<DisputeDetails, PaymentError> {
        // A key that was used for another one is refused, whatever this one names.
        let known: Option<PaymentId> = idempotency::earlier(&self.env, keyed.as_ref()).await?;
        let payment = rows::payment(&self.env, known.unwrap_or(new.payment)).await?;
        if payment.has_legs() {
            return Err(PaymentError::PaidToStores);
        }
        if self.provider(&payment.gateway)?.capabilities().disputes {
            // What it told of may have been lost on the way: it is in the books before this is refused.
            if status::is_captured(payment.status) {
                self.look_at_disputes(&payment).await?;
            }
            return Err(PaymentError::NotByHand);
        }
        let new = checked(new)?;
        let input = (self.clone(), by.clone(), new, keyed);
        let id: Result<DisputeId, PaymentError> = self
            .env
            .pool
            .transaction(input, |tx, (service, by, new, keyed)| {
                Box::pin(async move { service.open_by_hand(tx, &by, new, keyed).await })
            })
            .await;
        let id = id?;
        pass("payment.dispute_opened_by_hand");
        self.dispute_details(by, None, id).await
    }

    async fn open_by_hand(
        &self,
        tx: &db::Tx,
        by: &Actor,
        new: NewDispute,
        keyed: Option<Keyed>,
    ) -> Result<DisputeId, PaymentError> {
        let mut payment = rows::lock(tx, new.payment).await?;
        // It guards nothing more than the reference does; used for another one, it is refused.
        let known = idempotency::first(tx, &self.env, keyed.as_ref(), &new.payment);
        let known = known.await?;
        if let Some(same) = same(tx, &payment, &new).await? {
            return Ok(same);
        }
        if known.is_some() {
            return Err(PaymentError::KeyReused);
        }
        if !status::is_captured(payment.status) {
            return Err(PaymentError::IllegalMove(payment.status));
        }
        let opening = Opening {
            provider_id: new.bank_reference,
            by_hand: true,
            kind: new.kind,
            amount: new.amount,
            reason: new.reason,
            evidence_due_at: new.evidence_due_at,
            next_look_at: None,
        };
        if new.amount.currency().code() != payment.currency {
            return Err(more_than_left());
        }
        let row = self.open(tx, &mut payment, opening).await?;
        if row.held()? != new.amount {
            return Err(more_than_left());
        }
        let details = json!({"payment": payment.id, "amount": new.amount, "kind": new.kind});
        audit::record(tx, &self.env, by, DISPUTE_OPENED, row.id.0, details).await?;
        Ok(row.id)
    }

    pub(super) async fn say_closed(
        &self,
        by: &Actor,
        id: DisputeId,
        won: bool,
        keyed: Option<Keyed>,
    ) -> Result<DisputeDetails, PaymentError> {
        let (row, _) = self.dispute_seen(None, id).await?;
        if !row.by_hand {
            return Err(PaymentError::NotByHand);
        }
        let input = (self.clone(), by.clone(), row, won, keyed);
        self.env
            .pool
            .transaction(input, |tx, (service, by, row, won, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &row.id);
                    match known.await? {
                        Some(_) => Ok(()),
                        None => service.close_by_hand(tx, &by, &row, won).await,
                    }
                })
            })
            .await?;
        pass("payment.dispute_closed_by_hand");
        self.dispute_details(by, None, id).await
    }

    async fn close_by_hand(
        &self,
        tx: &db::Tx,
        by: &Actor,
        before: &dispute::Model,
        won: bool,
    ) -> Result<(), PaymentError> {
        let mut payment = rows::lock(tx, before.payment_id).await?;
        let row = dispute::Entity::find_by_id(before.id).row(&**tx).await?;
        let mut row = row.ok_or(PaymentError::NotFound)?;
        let (to, step) = match won {
            true => (DisputeState::Won, DisputeStep::Win),
            false => (DisputeState::Lost, DisputeStep::Lose),
        };
        // Said again.
        if row.state == to {
            return Ok(());
        }
        self.close(tx, &mut payment, &mut row, step).await?;
        let details = json!({"payment": payment.id, "amount": row.held()?, "won": won});
        audit::record(tx, &self.env, by, DISPUTE_CLOSED, row.id.0, details).await?;
        Ok(())
    }
}

fn checked(new: NewDispute) -> Result<NewDispute, PaymentError> {
    let mut fields = Fields::default();
    let reason = fields.text("/reason", &new.reason, 1..=MOST_REASON);
    let bank_reference = fields.text("/bank_reference", &new.bank_reference, 1..=MOST_REFERENCE);
    fields.positive("/amount", new.amount);
    let checked = NewDispute {
        reason,
        bank_reference,
        ..new
    };
    Ok(fields.or(checked)?)
}

/// The dispute of this reference, which must be the same one.
async fn same(
    tx: &db::Tx,
    payment: &payment::Model,
    new: &NewDispute,
) -> Result<Option<DisputeId>, PaymentError> {
    let found = dispute::Entity::find()
        .filter(dispute::Column::Gateway.eq(payment.gateway.clone()))
        .filter(dispute::Column::ProviderId.eq(new.bank_reference.clone()));
    let Some(found) = found.row(&**tx).await? else {
        return Ok(None);
    };
    let same = found.payment_id == payment.id && found.total()? == new.amount;
    if same && found.kind == new.kind {
        Ok(Some(found.id))
    } else {
        let detail = "another dispute was written down under this reference";
        Err(FieldError::new("/bank_reference", TAKEN, detail).into())
    }
}

fn more_than_left() -> PaymentError {
    let detail = "no more than is left of the payment, in its currency";
    FieldError::new("/amount", MORE_THAN_LEFT, detail).into()
}
