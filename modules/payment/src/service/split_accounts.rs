//! A store's account at a provider that splits charges: it is of the PIX key on which the store is paid, and is named
//! to nobody but by that. A store that is paid on another key since gets nothing split before it has given that one.

use feira_kernel::{
    StoreId,
    db::{self, Change, Find},
    values,
};
use feira_store::{Payee, PayoutDestination};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};

use super::{Service, settling::unavailable};
use crate::{
    PaymentError, WhyNotPaid,
    entities::{
        split_account,
        store_account::{ActiveModel, Column, Entity, Model},
    },
    payout_rules as rules,
    provider::{
        self, Failure, Provider,
        paying::ToldStoreAccount,
        splitting::{SplitsToStores, SubAccount},
    },
};

/// What is missing, in words of our own: the provider asks for nothing but the key.
const NO_KEY: &str = "pix_key";
const NEW_KEY: &str = "pix_key_new";
const OTHER_KEY: &str = "pix_key_changed";
const TAKEN: &str = "pix_key_taken";
const GONE: &str = "account_gone";

fn key_of(payee: &Payee) -> Option<&str> {
    match &payee.account.as_ref()?.destination {
        PayoutDestination::Pix { key, .. } => Some(key),
        _ => None,
    }
}

/// Whether this is the key on which the store is paid now.
pub(super) fn is_paid_on(payee: &Payee, key: &str) -> bool {
    key_of(payee).is_some_and(|now| now.eq_ignore_ascii_case(key))
}

fn told(key: &str, missing: Option<&str>) -> ToldStoreAccount {
    ToldStoreAccount {
        id: key.to_owned(),
        key: None,
        submitted: missing.is_none(),
        takes_transfers: missing.is_none(),
        pays_out: missing.is_none(),
        missing: missing.map(str::to_owned).into_iter().collect(),
        disabled_reason: None,
    }
}

impl Service {
    /// Before there is one.
    pub(super) async fn missing_for_splits(
        &self,
        store: StoreId,
    ) -> Result<Vec<String>, PaymentError> {
        let payee = self.payees(vec![store]).await?.remove(&store);
        let Some(payee) = payee.filter(|payee| key_of(payee).is_some()) else {
            return Ok(vec![NO_KEY.to_owned()]);
        };
        let kept = rules::store_not_paid(&self.settings, (&payee, true), self.env.now());
        Ok(match kept {
            Some(WhyNotPaid::AccountChanged { .. }) => vec![NEW_KEY.to_owned()],
            _ => Vec::new(),
        })
    }

    /// Opens the account of the key that the store is paid on, or takes that key for the one it had. Not of a key
    /// to which nothing is paid out yet, or that is another store's there.
    pub(super) async fn register_there(
        &self,
        adapter: &dyn Provider,
        store: StoreId,
    ) -> Result<(), PaymentError> {
        let splitting = adapter.splitting().ok_or(PaymentError::NoSuchProvider)?;
        let payee = self.payees(vec![store]).await?.remove(&store);
        let payee = payee.ok_or(PaymentError::NotFound)?;
        let now = self.env.now();
        let kept = rules::store_not_paid(&self.settings, (&payee, true), now);
        let key = key_of(&payee).filter(|_| kept.is_none());
        let key = key.ok_or(PaymentError::StoreAccountNotReady)?;
        if self.is_anothers(adapter.name(), key, store).await? {
            return Err(PaymentError::StoreAccountNotReady);
        }
        let row = self.account_row(store, adapter.name()).await?;
        let opened = self
            .asked(adapter, splitting.register(key, &payee.name))
            .await?;
        let input = (self.clone(), row, opened);
        self.env
            .pool
            .transaction(input, |tx, (service, row, opened)| {
                Box::pin(async move { service.write_account(tx, &row, &opened).await })
            })
            .await
    }

    /// The account that the store had before is retired: what is in it goes to its own key.
    async fn write_account(
        &self,
        tx: &db::Tx,
        row: &Model,
        opened: &SubAccount,
    ) -> Result<(), PaymentError> {
        let kept = Entity::update_many()
            .set(ActiveModel {
                account: Set(Some(opened.id.clone())),
                ..self.as_told(&told(&opened.id, None))
            })
            .filter(Column::Id.eq(row.id));
        kept.run(&**tx).await?;
        let balance = opened.balance;
        let put = db::exec(
            &**tx,
            include_str!("../sql/put_split_account.sql"),
            values![
                self.env.uuid(),
                row.store_id,
                row.provider.clone(),
                opened.id.clone(),
                balance.amount(),
                balance.currency().code().to_owned(),
                self.env.now()
            ],
        );
        put.await?;
        Ok(())
    }

    async fn is_anothers(
        &self,
        provider: &str,
        key: &str,
        store: StoreId,
    ) -> Result<bool, PaymentError> {
        let found = split_account::Entity::find()
            .filter(split_account::Column::Provider.eq(provider))
            .filter(split_account::Column::Account.eq(key))
            .filter(split_account::Column::StoreId.ne(store))
            .filter(split_account::Column::EmptiedAt.is_null());
        Ok(found.row(self.env.pool.read()).await?.is_some())
    }

    /// What is there, and what keeps charges from being split to it.
    pub(super) async fn look_at_split(
        &self,
        provider: &dyn Provider,
        splitting: &dyn SplitsToStores,
        row: &Model,
    ) -> Result<ToldStoreAccount, PaymentError> {
        let key = row.account.clone().unwrap_or_default();
        let answer = provider::by(self.settings.charge_deadline, splitting.sub_account(&key)).await;
        self.note(provider.name(), &answer).await;
        let SubAccount { balance, .. } = match answer {
            Ok(found) => found,
            Err(Failure::NotFound) => return Ok(told(&key, Some(GONE))),
            Err(failure) => return Err(unavailable(failure)),
        };
        let present = split_account::Entity::find()
            .filter(split_account::Column::StoreId.eq(row.store_id))
            .filter(split_account::Column::Provider.eq(provider.name()))
            .filter(split_account::Column::Account.eq(key.as_str()));
        if let Some(present) = present.row(self.env.pool.read()).await? {
            self.keep_balance(present.id, balance).await?;
        }
        let payee = self.payees(vec![row.store_id]).await?.remove(&row.store_id);
        let now = payee.as_ref().and_then(key_of);
        let missing = match now {
            Some(now) if now.eq_ignore_ascii_case(&key) => None,
            Some(now) if self.is_anothers(provider.name(), now, row.store_id).await? => Some(TAKEN),
            Some(_) => Some(OTHER_KEY),
            None => Some(NO_KEY),
        };
        Ok(told(&key, missing))
    }
}
