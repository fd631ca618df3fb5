//! Making a store's earning payable.

use feira_kernel::{db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    rows::{self, internal},
};
use crate::{
    Account, PaymentError, ReleaseEarning,
    ledger::{self, Entry, Share},
};

#[derive(FromQueryResult)]
struct Captured {
    payment_id: Uuid,
}

impl Service {
    /// Once per split, whatever the key: what was given back before is not in it.
    pub(super) async fn release(&self, release: ReleaseEarning) -> Result<(), PaymentError> {
        let found: Option<Captured> = db::optional(
            self.env.pool.reads(),
            "SELECT s.payment_id FROM payment_splits s JOIN payments p ON p.id = s.payment_id \
             WHERE s.part = $2 AND p.reference = $1 AND p.captured_at IS NOT NULL \
             ORDER BY p.status = 'refunded', p.attempt DESC LIMIT 1",
            values![release.reference, release.part],
        )
        .await?;
        let payment = found.ok_or(PaymentError::NotFound)?.payment_id;
        self.env
            .pool
            .transaction(
                (self.clone(), payment, release),
                |tx, (service, payment, release)| {
                    Box::pin(
                        async move { service.release_split(tx, payment, release.part.0).await },
                    )
                },
            )
            .await
    }

    async fn release_split(
        &self,
        tx: &db::Tx,
        payment: Uuid,
        part: Uuid,
    ) -> Result<(), PaymentError> {
        rows::lock(tx, payment).await?;
        let splits = rows::splits(&**tx, payment).await?;
        let split = splits.iter().find(|split| split.part == part);
        let split = split.ok_or(PaymentError::NotFound)?;
        let released = db::exec(
            &**tx,
            "UPDATE payment_splits SET released_at = $2, updated_at = $2 WHERE id = $1 AND released_at IS NULL",
            values![split.id, self.env.now()],
        )
        .await?;
        if released == 0 {
            return Ok(());
        }
        let share = split.share()?;
        let reversed = split.refunded()?.checked_sub(split.commission_reversed()?);
        let earning = share
            .earning
            .checked_sub(reversed.map_err(internal)?)
            .map_err(internal)?;
        let left = Share { earning, ..share };
        let entries = ledger::post(tx, &self.env, &ledger::release(payment, &left)).await?;
        open_items(tx, &entries).await
    }
}

/// What the entries add to, or take from, the next payout.
pub(super) async fn open_items(tx: &db::Tx, entries: &[(Uuid, Entry)]) -> Result<(), PaymentError> {
    let mut ids: Vec<Uuid> = Vec::new();
    let mut splits: Vec<Uuid> = Vec::new();
    let mut stores: Vec<Uuid> = Vec::new();
    let mut amounts: Vec<Decimal> = Vec::new();
    let mut currencies: Vec<String> = Vec::new();
    for (id, entry) in entries {
        if let (Account::SellerPayable, Some(store), Some(split)) =
            (entry.account, entry.store, entry.split)
        {
            ids.push(*id);
            splits.push(split);
            stores.push(store.0);
            amounts.push(entry.amount.negated().amount());
            currencies.push(entry.amount.currency().code().to_owned());
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    db::exec(
        &**tx,
        "INSERT INTO payout_items (entry_id, split_id, store_id, amount, currency) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::numeric[], $5::text[])",
        values![ids, splits, stores, amounts, currencies],
    )
    .await?;
    Ok(())
}
