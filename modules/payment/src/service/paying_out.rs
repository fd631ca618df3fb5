//! Paying stores: a payout is the sum of the open items that it claims.

use std::collections::BTreeMap;

use feira_kernel::{
    Actor, ErrorKind, ModuleError, StoreId, Total, audit,
    db::{self, Change, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{LockBehavior, LockType},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Service,
    rows::{self, internal},
};
use crate::{
    PaymentError, Payout, PayoutId, PayoutStatus,
    access::SELF,
    acts::PAYOUT_MADE,
    entities::{payout, payout_item},
    ledger,
};

/// Stores that one run asks for names of at once, and pays out.
pub(super) const BATCH: i64 = 100;
pub(super) const BATCHES: u32 = 100;
/// Items of one payout; more wait for the next.
const MOST_ITEMS: u64 = 10_000;

impl payout::Model {
    pub(super) fn total(&self) -> Result<Total, PaymentError> {
        rows::total(self.amount, &self.currency)
    }

    pub(super) fn view(self) -> Result<Payout, PaymentError> {
        Ok(Payout {
            id: self.id,
            store: self.store_id,
            amount: self.total()?,
            status: self.status,
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
    store_id: StoreId,
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
    pub(super) async fn pay_stores(
        &self,
        by: &Actor,
        run: Option<Uuid>,
    ) -> Result<Vec<Payout>, PaymentError> {
        let mut made = Vec::new();
        let mut after = (StoreId(Uuid::nil()), String::new());
        for _ in 0..BATCHES {
            let candidates: Vec<Candidate> = db::rows(
                self.env.pool.search(),
                include_str!("../sql/payout_candidates.sql"),
                values![after.0, after.1.clone(), BATCH, run],
            )
            .await?;
            let Some(last) = candidates.last() else { break };
            after = (last.store_id, last.currency.clone());
            let names = self.names(&candidates).await?;
            for candidate in candidates {
                let name = names.get(&candidate.store_id).cloned().unwrap_or_default();
                let store = candidate.store_id;
                match self.pay_one(by, run, candidate, name).await {
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
        by: &Actor,
        run: Option<Uuid>,
        candidate: Candidate,
        name: String,
    ) -> Result<Option<Payout>, PaymentError> {
        let input = (self.clone(), by.clone(), candidate, name);
        let claimed: Result<Option<payout::Model>, PaymentError> = self
            .env
            .pool
            .transaction(input, move |tx, (service, by, candidate, name)| {
                Box::pin(async move {
                    let made = service.claim_items(tx, run, candidate, name).await?;
                    if let (Some(made), Actor::Person { .. }) = (&made, &by) {
                        let (id, amount) = (made.id.0, made.total()?);
                        let details = json!({"store": made.store_id, "amount": amount});
                        audit::record(tx, &service.env, &by, PAYOUT_MADE, id, details).await?;
                    }
                    Ok(made)
                })
            })
            .await;
        claimed?.map(payout::Model::view).transpose()
    }

    async fn names(
        &self,
        candidates: &[Candidate],
    ) -> Result<BTreeMap<StoreId, String>, PaymentError> {
        let mut ids: Vec<StoreId> = candidates.iter().map(|c| c.store_id).collect();
        ids.dedup();
        let stores = self.stores.stores(&SELF, ids).await;
        let stores = stores.map_err(PaymentError::from_neighbour)?;
        Ok(stores
            .into_iter()
            .map(|store| (store.id, store.name))
            .collect())
    }

    async fn claim_items(
        &self,
        tx: &db::Tx,
        run: Option<Uuid>,
        candidate: Candidate,
        store_name: String,
    ) -> Result<Option<payout::Model>, PaymentError> {
        // Another run that is at the same store has all of its items or none.
        let items = payout_item::Entity::find()
            .select_only()
            .column(payout_item::Column::EntryId)
            .column(payout_item::Column::Amount)
            .filter(payout_item::Column::StoreId.eq(candidate.store_id))
            .filter(payout_item::Column::Currency.eq(candidate.currency.clone()))
            .filter(payout_item::Column::PayoutId.is_null())
            .order_by_asc(payout_item::Column::EntryId)
            .limit(MOST_ITEMS)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .into_model::<Item>()
            .rows(&**tx)
            .await?;
        // So many amounts within their limit cannot overflow it.
        let total: Decimal = items.iter().map(|item| item.amount).sum();
        let amount = rows::total(total, &candidate.currency)?;
        if !self.is_enough(amount) {
            return Ok(None);
        }
        let now = self.env.now();
        let row = payout::Model {
            id: PayoutId(self.env.uuid()),
            store_id: candidate.store_id,
            store_name,
            amount: total,
            currency: candidate.currency,
            status: PayoutStatus::Pending,
            reference: None,
            items: i32::try_from(items.len()).map_err(internal)?,
            version: 0,
            paid_at: None,
            run_id: run,
            created_at: now,
            updated_at: now,
        };
        let ids: Vec<Uuid> = items.into_iter().map(|item| item.entry_id).collect();
        insert(tx, &row, ids).await?;
        let posting = ledger::payout(row.id.0, row.store_id, amount);
        ledger::post(tx, &self.env, &posting).await?;
        Ok(Some(row))
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
}

/// Writes the payout, which claims its items.
async fn insert(tx: &db::Tx, row: &payout::Model, items: Vec<Uuid>) -> Result<(), PaymentError> {
    let whole = payout::Entity::insert(row.clone().into_active_model());
    whole.run(&**tx).await?;
    let claimed = db::exec(
        &**tx,
        include_str!("../sql/claim_payout_items.sql"),
        values![row.id, items, row.created_at],
    )
    .await?;
    if i32::try_from(claimed).ok() == Some(row.items) {
        Ok(())
    } else {
        Err(internal("an item was claimed twice"))
    }
}
