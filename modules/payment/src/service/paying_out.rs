//! Paying stores: a payout is the sum of the open items that it claims.

use std::collections::BTreeMap;

use feira_kernel::{
    Actor, ErrorKind, ModuleError, StoreId, Time, Total, db,
    idempotency::{self, Keyed},
    outbox::publish,
    values,
};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    rows::{self, internal},
};
use crate::{PaymentError, Payout, PayoutId, PayoutPaid, PayoutStatus, ledger, rules};

/// Stores that one run asks for names of at once, and pays out.
pub(super) const BATCH: i64 = 100;
pub(super) const BATCHES: u32 = 100;
/// Items of one payout; more wait for the next.
const MOST_ITEMS: i64 = 10_000;

pub(super) const PAYOUT: &str = "SELECT id, store_id, store_name, amount, currency, status, reference, items, version, \
    created_at, paid_at FROM payouts";

#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct PayoutRow {
    pub(super) id: Uuid,
    store_id: Uuid,
    store_name: String,
    amount: Decimal,
    currency: String,
    status: String,
    reference: Option<String>,
    items: i32,
    version: i64,
    pub(super) created_at: Time,
    paid_at: Option<Time>,
}

impl PayoutRow {
    fn amount(&self) -> Result<Total, PaymentError> {
        rows::total(self.amount, &self.currency)
    }

    fn status(&self) -> Result<PayoutStatus, PaymentError> {
        match self.status.as_str() {
            "pending" => Ok(PayoutStatus::Pending),
            "paid" => Ok(PayoutStatus::Paid),
            "failed" => Ok(PayoutStatus::Failed),
            other => Err(internal(format!("no such payout status: {other}"))),
        }
    }

    pub(super) fn view(self) -> Result<Payout, PaymentError> {
        Ok(Payout {
            id: PayoutId(self.id),
            store: StoreId(self.store_id),
            amount: self.amount()?,
            status: self.status()?,
            store_name: self.store_name,
            reference: self.reference,
            items: u32::try_from(self.items).unwrap_or(0),
            created_at: self.created_at,
            paid_at: self.paid_at,
        })
    }
}

/// A store with something to claim in one currency.
#[derive(Debug, Clone, FromQueryResult)]
struct Candidate {
    store_id: Uuid,
    currency: String,
}

#[derive(FromQueryResult)]
struct Item {
    entry_id: Uuid,
    amount: Decimal,
}

impl Service {
    /// One payout per store and currency. What was given back after an earlier payout is taken
    /// off first; what is left must reach the minimum.
    pub(super) async fn pay_stores(&self, run: Option<Uuid>) -> Result<Vec<Payout>, PaymentError> {
        let mut made = Vec::new();
        let mut after = (Uuid::nil(), String::new());
        for _ in 0..BATCHES {
            let candidates: Vec<Candidate> = db::rows(
                self.env.pool.reads(),
                "SELECT store_id, currency FROM payout_items WHERE payout_id IS NULL AND (store_id, currency) > ($1, $2) \
                   AND NOT EXISTS (SELECT 1 FROM payouts p WHERE p.run_id = $4 \
                                   AND p.store_id = payout_items.store_id AND p.currency = payout_items.currency) \
                 GROUP BY store_id, currency HAVING sum(amount) > 0 ORDER BY store_id, currency LIMIT $3",
                values![after.0, after.1.clone(), BATCH, run],
            )
            .await?;
            let Some(last) = candidates.last() else { break };
            after = (last.store_id, last.currency.clone());
            let names = self.names(&candidates).await?;
            for candidate in candidates {
                let name = names.get(&candidate.store_id).cloned().unwrap_or_default();
                let store = candidate.store_id;
                match self.pay_one(run, candidate, name).await {
                    Ok(payout) => made.extend(payout),
                    // Whoever asked with a key repeats it, and the run goes on with this store.
                    Err(error) if run.is_some() && error.kind() == ErrorKind::Unavailable => {
                        return Err(error);
                    }
                    Err(error) => {
                        tracing::warn!(%store, %error, "a store could not be paid out; the next run tries again");
                    }
                }
            }
        }
        Ok(made)
    }

    async fn pay_one(
        &self,
        run: Option<Uuid>,
        candidate: Candidate,
        name: String,
    ) -> Result<Option<Payout>, PaymentError> {
        let input = (self.clone(), candidate, name);
        let claimed = self
            .env
            .pool
            .transaction(input, move |tx, (service, candidate, name)| {
                Box::pin(async move { service.claim_items(tx, run, candidate, name).await })
            })
            .await?;
        claimed.map(PayoutRow::view).transpose()
    }

    async fn names(
        &self,
        candidates: &[Candidate],
    ) -> Result<BTreeMap<Uuid, String>, PaymentError> {
        let mut ids: Vec<StoreId> = candidates.iter().map(|c| StoreId(c.store_id)).collect();
        ids.dedup();
        let stores = self.stores.stores(&Actor::system("payment"), ids).await;
        let stores = stores.map_err(|e| PaymentError::Unavailable(e.to_string()))?;
        Ok(stores
            .into_iter()
            .map(|store| (store.id.0, store.name))
            .collect())
    }

