//! Charges that a provider splits: each store's part goes to its own account there, and no payout pays it again.
//!
//! ```text
//! asked ---+--> paid      the charge is paid: what was pending is not owed to the store any more
//!          +--> denied    the provider says that it split the charge otherwise: an alarm, and payouts pay the store
//! ```
//!
//! The account is kept with the part before the provider is asked, so that a repeat asks for the same. The capture is
//! booked as any; what follows is a transaction of its own, after the provider was asked how it split. A process that
//! ends between them, or of an earlier release, leaves it to the job.

use std::collections::BTreeMap;

use feira_kernel::{
    Money, StoreId, Time,
    db::{self, Change},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use time::Duration;
use uuid::Uuid;

use super::{
    Service,
    rows::{self, PaymentRow, internal},
    settling::unavailable,
    split_rows::{self, SplitRow},
};
use crate::{
    PaymentError, PaymentId, StartPayment,
    entities::payment_split::{self, Column, SplitThere},
    postings,
    provider::{
        self, Charge, Failure, NewCharge, Provider,
        splitting::{SplitRefunds, SplitTo, SplitsToStores},
    },
};

/// How long after the capture the job looks, and at how many payments in one run.
const LOOKED_FOR: Duration = Duration::days(10);
const BATCH: i64 = 50;
const BATCHES: u32 = 20;

#[derive(FromQueryResult)]
struct Unbooked {
    id: PaymentId,
    gateway: String,
    charge: Option<String>,
    captured_at: Time,
}

/// What is written of one payment: its parts that were split, and those that were not.
#[derive(Clone)]
struct Told {
    payment: PaymentId,
    paid: Vec<Uuid>,
    denied: Vec<Uuid>,
}

impl Service {
    /// To whose accounts a new charge is split: of the stores that have one there and earn something.
    pub(super) async fn accounts_to_split_to(
        &self,
        provider: &dyn Provider,
        start: &StartPayment,
    ) -> Result<BTreeMap<StoreId, String>, PaymentError> {
        if provider.capabilities().splits.is_none() {
            return Ok(BTreeMap::new());
        }
        let earning = start
            .splits
            .iter()
            .filter(|split| split.earning.is_positive());
        let stores = earning.map(|split| split.store).collect();
        let ready = self.ready_accounts(stores).await?.into_iter();
        let here = ready.filter(|(_, there, _)| there == provider.name());
        Ok(here.map(|(store, _, account)| (store, account)).collect())
    }

    /// Asks for the charge, split as it was to be when the payment began.
    pub(super) async fn charge_at(
        &self,
        provider: &dyn Provider,
        charge: &NewCharge,
    ) -> Result<Result<Charge, Failure>, PaymentError> {
        let deadline = self.settings.charge_deadline;
        let Some(splitting) = provider.splitting() else {
            return Ok(provider::by(deadline, provider.charge(charge)).await);
        };
        let rows = split_rows::splits(self.env.pool.read(), charge.id).await?;
        let splits: Result<Vec<_>, _> = rows
            .iter()
            .filter_map(|row| row.split_to().transpose())
            .collect();
        let splits = splits?;
        Ok(match splits.is_empty() {
            true => provider::by(deadline, provider.charge(charge)).await,
            false => provider::by(deadline, splitting.charge_split(charge, &splits)).await,
        })
    }

    /// After a capture, whatever was split. What goes wrong is left to the job.
    pub(super) async fn book_split_of(&self, row: &PaymentRow) {
        let Ok(provider) = self.provider(&row.gateway) else {
            return;
        };
        if let (Some(_), Some(charge)) = (provider.splitting(), &row.transaction_id)
            && let Err(error) = self.book_split(&*provider, row.id, charge).await
        {
            tracing::warn!(payment = %row.id, %error, "how a charge was split could not be booked; the job does it");
        }
    }

    /// What was captured and is not booked yet.
    pub(crate) async fn book_splits(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let all = self.providers.all().into_iter();
        let splitting = all.filter(|one| one.splitting().is_some());
        let names: Vec<String> = splitting.map(|one| one.name().to_owned()).collect();
        let mut after = (self.env.now() - LOOKED_FOR, Uuid::nil());
        for _ in 0..BATCHES {
            let found: Vec<Unbooked> = db::rows(
                self.env.pool.read(),
                include_str!("../sql/splits_to_book.sql"),
                values![names.clone(), after.0, after.1, BATCH],
            )
            .await?;
            let Some(last) = found.last() else { break };
            after = (last.captured_at, last.id.0);
            for one in found {
                let (Ok(provider), Some(charge)) = (self.provider(&one.gateway), one.charge) else {
                    continue;
                };
                if let Err(error) = self.book_split(&*provider, one.id, &charge).await {
                    tracing::warn!(payment = %one.id, %error, "how a charge was split could not be booked; it is tried again");
                }
            }
        }
        Ok(())
    }

    async fn book_split(
        &self,
        provider: &dyn Provider,
        payment: PaymentId,
        charge: &str,
    ) -> Result<(), PaymentError> {
        let Some(splitting) = provider.splitting() else {
            return Ok(());
        };
        let rows = split_rows::splits(self.env.pool.read(), payment).await?;
        let open: Vec<SplitRow> = rows
            .into_iter()
            .filter(|row| row.there == Some(SplitThere::Asked))
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let told = self
            .told_of(provider, splitting, (payment, charge), &open)
            .await?;
        let denied = !told.denied.is_empty();
        let input = (self.clone(), told);
        let booked: Result<(), PaymentError> = self
            .env
            .pool
            .transaction(input, |tx, (service, told)| {
                Box::pin(async move { service.book_in(tx, told).await })
            })
            .await;
        booked?;
        if denied {
            let wrong = "was not split as it was asked for: the stores are paid by payouts";
            self.alarm(payment, charge, wrong).await?;
        }
        Ok(())
    }

    /// A provider that says nothing took the charge as it was asked for.
    async fn told_of(
        &self,
        provider: &dyn Provider,
        splitting: &dyn SplitsToStores,
        (payment, charge): (PaymentId, &str),
        open: &[SplitRow],
    ) -> Result<Told, PaymentError> {
        let answer = provider::by(self.settings.charge_deadline, splitting.splits(charge)).await;
        self.note(provider.name(), &answer).await;
        let said = answer.map_err(unavailable)?;
        let (mut paid, mut denied) = (Vec::new(), Vec::new());
        for row in open {
            let Some(asked) = row.split_to()? else {
                continue;
            };
            let is = |one: &SplitTo| {
                one.amount == asked.amount && one.account.eq_ignore_ascii_case(&asked.account)
            };
            match said.as_ref().is_none_or(|said| said.iter().any(is)) {
                true => paid.push(row.id),
                false => denied.push(row.id),
            }
        }
        Ok(Told {
            payment,
            paid,
            denied,
        })
    }

    /// Once per part, under the lock of its payment: what refunds, fees and disputes took before is not pending
    /// any more, and the store, which has the whole, owes it.
    async fn book_in(&self, tx: &db::Tx, told: Told) -> Result<(), PaymentError> {
        let payment = rows::lock(tx, told.payment).await?;
        if payment.captured_at.is_none() {
            return Ok(());
        }
        for row in split_rows::splits(&**tx, told.payment).await? {
            let is = match (told.paid.contains(&row.id), told.denied.contains(&row.id)) {
                (true, _) => SplitThere::Paid,
                (false, true) => SplitThere::Denied,
                (false, false) => continue,
            };
            if !self.write_there(tx, &row, is).await? || is == SplitThere::Denied {
                continue;
            }
            let whole = row.split()?.earning;
            let pending = match row.released_at {
                Some(_) => Money::zero(whole.currency()),
                None => row
                    .earning_free()?
                    .checked_sub(row.settled()?)
                    .map_err(internal)?,
            };
            let owed = whole.checked_sub(pending).map_err(internal)?;
            let of = (told.payment.0, row.id, row.share()?.store);
            let posting = postings::split_paid(of, pending, owed).map_err(internal)?;
            self.post(tx, &posting).await?;
        }
        Ok(())
    }

    /// Whether nobody had written it. What was paid there is released: nothing else pays it.
    async fn write_there(
        &self,
        tx: &db::Tx,
        row: &SplitRow,
        is: SplitThere,
    ) -> Result<bool, PaymentError> {
        let now = self.env.now();
        let released = row
            .released_at
            .or(Some(now))
            .filter(|_| is == SplitThere::Paid);
        let written = payment_split::Entity::update_many()
            .set(payment_split::ActiveModel {
                there: Set(Some(is)),
                released_at: Set(released.or(row.released_at)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id))
            .filter(Column::There.eq(SplitThere::Asked));
        Ok(written.run(&**tx).await? == 1)
    }

    /// Whether the provider takes what goes back of a part that it split out of the store's account.
    pub(super) fn accounts_refund(&self, gateway: &str) -> bool {
        let provider = self.providers.named(gateway);
        let splits = provider.and_then(|one| one.capabilities().splits);
        splits == Some(SplitRefunds::Accounts)
    }
}

impl SplitRow {
    /// To whom the provider is to pay it.
    fn split_to(&self) -> Result<Option<SplitTo>, PaymentError> {
        let Some(account) = self.account.clone() else {
            return Ok(None);
        };
        Ok(Some(SplitTo {
            account,
            amount: self.split()?.earning,
        }))
    }
}
