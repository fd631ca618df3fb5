//! The rows of what left stores' accounts to which charges are split. Each is written before the provider is asked, which
//! has no key for it and does not tell of what it sent: where the answer is lost nobody learns what became of it, the row
//! ends as `unknown`, and what is there then is asked for under a row of its own.

use feira_kernel::{
    Actor, Money, StoreId, Time,
    db::{Change, Find},
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set, sea_query::OnConflict,
};
use time::Duration;
use uuid::Uuid;

use super::{Service, rows};
use crate::{
    AccountWithdrawal, PaymentError, SplitAccount, WithdrawalState, access,
    entities::{
        account_withdrawal::{ActiveModel, Column, Entity, Model},
        split_account,
    },
    provider::splitting::Withdrawn,
};

/// Somebody else may be at it so long.
const ASKING: Duration = Duration::minutes(1);
/// The longest reason that is kept.
const MOST_TOLD: usize = 200;
/// Accounts of a store that a page shows, and withdrawals of each.
const MOST_ACCOUNTS: u64 = 20;
const SHOWN: u64 = 10;

impl Service {
    pub(crate) async fn split_accounts(
        &self,
        actor: &Actor,
        store: StoreId,
    ) -> Result<Vec<SplitAccount>, PaymentError> {
        access::see_payments(actor)?;
        let found = self.split_accounts_of(store, None).await?;
        if found.is_empty() && self.payees(vec![store]).await?.is_empty() {
            return Err(PaymentError::NotFound);
        }
        Ok(found)
    }

    /// Of one provider, or all: those that charges are split to first, and then those of keys before that are not empty.
    pub(super) async fn split_accounts_of(
        &self,
        store: StoreId,
        provider: Option<&str>,
    ) -> Result<Vec<SplitAccount>, PaymentError> {
        use split_account::Column as Of;
        let mut found = split_account::Entity::find()
            .filter(Of::StoreId.eq(store))
            .filter(Of::EmptiedAt.is_null());
        if let Some(provider) = provider {
            found = found.filter(Of::Provider.eq(provider));
        }
        let found = found
            .order_by_asc(Of::Provider)
            .order_by_desc(Of::RetiredAt)
            .limit(MOST_ACCOUNTS);
        let mut accounts = Vec::new();
        for row in found.rows(self.env.pool.read()).await? {
            accounts.push(SplitAccount {
                balance: Some(rows::money(row.balance, &row.currency)?),
                withdrawals: self.withdrawals(row.id).await?,
                account: Some(row.account),
                provider: row.provider,
                retired_at: row.retired_at,
                kept: row.kept,
            });
        }
        Ok(accounts)
    }

    /// The newest of an account.
    async fn withdrawals(&self, account: Uuid) -> Result<Vec<AccountWithdrawal>, PaymentError> {
        let found = Entity::find()
            .filter(Column::AccountId.eq(account))
            .order_by_desc(Column::CreatedAt)
            .limit(SHOWN);
        let found = found.rows(self.env.pool.read()).await?;
        found.into_iter().map(Model::view).collect()
    }

    pub(super) async fn keep_balance(
        &self,
        account: Uuid,
        balance: Money,
    ) -> Result<(), PaymentError> {
        let kept = split_account::Entity::update_many()
            .set(split_account::ActiveModel {
                balance: Set(balance.amount()),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(split_account::Column::Id.eq(account));
        kept.run(self.env.pool.write()).await?;
        Ok(())
    }

    /// The row under which it is asked for, if nobody else is at it: one is open at a time.
    pub(super) async fn begin_withdrawal(
        &self,
        (account, store): (Uuid, StoreId),
        balance: Money,
    ) -> Result<Option<Uuid>, PaymentError> {
        self.end_open(account).await?;
        let (id, now) = (self.env.uuid(), self.env.now());
        let new = ActiveModel {
            id: Set(id),
            account_id: Set(account),
            store_id: Set(store),
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

    /// Of one whose answer was lost nobody learns any more what became of it.
    pub(super) async fn end_open(&self, account: Uuid) -> Result<(), PaymentError> {
        let now = self.env.now();
        let open = Entity::find()
            .filter(Column::AccountId.eq(account))
            .filter(Column::State.eq(WithdrawalState::Asked));
        let open = open.row(self.env.pool.write()).await?;
        if let Some(open) = open.filter(|open| now >= open.updated_at + ASKING) {
            let unknown = ending(WithdrawalState::Unknown, now);
            self.end_withdrawal(open.id, unknown).await?;
        }
        Ok(())
    }

    pub(super) async fn write_withdrawn(
        &self,
        id: Uuid,
        sent: Withdrawn,
    ) -> Result<(), PaymentError> {
        let made = ActiveModel {
            amount: Set(sent.amount.amount()),
            reference: Set(sent.reference),
            ..ending(WithdrawalState::Made, self.env.now())
        };
        self.end_withdrawal(id, made).await
    }

    pub(super) async fn write_not_withdrawn(
        &self,
        id: Uuid,
        why: String,
    ) -> Result<(), PaymentError> {
        let refused = ActiveModel {
            refused_why: Set(Some(why.chars().take(MOST_TOLD).collect())),
            ..ending(WithdrawalState::Refused, self.env.now())
        };
        self.end_withdrawal(id, refused).await
    }

    async fn end_withdrawal(&self, id: Uuid, ending: ActiveModel) -> Result<(), PaymentError> {
        let written = Entity::update_many()
            .set(ending)
            .filter(Column::Id.eq(id))
            .filter(Column::State.eq(WithdrawalState::Asked));
        written.run(self.env.pool.write()).await?;
        Ok(())
    }
}

fn ending(state: WithdrawalState, now: Time) -> ActiveModel {
    ActiveModel {
        state: Set(state),
        ended_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
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
