//! What is in a store's account at a provider that splits goes to the store's bank: with each run of payouts, of a
//! store that nothing keeps from being paid, and that owes nothing. It is the store's money already, and no books
//! tell of it.
//!
//! The call has no key. What is asked for is written down with what was there; where no answer came, the next run
//! looks at the account: what is not there any more was sent.

use std::collections::BTreeMap;

use feira_kernel::{
    Currency, Money, StoreId,
    db::{Change, Find},
};
use feira_store::Payee;
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::OnConflict,
};
use time::Duration;
use uuid::Uuid;

use super::{Service, debts::owed_for_certain, rows};
use crate::{
    AccountWithdrawal, PaymentError, WithdrawalState,
    entities::{
        account_withdrawal::{ActiveModel, Column, Entity, Model},
        store_account,
    },
    payout_rules as rules,
    provider::{
        self, Failure, Provider,
        splitting::{SplitsToStores, Withdrawn},
    },
};

/// Accounts that are looked at together, and in one run.
const BATCH: u64 = 100;
const BATCHES: u32 = 50;
/// Somebody else may be at it so long.
const ASKING: Duration = Duration::minutes(1);
/// Withdrawals that a page shows.
const SHOWN: u64 = 10;
/// The longest reason that is kept.
const MOST_TOLD: usize = 200;

impl Service {
    /// Of one store, or all.
    pub(super) async fn withdraw_accounts(
        &self,
        only: Option<StoreId>,
    ) -> Result<(), PaymentError> {
        for provider in self.providers.all() {
            let Some(splitting) = provider.splitting() else {
                continue;
            };
            let mut after = Uuid::nil();
            for _ in 0..BATCHES {
                let rows = self.accounts_of(provider.name(), only, after).await?;
                let Some(last) = rows.last() else { break };
                after = last.id;
                let stores = rows.iter().map(|row| row.store_id).collect();
                let payees = self.payees(stores).await?;
                for row in rows {
                    let store = row.store_id;
                    let done = self
                        .withdraw_one((&*provider, splitting), &payees, row)
                        .await;
                    if let Err(error) = done {
                        tracing::warn!(%store, %error, "a store's account could not be withdrawn; the next run tries again");
                    }
                }
            }
        }
        Ok(())
    }

    async fn accounts_of(
        &self,
        provider: &str,
        only: Option<StoreId>,
        after: Uuid,
    ) -> Result<Vec<store_account::Model>, PaymentError> {
        use store_account::Column as Of;
        let mut found = store_account::Entity::find()
            .filter(Of::Provider.eq(provider))
            .filter(Of::Account.is_not_null())
            .filter(Of::Id.gt(after));
        if let Some(only) = only {
            found = found.filter(Of::StoreId.eq(only));
        }
        let found = found.order_by_asc(Of::Id).limit(BATCH);
        Ok(found.rows(self.env.pool.read()).await?)
    }

    async fn withdraw_one(
        &self,
        (provider, splitting): (&dyn Provider, &dyn SplitsToStores),
        payees: &BTreeMap<StoreId, Payee>,
        row: store_account::Model,
    ) -> Result<(), PaymentError> {
        let (Some(key), Some(payee)) = (&row.account, payees.get(&row.store_id)) else {
            return Ok(());
        };
        let now = self.env.now();
        let kept = rules::store_not_paid(&self.settings, (payee, true), now).is_some();
        if kept || self.owes(row.store_id).await? {
            return Ok(());
        }
        let there = self.asked(provider, splitting.sub_account(key)).await?;
        self.keep_balance(row.id, there.balance).await?;
        let too_little = rules::minimum_above(&self.settings, there.balance.into()).is_some();
        let Some(asked) = self
            .begin_withdrawal(&row, there.balance, too_little)
            .await?
        else {
            return Ok(());
        };
        let sent = provider::by(self.settings.charge_deadline, splitting.withdraw(key)).await;
        self.note(provider.name(), &sent).await;
        match sent {
            Ok(sent) => self.write_withdrawn(asked, sent).await,
            Err(Failure::Refused(why)) => self.write_not_withdrawn(asked, why).await,
            // The next run looks what became of it.
            Err(_) => Ok(()),
        }
    }

