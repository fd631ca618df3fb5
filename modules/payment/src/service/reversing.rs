//! What a store owes after it was paid by transfer is taken back from its account at the provider: as much as is
//! owed, at most what is left of the transfer. What only a dispute, or a refund that runs, keeps back is not owed yet.
//!
//! ```text
//! asked ---+--> made       the money is at the marketplace's, and the store owes less
//!          +--> asked      no answer: the same key, after a minute, doubling to an hour
//!          +--> refused    as by an empty account: the store owes it, and the next payouts net it; asked once
//!                          more after a day
//! ```
//!
//! The row is written before the provider is asked, so that two jobs never take back the same debt; a process that
//! ends after that asks again under the row's id. Meanwhile a payout may net the debt as well: then what comes back
//! is payable to the store, and is in the next payout.

use feira_kernel::{
    StoreId, Time,
    db::{self, Change},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use time::Duration;
use uuid::Uuid;

use super::{Service, debts::owed_for_certain, pass, rows, store_money::lock_money};
use crate::{
    PaymentError, PayoutId, ReversalState,
    entities::{
        payout_transfer::{self, Column as Of},
        transfer_reversal::{ActiveModel, Column, Entity},
    },
    postings,
    provider::{
        self, Failure,
        paying::{NewReversal, Reversal},
    },
};

/// What one run of the job looks at, and asks.
const BATCH: i64 = 100;
const MOST: usize = 200;
/// The longest that is waited for an outcome that is not known, in seconds.
const ASKED_AGAIN: i64 = 3_600;
/// When what was refused is asked for once more.
const REFUSED: Duration = Duration::hours(24);
/// The longest code that is kept.
const MOST_TOLD: usize = 200;

#[derive(FromQueryResult)]
struct Debtor {
    store_id: StoreId,
    currency: String,
}

/// Of what something can be taken back.
#[derive(FromQueryResult)]
struct Reversible {
    payout_id: PayoutId,
    provider: String,
    transfer_id: String,
    left: Decimal,
}

#[derive(Clone, FromQueryResult)]
struct Taken {
    id: Uuid,
    payout_id: PayoutId,
    store_id: StoreId,
    provider: String,
    transfer_id: String,
    amount: Decimal,
    currency: String,
    attempts: i32,
}

impl Service {
    /// What is owed is to be taken back, and what is to be taken back is asked for.
    pub(crate) async fn reverse_transfers(&self) -> Result<(), PaymentError> {
        self.find_debtors().await?;
        self.providers.refresh().await?;
        let providers = self.paying_providers();
        for _ in 0..MOST {
            let taken: Option<Taken> = db::optional(
                self.env.pool.write(),
                include_str!("../sql/claim_reversal.sql"),
                values![self.env.now(), providers.clone(), ASKED_AGAIN],
            )
            .await?;
            let Some(taken) = taken else { break };
            let reversal = taken.id;
            if let Err(error) = self.take_back_one(taken).await {
                tracing::warn!(%reversal, %error, "a transfer could not be reversed; it is asked for again");
            }
        }
        Ok(())
    }

    async fn find_debtors(&self) -> Result<(), PaymentError> {
        let mut after = (Uuid::nil(), String::new());
        loop {
            let found: Vec<Debtor> = db::rows(
                self.env.pool.search(),
                include_str!("../sql/debtors_with_transfers.sql"),
                values![after.0, after.1.clone(), BATCH],
            )
            .await?;
            let Some(last) = found.last() else {
                return Ok(());
            };
            after = (last.store_id.0, last.currency.clone());
            for debtor in found {
                let store = debtor.store_id;
                if let Err(error) = self.begin_reversals(debtor).await {
                    tracing::warn!(%store, %error, "what a store owes could not be looked at");
                }
            }
        }
    }

    /// Of the newest transfers first, until nothing is owed or nothing is left.
    async fn begin_reversals(&self, debtor: Debtor) -> Result<(), PaymentError> {
        for _ in 0..MOST {
            let input = (self.clone(), debtor.store_id, debtor.currency.clone());
            let begun: Result<bool, PaymentError> = self
                .env
                .pool
                .transaction(input, |tx, (service, store, currency)| {
                    Box::pin(async move { service.begin_in(tx, store, currency).await })
                })
                .await;
            if !begun? {
                break;
            }
        }
        Ok(())
    }

    async fn begin_in(
        &self,
        tx: &db::Tx,
        store: StoreId,
        currency: String,
    ) -> Result<bool, PaymentError> {
        let owed = owed_for_certain(tx, store, &currency).await?;
        if owed <= Decimal::ZERO {
            return Ok(false);
        }
        let now = self.env.now();
        let found: Option<Reversible> = db::optional(
            &**tx,
            include_str!("../sql/reversible.sql"),
            values![store, currency.clone(), now - REFUSED],
        )
        .await?;
        let Some(found) = found else {
            return Ok(false);
        };
        let row = ActiveModel {
            id: Set(self.env.uuid()),
            payout_id: Set(found.payout_id),
            store_id: Set(store),
            provider: Set(found.provider),
            transfer_id: Set(found.transfer_id),
            amount: Set(owed.min(found.left)),
            currency: Set(currency),
            state: Set(ReversalState::Asked),
            next_attempt_at: Set(Some(now)),
            created_at: Set(now),
            updated_at: Set(now),
            ..Default::default()
        };
        Entity::insert(row).run(&**tx).await?;
        Ok(true)
    }

    async fn take_back_one(&self, taken: Taken) -> Result<(), PaymentError> {
        pass("payment.reversal_asked");
        let provider = self.provider(&taken.provider)?;
        let Some(paying) = provider.paying() else {
            return Ok(());
        };
        let new = NewReversal {
            id: taken.id,
            transfer: taken.transfer_id.clone(),
            amount: rows::money(taken.amount, &taken.currency)?,
        };
        let answer = provider::by(self.settings.charge_deadline, paying.reverse(&new)).await;
        pass("payment.reversal_answered");
        if let Err(failure) = &answer {
            self.providers.failed(provider.name(), failure).await;
        }
        match answer {
            Ok(made) => self.write_reversed(taken, made).await,
            Err(Failure::Refused(code)) => self.write_not_back(&taken, code).await,
            // It is asked for again.
            Err(_) => Ok(()),
        }
    }

    /// Nothing came back. Who asked since knows more.
    async fn write_not_back(&self, taken: &Taken, code: String) -> Result<(), PaymentError> {
        let now = self.env.now();
        let told: String = code.chars().take(MOST_TOLD).collect();
        let written = Entity::update_many()
            .set(ActiveModel {
                state: Set(ReversalState::Refused),
                refused_why: Set(Some(told)),
                ..ended(now)
            })
            .filter(Column::Id.eq(taken.id))
            .filter(Column::State.eq(ReversalState::Asked))
            .filter(Column::Attempts.eq(taken.attempts));
        written.run(self.env.pool.write()).await?;
        Ok(())
    }

    async fn write_reversed(&self, taken: Taken, made: Reversal) -> Result<(), PaymentError> {
        let input = (self.clone(), taken, made);
        let written: Result<(), PaymentError> = self
            .env
            .pool
            .transaction(input, |tx, (service, taken, made)| {
                Box::pin(async move { service.back_in(tx, &taken, made).await })
            })
            .await;
        written?;
        pass("payment.reversal_written");
        Ok(())
    }

    /// Once: under the lock of the store's money, as whatever decides by its sum.
    async fn back_in(
        &self,
        tx: &db::Tx,
        taken: &Taken,
        made: Reversal,
    ) -> Result<(), PaymentError> {
        lock_money(tx, taken.store_id, &taken.currency).await?;
        let now = self.env.now();
        let written = Entity::update_many()
            .set(ActiveModel {
                state: Set(ReversalState::Made),
                reversal_id: Set(Some(made.id.clone())),
                ..ended(now)
            })
            .filter(Column::Id.eq(taken.id))
            .filter(Column::State.eq(ReversalState::Asked));
        if written.run(&**tx).await? == 0 {
            return Ok(());
        }
        let back = Expr::col(Of::Reversed).add(taken.amount);
        let counted = payout_transfer::Entity::update_many()
            .set(payout_transfer::ActiveModel {
                updated_at: Set(now),
                ..Default::default()
            })
            .col_expr(Of::Reversed, back)
            .filter(Of::PayoutId.eq(taken.payout_id));
        if counted.run(&**tx).await? != 1 {
            return Err(rows::internal("a reversal of no transfer"));
        }
        let amount = rows::total(taken.amount, &taken.currency)?;
        let of = (taken.payout_id.0, taken.store_id);
        let posting = postings::payout_reversed(taken.id, of, amount);
        self.post(tx, &posting).await
    }
}

fn ended(now: Time) -> ActiveModel {
    ActiveModel {
        next_attempt_at: Set(None),
        ended_at: Set(Some(now)),
        updated_at: Set(now),
        ..Default::default()
    }
}
