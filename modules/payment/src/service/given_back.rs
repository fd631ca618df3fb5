//! A refund of which the provider says that as much was given back there already, or of which it has forgotten the key
//! before its outcome was known: somebody who looked there says whether it was this one.

use feira_kernel::{
    Actor, IdempotencyKey, audit,
    db::{self, Change, Find},
    idempotency,
    validate::Fields,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::{Service, refunded::Ended, refunding::RefundRow, rows};
use crate::{
    GivenBackAs, PaymentError, Refund, RefundId, RefundStatus, access,
    acts::REFUND_SETTLED,
    entities::refund,
    provider::{RefundAnswer, RefundFact},
};

impl Service {
    pub(crate) async fn settle_refund(
        &self,
        actor: &Actor,
        id: RefundId,
        outcome: GivenBackAs,
        key: Option<IdempotencyKey>,
    ) -> Result<Refund, PaymentError> {
        access::manage_payments(actor)?;
        let outcome = checked(outcome)?;
        let keyed = IdempotencyKey::of(key, actor);
        let input = (self.clone(), actor.clone(), outcome, keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, outcome, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                    let known = known.await?.is_some();
                    service.settle_in(tx, &by, (id, known), outcome).await
                })
            })
            .await
    }

    async fn settle_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        (id, known): (RefundId, bool),
        outcome: GivenBackAs,
    ) -> Result<Refund, PaymentError> {
        let found = refund::Entity::find_by_id(id).row(&**tx).await?;
        let payment = found.ok_or(PaymentError::NotFound)?.payment_id;
        let payment = rows::lock(tx, payment).await?;
        let found = refund::Entity::find_by_id(id).row(&**tx).await?;
        let found = found.ok_or(PaymentError::NotFound)?;
        let waits = found.status == RefundStatus::Pending && found.given_back_at.is_some();
        if known || is_so(&found, &outcome) {
            return RefundRow::of(found, &payment).view();
        }
        if !waits {
            return Err(PaymentError::RefundMove(found.status));
        }
        let row = RefundRow::of(found, &payment);
        let amount = row.amount()?;
        let details = json!({"payment": payment.id, "amount": amount, "said": outcome});
        let answer = match outcome {
            GivenBackAs::ThisRefund { reference } => Some(RefundAnswer {
                gateway_id: reference,
                amount,
                fact: RefundFact::Completed,
                fee: None,
            }),
            GivenBackAs::Another {} => None,
        };
        let row = self.write_refund_in(tx, row, answer, Ended::Somebody);
        let row = row.await?;
        audit::record(tx, &self.env, by, REFUND_SETTLED, id.0, details).await?;
        row.view()
    }

    /// Keeps that it waits for somebody from now on.
    pub(super) async fn wait_for_somebody(&self, row: &RefundRow) -> Result<(), PaymentError> {
        let now = self.env.now();
        refund::Entity::update_many()
            .set(refund::ActiveModel {
                given_back_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(refund::Column::Id.eq(row.id))
            .filter(refund::Column::Status.eq(RefundStatus::Pending))
            .filter(refund::Column::GivenBackAt.is_null())
            .run(self.env.pool.write())
            .await?;
        Ok(())
    }
}

fn checked(outcome: GivenBackAs) -> Result<GivenBackAs, PaymentError> {
    let GivenBackAs::ThisRefund { reference } = outcome else {
        return Ok(outcome);
    };
    let mut fields = Fields::default();
    let reference = fields.text("/reference", &reference, 1..=140);
    Ok(fields.or(GivenBackAs::ThisRefund { reference })?)
}

/// Whether somebody said just this before.
fn is_so(found: &refund::Model, outcome: &GivenBackAs) -> bool {
    let never_back = found.given_back_at.is_some() && found.returned_at.is_none();
    let same = match outcome {
        GivenBackAs::ThisRefund { reference } => {
            found.status == RefundStatus::Completed && found.gateway_id.as_ref() == Some(reference)
        }
        GivenBackAs::Another {} => found.status == RefundStatus::Failed,
    };
    never_back && same
}