    async fn claim_items(
        &self,
        tx: &db::Tx,
        run: Option<Uuid>,
        candidate: Candidate,
        store_name: String,
    ) -> Result<Option<PayoutRow>, PaymentError> {
        // Another run that is at the same store has all of its items or none.
        let items: Vec<Item> = db::rows(
            &**tx,
            "SELECT entry_id, amount FROM payout_items WHERE store_id = $1 AND currency = $2 AND payout_id IS NULL \
             ORDER BY entry_id LIMIT $3 FOR UPDATE SKIP LOCKED",
            values![candidate.store_id, candidate.currency.clone(), MOST_ITEMS],
        )
        .await?;
        // So many amounts within their limit cannot overflow it.
        let total: Decimal = items.iter().map(|item| item.amount).sum();
        let amount = rows::total(total, &candidate.currency)?;
        if !self.is_enough(amount) {
            return Ok(None);
        }
        let row = PayoutRow {
            id: self.env.uuid(),
            store_id: candidate.store_id,
            store_name,
            amount: total,
            currency: candidate.currency,
            status: "pending".to_owned(),
            reference: None,
            items: i32::try_from(items.len()).map_err(internal)?,
            version: 0,
            created_at: self.env.now(),
            paid_at: None,
        };
        let ids: Vec<Uuid> = items.into_iter().map(|item| item.entry_id).collect();
        self.insert_payout(tx, run, &row, ids).await?;
        let posting = ledger::payout(row.id, StoreId(row.store_id), amount);
        ledger::post(tx, &self.env, &posting).await?;
        Ok(Some(row))
    }

    async fn insert_payout(
        &self,
        tx: &db::Tx,
        run: Option<Uuid>,
        row: &PayoutRow,
        items: Vec<Uuid>,
    ) -> Result<(), PaymentError> {
        db::exec(
            &**tx,
            "INSERT INTO payouts (id, store_id, store_name, amount, currency, status, items, created_at, run_id) \
             VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8)",
            values![
                row.id,
                row.store_id,
                row.store_name.clone(),
                row.amount,
                row.currency.clone(),
                row.items,
                row.created_at,
                run
            ],
        )
        .await?;
        let claimed = db::exec(
            &**tx,
            "UPDATE payout_items SET payout_id = $1, updated_at = $3 WHERE entry_id = ANY($2) AND payout_id IS NULL",
            values![row.id, items, row.created_at],
        )
        .await?;
        if i32::try_from(claimed).ok() == Some(row.items) {
            Ok(())
        } else {
            Err(internal("an item was claimed twice"))
        }
    }

    fn is_enough(&self, amount: Total) -> bool {
        let minimum = self
            .settings
            .minimum_payout
            .iter()
            .find(|m| m.currency() == amount.currency());
        let reached =
            minimum.is_none_or(|m| amount.compare(*m).is_ok_and(std::cmp::Ordering::is_ge));
        amount.is_positive() && reached
    }

    /// Somebody paid it outside and says under which reference.
    pub(super) async fn mark_paid(
        &self,
        id: PayoutId,
        reference: String,
        keyed: Option<Keyed>,
    ) -> Result<Payout, PaymentError> {
        let reference = reference.trim().to_owned();
        if reference.is_empty()
            || reference.chars().count() > 140
            || reference.chars().any(char::is_control)
        {
            let detail = "the reference has from 1 to 140 characters";
            return Err(rules::refuse("/reference", detail));
        }
        self.env
            .pool
            .transaction(
                (self.clone(), id, reference, keyed),
                |tx, (service, id, reference, keyed)| {
                    Box::pin(async move {
                        let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                        if known.await?.is_some() {
                            return service.payout(tx, id).await?.view();
                        }
                        service.mark_paid_in(tx, id, reference).await
                    })
                },
            )
            .await
    }

    async fn payout(&self, tx: &db::Tx, id: PayoutId) -> Result<PayoutRow, PaymentError> {
        let sql = format!("{PAYOUT} WHERE id = $1");
        let found: Option<PayoutRow> = db::optional(&**tx, &sql, values![id]).await?;
        found.ok_or(PaymentError::NotFound)
    }

    async fn mark_paid_in(
        &self,
        tx: &db::Tx,
        id: PayoutId,
        reference: String,
    ) -> Result<Payout, PaymentError> {
        let changed = db::exec(
            &**tx,
            "UPDATE payouts SET status = 'paid', reference = $2, paid_at = $3, version = version + 1, updated_at = $3 \
             WHERE id = $1 AND status = 'pending'",
            values![id, reference.clone(), self.env.now()],
        )
        .await?;
        let row = self.payout(tx, id).await?;
        if changed == 0 {
            let repeat =
                row.status()? == PayoutStatus::Paid && row.reference.as_ref() == Some(&reference);
            return if repeat {
                row.view()
            } else {
                Err(PaymentError::PayoutMove(row.status()?))
            };
        }
        let store = StoreId(row.store_id);
        ledger::post(
            tx,
            &self.env,
            &ledger::payout_paid(row.id, store, row.amount()?),
        )
        .await?;
        let event = PayoutPaid {
            payout: id,
            version: row.version,
            store,
        };
        publish(tx, &self.env, &event).await?;
        row.view()
    }
}
