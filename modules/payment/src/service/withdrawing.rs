//! What is in stores' accounts to which charges are split leaves them to the stores' banks. A run of payouts marks the
//! accounts, and the job asks the provider, which sends all that is there: nothing of a store that owes, or to which
//! nothing is paid out now.

use std::collections::BTreeMap;

use feira_kernel::{
    Currency, Money, StoreId,
    db::{self, Change},
    values,
};
use feira_store::Payee;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use time::Duration;
use uuid::Uuid;

use super::{Service, pass, settling::unavailable, split_accounts::is_paid_on};
use crate::{
    PaymentError, WhyNotPaid, WithdrawalKept as Kept,
    entities::split_account,
    payout_rules as rules,
    provider::{self, Failure, Provider, splitting::SplitsToStores},
};

/// Accounts of which one run of the job asks, and failures after which it stops.
const MOST: i64 = 50;
const MOST_FAILURES: u32 = 3;
/// When an account is looked at again that nobody said was done.
const AGAIN: Duration = Duration::minutes(10);

#[derive(FromQueryResult)]
struct Due {
    id: Uuid,
    store_id: StoreId,
    provider: String,
    account: String,
    retired: bool,
}

#[derive(FromQueryResult)]
struct Owing {
    store_id: StoreId,
    owed: Decimal,
}

/// What came of looking at an account.
enum AccountState {
    /// Nothing leaves it before the next run of payouts; why not, if something is in it.
    Done(Option<Kept>),
    Again,
    /// It is retired, and nothing is in it any more.
    Emptied,
}

impl Service {
    /// Of one store, or all: the job does the rest.
    pub(super) async fn mark_withdrawals(&self, only: Option<StoreId>) -> Result<(), PaymentError> {
        let names = self.splitting_names();
        if names.is_empty() {
            return Ok(());
        }
        db::exec(
            self.env.pool.write(),
            include_str!("../sql/mark_split_accounts.sql"),
            values![self.env.now(), names, only],
        )
        .await?;
        Ok(())
    }

    pub(super) fn splitting_names(&self) -> Vec<String> {
        let all = self.providers.all().into_iter();
        let splitting = all.filter(|one| one.splitting().is_some());
        splitting.map(|one| one.name().to_owned()).collect()
    }

    pub(crate) async fn withdraw_due(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let names = self.splitting_names();
        if names.is_empty() {
            return Ok(());
        }
        let due: Vec<Due> = db::rows(
            self.env.pool.write(),
            include_str!("../sql/claim_split_accounts.sql"),
            values![self.env.now(), names, MOST, AGAIN.whole_seconds()],
        )
        .await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut stores: Vec<StoreId> = due.iter().map(|row| row.store_id).collect();
        stores.sort_unstable();
        stores.dedup();
        let owed = self.owed_by(stores.clone()).await?;
        let payees = self.payees(stores).await?;
        let mut failures = 0;
        for row in due {
            let payee = payees.get(&row.store_id);
            match self.withdraw_one(&row, payee, owed[&row.store_id]).await {
                Ok(looked) => {
                    failures = 0;
                    self.write_account_state(row.id, looked).await?;
                }
                Err(error) => {
                    let store = row.store_id;
                    tracing::warn!(%store, %error, "a store's account could not be withdrawn; it is tried again");
                    failures += 1;
                }
            }
            if failures == MOST_FAILURES {
                break;
            }
        }
        Ok(())
    }

