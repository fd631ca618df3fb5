//! What buyers paid to a store itself after its leg was given up: the store has it, and owes the commission until it
//! gives it back. The module above is told, and asks for that refund.

use feira_kernel::{
    Ref, audit,
    db::{self, Change},
    outbox::publish,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::{Service, rows::internal, split_rows};
use crate::{
    LegStatus, PaymentCaptured, PaymentError, PaymentLegSettled, SettleLeg,
    acts::LEG_PAID,
    entities::{
        manual_charge::{self, ManualChargeState},
        payment,
        payment_leg::{self, Column, Model as Leg},
    },
    ledger, status,
};

impl Service {
    /// Under the payment's lock; the leg is one of the payment's that nobody had paid.
    pub(super) async fn write_late(
        &self,
        tx: &db::Tx,
        mut payment: payment::Model,
        legs: &[Leg],
        settle: &SettleLeg,
    ) -> Result<(), PaymentError> {
        let (id, before, now) = (payment.id, payment.status, self.env.now());
        let leg = legs.iter().find(|leg| leg.part == settle.part.0);
        let leg = leg.ok_or(PaymentError::NotFound)?;
        let (is_first, collected) = (
            payment.captured_at.is_none(),
            collected(&payment, legs) + leg.amount,
        );
        payment.status = status::leg_came_late(before, (payment.refunded, collected))
            .map_err(|_| PaymentError::LegMove(leg.status))?;
        self.leg_came(tx, leg, settle).await?;
        let splits = split_rows::splits(&**tx, id).await?;
        let split = splits.iter().find(|one| one.id == leg.split_id);
        let split = split.ok_or_else(|| internal("a leg of no split"))?;
        self.post(tx, &ledger::leg_paid(id.0, &split.share()?))
            .await?;
        self.book_is_paid(tx, &payment).await?;
        let reference = Ref::new(payment.reference);
        payment.version += 1;
        let event = PaymentLegSettled {
            payment: id,
            version: payment.version,
            reference,
            part: settle.part,
            paid: true,
        };
        publish(tx, &self.env, &event).await?;
        if is_first {
            payment.version += 1;
            let event = PaymentCaptured {
                payment: id,
                version: payment.version,
                reference,
            };
            publish(tx, &self.env, &event).await?;
        }
        let details = json!({"part": settle.part, "amount": leg.amount()?, "late": true});
        audit::record(tx, &self.env, &settle.by, LEG_PAID, id.0, details).await?;
        let changed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                status: Set(payment.status),
                failure: Set(None),
                uncollected: Set(payment.amount - collected),
                captured_at: Set(payment.captured_at.or(Some(now))),
                version: Set(payment.version),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(payment::Column::Id.eq(id))
            .filter(payment::Column::Status.eq(before))
            .run(&**tx)
            .await?;
        match changed {
            0 => Err(PaymentError::IllegalMove(before)),
            _ => Ok(()),
        }
    }

    async fn leg_came(
        &self,
        tx: &db::Tx,
        leg: &Leg,
        settle: &SettleLeg,
    ) -> Result<(), PaymentError> {
        let now = self.env.now();
        let changed = payment_leg::Entity::update_many()
            .set(payment_leg::ActiveModel {
                status: Set(LegStatus::Paid),
                paid_at: Set(Some(now)),
                came_late: Set(true),
                settled_by: Set(Some(settle.by.label())),
                note: Set(settle.note.clone()),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::PaymentId.eq(leg.payment_id))
            .filter(Column::Position.eq(leg.position))
            .filter(Column::Status.eq(LegStatus::Unpaid))
            .run(&**tx)
            .await?;
        match changed {
            1 => Ok(()),
            _ => Err(internal("a leg that was given up is not")),
        }
    }

    async fn book_is_paid(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
    ) -> Result<(), PaymentError> {
        let paid = manual_charge::ActiveModel {
            state: Set(ManualChargeState::Paid),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        manual_charge::Entity::update_many()
            .set(paid)
            .filter(manual_charge::Column::PaymentId.eq(payment.id))
            .run(&**tx)
            .await?;
        Ok(())
    }
}

/// Of what legs that were not given up.
fn collected(payment: &payment::Model, legs: &[Leg]) -> rust_decimal::Decimal {
    let unpaid = legs.iter().filter(|leg| leg.status == LegStatus::Unpaid);
    payment.amount - unpaid.map(|leg| leg.amount).sum::<rust_decimal::Decimal>()
}
