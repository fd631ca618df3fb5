//! Paying stores: a payout is the sum of the open items that it claims.

use std::collections::BTreeMap;

use feira_kernel::{
    Actor, ErrorKind, ModuleError, StoreId, Time, Total, audit,
    db::{self, Change},
    values,
};
use feira_store::{Payee, PayeeAccount, PayoutDestination};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, Set};
use serde_json::json;
use uuid::Uuid;

use super::{
    Service,
    account_looks::Ready,
    pass,
    rows::{self, internal},
    store_money::lock_money,
};
use crate::{
    PayTo, PaymentError, Payout, PayoutId, PayoutStatus,
    access::SELF,
    acts::PAYOUT_MADE,
    entities::{payout, payout_item},
    ledger, payout_rules as rules,
};

/// Stores that one run asks for at once, and pays out.
pub(super) const BATCH: i64 = 100;
pub(super) const BATCHES: u32 = 100;
/// Items of one payout; more wait for the next.
const MOST_ITEMS: i64 = 10_000;

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
            account: self.pay_to_masked,
            created_at: self.created_at,
            paid_at: self.paid_at,
            ended_at: self.ended_at,
            ended_why: self.ended_why,
            filed_at: self.filed_at,
            provider: self.provider,
        })
    }
}

/// A store with something to claim in one currency.
#[derive(Debug, Clone, FromQueryResult)]
struct Candidate {
    store_id: StoreId,
    currency: String,
}

/// Each once: a store that has several currencies comes several times.
fn stores_of(candidates: &[Candidate]) -> Vec<StoreId> {
    let mut ids: Vec<StoreId> = candidates.iter().map(|c| c.store_id).collect();
    ids.dedup();
    ids
}

#[derive(FromQueryResult)]
struct Item {
    entry_id: Uuid,
    amount: Decimal,
    at: Time,
    earned: bool,
}

impl Item {
    /// Only an earning is: what takes from the store's money is not, nor what gives back what was taken.
    fn is_kept(&self, matured_by: Time) -> bool {
        self.earned && self.amount > Decimal::ZERO && self.at > matured_by
    }
}

/// Which stores a run pays.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    /// Of the key that somebody gave.
    pub(super) id: Option<Uuid>,
    /// One store instead of all.
    pub(super) only: Option<StoreId>,
}

/// A payout that is to be made.
#[derive(Clone)]
struct Claim {
    run: Run,
    currency: String,
    payee: Payee,
    account: PayeeAccount,
}

