//! Payout accounts. A stolen session must not redirect money: a change needs the owner's password, and
//! she is notified.

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, Env, IdempotencyKey, ModuleError, StoreId, Time, audit,
    db::{self, Change as _, Find},
    idempotency::{self, Keyed},
    outbox, values,
};
use feira_user::UserError;
use sea_orm::{
    ActiveValue::NotSet, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JsonValue,
    QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::json;
use uuid::Uuid;

use super::{MAX_BATCH, Service, as_seen, bounded, rows::currency};
use crate::{
    access::{self, SELF},
    acts::PAYOUT_ACCOUNT_CHANGED,
    api::{
        Payee, PayeeAccount, PayoutAccount, PayoutAccountChange, PayoutAccountChanged,
        PayoutDestination, StoreError, StoreStatus,
    },
    entities::{payout_account, store},
    payout_account as rules,
};

/// A validated new account of a store.
#[derive(Clone)]
struct NewAccount {
    store: StoreId,
    destination: PayoutDestination,
    expected: Option<feira_kernel::Versions>,
    keyed: Option<Keyed>,
}

#[derive(FromQueryResult)]
struct PayeeRow {
    store: StoreId,
    name: String,
    business_name: String,
    tax_id: String,
    phone: String,
    phone_changed_at: Option<Time>,
    city: String,
    country: String,
    status: StoreStatus,
    currency: String,
    approved_at: Option<Time>,
    destination: Option<JsonValue>,
    masked: Option<String>,
    version: Option<i64>,
    changed_at: Option<Time>,
}

impl From<payout_account::Model> for PayoutAccount {
    fn from(row: payout_account::Model) -> Self {
        Self {
            kind: row.kind,
            masked: row.masked,
            version: row.version,
            changed_at: row.changed_at,
        }
    }
}

impl PayeeRow {
    fn payee(self) -> Result<Payee, StoreError> {
        let kept = (self.destination, self.masked, self.version, self.changed_at);
        let account = match kept {
            (Some(destination), Some(masked), Some(version), Some(changed_at)) => {
                Some(PayeeAccount {
                    destination: serde_json::from_value(destination).map_err(StoreError::defect)?,
                    masked,
                    version,
                    changed_at,
                })
            }
            _ => None,
        };
        Ok(Payee {
            store: self.store,
            name: self.name,
            business_name: self.business_name,
            tax_id: self.tax_id,
            phone: self.phone,
            phone_changed_at: self.phone_changed_at,
            city: self.city,
            country: self.country,
            status: self.status,
            currency: currency(&self.currency)?,
            approved_at: self.approved_at,
            account,
        })
    }
}

impl Service {
    pub(crate) async fn payout_account(
        &self,
        actor: &Actor,
    ) -> Result<Option<PayoutAccount>, StoreError> {
        let store = access::see_payout_account(actor)?;
        let found = newest(self.env.pool.read(), store).await?;
        Ok(found.map(PayoutAccount::from))
    }

    pub(crate) async fn change_payout_account(
        &self,
        actor: &Actor,
        change: PayoutAccountChange,
        key: Option<IdempotencyKey>,
    ) -> Result<PayoutAccount, StoreError> {
        let store = access::payout_account(actor)?;
        let user = access::person(actor)?;
        let destination = rules::checked(&change.account)?;
        let confirmed = self.users.confirm_password(&SELF, user, change.password);
        confirmed.await.map_err(unconfirmed)?;
        let new = NewAccount {
            store,
            destination,
            expected: change.expected_version,
            keyed: IdempotencyKey::of(key, actor),
        };
        let input = (self.env.clone(), actor.clone(), new);
        self.env
            .pool
            .transaction(input, |tx, (env, who, new)| {
                Box::pin(async move { write(tx, &env, &who, new).await })
            })
            .await
    }

    pub(crate) async fn payees(
        &self,
        actor: &Actor,
        ids: Vec<StoreId>,
    ) -> Result<Vec<Payee>, StoreError> {
        access::payer(actor)?;
        bounded(&ids, MAX_BATCH)?;
        let ids: BTreeSet<Uuid> = ids.into_iter().map(|id| id.0).collect();
        let ids = Vec::from_iter(ids);
        let sql = include_str!("../sql/payees.sql");
        let rows: Vec<PayeeRow> = db::rows(self.env.pool.read(), sql, values![ids]).await?;
        rows.into_iter().map(PayeeRow::payee).collect()
    }
}

/// Maps `user`'s fault of the password to this request's field.
fn unconfirmed(error: UserError) -> StoreError {
    match error {
        UserError::Invalid(fields) => StoreError::Invalid(fields),
        UserError::TooManyTries { retry_after } => StoreError::TooManyTries { retry_after },
        other => StoreError::from_neighbour(other),
    }
}

async fn newest(
    db: &impl ConnectionTrait,
    store: StoreId,
) -> Result<Option<payout_account::Model>, StoreError> {
    use payout_account::Column;
    let found = payout_account::Entity::find()
        .filter(Column::StoreId.eq(store))
        .order_by_desc(Column::Version)
        .limit(1);
    Ok(found.row(db).await?)
}

/// The lock of the store's row serializes changes.
async fn write(
    tx: &db::Tx,
    env: &Env,
    who: &Actor,
    new: NewAccount,
) -> Result<PayoutAccount, StoreError> {
    let store = new.store;
    let known = idempotency::first(tx, env, new.keyed.as_ref(), &()).await?;
    let found = store::Entity::find_by_id(store).lock_exclusive();
    let owner = found
        .row(&**tx)
        .await?
        .ok_or(StoreError::NotFound)?
        .owner_id;
    let current = newest(&**tx, store).await?;
    if known.is_some() {
        return current.map(PayoutAccount::from).ok_or(StoreError::NotFound);
    }
    let version = current.as_ref().map_or(0, |account| account.version);
    as_seen(new.expected.as_ref(), version)?;
    let destination = serde_json::to_value(&new.destination).map_err(StoreError::defect)?;
    if let Some(same) = current.filter(|account| account.destination == destination) {
        return Ok(same.into());
    }
    let account = PayoutAccount {
        kind: new.destination.kind(),
        masked: new.destination.masked(),
        version: version + 1,
        changed_at: env.now(),
    };
    let row = payout_account::ActiveModel {
        id: Set(env.uuid()),
        store_id: Set(store),
        version: Set(account.version),
        kind: Set(account.kind),
        destination: Set(destination),
        masked: Set(account.masked.clone()),
        actor: Set(who.label()),
        changed_at: Set(account.changed_at),
        created_at: NotSet,
    };
    payout_account::Entity::insert(row).run(&**tx).await?;
    let event = PayoutAccountChanged {
        store,
        owner,
        version: account.version,
    };
    outbox::publish(tx, env, &event).await?;
    let details = json!({"account": account.masked, "version": account.version});
    audit::record(tx, env, who, PAYOUT_ACCOUNT_CHANGED, store.0, details).await?;
    Ok(account)
}
