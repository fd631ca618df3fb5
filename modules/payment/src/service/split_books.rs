//! What is written of a captured charge that was to be split: how it was, as the provider says, or an operator. It is
//! a transaction of its own; a process that ends before it, or of an earlier release, leaves it to the job.

use feira_kernel::{
    Money,
    db::{self, Change},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Set};
use uuid::Uuid;

use super::{
    Service, pass,
    rows::{self, PaymentRow, internal},
    settling::unavailable,
    split_rows::{self, SplitRow},
};
use crate::{
    PaymentError, PaymentId,
    entities::{
        payment_split::{self, Column, SplitThere},
        split_account,
    },
    postings::{self, out_of_account},
    provider::{
        self, Provider,
        splitting::{SplitTo, SplitsToStores},
    },
    sentences::{NOT_SPLIT, PERHAPS_SPLIT},
};

/// Payments of which one run of the job asks.
const MOST: i64 = 200;
/// Answers that one run waits for in vain, one after another.
const MOST_FAILURES: u32 = 3;

#[derive(FromQueryResult)]
struct Unbooked {
    id: PaymentId,
    gateway: String,
    charge: Option<String>,
}

/// What is written of one payment: its parts that were split, and those that were not.
#[derive(Debug, Clone, Default)]
pub(super) struct ToldSplits {
    pub(super) paid: Vec<Uuid>,
    pub(super) denied: Vec<Uuid>,
    /// Of which nobody says anything.
    silent: bool,
}

impl Service {
    /// After a capture, whatever was split. What goes wrong is left to the job.
    pub(super) async fn book_split_of(&self, row: &PaymentRow) {
        self.try_to_book(row.id, &row.gateway, row.transaction_id.as_deref())
            .await;
    }