impl Service {
    /// One payout per store and currency, of those that nothing keeps from being paid. What was given
    /// back after an earlier payout is taken off first; what is left must reach the minimum.
    pub(super) async fn pay_stores(
        &self,
        by: &Actor,
        run: Run,
    ) -> Result<Vec<Payout>, PaymentError> {
        let mut made = Vec::new();
        let mut after = (StoreId(Uuid::nil()), String::new());
        for _ in 0..BATCHES {
            let candidates: Vec<Candidate> = db::rows(
                self.env.pool.search(),
                include_str!("../sql/payout_candidates.sql"),
                values![
                    after.0,
                    after.1.clone(),
                    BATCH,
                    run.id,
                    run.only.map(|id| id.0)
                ],
            )
            .await?;
            let Some(last) = candidates.last() else { break };
            after = (last.store_id, last.currency.clone());
            let payees = self.payees(stores_of(&candidates)).await?;
            let ready = self.ready_accounts(paid_by_providers(&payees)).await?;
            for candidate in candidates {
                let store = candidate.store_id;
                let Some(claim) = self.claim_of(run, candidate, (&payees, &ready)) else {
                    continue;
                };
                match self.pay_one(by, claim).await {
                    Ok(payout) => made.extend(payout),
                    // Whoever asked with a key repeats it, and the run goes on with this store.
                    Err(error) if run.id.is_some() && error.kind() == ErrorKind::Unavailable => {
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

    /// What is to be claimed for a store, unless something keeps it from being paid.
    fn claim_of(
        &self,
        run: Run,
        candidate: Candidate,
        (payees, ready): (&BTreeMap<StoreId, Payee>, &Ready),
    ) -> Option<Claim> {
        let payee = payees.get(&candidate.store_id)?.clone();
        let account = payee.account.clone()?;
        let ready = rules::account_ready(&payee, ready);
        let kept = rules::store_not_paid(&self.settings, (&payee, ready), self.env.now());
        kept.is_none().then_some(Claim {
            run,
            currency: candidate.currency,
            payee,
            account,
        })
    }

    async fn pay_one(&self, by: &Actor, claim: Claim) -> Result<Option<Payout>, PaymentError> {
        let input = (self.clone(), by.clone(), claim);
        let claimed: Result<Option<payout::Model>, PaymentError> = self
            .env
            .pool
            .transaction(input, move |tx, (service, by, claim)| {
                Box::pin(async move {
                    let made = service.claim_items(tx, claim).await?;
                    if let (Some(made), Actor::Person { .. }) = (&made, &by) {
                        let (id, amount) = (made.id.0, made.total()?);
                        let details = json!({"store": made.store_id, "amount": amount});
                        audit::record(tx, &service.env, &by, PAYOUT_MADE, id, details).await?;
                    }
                    Ok(made)
                })
            })
            .await;
        let claimed = claimed?;
        if claimed.is_some() {
            pass("payment.payout_claimed");
        }
        claimed.map(payout::Model::view).transpose()
    }

    /// The stores as they are to be paid, those that are there.
    pub(super) async fn payees(
        &self,
        ids: Vec<StoreId>,
    ) -> Result<BTreeMap<StoreId, Payee>, PaymentError> {
        let payees = self.stores.payees(&SELF, ids).await;
        let payees = payees.map_err(PaymentError::from_neighbour)?;
        Ok(payees
            .into_iter()
            .map(|payee| (payee.store, payee))
            .collect())
    }

    async fn claim_items(
        &self,
        tx: &db::Tx,
        claim: Claim,
    ) -> Result<Option<payout::Model>, PaymentError> {
        let store = claim.payee.store;
        // One at a time, or two would each have some of the items, and what takes from them would be in one
        // only: also those are locked that are kept for some days.
        lock_money(tx, store, &claim.currency).await?;
        let items: Vec<Item> = db::rows(
            &**tx,
            include_str!("../sql/lock_payout_items.sql"),
            values![store, claim.currency.clone(), MOST_ITEMS],
        )
        .await?;
        let now = self.env.now();
        let hold = rules::hold(&self.settings, &claim.payee, now);
        let matured_by = now - hold;
        // So many amounts within their limit cannot overflow it.
        let all: Decimal = items.iter().map(|item| item.amount).sum();
        let (kept, matured): (Vec<&Item>, Vec<&Item>) =
            items.iter().partition(|item| item.is_kept(matured_by));
        let total: Decimal = matured.iter().map(|item| item.amount).sum();
        // Not of what is kept for some days.
        let netted = self.net_off(tx, (store, &claim.currency), total).await?;
        let less = netted.map_or(Decimal::ZERO, |(_, amount)| amount);
        let total = total - less;
        let open = rules::Open {
            total: rows::total(all - less, &claim.currency)?,
            matured: rows::total(total, &claim.currency)?,
            next: kept.iter().map(|item| item.at).min(),
        };
        if rules::sum_not_paid(&self.settings, open, hold).is_some() {
            return Ok(None);
        }
        let ids = matured.iter().map(|item| item.entry_id);
        let ids: Vec<Uuid> = ids.chain(netted.map(|(entry, _)| entry)).collect();
        let masked = claim.account.masked.clone();
        let changed_at = claim.account.changed_at;
        let by_provider = at_provider(&claim.account.destination);
        let of_new_store = rules::new_hold(&self.settings, &claim.payee, now);
        let row = payout::Model {
            id: PayoutId(self.env.uuid()),
            store_id: store,
            store_name: claim.payee.name.clone(),
            amount: total,
            currency: claim.currency,
            status: PayoutStatus::Pending,
            reference: None,
            items: i32::try_from(ids.len()).map_err(internal)?,
            version: 0,
            paid_at: None,
            run_id: claim.run.id,
            pay_to: Some(
                serde_json::to_value(pay_to(claim.payee, claim.account)).map_err(internal)?,
            ),
            pay_to_masked: Some(masked),
            ended_at: None,
            ended_why: None,
            filed_at: None,
            file_id: None,
            account_changed_at: Some(changed_at),
            account_held_until: Some(changed_at + self.settings.payout_account_hold),
            matured_by: Some(matured_by),
            new_store_matured_by: of_new_store.map(|hold| now - hold),
            provider: by_provider.as_ref().map(|(provider, _)| provider.clone()),
            created_at: now,
            updated_at: now,
        };
        insert(tx, &row, ids).await?;
        if let Some(there) = by_provider {
            self.begin_transfer(tx, &row, there).await?;
        }
        let posting = ledger::payout(row.id.0, store, open.matured);
        ledger::post(tx, &self.env, &posting).await?;
        Ok(Some(row))
    }
}

/// Those of which a provider's account is to be ready.
fn paid_by_providers(payees: &BTreeMap<StoreId, Payee>) -> Vec<StoreId> {
    let at = |payee: &&Payee| {
        let account = payee.account.as_ref();
        account.is_some_and(|account| at_provider(&account.destination).is_some())
    };
    payees
        .values()
        .filter(at)
        .map(|payee| payee.store)
        .collect()
}

/// The provider that transfers it, and the account there.
fn at_provider(destination: &PayoutDestination) -> Option<(String, String)> {
    match destination {
        PayoutDestination::Provider { provider, account } => {
            Some((provider.clone(), account.clone()))
        }
        _ => None,
    }
}

/// A key or an account at a provider says nobody's name: it is the store's.
fn pay_to(payee: Payee, account: PayeeAccount) -> PayTo {
    let (holder, tax_id) = match &account.destination {
        PayoutDestination::BankAccount {
            holder,
            holder_tax_id,
            ..
        } => (holder.clone(), Some(holder_tax_id.clone())),
        PayoutDestination::Iban { holder, .. } => (holder.clone(), None),
        PayoutDestination::Pix { .. } | PayoutDestination::Provider { .. } => {
            (payee.business_name, Some(payee.tax_id))
        }
    };
    PayTo {
        holder,
        tax_id,
        destination: account.destination,
    }
}

/// Writes the payout, which claims its items.
async fn insert(tx: &db::Tx, row: &payout::Model, items: Vec<Uuid>) -> Result<(), PaymentError> {
    let whole = payout::Entity::insert(row.clone().into_active_model());
    whole.run(&**tx).await?;
    let claimed = payout_item::Entity::update_many()
        .set(payout_item::ActiveModel {
            payout_id: Set(Some(row.id)),
            updated_at: Set(row.created_at),
            ..Default::default()
        })
        .filter(payout_item::Column::EntryId.eq_any(items))
        .filter(payout_item::Column::PayoutId.is_null());
    let claimed = claimed.run(&**tx).await?;
    if i32::try_from(claimed).ok() == Some(row.items) {
        Ok(())
    } else {
        Err(internal("an item was claimed twice"))
    }
}
