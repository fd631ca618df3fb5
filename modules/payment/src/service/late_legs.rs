//! What buyers paid to a store itself after its leg was given up: the store has it, and owes the commission until it
//! gives it back. The module above is told, and asks for that refund.

use feira_kernel::{
    audit,
    db::{self, Change},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::{Service, rows::internal};
use crate::{
    LegStatus, PaymentError, SettleLeg,
    acts::LEG_PAID,
    entities::{
        manual_charge::{self, ManualChargeState},
        payment,
        payment_leg::{self, Column, Model as Leg},
    },
    status,
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
        let (id, before) = (payment.id, payment.status);
        let leg = legs.iter().find(|leg| leg.part == settle.part.0);
        let leg = leg.ok_or(PaymentError::NotFound)?;
        let collected = collected(&payment, legs) + leg.amount;
        payment.status = status::leg_came_late(before, (payment.refunded, collected))
            .map_err(|_| PaymentError::LegMove(leg.status))?;
        self.leg_came(tx, leg, settle).await?;
        self.post_leg(tx, id, leg.split_id).await?;
        self.book_is_paid(tx, &payment).await?;
        self.tell_leg(tx, &mut payment, settle).await?;
        if payment.captured_at.is_none() {
            payment.captured_at = Some(self.env.now());
            self.tell_captured(tx, &mut payment).await?;
        }
        let details = json!({"part": settle.part, "amount": leg.amount()?, "late": true});
        audit::record(tx, &self.env, &settle.by, LEG_PAID, id.0, details).await?;
        payment.failure = None;
        payment.uncollected = payment.amount - collected;
        self.write_payment(tx, &payment, before).await
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