    async fn owed_by(
        &self,
        stores: Vec<StoreId>,
    ) -> Result<BTreeMap<StoreId, Decimal>, PaymentError> {
        let owing: Vec<Owing> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/owed_by_stores.sql"),
            values![stores, Currency::BRL.code().to_owned()],
        )
        .await?;
        Ok(owing
            .into_iter()
            .map(|row| (row.store_id, row.owed))
            .collect())
    }

    async fn withdraw_one(
        &self,
        row: &Due,
        payee: Option<&Payee>,
        owed: Decimal,
    ) -> Result<AccountState, PaymentError> {
        let (Some(payee), Ok(provider)) = (payee, self.provider(&row.provider)) else {
            return Ok(AccountState::Again);
        };
        let Some(splitting) = provider.splitting() else {
            return Ok(AccountState::Again);
        };
        let look = splitting.sub_account(&row.account);
        let found = provider::by(self.settings.charge_deadline, look).await;
        self.note(provider.name(), &found).await;
        let balance = match found {
            Ok(found) => found.balance,
            Err(Failure::NotFound) => Money::zero(Currency::BRL),
            Err(failure) => return Err(unavailable(failure)),
        };
        self.keep_balance(row.id, balance).await?;
        if !balance.is_positive() {
            self.end_open(row.id).await?;
            let comes = row.retired && !self.may_come(row).await?;
            return Ok(match comes {
                true => AccountState::Emptied,
                false => AccountState::Done(None),
            });
        }
        if let Some(kept) = self.kept(row, payee, (owed, balance)) {
            return Ok(AccountState::Done(Some(kept)));
        }
        self.send((&*provider, splitting), row, balance).await
    }

    /// Why what is there stays there. What is of a key before goes to no other than that, whatever the store is paid
    /// on now, and however little it is.
    fn kept(&self, row: &Due, payee: &Payee, (owed, balance): (Decimal, Money)) -> Option<Kept> {
        let now = self.env.now();
        let not_paid = rules::store_not_paid(&self.settings, (payee, true), now);
        let of_account = |why: &WhyNotPaid| {
            matches!(
                why,
                WhyNotPaid::NoAccount {} | WhyNotPaid::AccountChanged { .. }
            )
        };
        let not_paid = not_paid.filter(|why| !row.retired || !of_account(why));
        if !row.retired && !is_paid_on(payee, &row.account) {
            return Some(Kept::OtherKey);
        }
        if not_paid.is_some() {
            return Some(Kept::NotPaid);
        }
        if rules::holds_new(&self.settings, payee, now) {
            return Some(Kept::NewStore);
        }
        if owed > Decimal::ZERO {
            return Some(Kept::Owes);
        }
        let minimum = rules::minimum_above(&self.settings, balance.into());
        minimum.filter(|_| !row.retired).map(|_| Kept::BelowMinimum)
    }

    async fn send(
        &self,
        (provider, splitting): (&dyn Provider, &dyn SplitsToStores),
        row: &Due,
        balance: Money,
    ) -> Result<AccountState, PaymentError> {
        let Some(asked) = self
            .begin_withdrawal((row.id, row.store_id), balance)
            .await?
        else {
            return Ok(AccountState::Again);
        };
        pass("payment.withdrawal_asked");
        let ask = splitting.withdraw(&row.account);
        let sent = provider::by(self.settings.charge_deadline, ask).await;
        pass("payment.withdrawal_answered");
        self.note(provider.name(), &sent).await;
        match sent {
            Ok(sent) => {
                let left = balance.checked_sub(sent.amount).ok();
                let left = left.filter(|left| !left.is_negative());
                self.write_withdrawn(asked, sent).await?;
                pass("payment.withdrawal_written");
                let left = left.unwrap_or(Money::zero(balance.currency()));
                self.keep_balance(row.id, left).await?;
                // Of one that is retired somebody looks whether it is empty.
                Ok(match row.retired {
                    true => AccountState::Again,
                    false => AccountState::Done(None),
                })
            }
            Err(Failure::Refused(why)) => {
                self.write_not_withdrawn(asked, why).await?;
                Ok(AccountState::Done(None))
            }
            Err(failure) => Err(unavailable(failure)),
        }
    }

    async fn may_come(&self, row: &Due) -> Result<bool, PaymentError> {
        let comes: Option<bool> = db::scalar(
            self.env.pool.read(),
            include_str!("../sql/splits_to_account.sql"),
            values![row.store_id, row.account.clone(), row.provider.clone()],
        )
        .await?;
        Ok(comes.unwrap_or(true))
    }

    async fn write_account_state(
        &self,
        account: Uuid,
        state: AccountState,
    ) -> Result<(), PaymentError> {
        let now = self.env.now();
        let (kept, emptied) = match state {
            AccountState::Again => return Ok(()),
            AccountState::Done(kept) => (kept, None),
            AccountState::Emptied => (None, Some(now)),
        };
        let written = split_account::Entity::update_many()
            .set(split_account::ActiveModel {
                withdraw_at: Set(None),
                kept: Set(kept),
                emptied_at: Set(emptied),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(split_account::Column::Id.eq(account));
        written.run(self.env.pool.write()).await?;
        Ok(())
    }
}
