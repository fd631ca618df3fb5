//! Refunds: made once per idempotency key, never above the charge.

use feira_kernel::db::{self, Change, Find};
use sea_orm::{
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use serde::{Deserialize, Serialize};

use super::{
    Sandbox, SandboxError,
    entities::{charge, refund},
    status::ChargeStatus,
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRefund {
    /// Minor units.
    pub(super) amount: i64,
}

#[derive(Debug, Clone, Serialize)]
pub(super) struct RefundView {
    id: String,
    charge_id: String,
    amount: i64,
    currency: String,
    status: &'static str,
}

impl Sandbox {
    pub(super) async fn refund(
        &self,
        charge: &str,
        key: &str,
        new: &NewRefund,
    ) -> Result<RefundView, SandboxError> {
        if new.amount <= 0 || key.is_empty() || key.len() > 255 {
            let reason = "the amount must be more than zero, the key from 1 to 255 characters";
            return Err(SandboxError::Invalid(reason.to_owned()));
        }
        let charge = self.find(charge::Column::Id, charge).await?;
        let row = refund::Model {
            id: self.id("re"),
            idempotency_key: key.to_owned(),
            charge_id: charge.id,
            amount: new.amount,
            created_at: self.0.env.now(),
        };
        let pool = &self.0.env.pool;
        let made: refund::Model = pool
            .transaction(row, |tx, row| Box::pin(async move { make(tx, row).await }))
            .await?;
        Ok(RefundView {
            id: made.id,
            charge_id: made.charge_id,
            amount: made.amount,
            currency: charge.currency,
            status: "completed",
        })
    }
}

/// The refund of this key; made if there is none.
async fn make(tx: &db::Tx, new: refund::Model) -> Result<refund::Model, SandboxError> {
    let once = OnConflict::column(refund::Column::IdempotencyKey)
        .do_nothing()
        .to_owned();
    let insert = refund::Entity::insert(new.clone().into_active_model()).on_conflict(once);
    if insert.run(&**tx).await? == 1 {
        count(tx, &new).await?;
        return Ok(new);
    }
    let known = refund::Entity::find()
        .filter(refund::Column::IdempotencyKey.eq(new.idempotency_key.as_str()))
        .row(&**tx)
        .await?;
    match known {
        Some(known) if known.charge_id == new.charge_id && known.amount == new.amount => Ok(known),
        _ => Err(SandboxError::Invalid(
            "the key was used for another refund".to_owned(),
        )),
    }
}

/// Counts it towards what was given back of its charge.
async fn count(tx: &db::Tx, refund: &refund::Model) -> Result<(), SandboxError> {
    let total = Expr::col(charge::Column::Refunded).add(refund.amount);
    let fits = charge::Entity::update_many()
        .set(charge::ActiveModel {
            updated_at: Set(refund.created_at),
            ..Default::default()
        })
        .col_expr(charge::Column::Refunded, total.clone())
        .filter(charge::Column::Id.eq(refund.charge_id.as_str()))
        .filter(charge::Column::Status.eq(ChargeStatus::Captured))
        .filter(total.lte(Expr::col(charge::Column::Amount)))
        .run(&**tx)
        .await?;
    if fits == 1 {
        return Ok(());
    }
    let reason = "more than the charge can be given back".to_owned();
    Err(SandboxError::Invalid(reason))
}
