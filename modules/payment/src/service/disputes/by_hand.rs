//! What a person says of disputes: that there is one, where the bank tells her and no provider does, or not yet; and
//! what became of one, where no provider tells of it, or not any more.

use feira_kernel::{
    Actor, FieldError, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    validate::{Fields, TAKEN},
};
use sea_orm::{ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::opening::Opening;
use crate::{
    DisputeDetails, DisputeId, DisputeState, NewDispute, PaymentError, PaymentId,
    acts::{DISPUTE_CLOSED, DISPUTE_OPENED},
    dispute_status::DisputeStep,
    entities::{
        dispute::{self, Column},
        payment,
    },
    field_codes::MORE_THAN_LEFT,
    provider::DisputesBegin,
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
        let begin = self.provider(&payment.gateway)?.capabilities().disputes;
        // What it told of may have been lost on the way: it is in the books before anything is said.
        if begin.are_told() && status::is_captured(payment.status) {
            self.look_at_disputes(&payment).await?;
        }
        if !begin.by_hand() {
            return Err(PaymentError::NotByHand);
        }
        let new = checked(new)?;
        let input = (self.clone(), by.clone(), new, (keyed, begin));
        let id: Result<DisputeId, PaymentError> = self
            .env
            .pool
            .transaction(input, |tx, (service, by, new, how)| {
                Box::pin(async move { service.open_by_hand(tx, &by, new, how).await })
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
        (keyed, begin): (Option<Keyed>, DisputesBegin),
    ) -> Result<DisputeId, PaymentError> {
        let mut payment = rows::lock(tx, new.payment).await?;
        // It guards nothing more than the reference does; used for another one, it is refused.
        let known = idempotency::first(tx, &self.env, keyed.as_ref(), &new.payment);
        let known = known.await?;
        if let Some(same) = same(tx, &payment, &new, known.is_some()).await? {
            return Ok(same);
        }
        if known.is_some() {
            return Err(PaymentError::KeyReused);
        }
        if is_told(tx, &payment, &new).await? {
            return Err(PaymentError::NotByHand);
        }
        if !status::is_captured(payment.status) {
            return Err(PaymentError::IllegalMove(payment.status));
        }
        let opening = Opening {
            provider_id: new.bank_reference,
            by_hand: true,
            kind: new.kind,
            amount: new.amount,
            of_rest: false,
            reason: new.reason,
            evidence_due_at: new.evidence_due_at,
            next_look_at: begin.are_told().then(|| self.look_again_at()),
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
        let row = self.known_now(id).await?;
        if row.state != said(won).0 && !self.is_for_a_person(&row) {
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

    /// As it is once its provider, if it tells of disputes, was asked: a person's word is for what it does not say.
    async fn known_now(&self, id: DisputeId) -> Result<dispute::Model, PaymentError> {
        let (row, _) = self.dispute_seen(None, id).await?;
        if row.closed_at.is_some() || !self.tells(&row.gateway) {
            return Ok(row);
        }
        let payment = rows::payment(&self.env, row.payment_id).await?;
        self.look_for_a_person(&payment).await?;
        Ok(self.dispute_seen(None, id).await?.0)
    }

    fn tells(&self, gateway: &str) -> bool {
        let provider = self.providers.named(gateway);
        provider.is_some_and(|one| one.capabilities().disputes.are_told())
    }

    /// Whether a person says what becomes of it.
    pub(super) fn is_for_a_person(&self, row: &dispute::Model) -> bool {
        row.by_hand || row.untold_since.is_some() || !self.tells(&row.gateway)
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
        let (to, step) = said(won);
        // Said again.
        if row.state == to {
            return Ok(());
        }
        // Its provider may have told of it since it was asked.
        if !self.is_for_a_person(&row) {
            return Err(PaymentError::NotByHand);
        }
        self.close(tx, &mut payment, &mut row, step).await?;
        self.still_looked_at(tx, &row).await?;
        let details = json!({
            "payment": payment.id, "amount": row.held()?, "won": won, "by_hand": row.by_hand,
        });
        audit::record(tx, &self.env, by, DISPUTE_CLOSED, row.id.0, details).await?;
        Ok(())
    }
}

impl Service {
    /// What its provider may tell of its end later is not missed for that.
    async fn still_looked_at(&self, tx: &db::Tx, row: &dispute::Model) -> Result<(), PaymentError> {
        if row.by_hand && !self.tells(&row.gateway) {
            return Ok(());
        }
        let again = dispute::ActiveModel {
            next_look_at: Set(Some(self.look_again_at())),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let update = dispute::Entity::update_many().set(again);
        update.filter(Column::Id.eq(row.id)).run(&**tx).await?;
        Ok(())
    }
}

fn said(won: bool) -> (DisputeState, DisputeStep) {
    match won {
        true => (DisputeState::Won, DisputeStep::Win),
        false => (DisputeState::Lost, DisputeStep::Lose),
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

/// The dispute of this reference, which must be the same one; of a repeat, whatever it is over by now.
async fn same(
    tx: &db::Tx,
    payment: &payment::Model,
    new: &NewDispute,
    repeated: bool,
) -> Result<Option<DisputeId>, PaymentError> {
    let named = || {
        let found = dispute::Entity::find();
        let here = Column::ProviderId.eq(new.bank_reference.clone());
        found.filter(here.or(Column::ToldAs.eq(new.bank_reference.clone())))
    };
    let own = named().filter(Column::PaymentId.eq(payment.id));
    if let Some(own) = own.row(&**tx).await?
        && (repeated || (own.total()? == new.amount && own.kind == new.kind))
    {
        return Ok(Some(own.id));
    }
    let taken = named().filter(Column::Gateway.eq(payment.gateway.clone()));
    match taken.limit(1).row(&**tx).await? {
        None => Ok(None),
        Some(_) => {
            let detail = "another dispute was written down under this reference";
            Err(FieldError::new("/bank_reference", TAKEN, detail).into())
        }
    }
}

/// Whether the provider has told of it: open, or lost by now.
async fn is_told(
    tx: &db::Tx,
    payment: &payment::Model,
    new: &NewDispute,
) -> Result<bool, PaymentError> {
    let told = dispute::Entity::find()
        .filter(Column::PaymentId.eq(payment.id))
        .filter(Column::ByHand.eq(false))
        .filter(Column::State.ne(DisputeState::Won))
        .filter(Column::Kind.eq(new.kind))
        .filter(
            Condition::any()
                .add(Column::OfRest.eq(true))
                .add(Column::Amount.eq(new.amount.amount())),
        )
        .limit(1);
    Ok(told.row(&**tx).await?.is_some())
}

fn more_than_left() -> PaymentError {
    let detail = "no more than is left of the payment, in its currency";
    FieldError::new("/amount", MORE_THAN_LEFT, detail).into()
}
