//! What became of a refund at the provider.

use feira_kernel::{
    Ref,
    db::{self, Change, Find},
    outbox::publish,
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{
    Service,
    refunding::RefundRow,
    rows::{self, Exchanged, internal},
};
use crate::{
    PaymentError, PaymentRefundFailed, RefundId, RefundStatus,
    entities::{payment, refund},
    provider::{self, Failure, RefundAnswer, RefundFact, heard},
};

impl Service {
    /// Asks the provider, with the refund's id as the key; what is not known stays pending.
    pub(super) async fn ask_refund(&self, row: RefundRow) -> Result<RefundRow, PaymentError> {
        heard::during(self.asked_refund(row)).await
    }

    async fn asked_refund(&self, row: RefundRow) -> Result<RefundRow, PaymentError> {
        let Some(charge) = row.charge.clone() else {
            return Err(internal("a captured payment without a charge"));
        };
        let provider = self.provider(&row.gateway)?;
        let found = provider.capabilities().refunds_found;
        if !found && !self.knows_key(&*provider, row.created_at) {
            tracing::warn!(refund = %row.id, provider = provider.name(), "the outcome of a refund is not known, and the provider has forgotten its key: asked again, it could pay twice; somebody must look there");
            return Ok(row);
        }
        let asked = provider.refund(&charge, row.id, row.amount()?);
        let answer = provider::by(self.settings.charge_deadline, asked).await;
        self.note(provider.name(), &answer).await;
        match answer {
            Ok(answer) if answer.amount != row.amount()? => {
                tracing::error!(refund = %row.id, answered = %answer.amount, "the provider gave back another amount; the refund stays open");
                self.refund_exchange(&row, "another amount").await?;
                Ok(row)
            }
            Ok(answer) => match answer.fact {
                RefundFact::Waiting => Ok(row),
                RefundFact::Completed => self.write_refund(row, Some(answer)).await,
                RefundFact::Failed => self.write_refund(row, None).await,
            },
            // A charge that was captured is there: an answer that denies it is not a refusal.
            Err(
                failure @ (Failure::Unknown(_) | Failure::Misconfigured(_) | Failure::NotFound),
            ) => {
                let reason = failure.to_string();
                tracing::warn!(refund = %row.id, reason, "the outcome of a refund is not known; it will be asked for");
                self.refund_exchange(&row, &reason).await?;
                Ok(row)
            }
            // Another refund would be asked for in its place, again and again.
            Err(Failure::GivenBack) => {
                let wrong = "was given back there, at least in part, and not from here";
                self.alarm(row.payment_id, &charge, wrong).await?;
                self.wait_for_somebody(&row).await?;
                Ok(row)
            }
            Err(failure @ (Failure::Refused(_) | Failure::NotSupported)) => {
                tracing::error!(refund = %row.id, %failure, "the provider refuses a refund");
                self.refund_exchange(&row, &failure.to_string()).await?;
                self.write_refund(row, None).await
            }
        }
    }

    async fn refund_exchange(&self, row: &RefundRow, outcome: &str) -> Result<(), PaymentError> {
        let exchange = Exchanged {
            kind: "refund",
            gateway_id: row.charge.as_deref(),
            outcome: outcome.to_owned(),
        };
        rows::exchanged(self.env.pool.write(), &self.env, row.payment_id, exchange).await
    }

    /// With the provider's answer it went back; without one it never will.
    async fn write_refund(
        &self,
        row: RefundRow,
        answer: Option<RefundAnswer>,
    ) -> Result<RefundRow, PaymentError> {
        let input = (self.clone(), row, answer, heard::take());
        self.env
            .pool
            .transaction(input, |tx, (service, row, answer, told)| {
                Box::pin(heard::carried(told, async move {
                    service.write_refund_in(tx, row, answer).await
                }))
            })
            .await
    }

    pub(super) async fn write_refund_in(
        &self,
        tx: &db::Tx,
        mut row: RefundRow,
        answer: Option<RefundAnswer>,
    ) -> Result<RefundRow, PaymentError> {
        let mut payment = rows::lock(tx, row.payment_id).await?;
        row.status = match answer {
            Some(_) => RefundStatus::Completed,
            None => RefundStatus::Failed,
        };
        row.reference = answer.as_ref().map(|answer| answer.gateway_id.clone());
        if !self.end_refund(tx, &row, row.reference.clone()).await? {
            // Somebody else was told first, and perhaps otherwise: that is written.
            let found = refund::Entity::find_by_id(row.id).row(&**tx).await?;
            let found = found.ok_or_else(|| internal("a refund that is not there"))?;
            return Ok(RefundRow::of(found, &payment));
        }
        match answer {
            Some(answer) => self.refund_books(tx, &payment, &row, &answer).await?,
            None => {
                self.unreserve(tx, row.id).await?;
                self.free_refund(tx, payment.id, row.id).await?;
                self.keep_back_the_rest(tx, &mut payment).await?;
                self.tell_failed(tx, &payment, row.id, false).await?;
            }
        }
        Ok(row)
    }

    /// Whether it was still pending.
    async fn end_refund(
        &self,
        tx: &db::Tx,
        row: &RefundRow,
        gateway_id: Option<String>,
    ) -> Result<bool, PaymentError> {
        let ended = refund::ActiveModel {
            status: Set(row.status),
            gateway_id: Set(gateway_id),
            next_attempt_at: Set(None),
            holds: Set(Some(false)),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let changed = refund::Entity::update_many()
            .set(ended)
            .filter(refund::Column::Id.eq(row.id))
            .filter(refund::Column::Status.eq(RefundStatus::Pending))
            .run(&**tx)
            .await?;
        Ok(changed == 1)
    }

    async fn unreserve(&self, tx: &db::Tx, refund: RefundId) -> Result<(), PaymentError> {
        db::exec(
            &**tx,
            include_str!("../sql/unreserve_refund.sql"),
            values![refund, self.env.now()],
        )
        .await?;
        Ok(())
    }

    /// Raises the payment's version by this event.
    pub(super) async fn tell_failed(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        refund: RefundId,
        came_back: bool,
    ) -> Result<(), PaymentError> {
        let version = payment.version + 1;
        payment::Entity::update_many()
            .set(payment::ActiveModel {
                version: Set(version),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(payment::Column::Id.eq(payment.id))
            .run(&**tx)
            .await?;
        let event = PaymentRefundFailed {
            payment: payment.id,
            version,
            reference: Ref::new(payment.reference),
            refund,
            came_back,
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }
}