    /// Whether the store owes the marketplace: it is to stay where it can be got.
    async fn owes(&self, store: StoreId) -> Result<bool, PaymentError> {
        let owed: Result<Decimal, PaymentError> = self
            .env
            .pool
            .transaction(store, |tx, store| {
                Box::pin(async move { owed_for_certain(tx, store, Currency::BRL.code()).await })
            })
            .await;
        Ok(owed? > Decimal::ZERO)
    }

    pub(super) async fn keep_balance(
        &self,
        account: Uuid,
        balance: Money,
    ) -> Result<(), PaymentError> {
        let kept = store_account::Entity::update_many()
            .set(store_account::ActiveModel {
                balance: Set(Some(balance.amount())),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(store_account::Column::Id.eq(account));
        kept.run(self.env.pool.write()).await?;
        Ok(())
    }

    /// The row under which it is asked for, if it is to be: one is open at a time.
    async fn begin_withdrawal(
        &self,
        row: &store_account::Model,
        balance: Money,
        too_little: bool,
    ) -> Result<Option<Uuid>, PaymentError> {
        let open = Entity::find()
            .filter(Column::AccountId.eq(row.id))
            .filter(Column::State.eq(WithdrawalState::Asked));
        let now = self.env.now();
        if let Some(open) = open.row(self.env.pool.write()).await? {
            if now < open.updated_at + ASKING {
                return Ok(None);
            }
            if balance.amount() >= open.amount {
                return Ok(Some(open.id));
            }
            let sent = Withdrawn {
                reference: None,
                amount: rows::money(open.amount, &open.currency)?,
            };
            self.write_withdrawn(open.id, sent).await?;
        }
        if !balance.is_positive() || too_little {
            return Ok(None);
        }
        let id = self.env.uuid();
        let new = ActiveModel {
            id: Set(id),
            account_id: Set(row.id),
            store_id: Set(row.store_id),
            amount: Set(balance.amount()),
            currency: Set(balance.currency().code().to_owned()),
            state: Set(WithdrawalState::Asked),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        let once = OnConflict::new().do_nothing().to_owned();
        let insert = Entity::insert(new).on_conflict(once);
        Ok((insert.run(self.env.pool.write()).await? == 1).then_some(id))
    }

    /// What another call was refused meanwhile was sent by this one.
    async fn write_withdrawn(&self, id: Uuid, sent: Withdrawn) -> Result<(), PaymentError> {
        let now = self.env.now();
        let written = Entity::update_many()
            .set(ActiveModel {
                state: Set(WithdrawalState::Made),
                amount: Set(sent.amount.amount()),
                reference: Set(sent.reference),
                refused_why: Set(None),
                ended_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(id))
            .filter(Column::State.ne(WithdrawalState::Made));
        written.run(self.env.pool.write()).await?;
        Ok(())
    }

    async fn write_not_withdrawn(&self, id: Uuid, why: String) -> Result<(), PaymentError> {
        let now = self.env.now();
        let written = Entity::update_many()
            .set(ActiveModel {
                state: Set(WithdrawalState::Refused),
                refused_why: Set(Some(why.chars().take(MOST_TOLD).collect())),
                ended_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(id))
            .filter(Column::State.eq(WithdrawalState::Asked));
        written.run(self.env.pool.write()).await?;
        Ok(())
    }

    /// The newest of an account.
    pub(super) async fn withdrawals(
        &self,
        account: Uuid,
    ) -> Result<Vec<AccountWithdrawal>, PaymentError> {
        let found = Entity::find()
            .filter(Column::AccountId.eq(account))
            .order_by_desc(Column::CreatedAt)
            .limit(SHOWN);
        let found = found.rows(self.env.pool.read()).await?;
        found.into_iter().map(Model::view).collect()
    }
}

impl Model {
    fn view(self) -> Result<AccountWithdrawal, PaymentError> {
        Ok(AccountWithdrawal {
            amount: rows::money(self.amount, &self.currency)?,
            state: self.state,
            reference: self.reference,
            created_at: self.created_at,
            ended_at: self.ended_at,
        })
    }
}
