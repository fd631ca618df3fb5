//! What became of a refund at the provider, and what that does to the books.

use feira_kernel::{
    Money, Ref,
    db::{self, Change},
    outbox::publish,
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Service,
    refunding::RefundRow,
    releasing,
    rows::{self, Exchanged, SplitRow, internal},
};
use crate::{
    PaymentError, PaymentRefunded, PaymentStatus, RefundId, RefundStatus,
    entities::{payment, payment_split, refund},
    ledger::{self, Share},
    provider::{self, Failure, RefundAnswer, RefundFact},
    reversal::{self, Taken},
    status::{self, Action},
};

impl Service {
    /// Asks the provider, with the refund's id as the key; what is not known stays pending.
    pub(super) async fn ask_refund(&self, row: RefundRow) -> Result<RefundRow, PaymentError> {
        let Some(charge) = row.charge.clone() else {
            return Err(internal("a captured payment without a charge"));
        };
        let provider = self.provider(&row.gateway)?;
        let found = provider.capabilities().refunds_found;
        if !found && !self.knows_key(&**provider, row.created_at) {
            tracing::warn!(refund = %row.id, provider = provider.name(), "the outcome of a refund is not known, and the provider has forgotten its key: asked again, it could pay twice; somebody must look there");
            return Ok(row);
        }
        let asked = provider.refund(&charge, row.id, row.amount()?);
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
        let input = (self.clone(), row, answer);
        self.env
            .pool
            .transaction(input, |tx, (service, mut row, answer)| {
                Box::pin(async move {
                    let payment = rows::lock(tx, row.payment_id).await?;
                    row.status = match answer {
                        Some(_) => RefundStatus::Completed,
                        None => RefundStatus::Failed,
                    };
                    let gateway_id = answer.as_ref().map(|answer| answer.gateway_id.clone());
                    let ended = service.end_refund(tx, &row, gateway_id).await?;
                    match answer {
                        _ if !ended => {}
                        Some(answer) => service.refund_books(tx, &payment, &row, &answer).await?,
                        None => service.unreserve(tx, row.id).await?,
                    }
                    Ok(row)
                })
            })
            .await
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

    async fn refund_books(
        &self,
        tx: &db::Tx,
        payment: &payment::Model,
        row: &RefundRow,
        answer: &RefundAnswer,
    ) -> Result<(), PaymentError> {
        let splits = rows::splits(&**tx, payment.id).await?;
        let mut shares = Vec::new();
        for (split, amount) in row.parts(tx).await? {
            let split = splits.iter().find(|s| s.id == split);
            let split = split.ok_or_else(|| internal("a refund of another payment's split"))?;
            let share = taken_back(split, amount)?;
            self.take_back(tx, &share, amount).await?;
            shares.push(share);
        }
        let posting = ledger::refund(payment.id.0, row.id.0, &shares).map_err(internal)?;
        let entries = ledger::post(tx, &self.env, &posting).await?;
        releasing::open_items(tx, posting.kind, &entries).await?;
        self.refund_status(tx, payment, row, answer).await
    }

    async fn take_back(
        &self,
        tx: &db::Tx,
        share: &Share,
        amount: Money,
    ) -> Result<(), PaymentError> {
        use payment_split::Column;
        let (back, commission) = (amount.amount(), share.commission.amount());
        let taken = payment_split::ActiveModel {
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let changed = payment_split::Entity::update_many()
            .set(taken)
            .col_expr(Column::Refunding, Expr::col(Column::Refunding).sub(back))
            .col_expr(Column::Refunded, Expr::col(Column::Refunded).add(back))
            .col_expr(
                Column::CommissionReversed,
                Expr::col(Column::CommissionReversed).add(commission),
            )
            .filter(Column::Id.eq(share.split))
            .filter(Column::Refunding.gte(back))
            .run(&**tx)
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
        payment: &payment::Model,
        row: &RefundRow,
        answer: &RefundAnswer,
    ) -> Result<(), PaymentError> {
        let before = rows::money(payment.refunded, &payment.currency)?;
        let refunded = before.checked_add(row.amount()?).map_err(internal)?;
        let full = refunded == rows::money(payment.amount, &payment.currency)?;
        let action = if full {
            Action::RefundRest
        } else {
            Action::RefundPart
        };
        let to = status::next(payment.status, action)?;
        let version = payment.version + 1;
        let changed = payment::Entity::update_many()
            .set(payment::ActiveModel {
                status: Set(to),
                refunded: Set(refunded.amount()),
                version: Set(version),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(payment::Column::Id.eq(payment.id))
            .filter(payment::Column::Status.eq(payment.status))
            .run(&**tx)
            .await?;
        if changed == 0 {
            return Err(PaymentError::IllegalMove(payment.status));
        }
        let exchange = Exchanged {
            kind: "refund",
            gateway_id: Some(&answer.gateway_id),
            outcome: "completed".to_owned(),
        };
        rows::exchanged(&**tx, &self.env, payment.id, exchange).await?;
        let event = PaymentRefunded {
            payment: payment.id,
            version,
            reference: Ref::new(payment.reference),
            refund: row.id,
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
