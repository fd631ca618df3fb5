//! A provider has the money of a dispute once more that was won: as when it began, as much as is left by now is kept
//! back, under the lock of the payment.

use feira_kernel::{
    Ref,
    db::{self, Change},
    outbox::publish,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::told::not_gone;
use crate::{
    DisputeState, PaymentDisputed, PaymentError,
    dispute_status::{DisputeStep, next},
    entities::{
        dispute::{self, Column},
        dispute_part, payment,
    },
    provider::{Over, ToldDispute},
    sentences::REOPENED_OVER,
    service::{Service, split_rows},
};

impl Service {
    /// What is true of it beyond that comes after it.
    pub(super) async fn reopen(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        row: &mut dispute::Model,
        told: &ToldDispute,
    ) -> Result<(), PaymentError> {
        let amount = match told.over {
            Over::Amount(amount) => amount,
            Over::Rest => not_gone(&split_rows::splits(&**tx, payment.id).await?, payment)?,
        };
        self.forget_parts(tx, row).await?;
        row.amount = amount.amount();
        row.of_rest = told.over == Over::Rest;
        self.move_back(tx, row).await?;
        let outcome = REOPENED_OVER.of(&[&amount]);
        self.dispute_exchange(&**tx, payment.id, &row.provider_id, outcome)
            .await?;
        self.payment_after(tx, payment, None, Decimal::ZERO).await?;
        self.keep_back_more(tx, payment, row).await?;
        self.release_given_back(tx, payment.id).await?;
        let stores = super::rows::parts(&**tx, row.id).await?;
        let stores = stores.iter().filter(|part| !part.amount.is_zero());
        let event = PaymentDisputed {
            payment: payment.id,
            version: payment.version,
            reference: Ref::new(payment.reference),
            dispute: row.id,
            kind: row.kind,
            stores: stores.map(|part| part.store_id).collect(),
            evidence_due_at: told.evidence_due_at,
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }

    /// What was given back when it was won is no part of it any more.
    async fn forget_parts(
        &self,
        tx: &db::Tx,
        row: &mut dispute::Model,
    ) -> Result<(), PaymentError> {
        let nothing = dispute_part::ActiveModel {
            amount: Set(Decimal::ZERO),
            commission: Set(Decimal::ZERO),
            earning: Set(Decimal::ZERO),
            ..Default::default()
        };
        dispute_part::Entity::update_many()
            .set(nothing)
            .filter(dispute_part::Column::DisputeId.eq(row.id))
            .run(&**tx)
            .await?;
        row.held = Decimal::ZERO;
        Ok(())
    }

    /// The guard is the state that was read under the payment's lock.
    async fn move_back(&self, tx: &db::Tx, row: &mut dispute::Model) -> Result<(), PaymentError> {
        let before = row.state;
        row.state = next(before, DisputeStep::Reopen)?;
        if row.evidence_sent_at.is_some() {
            // It was sent, and is taken once.
            row.state = next(row.state, DisputeStep::SendEvidence)?;
        }
        let now = self.env.now();
        row.version += 1;
        row.closed_at = None;
        row.reopened_at = Some(now);
        row.next_look_at = Some(self.look_again_at());
        let moved = dispute::Entity::update_many()
            .set(dispute::ActiveModel {
                state: Set(row.state),
                version: Set(row.version),
                amount: Set(row.amount),
                held: Set(row.held),
                of_rest: Set(row.of_rest),
                closed_at: Set(row.closed_at),
                reopened_at: Set(row.reopened_at),
                next_look_at: Set(row.next_look_at),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id))
            .filter(Column::State.eq(DisputeState::Won))
            .run(&**tx)
            .await?;
        match moved {
            1 => Ok(()),
            _ => Err(PaymentError::DisputeMove(before)),
        }
    }

    /// What is posted has a source once: of the first end it is the dispute's own.
    pub(super) fn source_of_end(&self, row: &dispute::Model) -> Uuid {
        match row.reopened_at {
            None => row.id.0,
            Some(_) => self.env.uuid(),
        }
    }
}
