//! A provider tells that a dispute is over another amount than before: what it keeps, or took, follows.

use feira_kernel::{
    Money,
    db::{self, Change},
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{rows as found, told::short};
use crate::{
    DisputeState, PaymentError,
    entities::{
        dispute::{self, Column},
        dispute_part, payment,
    },
    ledger::{self, Disputed, Share},
    provider::{Over, ToldDispute},
    reversal::{self, Reversal},
    sentences::{CHANGED, DISPUTE_CHANGED, Said},
    service::{
        Service,
        rows::{self, internal},
        split_rows,
    },
    status::Action,
};

impl Service {
    /// What is told now of how much it is over, before anything else of it. Answers what somebody must look at.
    pub(super) async fn follow_amount(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        row: &mut dispute::Model,
        told: &ToldDispute,
    ) -> Result<Option<Said>, PaymentError> {
        let before = row.total()?;
        let of_rest = told.over == Over::Rest;
        let now = match told.over {
            Over::Amount(now) => now,
            Over::Rest => before,
        };
        if now == before && of_rest == row.of_rest {
            return Ok(None);
        }
        if row.state == DisputeState::Won {
            // It has nothing any more, whatever it was over.
            return Ok((now != before).then(|| otherwise(told, before, now)));
        }
        row.of_rest = of_rest;
        row.amount = now.amount();
        let held = row.held()?;
        match now.compare(held).map_err(internal)? {
            std::cmp::Ordering::Less => {
                let less = held.checked_sub(now).map_err(internal)?;
                self.let_go(tx, payment, row, less).await?;
            }
            _ => {
                self.write_over(tx, row).await?;
                self.keep_back_more(tx, payment, row).await?;
            }
        }
        self.write_off_the_rest(tx, row).await?;
        if now == before {
            return Ok(None);
        }
        let outcome = CHANGED.of(&[&now, &before]);
        self.dispute_exchange(&**tx, payment.id, &row.provider_id, outcome)
            .await?;
        Ok(short(row)?.or_else(|| Some(otherwise(told, before, now))))
    }

    /// Of one that was lost, what no split had any more.
    async fn write_off_the_rest(
        &self,
        tx: &db::Tx,
        row: &mut dispute::Model,
    ) -> Result<(), PaymentError> {
        if row.state != DisputeState::Lost {
            return Ok(());
        }
        let before = row.written_off;
        row.written_off = match row.of_rest {
            true => Decimal::ZERO,
            false => row.amount - row.held,
        };
        self.write_over(tx, row).await?;
        let more = rows::money(row.written_off - before, &row.currency)?;
        self.post_write_off(tx, row, Disputed::Lost, more).await
    }

    /// So much of what it keeps back, or of what it took, is there again: of each part in proportion.
    async fn let_go(
        &self,
        tx: &db::Tx,
        payment: &mut payment::Model,
        row: &mut dispute::Model,
        less: Money,
    ) -> Result<(), PaymentError> {
        let lost = row.state == DisputeState::Lost;
        let splits = split_rows::splits(&**tx, payment.id).await?;
        let parts = found::parts(&**tx, row.id).await?;
        let weights = found::weights(parts.iter().map(|part| part.amount), row)?;
        let mut shares = Vec::new();
        for (part, amount) in parts.iter().zip(less.allocate(&weights)) {
            if amount.is_zero() {
                continue;
            }
            let split = splits.iter().find(|split| split.id == part.split_id);
            let split = split.ok_or_else(|| internal("a dispute of another payment's split"))?;
            let told = part.view(&row.currency)?;
            let took = Reversal {
                commission: told.commission,
                earning: told.earning,
            };
            let back = reversal::let_go(&split.taken()?, took, amount).map_err(internal)?;
            let share = Share {
                commission: back.commission,
                earning: back.earning,
                ..split.share()?
            };
            self.take_off(tx, part, &share).await?;
            let (all, own) = (amount.amount(), share.commission.amount());
            let change = match lost {
                true => [Decimal::ZERO, Decimal::ZERO, -all, -own],
                false => [-all, -own, Decimal::ZERO, Decimal::ZERO],
            };
            self.change_split(tx, part.split_id, change).await?;
            shares.push(share);
        }
        row.held -= less.amount();
        let what = match lost {
            true => Disputed::Regained,
            false => Disputed::Won,
        };
        // What is posted has a source once: this one is not the dispute's own.
        let posting = ledger::disputed(what, payment.id.0, self.env.uuid(), &shares);
        self.post(tx, &posting.map_err(internal)?).await?;
        self.write_over(tx, row).await?;
        if lost {
            self.take_on(tx, payment, Action::ReturnPart, -less.amount())
                .await?;
        }
        self.release_given_back(tx, payment.id).await
    }

    async fn take_off(
        &self,
        tx: &db::Tx,
        part: &dispute_part::Model,
        share: &Share,
    ) -> Result<(), PaymentError> {
        use dispute_part::Column;
        let (commission, earning) = (share.commission.amount(), share.earning.amount());
        let less = dispute_part::ActiveModel {
            amount: Set(part.amount - commission - earning),
            commission: Set(part.commission - commission),
            earning: Set(part.earning - earning),
            ..Default::default()
        };
        dispute_part::Entity::update_many()
            .set(less)
            .filter(Column::DisputeId.eq(part.dispute_id))
            .filter(Column::SplitId.eq(part.split_id))
            .run(&**tx)
            .await?;
        Ok(())
    }

    pub(super) async fn write_over(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
    ) -> Result<(), PaymentError> {
        let now = dispute::ActiveModel {
            amount: Set(row.amount),
            held: Set(row.held),
            of_rest: Set(row.of_rest),
            written_off: Set(row.written_off),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let now = dispute::Entity::update_many().set(now);
        now.filter(Column::Id.eq(row.id)).run(&**tx).await?;
        Ok(())
    }
}

fn otherwise(told: &ToldDispute, before: Money, now: Money) -> Said {
    DISPUTE_CHANGED.of(&[&told.id, &now, &before])
}
