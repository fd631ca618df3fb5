//! Taking money: the row first, then one call to the provider, then what came of it.

use feira_kernel::{Money, db, values};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Service,
    meaning::{Looked, Purpose},
    pass,
    rows::{self, PAYMENT, PaymentRow},
};
use crate::{
    Payment, PaymentError, PaymentId, Split, StartPayment,
    ledger::Share,
    machine,
    provider::{self, ChargeMethod, Failure, NewCharge},
    rules,
};

/// Tries to take an older attempt's place.
const ATTEMPTS: u32 = 3;
/// How long after the deadline nobody else asks about a charge that is being made.
const LEASE: time::Duration = time::Duration::seconds(5);

enum Inserted {
    New(Box<PaymentRow>, Vec<Share>),
    /// The key is known.
    Known(Box<PaymentRow>),
    /// Another attempt of the reference is open, or was paid.
    Other(Box<PaymentRow>),
}

impl Service {
    pub(super) async fn begin(&self, start: StartPayment) -> Result<Payment, PaymentError> {
        rules::validate_start(&start, self.env.now())?;
        for _ in 0..ATTEMPTS {
            match self.insert(&start).await? {
                Inserted::New(row, shares) => {
                    pass("payment.inserted");
                    let row = self.charge(*row, Some(shares)).await?;
                    pass("payment.applied");
                    return row.view();
                }
                Inserted::Known(row) => return self.repeated(*row, &start).await,
                Inserted::Other(row) if row.is_live()? => {
                    let ended = self.end(PaymentId(row.id)).await?;
                    if machine::is_captured(ended.status()?) {
                        return Err(PaymentError::IllegalMove(ended.status()?));
                    }
                }
                Inserted::Other(row) if machine::blocks_new_attempt(row.status()?) => {
                    return Err(PaymentError::IllegalMove(row.status()?));
                }
                // It ended meanwhile.
                Inserted::Other(_) => {}
            }
        }
        let reason = "another attempt began at the same time";
        Err(PaymentError::Unavailable(reason.to_owned()))
    }

    /// The same key again: the same payment, unless something else is asked. One whose provider
    /// was perhaps never asked is looked after now, if nobody else is at it.
    async fn repeated(
        &self,
        row: PaymentRow,
        start: &StartPayment,
    ) -> Result<Payment, PaymentError> {
        let splits = rows::splits(self.env.pool.reads(), row.id).await?;
        let kept: Result<Vec<_>, _> = splits.iter().map(rows::SplitRow::split).collect();
        let same = row.reference == start.reference.0
            && row.amount()? == start.amount
            && row.method == start.method.name()
            && row.payer == start.payer.map(|user| user.0)
            && kept? == start.splits;
        if !same {
            return Err(PaymentError::KeyReused);
        }
        if row.is_live()? && row.transaction_id.is_none() && self.claim(row.id).await? {
            return self.settle(row).await?.view();
        }
        row.view()
    }

    /// Asks the provider for the money and applies the answer. An outcome that is not known
    /// leaves the payment to the poller.
    pub(super) async fn charge(
        &self,
        row: PaymentRow,
        shares: Option<Vec<Share>>,
    ) -> Result<PaymentRow, PaymentError> {
        let method = match (row.method.as_str(), &row.token) {
            ("pix", _) => ChargeMethod::Pix,
            ("card", Some(token)) => ChargeMethod::Card {
                token: token.clone(),
            },
            _ => return Ok(row),
        };
        let charge = NewCharge {
            id: PaymentId(row.id),
            method,
            amount: row.amount()?,
            description: row.description.clone(),
            expires_at: row.expires_at,
        };
        let provider = self.provider()?;
        let looked = match provider::by(self.settings.charge_deadline, provider.charge(&charge))
            .await
        {
            Ok(charge) => Looked::Charge(charge),
            Err(Failure::Refused(reason)) => Looked::Refused(reason),
            Err(failure) => {
                tracing::warn!(payment = %row.id, %failure, "the outcome of a charge is not known; it will be asked for");
                let exchange = rows::Exchanged {
                    kind: "charge",
                    gateway_id: None,
                    outcome: failure.to_string(),
                };
                rows::exchanged(self.env.pool.reads(), &self.env, row.id, exchange).await?;
                return Ok(row);
            }
        };
        pass("payment.charged");
        self.apply(row, looked, Purpose::Charge, shares).await
    }

