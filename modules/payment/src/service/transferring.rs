//! Payouts that a provider transfers to the store's account there.
//!
//! ```text
//! waiting --- asked ---+--> made            the payout is paid
//!    ^          |      |
//!    |          |      +--> asked           no answer: the same key, after a minute, doubling to an hour
//!    |          +--> waiting                refused, or too little there: nothing moved
//!    +--> given_up                          an operator, while nothing is asked
//! ```
//!
//! What was asked of a provider that is not configured any more nobody is told: an operator looks there, and gives it
//! up with the word that it was not made, or says under which reference it was.
//!
//! A process may end between any two of these:
//!
//! | after | what is left | who goes on |
//! |---|---|---|
//! | the payout is made | `waiting`, due at once | the job |
//! | `asked` is written | nobody was asked, or nobody heard the answer | the job, when it is due again: what was sent is found by the payout |
//! | the provider answered | the same | the same |
//!
//! What is asked is else never given up and never paid by hand. A refusal counts only if nobody asked since, and
//! what was refused is asked for under another key: see [`NewTransfer`].

use feira_kernel::{
    StoreId,
    db::{self, Change, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use time::Duration;

use super::{Service, pass, rows};
use crate::{
    PaymentError, PayoutId, TransferState, TransferTrouble,
    access::SELF,
    entities::{
        payout,
        payout_transfer::{ActiveModel, Column, Entity, Model},
    },
    provider::{
        self, Failure, Provider,
        paying::{NewTransfer, Transfer, TransferAnswer},
    },
};

/// What one run of the job sends.
const MOST: usize = 200;
/// The longest that is waited for an outcome that is not known, in seconds.
const ASKED_AGAIN: i64 = 3_600;
/// When it is tried again where too little is there, and where it was refused: other payments come in, and
/// somebody mends.
const SHORT: Duration = Duration::hours(1);
const REFUSED: Duration = Duration::hours(6);
/// The longest code that is kept.
const MOST_TOLD: usize = 200;

#[derive(Debug, Clone, FromQueryResult)]
struct Taken {
    payout_id: PayoutId,
    store_id: StoreId,
    provider: String,
    account: String,
    amount: Decimal,
    currency: String,
    refusals: i32,
    attempts: i32,
}

/// Why nothing moved.
struct Refusal {
    trouble: TransferTrouble,
    told: Option<String>,
    after: Duration,
}

impl Service {
    /// The names of those that can be asked now.
    pub(super) fn paying_providers(&self) -> Vec<String> {
        let all = self.providers.all();
        let paying = all.iter().filter(|one| one.paying().is_some());
        paying.map(|one| one.name().to_owned()).collect()
    }

    /// Sends what is due, one after the other.
    pub(crate) async fn send_transfers(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let providers = self.paying_providers();
        for _ in 0..MOST {
            let taken: Option<Taken> = db::optional(
                self.env.pool.write(),
                include_str!("../sql/claim_transfer.sql"),
                values![
                    self.env.now(),
                    providers.clone(),
                    ASKED_AGAIN,
                    REFUSED.whole_seconds()
                ],
            )
            .await?;
            let Some(taken) = taken else { break };
            pass("payment.transfer_asked");
            let payout = taken.payout_id;
            if let Err(error) = self.send_one(taken).await {
                tracing::warn!(%payout, %error, "a payout could not be transferred; it is asked for again");
            }
        }
        Ok(())
    }

    async fn send_one(&self, taken: Taken) -> Result<(), PaymentError> {
        let provider = self.provider(&taken.provider)?;
        let Some(paying) = provider.paying() else {
            return Ok(());
        };
        let new = NewTransfer {
            payout: taken.payout_id,
            refusals: taken.refusals,
            account: taken.account.clone(),
            amount: rows::money(taken.amount, &taken.currency)?,
        };
        let answer = provider::by(self.settings.charge_deadline, paying.transfer(&new)).await;
        pass("payment.transfer_answered");
        if let Err(failure) = &answer {
            self.providers.failed(provider.name(), failure).await;
        }
        match answer {
            Ok(TransferAnswer::Made(sent)) => self.write_transferred(taken, sent).await,
            Ok(TransferAnswer::Short) => {
                let refusal = Refusal {
                    trouble: TransferTrouble::Short,
                    told: None,
                    after: SHORT,
                };
                self.write_refused(&taken, refusal).await
            }
            Err(Failure::Refused(code)) => self.refused(provider.as_ref(), &taken, code).await,
            Err(Failure::Misconfigured(_)) => {
                self.write_trouble(&taken, TransferTrouble::Settings).await
            }
            Err(_) => self.write_trouble(&taken, TransferTrouble::Unknown).await,
        }
    }

    /// Perhaps because the account was closed: then it is said so, and held until it is open again.
    async fn refused(
        &self,
        provider: &dyn Provider,
        taken: &Taken,
        code: String,
    ) -> Result<(), PaymentError> {
        let account = self.look_at_account(provider, &taken.account).await;
        let closed = matches!(account, Ok(Some(ready)) if !ready);
        let trouble = match closed {
            true => TransferTrouble::AccountClosed,
            false => TransferTrouble::Refused,
        };
        let refusal = Refusal {
            trouble,
            told: Some(code.chars().take(MOST_TOLD).collect()),
            after: REFUSED,
        };
        self.write_refused(taken, refusal).await
    }

    /// Nothing moved. Who asked since knows more.
    async fn write_refused(&self, taken: &Taken, refusal: Refusal) -> Result<(), PaymentError> {
        let now = self.env.now();
        let written = Entity::update_many()
            .set(ActiveModel {
                state: Set(TransferState::Waiting),
                trouble: Set(Some(refusal.trouble)),
                told: Set(refusal.told),
                next_attempt_at: Set(Some(now + refusal.after)),
                updated_at: Set(now),
                ..Default::default()
            })
            .col_expr(Column::Refusals, Expr::col(Column::Refusals).add(1))
            .filter(Column::PayoutId.eq(taken.payout_id))
            .filter(Column::State.eq(TransferState::Asked))
            .filter(Column::Attempts.eq(taken.attempts));
        written.run(self.env.pool.write()).await?;
        Ok(())
    }

    /// Perhaps something moved: it stays asked.
    async fn write_trouble(
        &self,
        taken: &Taken,
        trouble: TransferTrouble,
    ) -> Result<(), PaymentError> {
        let written = Entity::update_many()
            .set(ActiveModel {
                trouble: Set(Some(trouble)),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::PayoutId.eq(taken.payout_id))
            .filter(Column::State.eq(TransferState::Asked));
        written.run(self.env.pool.write()).await?;
        Ok(())
    }

    async fn write_transferred(&self, taken: Taken, sent: Transfer) -> Result<(), PaymentError> {
        let input = (self.clone(), taken, sent);
        let written: Result<(), PaymentError> = self
            .env
            .pool
            .transaction(input, |tx, (service, taken, sent)| {
                Box::pin(async move { service.sent_in(tx, &taken, sent).await })
            })
            .await;
        written?;
        pass("payment.transfer_written");
        Ok(())
    }

    async fn sent_in(
        &self,
        tx: &db::Tx,
        taken: &Taken,
        sent: Transfer,
    ) -> Result<(), PaymentError> {
        let now = self.env.now();
        let written = Entity::update_many()
            .set(ActiveModel {
                state: Set(TransferState::Made),
                transfer_id: Set(Some(sent.id.clone())),
                trouble: Set(None),
                told: Set(None),
                next_attempt_at: Set(None),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::PayoutId.eq(taken.payout_id))
            .filter(Column::State.eq(TransferState::Asked))
            .run(&**tx)
            .await?;
        if written == 1 {
            return self.transferred(tx, taken.payout_id, sent.id).await;
        }
        let row = Entity::find_by_id(taken.payout_id).row(&**tx).await?;
        if row.is_none_or(|row| row.transfer_id.as_ref() != Some(&sent.id)) {
            tracing::error!(
                payout = %taken.payout_id, store = %taken.store_id, transfer = sent.id,
                "a payout was transferred that nobody asked for any more"
            );
        }
        Ok(())
    }

    /// Makes the transfer of a payout to the store's account, due at once.
    pub(super) async fn begin_transfer(
        &self,
        tx: &db::Tx,
        row: &payout::Model,
        (provider, account): (String, String),
    ) -> Result<(), PaymentError> {
        let transfer = ActiveModel {
            payout_id: Set(row.id),
            store_id: Set(row.store_id),
            provider: Set(provider),
            account: Set(account),
            amount: Set(row.amount),
            currency: Set(row.currency.clone()),
            state: Set(TransferState::Waiting),
            next_attempt_at: Set(Some(row.created_at)),
            created_at: Set(row.created_at),
            updated_at: Set(row.created_at),
            ..Default::default()
        };
        Entity::insert(transfer).run(&**tx).await?;
        Ok(())
    }

    /// Before its payout is: only while nothing is asked, or of one that a provider was asked for which is not here
    /// any more, with somebody's word that it was not made. Of a payout that no provider transfers, and of one
    /// that was given up before, nothing is to be done.
    pub(super) async fn give_up_transfer(
        &self,
        tx: &db::Tx,
        id: PayoutId,
        not_made: bool,
    ) -> Result<(), PaymentError> {
        let row: Option<Model> = Entity::find_by_id(id).row(&**tx).await?;
        let orphaned = not_made && row.as_ref().is_some_and(|row| self.is_orphaned(row));
        let given_up = Entity::update_many()
            .set(ActiveModel {
                state: Set(TransferState::GivenUp),
                next_attempt_at: Set(None),
                updated_at: Set(self.env.now()),
                ..Default::default()
            })
            .filter(Column::PayoutId.eq(id))
            .filter(match orphaned {
                true => Column::State.is_in([TransferState::Waiting, TransferState::Asked]),
                false => Column::State.eq(TransferState::Waiting),
            });
        if given_up.run(&**tx).await? == 1 {
            return Ok(());
        }
        let row: Option<Model> = Entity::find_by_id(id).row(&**tx).await?;
        match row.map(|row| row.state) {
            None | Some(TransferState::GivenUp) => Ok(()),
            Some(_) => Err(PaymentError::PayoutByTransfer),
        }
    }

    /// The account takes payouts again: what waits for that is due.
    pub(super) async fn wake_transfers(
        &self,
        provider: &str,
        account: &str,
    ) -> Result<(), PaymentError> {
        let now = self.env.now();
        let due = Entity::update_many()
            .set(ActiveModel {
                next_attempt_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Provider.eq(provider))
            .filter(Column::Account.eq(account))
            .filter(db::is(Column::State, TransferState::Waiting))
            .filter(Column::Trouble.eq(TransferTrouble::AccountClosed));
        due.run(self.env.pool.write()).await?;
        Ok(())
    }

    /// By the provider's word.
    async fn transferred(
        &self,
        tx: &db::Tx,
        id: PayoutId,
        transfer: String,
    ) -> Result<(), PaymentError> {
        let paid = self.mark_paid_in(tx, &SELF, id, (transfer, true));
        paid.await.map(|_| ())
    }
}
