//! A payout that is not one any more: the bank sent it back, or nobody will pay it. What it claimed is open
//! again, exactly, and goes into the next one.

use feira_kernel::{
    Actor,
    audit::{self, Act},
    db::{self, Change},
    idempotency::{self, Keyed},
    outbox::publish,
    validate::Fields,
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;

use super::{Service, marking_paid::load, pass, rows::internal};
use crate::{
    PaymentError, Payout, PayoutId, PayoutReturned, PayoutStatus,
    acts::{PAYOUT_CANCELLED, PAYOUT_RETURNED},
    entities::payout,
    ledger,
};

/// How it ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// After it was paid.
    Returned,
    /// Before; one that is in a file for the bank only if it was not paid from there.
    Cancelled { bank_did_not_pay: bool },
}

impl End {
    /// From which state, and to which.
    fn step(self) -> (PayoutStatus, PayoutStatus) {
        match self {
            Self::Returned => (PayoutStatus::Paid, PayoutStatus::Returned),
            Self::Cancelled { .. } => (PayoutStatus::Pending, PayoutStatus::Failed),
        }
    }

    fn takes_filed(self) -> bool {
        match self {
            Self::Returned => true,
            Self::Cancelled { bank_did_not_pay } => bank_did_not_pay,
        }
    }

    fn act(self) -> Act {
        match self {
            Self::Returned => PAYOUT_RETURNED,
            Self::Cancelled { .. } => PAYOUT_CANCELLED,
        }
    }
}

impl Service {
    pub(super) async fn end_payout(
        &self,
        by: &Actor,
        (id, end): (PayoutId, End),
        reason: String,
        keyed: Option<Keyed>,
    ) -> Result<Payout, PaymentError> {
        let mut fields = Fields::default();
        let reason = fields.text("/reason", &reason, 1..=300);
        fields.finish()?;
        self.providers.refresh().await?;
        let input = (self.clone(), by.clone(), reason, keyed);
        let ended: Result<Payout, PaymentError> = self
            .env
            .pool
            .transaction(input, move |tx, (service, by, reason, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                    if known.await?.is_some() {
                        return load(tx, id).await?.view();
                    }
                    service.end_in(tx, &by, (id, end), reason).await
                })
            })
            .await;
        if ended.is_ok() {
            pass("payment.payout_returned");
        }
        ended
    }

    async fn end_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        (id, end): (PayoutId, End),
        reason: String,
    ) -> Result<Payout, PaymentError> {
        match end {
            // What a provider transferred is not the bank's to send back: it is taken back by transfer.
            End::Returned if load(tx, id).await?.provider.is_some() => {
                return Err(PaymentError::PayoutByTransfer);
            }
            End::Returned => {}
            End::Cancelled { bank_did_not_pay } => {
                self.give_up_transfer(tx, id, bank_did_not_pay).await?;
            }
        }
        let now = self.env.now();
        let (from, to) = end.step();
        let next = Expr::col(payout::Column::Version).add(1);
        let mut which = payout::Entity::update_many()
            .filter(payout::Column::Id.eq(id))
            .filter(payout::Column::Status.eq(from));
        if !end.takes_filed() {
            which = which.filter(payout::Column::FiledAt.is_null());
        }
        let changed = which
            .set(payout::ActiveModel {
                status: Set(to),
                ended_at: Set(Some(now)),
                ended_why: Set(Some(reason)),
                updated_at: Set(now),
                ..Default::default()
            })
            .col_expr(payout::Column::Version, next)
            .run(&**tx)
            .await?;
        let row = load(tx, id).await?;
        if changed == 0 {
            // Said again it is so already.
            return match row.status {
                status if status == to => row.view(),
                status if status == from => Err(PaymentError::PayoutFiled),
                status => Err(PaymentError::PayoutMove(status)),
            };
        }
        let opened = db::exec(
            &**tx,
            include_str!("../sql/open_ended_payout.sql"),
            values![id, now],
        )
        .await?;
        if i32::try_from(opened).ok() != Some(row.items) {
            return Err(internal(
                "a payout that ends claims other items than it did",
            ));
        }
        let (store, amount) = (row.store_id, row.total()?);
        let was_paid = matches!(end, End::Returned);
        let posting = ledger::payout_returned(id.0, store, amount, was_paid);
        ledger::post(tx, &self.env, &posting).await?;
        if was_paid {
            let event = PayoutReturned {
                payout: id,
                version: row.version,
                store,
            };
            publish(tx, &self.env, &event).await?;
        }
        let details = json!({"store": store, "amount": amount, "filed": row.filed_at.is_some()});
        audit::record(tx, &self.env, by, end.act(), id.0, details).await?;
        row.view()
    }
}
