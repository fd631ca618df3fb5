//! A refund that a dispute came upon has failed, or its money came back: what is here again is kept back, too,
//! or it would be paid to stores while the provider has it no more.

use feira_kernel::{
    Money,
    db::{self, Change, Find},
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::opening::{Kept, kept};
use crate::{
    PaymentError,
    entities::{
        dispute::{self, Column},
        dispute_part, payment,
    },
    ledger::{self, Share},
    service::{
        Service,
        rows::{self, internal},
    },
    status::{self, Action},
};

/// Open ones of a payment; there are not as many.
const MOST: u64 = 20;

impl Service {
    /// Under the payment's lock; those that were opened first come first.
    pub(in crate::service) async fn keep_back_the_rest(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
    ) -> Result<(), PaymentError> {
        let open = dispute::Entity::find()
            .filter(Column::PaymentId.eq(payment.id))
            .filter(Column::ClosedAt.is_null())
            .order_by_asc(Column::OpenedAt)
            .order_by_asc(Column::Id)
            .limit(MOST)
            .rows(&**tx)
            .await?;
        for row in open.iter().filter(|row| row.held < row.amount) {
            self.keep_back_more(tx, payment, row).await?;
        }
        Ok(())
    }

    async fn keep_back_more(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        row: &dispute::Model,
    ) -> Result<(), PaymentError> {
        let splits = rows::splits(&**tx, payment.id).await?;
        let (before, total) = (row.held()?, row.total()?);
        let missing = total.checked_sub(before).map_err(internal)?;
        let more = kept(&splits, missing)?;
        if more.is_empty() {
            return Ok(());
        }
        for kept in &more {
            self.add_to_part(tx, row, kept).await?;
        }
        let shares: Vec<Share> = more.iter().map(|kept| kept.share).collect();
        // What is posted has a source once: this one is not the dispute's own.
        let posting = ledger::dispute_opened(payment.id.0, self.env.uuid(), &shares);
        self.post(tx, &posting.map_err(internal)?).await?;
        let sum = Money::sum(total.currency(), more.iter().map(|kept| kept.amount));
        let held = before.checked_add(sum.map_err(internal)?);
        let held = held.map_err(internal)?;
        let now = dispute::ActiveModel {
            held: Set(held.amount()),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let now = dispute::Entity::update_many().set(now);
        now.filter(Column::Id.eq(row.id)).run(&**tx).await?;
        let outcome = format!("{held} of it is kept back now");
        self.dispute_exchange(&**tx, payment.id, &row.provider_id, &outcome)
            .await?;
        self.is_disputed(tx, payment).await
    }

    async fn add_to_part(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
        kept: &Kept,
    ) -> Result<(), PaymentError> {
        use dispute_part::Column;
        let known = dispute_part::Entity::find()
            .filter(Column::DisputeId.eq(row.id))
            .filter(Column::SplitId.eq(kept.split));
        let Some(known) = known.row(&**tx).await? else {
            return self.keep_back(tx, row, kept).await;
        };
        let (amount, commission) = (kept.amount.amount(), kept.share.commission.amount());
        let more = dispute_part::ActiveModel {
            amount: Set(known.amount + amount),
            commission: Set(known.commission + commission),
            earning: Set(known.earning + kept.share.earning.amount()),
            ..Default::default()
        };
        dispute_part::Entity::update_many()
            .set(more)
            .filter(Column::DisputeId.eq(row.id))
            .filter(Column::SplitId.eq(kept.split))
            .run(&**tx)
            .await?;
        let amounts = [amount, commission, Decimal::ZERO, Decimal::ZERO];
        self.change_split(tx, kept.split, amounts).await
    }

    async fn is_disputed(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
    ) -> Result<(), PaymentError> {
        let before = payment.status;
        payment.status = status::next(before, Action::Dispute)?;
        let changed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                status: Set(payment.status),
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
