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
    refund_looks::LOOK_EVERY,
    refunding::RefundRow,
    rows::{self, Exchanged, internal},
};
use crate::{
    PaymentError, PaymentRefundFailed, RefundId, RefundStatus,
    entities::{payment, refund},
    provider::{self, AskedRefund, Failure, Provider, RefundAnswer, RefundFact, heard},
    sentences::{GAVE_BACK_OTHERWISE, GIVEN_BACK, Said},
};

/// By whose word a refund ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    /// Its provider's, which was asked so often by then: that it failed counts only if nobody asked since.
    By(i32),
    /// Of somebody who looked.
    Somebody,
    /// Of whoever was to send it: nobody will.
    Withdrawn,
}

impl Service {
    /// Asks the provider, with the refund's id as the key; what is not known stays pending.
    pub(super) async fn ask_refund(&self, row: RefundRow) -> Result<RefundRow, PaymentError> {
        heard::during(self.asked_refund(row)).await
    }

    async fn asked_refund(&self, row: RefundRow) -> Result<RefundRow, PaymentError> {
        let asked = row.asked()?;
        let provider = self.provider(&row.gateway)?;
        let found = provider.capabilities().refunds_found;
        if !found && !self.knows_key(&*provider, row.created_at) {
            return self.look_up(&*provider, row, &asked).await;
        }
        let calling = provider.refund(&asked.charge, row.id, asked.amount);
        let answer = provider::by(self.settings.charge_deadline, calling).await;
        self.note(provider.name(), &answer).await;
        if let (Ok(answer), false) = (&answer, found) {
            self.keep_told(&row, &answer.gateway_id).await?;
        }
        self.answered(row, &asked, answer).await
    }

    /// Its provider has forgotten the key: asked for again, it could go back twice. By what was told of it, it is
    /// looked up; else somebody looks there.
    async fn look_up(
        &self,
        provider: &dyn Provider,
        row: RefundRow,
        asked: &AskedRefund,
    ) -> Result<RefundRow, PaymentError> {
        let looking = provider.refund_now(asked);
        let found = provider::by(self.settings.charge_deadline, looking).await;
        self.note(provider.name(), &found).await;
        match found {
            Ok(answer) => self.answered(row, asked, Ok(answer)).await,
            Err(Failure::NotFound | Failure::NotSupported) => {
                tracing::warn!(refund = %row.id, provider = provider.name(), "the outcome of a refund is not known, and the provider has forgotten its key: somebody must look there");
                self.wait_for_somebody(&row).await?;
                Ok(row)
            }
            // Whatever is refused, it is the look, and no refund.
            Err(failure) => {
                let unknown = Err(Failure::Unknown(failure.to_string()));
                self.answered(row, asked, unknown).await
            }
        }
    }

    async fn answered(
        &self,
        row: RefundRow,
        asked: &AskedRefund,
        answer: Result<RefundAnswer, Failure>,
    ) -> Result<RefundRow, PaymentError> {
        let by = Ended::By(row.attempts);
        match answer {
            Ok(answer) if answer.amount != row.amount()? => {
                tracing::error!(refund = %row.id, answered = %answer.amount, "the provider gave back another amount; the refund stays open");
                self.refund_exchange(&row, GAVE_BACK_OTHERWISE.into())
                    .await?;
                Ok(row)
            }
            Ok(answer) => match answer.fact {
                RefundFact::Waiting => Ok(row),
                RefundFact::Completed => self.write_refund(row, Some(answer), by).await,
                RefundFact::Failed => self.write_refund(row, None, by).await,
            },
            // A charge that was captured is there: an answer that denies it is not a refusal.
            Err(
                failure @ (Failure::Unknown(_) | Failure::Misconfigured(_) | Failure::NotFound),
            ) => {
                let reason = failure.to_string();
                tracing::warn!(refund = %row.id, reason, "the outcome of a refund is not known; it will be asked for");
                self.refund_exchange(&row, Said::from(&failure)).await?;
                Ok(row)
            }
            // Another refund would be asked for in its place, again and again.
            Err(Failure::GivenBack) => {
                self.alarm(row.payment_id, &asked.charge, GIVEN_BACK)
                    .await?;
                self.wait_for_somebody(&row).await?;
                Ok(row)
            }
            Err(failure @ (Failure::Refused(_) | Failure::NotSupported)) => {
                tracing::error!(refund = %row.id, %failure, "the provider refuses a refund");
                self.refund_exchange(&row, Said::from(&failure)).await?;
                self.write_refund(row, None, by).await
            }
        }
    }

