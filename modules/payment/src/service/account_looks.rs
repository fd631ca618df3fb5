//! Looking at the accounts that stores have at providers, and which of them take money.

use std::collections::BTreeSet;

use feira_kernel::{
    StoreId,
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::{
    Service,
    store_accounts::{has_accounts, load},
};
use crate::{
    PaymentError,
    entities::store_account::{ActiveModel, Column, Entity},
    provider::{Provider, paying::ToldStoreAccount},
};

/// When nobody does: of one that is not ready, and of one that is.
const LOOK_AGAIN: Duration = Duration::hours(1);
const LOOK_AT_READY: Duration = Duration::hours(24);
/// What one run of the job looks at.
const MOST: usize = 100;
/// More than a page of stores has.
const MOST_READY: u64 = 1_000;

#[derive(FromQueryResult)]
struct DueRow {
    id: Uuid,
}

/// Which account of a store takes payouts: store, provider, account.
pub(super) type Ready = BTreeSet<(StoreId, String, String)>;

impl Service {
    pub(super) fn as_told(&self, told: &ToldStoreAccount) -> ActiveModel {
        let now = self.env.now();
        let again = match told.is_ready() {
            true => LOOK_AT_READY,
            false => LOOK_AGAIN,
        };
        ActiveModel {
            submitted: Set(told.submitted),
            takes_transfers: Set(told.takes_transfers),
            pays_out: Set(told.pays_out),
            missing: Set(json!(told.missing)),
            disabled_reason: Set(told.disabled_reason.clone()),
            looked_at: Set(Some(now)),
            next_look_at: Set(Some(now + again)),
            updated_at: Set(now),
            ..Default::default()
        }
    }

    /// Asks for it and keeps what is told; whether payouts can go to it, and nothing of one that is not ours.
    pub(super) async fn look_at_account(
        &self,
        provider: &dyn Provider,
        account: &str,
    ) -> Result<Option<bool>, PaymentError> {
        let found = Entity::find()
            .filter(Column::Provider.eq(provider.name()))
            .filter(Column::Account.eq(account));
        let Some(row) = found.row(self.env.pool.read()).await? else {
            return Ok(None);
        };
        let told = match (provider.paying(), provider.splitting()) {
            (None, Some(splitting)) => self.look_at_split(provider, splitting, &row).await?,
            (paying, _) => {
                let paying = paying.ok_or(PaymentError::NoSuchProvider)?;
                self.asked(provider, paying.account(account)).await?
            }
        };
        let set = Entity::update_many()
            .set(self.as_told(&told))
            .filter(Column::Id.eq(row.id));
        set.run(self.env.pool.write()).await?;
        if told.is_ready() {
            self.wake_transfers(provider.name(), account).await?;
        }
        Ok(Some(told.is_ready()))
    }

    /// Those at which nobody has looked for long.
    pub(crate) async fn look_at_accounts(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let all = self.providers.all();
        let there = all.iter().filter(|one| has_accounts(one.as_ref()));
        let providers: Vec<String> = there.map(|one| one.name().to_owned()).collect();
        for _ in 0..MOST {
            let due: Option<DueRow> = db::optional(
                self.env.pool.write(),
                include_str!("../sql/claim_store_account.sql"),
                values![
                    self.env.now(),
                    providers.clone(),
                    LOOK_AGAIN.whole_seconds()
                ],
            )
            .await?;
            let Some(due) = due else { break };
            let row = load(self, due.id).await?;
            let (Some(account), Ok(provider)) = (row.account, self.provider(&row.provider)) else {
                continue;
            };
            if let Err(error) = self.look_at_account(provider.as_ref(), &account).await {
                tracing::warn!(provider = row.provider, %error, "a store's account could not be looked at");
            }
        }
        Ok(())
    }

    /// Of these stores.
    pub(super) async fn ready_accounts(&self, stores: Vec<StoreId>) -> Result<Ready, PaymentError> {
        if stores.is_empty() {
            return Ok(Ready::new());
        }
        let ready = Entity::find()
            .filter(Column::StoreId.eq_any(stores))
            .filter(Column::Account.is_not_null())
            .filter(Column::TakesTransfers.eq(true))
            .filter(Column::PaysOut.eq(true))
            .order_by_asc(Column::StoreId)
            .order_by_asc(Column::Provider)
            .limit(MOST_READY)
            .select_only()
            .columns([Column::StoreId, Column::Provider, Column::Account])
            .into_tuple::<(StoreId, String, String)>();
        Ok(ready
            .rows(self.env.pool.read())
            .await?
            .into_iter()
            .collect())
    }
}
