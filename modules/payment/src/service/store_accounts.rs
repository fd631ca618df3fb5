//! Accounts that stores have at providers. What is told of one is asked of the provider: neither the address to
//! which its holder comes back nor a notification says anything but that somebody may look.
//!
//! The row is first, and its id the key under which the account is opened: a process that ends then, or an answer
//! that is lost, leaves a row without an account, and whoever asks again is given the same one.

use std::sync::Arc;

use feira_kernel::{
    Actor, FieldError, ModuleError, StoreId,
    db::{Change, Find},
};
use feira_store::{NewPayoutAccount, StoreKey};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::OnConflict,
};
use time::Duration;
use uuid::Uuid;

use super::{Service, rows::internal, settling::unavailable};
use crate::{
    Onboarding, PaymentError, SplitAccount, StoreAccount, StoreAccountState,
    access::{self, SELF},
    entities::store_account::{ActiveModel, Column, Entity, Model},
    field_codes::PROVIDER,
    provider::{
        self, Configured, Failure, Provider,
        paying::{NewStoreAccount, PaysStores},
    },
};

/// What was told so long ago is asked again when somebody looks.
const FRESH: Duration = Duration::seconds(10);
/// The accounts of one store.
const OF_STORE: u64 = 100;

impl Service {
    pub(crate) async fn store_accounts(
        &self,
        actor: &Actor,
    ) -> Result<Vec<StoreAccount>, PaymentError> {
        let store = access::see_store_accounts(actor)?;
        self.providers.refresh().await?;
        let rows = Entity::find()
            .filter(Column::StoreId.eq(store))
            .order_by_asc(Column::Provider)
            .limit(OF_STORE)
            .rows(self.env.pool.read())
            .await?;
        let now = self.providers.now();
        let mut told = Vec::new();
        for one in now.all().iter() {
            let row = rows.iter().find(|row| row.provider == one.name);
            let Some(provider) = one.usable().filter(|found| has_accounts(found.as_ref())) else {
                continue;
            };
            match row {
                Some(row) => told.push(self.present(one, &provider, row.clone()).await?),
                None if takes_store(one, store) => {
                    let split = provider.paying().is_none();
                    told.push(StoreAccount {
                        provider: one.name.clone(),
                        kind: one.kind,
                        state: StoreAccountState::None,
                        missing: match split {
                            true => self.missing_for_splits(store).await?,
                            false => Vec::new(),
                        },
                        split: split.then(SplitAccount::default),
                        retired: Vec::new(),
                        disabled_reason: None,
                        looked_at: None,
                    });
                }
                None => {}
            }
        }
        Ok(told)
    }

    /// As it is now, or, where the provider does not answer, as it was.
    async fn present(
        &self,
        one: &Configured,
        provider: &Arc<dyn Provider>,
        mut row: Model,
    ) -> Result<StoreAccount, PaymentError> {
        let now = self.env.now();
        let old = row.looked_at.is_none_or(|at| at > now || now - at >= FRESH);
        if let (true, Some(account)) = (old, &row.account) {
            match self.look_at_account(provider.as_ref(), account).await {
                Ok(_) => row = load(self, row.id).await?,
                Err(error) => {
                    tracing::warn!(provider = one.name, %error, "a store's account could not be looked at");
                }
            }
        }
        let missing = serde_json::from_value(row.missing.clone()).map_err(internal)?;
        let (mut split, mut retired) = (None, Vec::new());
        if provider.paying().is_none() {
            let of = Some(one.name.as_str());
            let all = self.split_accounts_of(row.store_id, of).await?.into_iter();
            let (old, present): (Vec<_>, Vec<_>) = all.partition(|one| one.retired_at.is_some());
            split = Some(present.into_iter().next().unwrap_or_default());
            retired = old;
        }
        Ok(StoreAccount {
            provider: one.name.clone(),
            kind: one.kind,
            state: match row.account {
                None => StoreAccountState::None,
                Some(_) => row.state(),
            },
            missing,
            split,
            retired,
            disabled_reason: row.disabled_reason,
            looked_at: row.looked_at,
        })
    }

    pub(crate) async fn open_store_account(
        &self,
        actor: &Actor,
        provider: String,
        back: String,
    ) -> Result<Onboarding, PaymentError> {
        let store = access::manage_store_account(actor)?;
        self.providers.refresh().await?;
        let adapter = self.payer(&provider, store)?;
        let Some(paying) = adapter.paying() else {
            self.register_there(adapter.as_ref(), store).await?;
            return Ok(Onboarding {
                provider,
                url: back,
            });
        };
        let row = self.account_row(store, &provider).await?;
        let account = match row.account.clone() {
            Some(account) => account,
            None => self.open_there(adapter.as_ref(), paying, &row).await?,
        };
        let link = paying.onboarding(&account, &back);
        let url = self.asked(adapter.as_ref(), link).await?;
        // Whoever comes back from there sees what she did there, and not what was told a moment before.
        let stale = Entity::update_many()
            .set(ActiveModel {
                looked_at: Set(None),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id));
        stale.run(self.env.pool.write()).await?;
        Ok(Onboarding { provider, url })
    }

