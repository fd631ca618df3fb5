//! A dispute ends: what was kept back goes where it belongs, under the lock of the payment.

use feira_kernel::{
    Ref,
    db::{self, Find},
    outbox::publish,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::rows as found;
use crate::{
    DisputeState, PaymentDisputeClosed, PaymentError,
    dispute_status::{self, DisputeStep},
    entities::{dispute, payment},
    ledger::{self, Share},
    service::{
        Service,
        rows::{self, internal},
    },
    status::Action,
};

impl Service {
    /// Won or lost: what was kept back goes where it belongs, exactly as much as was taken.
    pub(super) async fn close(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        row: &mut dispute::Model,
        step: DisputeStep,
    ) -> Result<(), PaymentError> {
        let to = dispute_status::next(row.state, step)?;
        let lost = to == DisputeState::Lost;
        let splits = rows::splits(&**tx, payment.id).await?;
        let mut shares = Vec::new();
        for part in found::parts(&**tx, row.id).await? {
            let split = splits.iter().find(|split| split.id == part.split_id);
            let split = split.ok_or_else(|| internal("a dispute of another payment's split"))?;
            let told = part.view(&row.currency)?;
            shares.push(Share {
                commission: told.commission,
                earning: told.earning,
                ..split.share()?
            });
            let (amount, commission) = (part.amount, part.commission);
            let back = if lost { amount } else { Decimal::ZERO };
            let reversed = if lost { commission } else { Decimal::ZERO };
            self.change_split(tx, part.split_id, [-amount, -commission, back, reversed])
                .await?;
        }
        let posting = match lost {
            true => ledger::dispute_lost(payment.id.0, row.id.0, &shares),
            false => ledger::dispute_won(payment.id.0, row.id.0, &shares),
        };
        self.post(tx, &posting.map_err(internal)?).await?;
        self.move_dispute(tx, row, to).await?;
        let back = if lost { row.held } else { Decimal::ZERO };
        let action = self.over(tx, payment, row, back).await?;
        self.payment_after(tx, payment, action, back).await?;
        self.release_given_back(tx, payment.id).await?;
        self.dispute_exchange(&**tx, payment.id, &row.provider_id, to.as_str())
            .await?;
        let event = PaymentDisputeClosed {
            payment: payment.id,
            version: payment.version,
            reference: Ref::new(payment.reference),
            dispute: row.id,
            won: !lost,
            stores: shares.iter().map(|share| share.store).collect(),
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }

    /// What the end of a dispute is to its payment, as much of which went back by it.
    async fn over(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        row: &dispute::Model,
        back: Decimal,
    ) -> Result<Option<Action>, PaymentError> {
        if row.held.is_zero() {
            return Ok(None);
        }
        let open = dispute::Entity::find()
            .filter(dispute::Column::PaymentId.eq(payment.id))
            .filter(dispute::Column::Id.ne(row.id))
            .filter(dispute::Column::ClosedAt.is_null())
            .filter(dispute::Column::Held.gt(Decimal::ZERO))
            .limit(1)
            .row(&**tx)
            .await?;
        let refunded = payment.refunded + back;
        Ok(Some(match open {
            Some(_) => Action::Dispute,
            None if refunded.is_zero() => Action::DisputeOver,
            None if refunded == payment.amount => Action::DisputeOverRest,
            None => Action::DisputeOverPart,
        }))
    }
}
