//! What became of a refund at the provider, and what that does to the books.

use feira_kernel::{Money, Ref, db, outbox::publish, values};
use uuid::Uuid;

use super::{
    Service,
    refunding::{RefundRow, parts},
    releasing,
    rows::{self, Exchanged, PaymentRow, SplitRow, internal},
};
use crate::{
    PaymentError, PaymentId, PaymentRefunded, PaymentStatus, RefundId,
    ledger::{self, Share},
    machine::{self, Action},
    provider::{self, Failure, RefundAnswer, RefundFact},
    reversal::{self, Taken},
};

impl Service {
    /// Asks the provider, with the refund's id as the key; what is not known stays pending.
    pub(super) async fn ask_refund(&self, row: RefundRow) -> Result<RefundRow, PaymentError> {
        let Some(charge) = row.transaction_id.clone() else {
            return Err(internal("a captured payment without a charge"));
        };
        let provider = self.provider()?;
        let asked = provider.refund(&charge, RefundId(row.id), row.amount()?);
        match provider::by(self.settings.charge_deadline, asked).await {
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
            Err(failure @ (Failure::Unknown(_) | Failure::NotFound)) => {
                let reason = failure.to_string();
                tracing::warn!(refund = %row.id, reason, "the outcome of a refund is not known; it will be asked for");
                self.refund_exchange(&row, &reason).await?;
                Ok(row)
            }
            Err(failure @ Failure::Refused(_)) => {
                tracing::error!(refund = %row.id, %failure, "the provider refuses a refund");
                self.refund_exchange(&row, &failure.to_string()).await?;
                self.write_refund(row, None).await
            }
        }
    }

    async fn refund_exchange(&self, row: &RefundRow, outcome: &str) -> Result<(), PaymentError> {
        let exchange = Exchanged {
            kind: "refund",
            gateway_id: row.transaction_id.as_deref(),
            outcome: outcome.to_owned(),
        };
        rows::exchanged(self.env.pool.reads(), &self.env, row.payment_id, exchange).await
    }

    /// With the provider's answer it went back; without one it never will.
    async fn write_refund(
        &self,
        row: RefundRow,
        answer: Option<RefundAnswer>,
    ) -> Result<RefundRow, PaymentError> {
        let input = (self.clone(), row, answer);
        self.env
            .pool
            .transaction(input, |tx, (service, mut row, answer)| {
                Box::pin(async move {
                    let payment = rows::lock(tx, row.payment_id).await?;
                    row.status = if answer.is_some() { "completed" } else { "failed" }.to_owned();
                    let gateway_id = answer.as_ref().map(|answer| answer.gateway_id.clone());
                    let changed = db::exec(
                        &**tx,
                        "UPDATE refunds SET status = $2, gateway_id = $3, next_attempt_at = NULL, updated_at = $4 \
                         WHERE id = $1 AND status = 'pending'",
                        values![row.id, row.status.clone(), gateway_id, service.env.now()],
                    )
                    .await?;
                    match answer {
                        _ if changed == 0 => {}
                        Some(answer) => service.refund_books(tx, &payment, &row, &answer).await?,
                        None => service.unreserve(tx, row.id).await?,
                    }
                    Ok(row)
                })
            })
            .await
    }

    async fn unreserve(&self, tx: &db::Tx, refund: Uuid) -> Result<(), PaymentError> {
        db::exec(
            &**tx,
            "UPDATE payment_splits s SET refunding = s.refunding - i.amount, updated_at = $2 \
             FROM refund_parts i WHERE i.refund_id = $1 AND s.id = i.split_id",
            values![refund, self.env.now()],
        )
        .await?;
        Ok(())
    }

    async fn refund_books(
        &self,
        tx: &db::Tx,
        payment: &PaymentRow,
        row: &RefundRow,
        answer: &RefundAnswer,
    ) -> Result<(), PaymentError> {
        let splits = rows::splits(&**tx, payment.id).await?;
        let mut shares = Vec::new();
        for (split, amount) in parts(tx, row.id).await? {
            let split = splits.iter().find(|s| s.id == split);
            let split = split.ok_or_else(|| internal("a refund of another payment's split"))?;
            let share = taken_back(split, amount)?;
            self.take_back(tx, &share, amount).await?;
            shares.push(share);
        }
        let posting = ledger::refund(payment.id, row.id, &shares).map_err(internal)?;
        let entries = ledger::post(tx, &self.env, &posting).await?;
        releasing::open_items(tx, &entries).await?;
        self.refund_status(tx, payment, row, answer).await
    }

    async fn take_back(
        &self,
        tx: &db::Tx,
        share: &Share,
        amount: Money,
    ) -> Result<(), PaymentError> {
        let changed = db::exec(
            &**tx,
            "UPDATE payment_splits SET refunding = refunding - $2, refunded = refunded + $2, \
                    commission_reversed = commission_reversed + $3, updated_at = $4 \
             WHERE id = $1 AND refunding >= $2",
            values![
                share.split,
                amount.amount(),
                share.commission.amount(),
                self.env.now()
            ],
        )
        .await?;
        if changed == 1 {
            Ok(())
        } else {
            Err(internal("a refund that was not set aside"))
        }
    }

    async fn refund_status(
        &self,
        tx: &db::Tx,
        payment: &PaymentRow,
        row: &RefundRow,
        answer: &RefundAnswer,
    ) -> Result<(), PaymentError> {
        let refunded = payment
            .refunded()?
            .checked_add(row.amount()?)
            .map_err(internal)?;
        let full = refunded == payment.amount()?;
        let action = if full {
            Action::RefundRest
        } else {
            Action::RefundPart
        };
        let to = machine::next(payment.status()?, action)?;
        let version: Option<i64> = db::scalar(
            &**tx,
            "WITH t AS (INSERT INTO transactions (id, payment_id, kind, gateway_id, outcome, at) \
                        VALUES ($5, $1, 'refund', $6, 'completed', $4)) \
             UPDATE payments SET status = $2, refunded = $3, version = version + 1, updated_at = $4 \
             WHERE id = $1 AND status = $7 RETURNING version",
            values![
                payment.id,
                machine::name(to),
                refunded.amount(),
                self.env.now(),
                self.env.uuid(),
                answer.gateway_id.clone(),
                payment.status.clone()
            ],
        )
        .await?;
        let event = PaymentRefunded {
            payment: PaymentId(payment.id),
            version: version.ok_or(PaymentError::IllegalMove(payment.status()?))?,
            reference: Ref::new(payment.reference),
            refund: RefundId(row.id),
            full: to == PaymentStatus::Refunded,
        };
        publish(tx, &self.env, &event).await?;
        Ok(())
    }
}

/// What this refund takes from each side of the split.
fn taken_back(split: &SplitRow, amount: Money) -> Result<Share, PaymentError> {
    let share = split.share()?;
    let taken = Taken {
        amount: split.split()?.amount,
        commission: share.commission,
        refunded: split.refunded()?,
        commission_reversed: split.commission_reversed()?,
    };
    let back = reversal::reverse(&taken, amount).map_err(internal)?;
    Ok(Share {
        commission: back.commission,
        earning: back.earning,
        ..share
    })
}