    pub(crate) async fn payable_account(
        &self,
        actor: &Actor,
        provider: String,
    ) -> Result<NewPayoutAccount, PaymentError> {
        let store = access::manage_store_account(actor)?;
        self.providers.refresh().await?;
        let adapter = self.payer(&provider, store)?;
        adapter.paying().ok_or_else(pays_none)?;
        let row = Entity::find()
            .filter(Column::StoreId.eq(store))
            .filter(Column::Provider.eq(provider.as_str()))
            .row(self.env.pool.read())
            .await?;
        let account = row.and_then(|row| row.account);
        let account = account.ok_or(PaymentError::StoreAccountNotReady)?;
        match self.look_at_account(adapter.as_ref(), &account).await? {
            Some(true) => Ok(NewPayoutAccount::Provider { provider, account }),
            _ => Err(PaymentError::StoreAccountNotReady),
        }
    }

    /// One that pays this store.
    fn payer(&self, name: &str, store: StoreId) -> Result<Arc<dyn Provider>, PaymentError> {
        let now = self.providers.now();
        let found = now.named(name).filter(|one| takes_store(one, store));
        let found = found.and_then(|one| one.usable());
        found
            .filter(|one| has_accounts(one.as_ref()))
            .ok_or_else(pays_none)
    }

    /// The store's row; it is written if there is none.
    pub(super) async fn account_row(
        &self,
        store: StoreId,
        provider: &str,
    ) -> Result<Model, PaymentError> {
        let now = self.env.now();
        let row = ActiveModel {
            id: Set(self.env.uuid()),
            store_id: Set(store),
            provider: Set(provider.to_owned()),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        let once = OnConflict::columns([Column::StoreId, Column::Provider])
            .do_nothing()
            .to_owned();
        let insert = Entity::insert(row).on_conflict(once);
        insert.run(self.env.pool.write()).await?;
        let found = Entity::find()
            .filter(Column::StoreId.eq(store))
            .filter(Column::Provider.eq(provider));
        let found = found.row(self.env.pool.write()).await?;
        found.ok_or_else(|| internal("an account was written and is not there"))
    }

    async fn open_there(
        &self,
        adapter: &dyn Provider,
        paying: &dyn PaysStores,
        row: &Model,
    ) -> Result<String, PaymentError> {
        let store = self.stores.store(&SELF, StoreKey::Id(row.store_id)).await;
        let store = store.map_err(PaymentError::from_neighbour)?;
        let new = NewStoreAccount {
            id: row.id,
            store: row.store_id,
            name: store.name,
            country: store.address.country,
            created_at: row.created_at,
        };
        let opened = self.asked(adapter, paying.open_account(&new)).await?;
        let set = Entity::update_many()
            .set(ActiveModel {
                account: Set(Some(opened.id.clone())),
                ..self.as_told(&opened)
            })
            .filter(Column::Id.eq(row.id))
            .filter(Column::Account.is_null());
        set.run(self.env.pool.write()).await?;
        let now = load(self, row.id).await?;
        now.account
            .ok_or_else(|| internal("an account was opened and is not there"))
    }

    pub(super) async fn asked<T>(
        &self,
        provider: &dyn Provider,
        call: impl Future<Output = Result<T, Failure>> + Send,
    ) -> Result<T, PaymentError> {
        let answer = provider::by(self.settings.charge_deadline, call).await;
        if let Err(failure) = &answer {
            self.providers.failed(provider.name(), failure).await;
        }
        answer.map_err(unavailable)
    }
}

fn takes_store(one: &Configured, store: StoreId) -> bool {
    one.takes_new && (one.stores.is_empty() || one.stores.contains(&store))
}

/// Whether stores have, or may have, accounts there.
pub(super) fn has_accounts(provider: &dyn Provider) -> bool {
    provider.paying().is_some() || provider.capabilities().splits.is_some()
}

fn pays_none() -> PaymentError {
    let why = "no provider of this name is configured that pays stores";
    FieldError::new("/provider", PROVIDER, why).into()
}

pub(super) async fn load(service: &Service, id: Uuid) -> Result<Model, PaymentError> {
    let found = Entity::find_by_id(id).row(service.env.pool.write()).await?;
    found.ok_or_else(|| internal("an account is not there any more"))
}
