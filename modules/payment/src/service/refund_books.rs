//! What a completed refund does to the books.

use std::collections::BTreeMap;

use feira_kernel::{
    Money, Ref, StoreId, Total,
    db::{self, Change},
    outbox::publish,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Service,
    refunding::RefundRow,
    releasing,
    rows::{self, Exchanged, internal},
    split_rows,
};
use crate::{
    Account, PaymentError, PaymentRefunded, PaymentStatus,
    entities::{payment, payment_split, refund_part},
    ledger::{self, Back, Posting, Share},
    postings::out_of_account,
    provider::RefundAnswer,
    reversal::{self, Borne},
    sentences::COMPLETED,
    status::{self, Action},
};

impl Service {
    pub(super) async fn refund_books(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        row: &RefundRow,
        answer: &RefundAnswer,
    ) -> Result<(), PaymentError> {
        let splits = split_rows::splits(&**tx, payment.id).await?;
        let held = self.held_by(tx, row.id).await?;
        let mut backs = Vec::new();
        let mut weights = Vec::new();
        let mut out = Vec::new();
        for (split, amount) in row.parts(tx).await? {
            let split = splits.iter().find(|s| s.id == split);
            let split = split.ok_or_else(|| internal("a refund of another payment's split"))?;
            let sides = reversal::reverse(&split.taken()?, amount).map_err(internal)?;
            // Whoever bears it, the provider takes of a store's account what it had put there.
            let there = sides.earning;
            let borne = sides.borne(row.bearer).map_err(internal)?;
            let share = Share {
                commission: borne.commission,
                earning: borne.earning,
                ..split.share()?
            };
            self.take_back(tx, share.split, &borne, amount).await?;
            if borne.kept.is_positive() {
                let kept = refund_part::ActiveModel {
                    commission_kept: Set(borne.kept.amount()),
                    updated_at: Set(self.env.now()),
                    ..Default::default()
                };
                refund_part::Entity::update_many()
                    .set(kept)
                    .filter(refund_part::Column::RefundId.eq(row.id))
                    .filter(refund_part::Column::SplitId.eq(share.split))
                    .run(&**tx)
                    .await?;
            }
            if split.is_refunded_there() {
                self.write_taken_there(tx, row, (split.id, there)).await?;
                if split.is_paid_there() {
                    out.extend(out_of_account(share.store, there));
                }
            }
            weights.push(amount.minor().unsigned_abs());
            let held = held.iter().find(|(split, _)| *split == share.split);
            backs.push(Back {
                share,
                promotion: borne.promotion,
                held: held.map_or(Money::zero(amount.currency()), |(_, held)| *held),
            });
        }
        let mut posting = ledger::refund(payment.id.0, row.id.0, &backs).map_err(internal)?;
        posting.entries.extend(out);
        self.post(tx, &posting).await?;
        let shares: Vec<_> = backs.iter().map(|back| back.share).zip(weights).collect();
        self.book_refund_fee(tx, (payment, row, answer), &shares)
            .await?;
        for (store, credited) in credited(&posting)? {
            self.open_what_is_owed(tx, store, credited).await?;
        }
        self.refund_status(tx, payment, row, answer).await?;
        self.release_given_back(tx, payment.id).await
    }

    /// With what that adds to, or takes from, the next payouts.
    pub(super) async fn post(&self, tx: &db::Tx, posting: &Posting) -> Result<(), PaymentError> {
        let entries = ledger::post(tx, &self.env, posting).await?;
        releasing::open_items(tx, posting.kind, &entries).await
    }

    async fn take_back(
        &self,
        tx: &db::Tx,
        split: Uuid,
        borne: &Borne,
        amount: Money,
    ) -> Result<(), PaymentError> {
        use payment_split::Column;
        let back = amount.amount();
        let add = |column: Column, more: Money| Expr::col(column).add(more.amount());
        let taken = payment_split::ActiveModel {
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let changed = payment_split::Entity::update_many()
            .set(taken)
            .col_expr(Column::Refunding, Expr::col(Column::Refunding).sub(back))
            .col_expr(Column::Refunded, Expr::col(Column::Refunded).add(back))
            .col_expr(
                Column::CommissionReversed,
                add(Column::CommissionReversed, borne.commission),
            )
            .col_expr(
                Column::CommissionKept,
                add(Column::CommissionKept, borne.kept),
            )
            .col_expr(Column::Promoted, add(Column::Promoted, borne.promotion))
            .filter(Column::Id.eq(split))
            .filter(Column::Refunding.gte(back))
            .run(&**tx)
            .await?;
        if changed == 1 {
            Ok(())
        } else {
            Err(internal("a refund that was not set aside"))
        }
    }

    /// Kept with the refund, for it may come back, and of a part of which nobody knows yet whether it was split.
    async fn write_taken_there(
        &self,
        tx: &db::Tx,
        row: &RefundRow,
        (split, taken): (Uuid, Money),
    ) -> Result<(), PaymentError> {
        let written = refund_part::Entity::update_many()
            .set(refund_part::ActiveModel {
                taken_there: Set(taken.amount()),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(refund_part::Column::RefundId.eq(row.id))
            .filter(refund_part::Column::SplitId.eq(split));
        written.run(&**tx).await?;
        Ok(())
    }

    async fn refund_status(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        row: &RefundRow,
        answer: &RefundAnswer,
    ) -> Result<(), PaymentError> {
        let before = rows::money(payment.refunded, &payment.currency)?;
        let refunded = before.checked_add(row.amount()?).map_err(internal)?;
        let captured = payment.amount - payment.uncollected;
        let full = refunded == rows::money(captured, &payment.currency)?;
        let action = if full {
            Action::RefundRest
        } else {
            Action::RefundPart
        };
        let to = match status::is_live(payment.status) {
            // A leg of it was paid, and others are open: they make it what it will be.
            true => payment.status,
            false => status::next(payment.status, action)?,
        };
        let version = payment.version + 1;
        let changed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                status: Set(to),
                refunded: Set(refunded.amount()),
                version: Set(version),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(payment::Column::Id.eq(payment.id))
            .filter(payment::Column::Status.eq(payment.status))
            .run(&**tx)
            .await?;
        if changed == 0 {
            return Err(PaymentError::IllegalMove(payment.status));
        }
        let exchange = Exchanged {
            kind: "refund",
            gateway_id: Some(&answer.gateway_id),
            outcome: COMPLETED.as_str().to_owned(),
        };
        rows::exchanged(&**tx, &self.env, payment.id, exchange).await?;
        let event = PaymentRefunded {
            payment: payment.id,
            version,
            reference: Ref::new(payment.reference),
            refund: row.id,
            full: to == PaymentStatus::Refunded,
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }
}

/// What stores owe less by it beside their open items.
fn credited(posting: &Posting) -> Result<BTreeMap<StoreId, Total>, PaymentError> {
    let mut stores = BTreeMap::<StoreId, Total>::new();
    for entry in &posting.entries {
        if let (Account::SellerReceivable, Some(store)) = (entry.account, entry.store) {
            let more = entry.amount.negated();
            let sum = match stores.get(&store) {
                Some(before) => before.checked_add(more).map_err(internal)?,
                None => more,
            };
            stores.insert(store, sum);
        }
    }
    Ok(stores)
}
