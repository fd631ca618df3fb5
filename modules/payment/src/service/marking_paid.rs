//! A payout that somebody paid outside.

use feira_kernel::{
    Actor, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    outbox::publish,
    validate::Fields,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;

use super::{Service, pass};
use crate::{
    PaymentError, Payout, PayoutId, PayoutPaid, PayoutStatus, acts::PAYOUT_PAID, entities::payout,
    ledger,
};

impl Service {
    /// Somebody paid it outside and says under which reference; or a provider did that is not here any more.
    pub(super) async fn mark_paid(
        &self,
        by: &Actor,
        id: PayoutId,
        reference: String,
        keyed: Option<Keyed>,
    ) -> Result<Payout, PaymentError> {
        let mut fields = Fields::default();
        let reference = fields.text("/reference", &reference, 1..=140);
        fields.finish()?;
        self.providers.refresh().await?;
        let input = (self.clone(), by.clone(), reference, keyed);
        let paid: Result<Payout, PaymentError> = self
            .env
            .pool
            .transaction(input, move |tx, (service, by, reference, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                    if known.await?.is_some() {
                        return load(tx, id).await?.view();
                    }
                    let transferred = service.orphan_was_made(tx, id, &reference).await?;
                    let how = (reference, transferred);
                    service.mark_paid_in(tx, &by, id, how).await
                })
            })
            .await;
        if paid.is_ok() {
            pass("payment.payout_paid");
        }
        paid
    }

    /// By a person under her reference, or by the provider that transfers it: one is not for the other.
    pub(super) async fn mark_paid_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: PayoutId,
        (reference, transferred): (String, bool),
    ) -> Result<Payout, PaymentError> {
        let now = self.env.now();
        let next = Expr::col(payout::Column::Version).add(1);
        let changed = payout::Entity::update_many()
            .set(payout::ActiveModel {
                status: Set(PayoutStatus::Paid),
                reference: Set(Some(reference.clone())),
                paid_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .col_expr(payout::Column::Version, next)
            .filter(payout::Column::Id.eq(id))
            .filter(payout::Column::Status.eq(PayoutStatus::Pending))
            .filter(match transferred {
                true => payout::Column::Provider.is_not_null(),
                false => payout::Column::Provider.is_null(),
            })
            .run(&**tx)
            .await?;
        let row = load(tx, id).await?;
        if changed == 0 {
            let repeat =
                row.status == PayoutStatus::Paid && row.reference.as_ref() == Some(&reference);
            return if repeat {
                row.view()
            } else if row.status == PayoutStatus::Pending {
                Err(PaymentError::PayoutByTransfer)
            } else {
                Err(PaymentError::PayoutMove(row.status))
            };
        }
        let store = row.store_id;
        let amount = row.total()?;
        let posting = ledger::payout_paid(row.id.0, store, amount);
        ledger::post(tx, &self.env, &posting).await?;
        let event = PayoutPaid {
            payout: id,
            version: row.version,
            store,
        };
        publish(tx, &self.env, &event).await?;
        if matches!(by, Actor::Person { .. }) {
            let details = json!({"store": store, "amount": amount});
            audit::record(tx, &self.env, by, PAYOUT_PAID, id.0, details).await?;
        }
        row.view()
    }
}

pub(super) async fn load(tx: &db::Tx, id: PayoutId) -> Result<payout::Model, PaymentError> {
    let found = payout::Entity::find_by_id(id).row(&**tx).await?;
    found.ok_or(PaymentError::NotFound)
}