    /// Whether the provider answered, or was not asked.
    pub(super) async fn try_to_book(
        &self,
        payment: PaymentId,
        gateway: &str,
        charge: Option<&str>,
    ) -> bool {
        let (Ok(provider), Some(charge)) = (self.provider(gateway), charge) else {
            return true;
        };
        let Some(splitting) = provider.splitting() else {
            return true;
        };
        let booked = self.book_split((&*provider, splitting), payment, charge);
        match booked.await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(%payment, %error, "how a charge was split could not be booked; the job tries again");
                false
            }
        }
    }

    /// What was captured and is not booked yet. Each is put off before it is asked about, the longer the older it is.
    pub(crate) async fn book_splits(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let names = self.splitting_names();
        if names.is_empty() {
            return Ok(());
        }
        let due: Vec<Unbooked> = db::rows(
            self.env.pool.write(),
            include_str!("../sql/claim_splits_to_book.sql"),
            values![names, self.env.now(), MOST],
        )
        .await?;
        let mut failures = 0;
        for one in due {
            let answered = self
                .try_to_book(one.id, &one.gateway, one.charge.as_deref())
                .await;
            failures = if answered { 0 } else { failures + 1 };
            if failures == MOST_FAILURES {
                break;
            }
        }
        Ok(())
    }

    async fn book_split(
        &self,
        at: (&dyn Provider, &dyn SplitsToStores),
        payment: PaymentId,
        charge: &str,
    ) -> Result<(), PaymentError> {
        let rows = split_rows::splits(self.env.pool.read(), payment).await?;
        let open: Vec<SplitRow> = rows.into_iter().filter(SplitRow::is_asked_there).collect();
        if open.is_empty() {
            return Ok(());
        }
        let told = self.told_of(at, charge, &open).await?;
        pass("payment.split_told");
        // Before it is written, so that it is told whatever happens then: it is told once.
        if !told.denied.is_empty() {
            self.alarm(payment, charge, NOT_SPLIT).await?;
        }
        if told.silent {
            self.alarm(payment, charge, PERHAPS_SPLIT).await?;
        }
        let input = (self.clone(), told);
        self.env
            .pool
            .transaction(input, move |tx, (service, told)| {
                Box::pin(async move { service.book_in(tx, payment, &told).await })
            })
            .await?;
        pass("payment.split_booked");
        Ok(())
    }

    /// As the charge says now; where it says nothing, as the answer said by which it was made.
    async fn told_of(
        &self,
        (provider, splitting): (&dyn Provider, &dyn SplitsToStores),
        charge: &str,
        open: &[SplitRow],
    ) -> Result<ToldSplits, PaymentError> {
        let answer = provider::by(self.settings.charge_deadline, splitting.splits(charge)).await;
        self.note(provider.name(), &answer).await;
        let said = answer.map_err(unavailable)?;
        let mut told = ToldSplits::default();
        for row in open {
            let Some(asked) = row.split_to()? else {
                continue;
            };
            let is = match &said {
                Some(said) => Some(said.iter().any(|one| one.is(&asked))),
                None => row.told_there,
            };
            match is {
                Some(true) => told.paid.push(row.id),
                Some(false) => told.denied.push(row.id),
                None => told.silent = true,
            }
        }
        Ok(told)
    }

    /// Once per part, under the lock of its payment.
    pub(super) async fn book_in(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        told: &ToldSplits,
    ) -> Result<(), PaymentError> {
        let payment = rows::lock(tx, id).await?;
        if payment.captured_at.is_none() {
            return Ok(());
        }
        for row in split_rows::splits(&**tx, id).await? {
            let is = match (told.paid.contains(&row.id), told.denied.contains(&row.id)) {
                (true, _) => SplitThere::Paid,
                (false, true) => SplitThere::Denied,
                (false, false) => continue,
            };
            if !self.write_there(tx, &row, is).await? {
                continue;
            }
            if is == SplitThere::Paid {
                self.book_paid_there(tx, id, &row).await?;
            } else if row.release_asked_at.is_some() {
                self.release_left(tx, id, &row).await?;
            }
        }
        // What went back whole meanwhile, and is paid by payouts after all.
        self.release_given_back(tx, id).await
    }

    /// What refunds, fees and disputes took before is not pending any more, and the store, which has the whole, owes
    /// it, but for what refunds took out of its account.
    async fn book_paid_there(
        &self,
        tx: &db::Tx,
        payment: PaymentId,
        row: &SplitRow,
    ) -> Result<(), PaymentError> {
        let split = row.split()?;
        let pending = match row.released_at {
            Some(_) => Money::zero(split.earning.currency()),
            None => row
                .earning_free()?
                .checked_sub(row.settled()?)
                .map_err(internal)?,
        };
        let owed = split.earning.checked_sub(pending).map_err(internal)?;
        let of = (payment.0, row.id, split.store);
        let mut posting = postings::split_paid(of, pending, owed).map_err(internal)?;
        let taken: Option<Decimal> = db::scalar(
            &**tx,
            include_str!("../sql/refunded_there.sql"),
            values![payment, row.id],
        )
        .await?;
        let taken = rows::money(taken.unwrap_or_default(), split.earning.currency().code())?;
        if taken.is_positive() {
            posting.entries.extend(out_of_account(split.store, taken));
        }
        self.post(tx, &posting).await?;
        self.wake_retired(tx, row).await
    }

    /// What came into the account of a key before is to go to that.
    async fn wake_retired(&self, tx: &db::Tx, row: &SplitRow) -> Result<(), PaymentError> {
        use split_account::Column as Of;
        let now = self.env.now();
        let woken = split_account::Entity::update_many()
            .set(split_account::ActiveModel {
                emptied_at: Set(None),
                withdraw_at: Set(Some(now)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Of::StoreId.eq(row.split()?.store))
            .filter(Of::Account.eq(row.account.as_deref()))
            .filter(Of::RetiredAt.is_not_null());
        woken.run(&**tx).await?;
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
                look_at: Set(None),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(row.id))
            .filter(Column::There.eq(SplitThere::Asked));
        Ok(written.run(&**tx).await? == 1)
    }
}

impl SplitRow {
    /// To whom the provider is to pay it.
    pub(super) fn split_to(&self) -> Result<Option<SplitTo>, PaymentError> {
        let Some(account) = self.account.clone() else {
            return Ok(None);
        };
        Ok(Some(SplitTo {
            account,
            amount: self.split()?.earning,
        }))
    }
}