    /// Under which it is looked up once its key is forgotten.
    async fn keep_told(&self, row: &RefundRow, told: &str) -> Result<(), PaymentError> {
        if row.told.as_deref() == Some(told) {
            return Ok(());
        }
        let kept = refund::ActiveModel {
            told_id: Set(Some(told.to_owned())),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let kept = refund::Entity::update_many()
            .set(kept)
            .filter(refund::Column::Id.eq(row.id));
        kept.run(self.env.pool.write()).await?;
        Ok(())
    }

    async fn refund_exchange(&self, row: &RefundRow, outcome: Said) -> Result<(), PaymentError> {
        let exchange = Exchanged {
            kind: "refund",
            gateway_id: row.charge.as_deref(),
            outcome: outcome.as_str().to_owned(),
        };
        rows::exchanged(self.env.pool.write(), &self.env, row.payment_id, exchange).await
    }

    /// With the provider's answer it went back; without one it never will.
    async fn write_refund(
        &self,
        row: RefundRow,
        answer: Option<RefundAnswer>,
        by: Ended,
    ) -> Result<RefundRow, PaymentError> {
        let input = (self.clone(), row, answer, heard::take());
        self.env
            .pool
            .transaction(input, move |tx, (service, row, answer, told)| {
                Box::pin(heard::carried(told, async move {
                    service.write_refund_in(tx, row, answer, by).await
                }))
            })
            .await
    }

    pub(super) async fn write_refund_in(
        &self,
        tx: &db::Tx,
        mut row: RefundRow,
        answer: Option<RefundAnswer>,
        by: Ended,
    ) -> Result<RefundRow, PaymentError> {
        let mut payment = rows::lock(tx, row.payment_id).await?;
        row.status = match answer {
            Some(_) => RefundStatus::Completed,
            None => RefundStatus::Failed,
        };
        row.reference = answer.as_ref().map(|answer| answer.gateway_id.clone());
        if !self.end_refund(tx, &row, by).await? {
            // Somebody else was told first, and perhaps otherwise, or has asked since: that counts.
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

    /// Whether it was still pending, and nobody has asked since who may have heard otherwise.
    async fn end_refund(
        &self,
        tx: &db::Tx,
        row: &RefundRow,
        by: Ended,
    ) -> Result<bool, PaymentError> {
        let now = self.env.now();
        let completed = row.status == RefundStatus::Completed;
        if completed {
            self.rest_is_less(tx, row.payment_id, row.amount()?.amount())
                .await?;
        }
        let provider = self.providers.named(&row.gateway);
        let watched = completed && provider.is_some_and(|one| self.watches(&*one));
        let ended = refund::ActiveModel {
            status: Set(row.status),
            gateway_id: Set(row.reference.clone()),
            next_attempt_at: Set(None),
            next_look_at: Set(watched.then_some(now + LOOK_EVERY)),
            withdrawn_at: Set((by == Ended::Withdrawn).then_some(now)),
            holds: Set(Some(false)),
            updated_at: Set(now),
            ..Default::default()
        };
        let mut ending = refund::Entity::update_many()
            .set(ended)
            .filter(refund::Column::Id.eq(row.id))
            .filter(refund::Column::Status.eq(RefundStatus::Pending));
        if let (false, Ended::By(asked)) = (completed, by) {
            ending = ending.filter(refund::Column::Attempts.eq(asked));
        }
        Ok(ending.run(&**tx).await? == 1)
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
