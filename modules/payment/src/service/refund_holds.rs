//! What a refund that runs holds of stores. Held in the transaction that sets its parts aside, so that no payout
//! pays it meanwhile; taken by the books of the refund when it is made, freed in the transaction that writes
//! that it failed. A process that ends between has done either nothing or all. Of what an earlier release
//! began or ended beside this one, the job `payment.refunds` does the rest.

use feira_kernel::{
    Money,
    db::{self, Change, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, Set};
use uuid::Uuid;

use super::{
    Service,
    refunding::RefundRow,
    rows::{self, internal},
    split_rows::{self, SplitRow},
};
use crate::{
    PaymentError, PaymentId, RefundId, RefundStatus,
    entities::refund,
    ledger::{self, Held},
    reversal::{self, Bearer},
};

const BATCH: i64 = 20;
/// Of one run.
const MOST: usize = 50;

#[derive(FromQueryResult)]
struct HeldRow {
    split_id: Uuid,
    amount: Decimal,
    currency: String,
}

#[derive(FromQueryResult)]
struct Left {
    id: RefundId,
}

impl Service {
    /// What it will take of the splits, as they are without it.
    pub(super) async fn hold_refund(
        &self,
        tx: &db::Tx,
        (payment, refund): (PaymentId, RefundId),
        bearer: Bearer,
        parts: &[(&SplitRow, Money)],
    ) -> Result<(), PaymentError> {
        let held = parts.iter().map(|(split, amount)| {
            let sides = reversal::reverse(&split.taken_with_running()?, *amount);
            let sides = sides.and_then(|sides| sides.borne(bearer));
            Ok(Held {
                share: split.share()?,
                amount: sides.map_err(internal)?.earning,
            })
        });
        let held: Vec<Held> = held.collect::<Result<_, PaymentError>>()?;
        let posting = ledger::refund_held(payment.0, refund.0, &held);
        self.post(tx, &posting).await?;
        self.release_given_back(tx, payment).await
    }

    /// By split.
    pub(super) async fn held_by(
        &self,
        tx: &db::Tx,
        refund: RefundId,
    ) -> Result<Vec<(Uuid, Money)>, PaymentError> {
        let rows: Vec<HeldRow> = db::rows(
            &**tx,
            include_str!("../sql/held_by_refund.sql"),
            values![refund],
        )
        .await?;
        let held = rows.into_iter();
        held.map(|row| Ok((row.split_id, rows::money(row.amount, &row.currency)?)))
            .collect()
    }

    /// Under the payment's lock.
    pub(super) async fn free_refund(
        &self,
        tx: &db::Tx,
        payment: PaymentId,
        refund: RefundId,
    ) -> Result<(), PaymentError> {
        let splits = split_rows::splits(&**tx, payment).await?;
        let held = self.held_by(tx, refund).await?.into_iter();
        let held = held.map(|(id, amount)| {
            let split = splits.iter().find(|split| split.id == id);
            let split = split.ok_or_else(|| internal("a refund of another payment's split"))?;
            Ok(Held {
                share: split.share()?,
                amount,
            })
        });
        let held: Vec<Held> = held.collect::<Result<_, PaymentError>>()?;
        let posting = ledger::refund_freed(payment.0, refund.0, &held);
        self.post(tx, &posting).await
    }

    /// Whatever an earlier release left, each by itself: of one that cannot be settled the others do not wait.
    pub(super) async fn settle_holds(&self) -> Result<(), PaymentError> {
        let mut seen: Vec<Uuid> = Vec::new();
        for _ in 0..MOST {
            let left: Vec<Left> = db::rows(
                self.env.pool.read(),
                include_str!("../sql/refunds_to_hold.sql"),
                values![BATCH, seen.clone()],
            )
            .await?;
            if left.is_empty() {
                break;
            }
            seen.extend(left.iter().map(|one| one.id.0));
            for Left { id } in left {
                let settled: Result<(), PaymentError> = self
                    .env
                    .pool
                    .transaction(self.clone(), move |tx, service| {
                        Box::pin(async move { service.settle_hold(tx, id).await })
                    })
                    .await;
                if let Err(error) = settled {
                    tracing::warn!(refund = %id, %error, "what a refund holds could not be written; it will be tried again");
                }
            }
        }
        Ok(())
    }

    async fn settle_hold(&self, tx: &db::Tx, id: RefundId) -> Result<(), PaymentError> {
        let found = refund::Entity::find_by_id(id).row(&**tx).await?;
        let found = found.ok_or(PaymentError::NotFound)?;
        let payment = rows::lock(tx, found.payment_id).await?;
        let found = refund::Entity::find_by_id(id).row(&**tx).await?;
        let found = found.ok_or(PaymentError::NotFound)?;
        let runs = found.status == RefundStatus::Pending;
        let as_it_is = Condition::any()
            .add(refund::Column::Holds.is_null())
            .add(refund::Column::Holds.ne(runs));
        let changed = refund::Entity::update_many()
            .set(refund::ActiveModel {
                holds: Set(Some(runs)),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(refund::Column::Id.eq(id))
            .filter(as_it_is)
            .run(&**tx)
            .await?;
        if changed == 0 {
            return Ok(());
        }
        if !runs {
            return self.free_refund(tx, payment.id, id).await;
        }
        let row = RefundRow::of(found, &payment);
        let splits = split_rows::splits(&**tx, payment.id).await?;
        let mut parts = Vec::new();
        for (split, amount) in row.parts(tx).await? {
            let found = splits.iter().find(|one| one.id == split);
            let found = found.ok_or_else(|| internal("a refund of another payment's split"))?;
            parts.push((found.before(amount), amount));
        }
        let parts: Vec<_> = parts
            .iter()
            .map(|(split, amount)| (split, *amount))
            .collect();
        self.hold_refund(tx, (payment.id, id), row.bearer, &parts)
            .await
    }
}
