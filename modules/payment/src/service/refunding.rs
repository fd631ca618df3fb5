//! Giving money back: reserved under the payment's lock, asked of the provider outside any
//! transaction, then written into the books.

use feira_kernel::{Money, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service, pass,
    rows::{self, internal},
};
use crate::{
    NewRefund, PaymentError, PaymentId, Refund, RefundId, RefundStatus,
    machine::{self, Action},
    rules,
};

const BATCH: i64 = 20;
const RETRY_SECONDS: i64 = 15;
const LONGEST_SECONDS: i64 = 3600;

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct RefundRow {
    pub(super) id: Uuid,
    pub(super) payment_id: Uuid,
    amount: Decimal,
    currency: String,
    pub(super) status: String,
    /// The charge at the provider.
    pub(super) transaction_id: Option<String>,
}

const REFUND: &str = "SELECT r.id, r.payment_id, r.amount, r.currency, r.status, p.transaction_id \
    FROM refunds r JOIN payments p ON p.id = r.payment_id";

#[derive(FromQueryResult)]
struct PartRow {
    split_id: Uuid,
    amount: Decimal,
    currency: String,
}

#[derive(FromQueryResult)]
struct Due {
    id: Uuid,
}

/// What each split gives, by split.
pub(super) async fn parts(tx: &db::Tx, refund: Uuid) -> Result<Vec<(Uuid, Money)>, PaymentError> {
    let parts: Vec<PartRow> = db::rows(
        &**tx,
        "SELECT i.split_id, i.amount, r.currency FROM refund_parts i JOIN refunds r ON r.id = i.refund_id \
         WHERE r.id = $1 ORDER BY i.split_id LIMIT 100",
        values![refund],
    )
    .await?;
    parts
        .into_iter()
        .map(|part| Ok((part.split_id, rows::money(part.amount, &part.currency)?)))
        .collect()
}

impl RefundRow {
    pub(super) fn amount(&self) -> Result<Money, PaymentError> {
        rows::money(self.amount, &self.currency)
    }

    fn view(&self) -> Result<Refund, PaymentError> {
        Ok(Refund {
            id: RefundId(self.id),
            payment: PaymentId(self.payment_id),
            amount: self.amount()?,
            status: match self.status.as_str() {
                "pending" => RefundStatus::Pending,
                "completed" => RefundStatus::Completed,
                "failed" => RefundStatus::Failed,
                other => return Err(internal(format!("no such refund status: {other}"))),
            },
        })
    }
}

impl Service {
    pub(super) async fn give_back(&self, refund: NewRefund) -> Result<Refund, PaymentError> {
        rules::validate_refund(&refund)?;
        let (row, fresh) = self
            .env
            .pool
            .transaction((self.clone(), refund), |tx, (service, refund)| {
                Box::pin(async move { service.reserve(tx, &refund).await })
            })
            .await?;
        pass("payment.refund_reserved");
        if fresh {
            return self.ask_refund(row).await?.view();
        }
        row.view()
    }

    /// Asks again for refunds whose outcome is not known; the provider knows them by their id.
    pub(super) async fn retry_refunds(&self) -> Result<(), PaymentError> {
        let due: Vec<Due> = db::rows(
            self.env.pool.reads(),
            include_str!("../sql/claim_refunds.sql"),
            values![self.env.now(), BATCH, RETRY_SECONDS, LONGEST_SECONDS],
        )
        .await?;
        for due in due {
            let sql = format!("{REFUND} WHERE r.id = $1");
            let row: RefundRow = db::one(self.env.pool.reads(), &sql, values![due.id]).await?;
            if let Err(error) = self.ask_refund(row).await {
                tracing::warn!(refund = %due.id, %error, "a refund could not be made; it will be tried again");
            }
        }
        Ok(())
    }

    /// The known refund of this key, or a new one whose parts are set aside: under the payment's
    /// lock, so that refunds of one payment cannot pass each other.
    async fn reserve(
        &self,
        tx: &db::Tx,
        refund: &NewRefund,
    ) -> Result<(RefundRow, bool), PaymentError> {
        let payment = rows::lock(tx, refund.payment.0).await?;
        if let Some(known) = self.known(tx, refund).await? {
            return Ok((known, false));
        }
        machine::next(payment.status()?, Action::RefundPart)?;
        let splits = rows::splits(&**tx, payment.id).await?;
        let mut total = Money::zero(payment.amount()?.currency());
        let mut parts: (Vec<Uuid>, Vec<Decimal>) = Default::default();
        for part in &refund.parts {
            let split = splits.iter().find(|split| split.part == part.part.0);
            let split = split.ok_or(PaymentError::NotFound)?;
            let fits = part.amount.compare(split.left()?);
            if !fits.is_ok_and(std::cmp::Ordering::is_le) {
                return Err(PaymentError::RefundTooLarge);
            }
            total = total.checked_add(part.amount).map_err(internal)?;
            parts.0.push(split.id);
            parts.1.push(part.amount.amount());
        }
        let row = RefundRow {
            id: self.env.uuid(),
            payment_id: payment.id,
            amount: total.amount(),
            currency: total.currency().code().to_owned(),
            status: "pending".to_owned(),
            transaction_id: payment.transaction_id.clone(),
        };
        let now = self.env.now();
        let again = now + self.settings.charge_deadline + time::Duration::seconds(RETRY_SECONDS);
        let reserved = db::exec(
            &**tx,
            "WITH r AS (INSERT INTO refunds (id, key, payment_id, amount, currency, reason, status, next_attempt_at, created_at) \
                        VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8) RETURNING id), \
                  a AS (SELECT * FROM unnest($9::uuid[], $10::numeric[]) AS a (split_id, amount)), \
                  i AS (INSERT INTO refund_parts (refund_id, split_id, amount, created_at) \
                        SELECT r.id, a.split_id, a.amount, $8 FROM r, a) \
             UPDATE payment_splits s SET refunding = s.refunding + a.amount, updated_at = $8 FROM a \
             WHERE s.id = a.split_id AND s.refunded + s.refunding + a.amount <= s.amount",
            values![
                row.id,
                refund.key,
                row.payment_id,
                row.amount,
                row.currency.clone(),
                refund.reason.clone(),
                again,
                now,
                parts.0,
                parts.1
            ],
        )
        .await?;
        if usize::try_from(reserved).ok() != Some(refund.parts.len()) {
            return Err(PaymentError::RefundTooLarge);
        }
        Ok((row, true))
    }

    async fn known(
        &self,
        tx: &db::Tx,
        refund: &NewRefund,
    ) -> Result<Option<RefundRow>, PaymentError> {
        let sql = format!("{REFUND} WHERE r.key = $1");
        let Some(row) = db::optional::<RefundRow>(&**tx, &sql, values![refund.key]).await? else {
            return Ok(None);
        };
        let splits = rows::splits(&**tx, row.payment_id).await?;
        let parts = parts(tx, row.id).await?;
        let same_part = |(split, amount): &(Uuid, Money)| {
            let part = splits.iter().find(|s| s.id == *split).map(|s| s.part);
            refund
                .parts
                .iter()
                .any(|asked| Some(asked.part.0) == part && asked.amount == *amount)
        };
        let same = row.payment_id == refund.payment.0
            && parts.len() == refund.parts.len()
            && parts.iter().all(same_part);
        if same {
            Ok(Some(row))
        } else {
            Err(PaymentError::KeyReused)
        }
    }
}
