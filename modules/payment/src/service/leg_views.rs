//! The legs of payments, as they are read.

use std::collections::BTreeMap;

use feira_kernel::{Money, Ref, StoreId, db::Find};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{
    Service,
    refunding::MOST_PARTS,
    rows::{self, PaymentRow, internal},
};
use crate::{
    Payment, PaymentError, PaymentId, PaymentLeg, RefundId,
    entities::{
        payment_leg::{self, Column, Model as Leg},
        refund_part,
    },
};

/// As many as a payment has splits, of as many payments as are read at once.
const MOST_LEGS: u64 = 10_000;

impl Leg {
    pub(super) fn amount(&self) -> Result<Money, PaymentError> {
        rows::money(self.amount, &self.currency)
    }

    fn view(self) -> Result<PaymentLeg, PaymentError> {
        Ok(PaymentLeg {
            store: self.store_id,
            part: Ref::new(self.part),
            amount: self.amount()?,
            status: self.status,
            paid_at: self.paid_at,
        })
    }
}

impl Service {
    /// With its legs, if it may have any.
    pub(super) async fn with_legs(&self, row: PaymentRow) -> Result<Payment, PaymentError> {
        let shown = self.all_with_legs(vec![row]).await?;
        let shown = shown.into_iter().next();
        shown.ok_or_else(|| internal("a payment that is not shown"))
    }

    pub(super) async fn all_with_legs(
        &self,
        rows: Vec<PaymentRow>,
    ) -> Result<Vec<Payment>, PaymentError> {
        let may_have = rows.iter().filter(|row| row.has_legs());
        let ids: Vec<PaymentId> = may_have.map(|row| row.id).collect();
        let mut legs: BTreeMap<PaymentId, Vec<PaymentLeg>> = BTreeMap::new();
        if !ids.is_empty() {
            for leg in legs_of(self.env.pool.read(), ids).await? {
                let of = legs.entry(leg.payment_id).or_default();
                of.push(leg.view()?);
            }
        }
        let shown = rows.into_iter().map(|row| {
            let payment = row.view()?;
            let legs = legs.remove(&payment.id).unwrap_or_default();
            Ok(Payment { legs, ..payment })
        });
        shown.collect()
    }

    /// Whether the store alone has the money of this refund, so that it gives it back: any other is not there.
    pub(super) async fn gives_back_itself(
        &self,
        store: StoreId,
        refund: RefundId,
    ) -> Result<(), PaymentError> {
        let db = self.env.pool.read();
        let parts = refund_part::Entity::find()
            .filter(refund_part::Column::RefundId.eq(refund))
            .limit(MOST_PARTS)
            .rows(db)
            .await?;
        let splits: Vec<Uuid> = parts.iter().map(|part| part.split_id).collect();
        let legs = payment_leg::Entity::find()
            .filter(Column::SplitId.eq_any(splits))
            .limit(MOST_PARTS)
            .rows(db)
            .await?;
        let own = legs.iter().filter(|leg| leg.store_id == store).count();
        match own > 0 && own == parts.len() {
            true => Ok(()),
            false => Err(PaymentError::NotFound),
        }
    }
}

/// In the order of their payments' splits.
pub(super) async fn legs_of(
    db: &impl ConnectionTrait,
    payments: Vec<PaymentId>,
) -> Result<Vec<Leg>, PaymentError> {
    let found = payment_leg::Entity::find()
        .filter(Column::PaymentId.eq_any(payments))
        .order_by_asc(Column::PaymentId)
        .order_by_asc(Column::Position)
        .limit(MOST_LEGS);
    Ok(found.rows(db).await?)
}
