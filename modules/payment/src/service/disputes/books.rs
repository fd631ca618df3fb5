//! What opening and closing a dispute have in common: rows that change, and what is posted.

use feira_kernel::{
    Money,
    db::{self, Change},
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::rows as found;
use crate::{
    DisputeState, FeeBearer, PaymentError,
    entities::{dispute, payment, payment_split},
    ledger,
    postings::Borne,
    service::{
        Service,
        rows::{self, internal},
    },
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
                evidence_sent_at: Set(row.evidence_sent_at),
                closed_at: Set(row.closed_at),
                next_look_at: Set(row.next_look_at),
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

    /// Books what the provider took for the dispute since, or gave back of it.
    pub(super) async fn book_dispute_fee(
        &self,
        tx: &db::Tx,
        row: &mut dispute::Model,
        told: Money,
    ) -> Result<(), PaymentError> {
        let known = row.fee()?.unwrap_or(Money::zero(told.currency()));
        if known == told {
            return Ok(());
        }
        let Ok(more) = told.checked_sub(known) else {
            tracing::error!(dispute = %row.id, "the fee of a dispute is told in another currency than before; it is not booked");
            return Ok(());
        };
        // What is posted has a source once: it is the dispute's own at first, and of each change another.
        let source = match row.fee_currency {
            None => row.id.0,
            Some(_) => self.env.uuid(),
        };
        let borne = self.fee_parts(tx, row, (known, told)).await?;
        let posting = ledger::dispute_fee(row.payment_id.0, source, more, &borne);
        self.post(tx, &posting).await?;
        let borne = borne.iter().map(|one| (one.split, one.fee));
        self.bear(tx, borne.collect()).await?;
        row.fee = told.amount();
        row.fee_currency = Some(told.currency().code().to_owned());
        dispute::Entity::update_many()
            .set(dispute::ActiveModel {
                fee: Set(row.fee),
                fee_currency: Set(row.fee_currency.clone()),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(dispute::Column::Id.eq(row.id))
            .run(&**tx)
            .await?;
        self.release_given_back(tx, row.payment_id).await
    }

    /// What each store bears more than before, by what of the dispute is its: nothing, where the marketplace does.
    /// The whole is divided each time, so that what is given back is what was taken.
    async fn fee_parts(
        &self,
        tx: &db::Tx,
        row: &dispute::Model,
        (known, told): (Money, Money),
    ) -> Result<Vec<Borne>, PaymentError> {
        let stores = self.settings.dispute_fee_borne_by == FeeBearer::Store;
        if !stores || told.currency().code() != row.currency {
            return Ok(Vec::new());
        }
        let splits = rows::splits(&**tx, row.payment_id).await?;
        let parts = found::parts(&**tx, row.id).await?;
        let amounts = parts.iter().map(|part| part.view(&row.currency));
        let weights = amounts.map(|part| Ok(part?.amount.minor().unsigned_abs()));
        let weights: Vec<u64> = weights.collect::<Result<_, PaymentError>>()?;
        let shares = told.allocate(&weights).into_iter();
        let shares = shares.zip(known.allocate(&weights));
        let borne = parts.iter().zip(shares).map(|(part, (told, known))| {
            let split = splits.iter().find(|split| split.id == part.split_id);
            let split = split.ok_or_else(|| internal("a dispute of another payment's split"))?;
            Ok(Borne {
                split: part.split_id,
                store: part.store_id,
                released: split.released_at.is_some(),
                fee: told.checked_sub(known).map_err(internal)?,
            })
        });
        borne.collect()
    }
}