    async fn insert(&self, start: &StartPayment) -> Result<Inserted, PaymentError> {
        let row = PaymentRow::fresh(
            self.env.uuid(),
            start,
            self.provider()?.name(),
            self.env.now(),
        );
        let splits: Vec<Uuid> = start.splits.iter().map(|_| self.env.uuid()).collect();
        match self.write(&row, &splits, start).await {
            Ok(true) => {
                let shares = start.splits.iter().zip(splits).map(|(split, id)| Share {
                    split: id,
                    store: split.store,
                    commission: split.commission,
                    earning: split.earning,
                    released: false,
                });
                return Ok(Inserted::New(Box::new(row), shares.collect()));
            }
            Ok(false) => {}
            Err(error)
                if error.violates("payments_one_live") || error.violates("payments_attempt") => {}
            Err(error) => return Err(error.into()),
        }
        let sql = format!(
            "{PAYMENT} WHERE p.key = $1 OR p.reference = $2 \
             ORDER BY p.key = $1 DESC, p.status IN ('completed', 'partially_refunded', 'disputed') DESC, \
                      p.status IN ('pending', 'authorized') DESC LIMIT 1"
        );
        let found: PaymentRow = db::one(
            self.env.pool.reads(),
            &sql,
            values![start.key, start.reference],
        )
        .await?;
        if found.key == start.key {
            Ok(Inserted::Known(Box::new(found)))
        } else {
            Ok(Inserted::Other(Box::new(found)))
        }
    }

    /// One statement: the payment, its splits and its method, or nothing (`false`) when the key is
    /// known or the reference is paid.
    async fn write(
        &self,
        row: &PaymentRow,
        splits: &[Uuid],
        start: &StartPayment,
    ) -> Result<bool, db::Error> {
        let amounts = |of: fn(&Split) -> Money| -> Vec<Decimal> {
            start
                .splits
                .iter()
                .map(|split| of(split).amount())
                .collect()
        };
        let stores: Vec<Uuid> = start.splits.iter().map(|split| split.store.0).collect();
        let parts: Vec<Uuid> = start.splits.iter().map(|split| split.part.0).collect();
        let made: Option<Uuid> = db::scalar(
            self.env.pool.reads(),
            INSERT,
            values![
                row.id,
                start.key,
                start.reference,
                row.payer,
                row.description.clone(),
                row.method.clone(),
                row.gateway.clone(),
                start.amount.amount(),
                start.amount.currency().code(),
                row.created_at + self.settings.charge_deadline + LEASE,
                row.expires_at,
                row.created_at,
                splits.to_vec(),
                stores,
                parts,
                amounts(|split| split.amount),
                amounts(|split| split.commission),
                amounts(|split| split.earning),
                row.token.clone(),
            ],
        )
        .await?;
        Ok(made.is_some())
    }
}

const INSERT: &str = "\
    WITH p AS (INSERT INTO payments (id, key, reference, attempt, payer, description, method, gateway, amount, \
                                     currency, status, next_poll_at, expires_at, created_at) \
               SELECT $1, $2, $3, (SELECT coalesce(max(attempt), 0) + 1 FROM payments WHERE reference = $3), $4, $5, \
                      $6, $7, $8, $9, 'pending', $10, $11, $12 \
               WHERE NOT EXISTS (SELECT 1 FROM payments WHERE reference = $3 \
                                 AND status IN ('completed', 'partially_refunded', 'disputed')) \
               ON CONFLICT (key) DO NOTHING RETURNING id), \
         s AS (INSERT INTO payment_splits (id, payment_id, position, store_id, part, amount, commission, earning, created_at) \
               SELECT s.id, p.id, s.position, s.store_id, s.part, s.amount, s.commission, s.earning, $12 \
               FROM p, unnest($13::uuid[], $14::uuid[], $15::uuid[], $16::numeric[], $17::numeric[], $18::numeric[]) \
                    WITH ORDINALITY AS s (id, store_id, part, amount, commission, earning, position)), \
         x AS (INSERT INTO payment_pix (payment_id) SELECT id FROM p WHERE $6 = 'pix'), \
         c AS (INSERT INTO payment_credit_card (payment_id, token) SELECT id, $19::text FROM p WHERE $6 = 'card') \
    SELECT id FROM p";
