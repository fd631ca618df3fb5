//! A refund that a dispute came upon has failed, or its money came back: what is here again is kept back, too,
//! or lost, too, or it would be paid to stores while the provider has it no more.

use feira_kernel::{
    Money,
    db::{self, Change, Find},
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::opening::{HeldSplit, kept};
use crate::{
    DisputeState, PaymentError, PaymentId,
    entities::{
        dispute::{self, Column},
        dispute_part, payment,
    },
    ledger::{self, Disputed, Share},
    sentences::{KEPT_MORE, LOST_MORE},
    service::{
        Service,
        rows::{self, internal},
        split_rows,
    },
    status::{self, Action},
};

/// Of a payment; there are not as many.
const MOST: u64 = 20;

impl Service {
    /// Under the payment's lock; those that were opened first come first.
    pub(in crate::service) async fn keep_back_the_rest(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
    ) -> Result<(), PaymentError> {
        let taking = dispute::Entity::find()
            .filter(Column::PaymentId.eq(payment.id))
            .filter(Column::State.ne(DisputeState::Won))
            .order_by_asc(Column::OpenedAt)
            .order_by_asc(Column::Id)
            .limit(MOST)
            .rows(&**tx)
            .await?;
        for mut row in taking.into_iter().filter(|row| row.held < row.amount) {
            self.keep_back_more(tx, payment, &mut row).await?;
        }
        self.release_given_back(tx, payment.id).await
    }

    /// A refund that ran while a dispute took the rest has gone to the buyer: the dispute takes it no more, if it
    /// comes back later.
    pub(in crate::service) async fn rest_is_less(
        &self,
        tx: &db::Tx,
        payment: PaymentId,
        by: Decimal,
    ) -> Result<(), PaymentError> {
        let lost = dispute::Entity::find()
            .filter(Column::PaymentId.eq(payment))
            .filter(Column::OfRest.eq(true))
            .filter(Column::State.eq(DisputeState::Lost))
            .limit(MOST)
            .rows(&**tx)
            .await?;
        for row in lost.into_iter().filter(|row| row.held < row.amount) {
            let less = dispute::ActiveModel {
                amount: Set(row.held.max(row.amount - by)),
                updated_at: Set(self.env.now()),
                ..Default::default()
            };
            let update = dispute::Entity::update_many().set(less);
            update.filter(Column::Id.eq(row.id)).run(&**tx).await?;
        }
        Ok(())
    }

    pub(super) async fn keep_back_more(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        row: &mut dispute::Model,
    ) -> Result<(), PaymentError> {
        let splits = split_rows::splits(&**tx, payment.id).await?;
        let (before, total) = (row.held()?, row.total()?);
        let missing = total.checked_sub(before).map_err(internal)?;
        let more = kept(&splits, missing)?;
        if more.is_empty() {
            return Ok(());
        }
        let lost = row.state == DisputeState::Lost;
        for kept in &more {
            self.add_to_part(tx, row, kept).await?;
            if lost {
                let (amount, commission) = (kept.amount.amount(), kept.share.commission.amount());
                let change = [-amount, -commission, amount, commission];
                self.change_split(tx, kept.split, change).await?;
            }
        }
        let shares: Vec<Share> = more.iter().map(|kept| kept.share).collect();
        let steps: &[Disputed] = match lost {
            true => &[Disputed::Opened, Disputed::Lost],
            false => &[Disputed::Opened],
        };
        for step in steps {
            // What is posted has a source once: this one is not the dispute's own.
            let posting = ledger::disputed(*step, payment.id.0, self.env.uuid(), &shares);
            self.post(tx, &posting.map_err(internal)?).await?;
        }
        let sum = Money::sum(total.currency(), more.iter().map(|kept| kept.amount));
        let sum = sum.map_err(internal)?;
        let held = before.checked_add(sum).map_err(internal)?;
        row.held = held.amount();
        let less = row.written_off.min(sum.amount());
        row.written_off -= less;
        let now = dispute::ActiveModel {
            held: Set(row.held),
            written_off: Set(row.written_off),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let now = dispute::Entity::update_many().set(now);
        now.filter(Column::Id.eq(row.id)).run(&**tx).await?;
        let less = rows::money(-less, &row.currency)?;
        self.post_write_off(tx, row, Disputed::Lost, less).await?;
        let outcome = match lost {
            true => LOST_MORE.of(&[&held]),
            false => KEPT_MORE.of(&[&held]),
        };
        self.dispute_exchange(&**tx, payment.id, &row.provider_id, outcome)
            .await?;
        match lost {
            true => self.is_lost(tx, payment, sum.amount()).await,
            false => {
                self.take_on(tx, payment, Action::Dispute, Decimal::ZERO)
                    .await
            }
        }
    }

    async fn add_to_part(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
        kept: &HeldSplit,
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

    async fn is_lost(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        lost: Decimal,
    ) -> Result<(), PaymentError> {
        let action = match payment.refunded + lost == payment.amount {
            true => Action::RefundRest,
            false => Action::RefundPart,
        };
        self.take_on(tx, payment, action, lost).await
    }

    pub(super) async fn take_on(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        action: Action,
        back: Decimal,
    ) -> Result<(), PaymentError> {
        let before = payment.status;
        payment.status = status::next(before, action)?;
        payment.refunded += back;
        let changed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                status: Set(payment.status),
                refunded: Set(payment.refunded),
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
