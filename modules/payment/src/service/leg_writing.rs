//! What is written of a leg that ended, whether in time or late: its posting, what the module above is told, and the
//! payment as its legs make it.

use feira_kernel::{
    Ref,
    db::{self, Change},
    outbox::publish,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::{Service, rows::internal, split_rows};
use crate::{
    PaymentCaptured, PaymentError, PaymentId, PaymentLegSettled, PaymentStatus, SettleLeg,
    entities::{
        manual_charge::{self, ManualChargeState},
        payment,
    },
    ledger,
};

impl Service {
    /// Its store has it, and owes the commission.
    pub(super) async fn post_leg(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        split: Uuid,
    ) -> Result<(), PaymentError> {
        let splits = split_rows::splits(&**tx, id).await?;
        let split = splits.iter().find(|one| one.id == split);
        let split = split.ok_or_else(|| internal("a leg of no split"))?;
        let posting = ledger::leg_paid(id.0, &split.share()?);
        self.post(tx, &posting).await
    }

    pub(super) async fn tell_leg(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        settle: &SettleLeg,
    ) -> Result<(), PaymentError> {
        payment.version += 1;
        let event = PaymentLegSettled {
            payment: payment.id,
            version: payment.version,
            reference: Ref::new(payment.reference),
            part: settle.part,
            paid: settle.paid,
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }

    pub(super) async fn tell_captured(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
    ) -> Result<(), PaymentError> {
        payment.version += 1;
        let event = PaymentCaptured {
            payment: payment.id,
            version: payment.version,
            reference: Ref::new(payment.reference),
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }

    /// As its legs made it of one that was `before`.
    pub(super) async fn write_payment(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        before: PaymentStatus,
    ) -> Result<(), PaymentError> {
        let changed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                status: Set(payment.status),
                failure: Set(payment.failure),
                uncollected: Set(payment.uncollected),
                captured_at: Set(payment.captured_at),
                next_poll_at: Set(payment.next_poll_at),
                version: Set(payment.version),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(payment::Column::Id.eq(payment.id))
            .filter(payment::Column::Status.eq(before))
            .run(&**tx)
            .await?;
        match changed {
            0 => Err(PaymentError::IllegalMove(before)),
            _ => Ok(()),
        }
    }

    /// Of a charge that was not made yet there is no row.
    pub(super) async fn write_book(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        state: ManualChargeState,
    ) -> Result<(), PaymentError> {
        let written = manual_charge::ActiveModel {
            state: Set(state),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        manual_charge::Entity::update_many()
            .set(written)
            .filter(manual_charge::Column::PaymentId.eq(id))
            .filter(manual_charge::Column::State.eq(ManualChargeState::Waiting))
            .run(&**tx)
            .await?;
        Ok(())
    }
}
