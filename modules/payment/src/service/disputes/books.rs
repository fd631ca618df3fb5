//! What opening and closing a dispute have in common: rows that change, and what is posted.

use feira_kernel::db::{self, Change};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    DisputeState, PaymentError,
    entities::{dispute, payment, payment_split},
    service::{Service, rows::internal},
    status::{self, Action},
};

impl Service {
    /// Adds to what is disputed of the split, to its commission, to what went back and to the commission
    /// that was reversed.
    pub(super) async fn change_split(
        &self,
        tx: &db::Tx,
        split: Uuid,
        [disputed, commission, refunded, reversed]: [Decimal; 4],
    ) -> Result<(), PaymentError> {
        use payment_split::Column;
        let changed = payment_split::Entity::update_many()
            .set(payment_split::ActiveModel {
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .col_expr(Column::Disputed, Expr::col(Column::Disputed).add(disputed))
            .col_expr(
                Column::DisputedCommission,
                Expr::col(Column::DisputedCommission).add(commission),
            )
            .col_expr(Column::Refunded, Expr::col(Column::Refunded).add(refunded))
            .col_expr(
                Column::CommissionReversed,
                Expr::col(Column::CommissionReversed).add(reversed),
            )
            .filter(Column::Id.eq(split))
            .run(&**tx)
            .await?;
        match changed {
            1 => Ok(()),
            _ => Err(internal("a dispute of a split that is not there")),
        }
    }

    /// The guard is the state that was read under the payment's lock, or another process is at work.
    pub(super) async fn move_dispute(
        &self,
        tx: &db::Tx,
        row: &mut dispute::Model,
        to: DisputeState,
    ) -> Result<(), PaymentError> {
        let now = self.env.now();
        let before = row.state;
        row.state = to;
        row.version += 1;
        row.looks += 1;
        match to {
            DisputeState::EvidenceSent => row.evidence_sent_at = Some(now),
            _ => {
                row.closed_at = Some(now);
                row.next_look_at = None;
            }
        }
        let moved = dispute::Entity::update_many()
            .set(dispute::ActiveModel {
                state: Set(row.state),
                version: Set(row.version),
                looks: Set(row.looks),
                evidence_sent_at: Set(row.evidence_sent_at),
                closed_at: Set(row.closed_at),
                next_look_at: Set(row.next_look_at),
                amount: Set(row.amount),
                written_off: Set(row.written_off),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(dispute::Column::Id.eq(row.id))
            .filter(dispute::Column::State.eq(before))
            .run(&**tx)
            .await?;
        match moved {
            1 => Ok(()),
            _ => Err(PaymentError::DisputeMove(before)),
        }
    }

    /// Counts an event, and moves the payment if its state changes by it.
    pub(super) async fn payment_after(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        action: Option<Action>,
        back: Decimal,
    ) -> Result<(), PaymentError> {
        let before = payment.status;
        if let Some(action) = action {
            payment.status = status::next(before, action)?;
        }
        payment.version += 1;
        payment.refunded += back;
        let changed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                status: Set(payment.status),
                refunded: Set(payment.refunded),
                version: Set(payment.version),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(payment::Column::Id.eq(payment.id))
            .filter(payment::Column::Status.eq(before))
            .run(&**tx)
            .await?;
        match changed {
            1 => Ok(()),
            _ => Err(PaymentError::IllegalMove(before)),
        }
    }
}
