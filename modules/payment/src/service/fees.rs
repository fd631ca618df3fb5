//! What providers took for their service: asked for once a charge is captured, because most know it only
//! some time later, and booked once.

use feira_kernel::{
    Money, Time,
    db::{self, Change, Direction, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Select, Set};
use time::Duration;
use uuid::Uuid;

use super::{
    Service,
    releasing::open_items,
    rows::{self, internal},
    split_rows::{self, SplitRow},
};
use crate::{
    FeeBearer, InterestBearer, PaymentError, PaymentId,
    entities::payment,
    ledger,
    postings::{self, Borne},
    provider::{self, Failure, Fee, Provider, TellsFees},
    sentences::FEE_NOT_BOOKED,
};

/// How long a provider is asked about one charge: none takes longer to settle it.
const ASKED_FOR: Duration = Duration::days(10);
/// Charges that are asked about together, and how often in one run.
const BATCH: u64 = 50;
const BATCHES: u32 = 20;
/// Charges that it says nothing of, until it is taken to be away: one alone keeps no others waiting.
const MOST_FAILURES: u32 = 3;

#[derive(FromQueryResult)]
struct Unknown {
    id: PaymentId,
    charge: Option<String>,
    captured_at: Time,
}

/// A fee, and who bears the interest in it.
struct Billed {
    fee: Money,
    financing: Money,
    interest: Option<InterestBearer>,
}

impl Billed {
    /// What of it the stores bear, if they bear any. Interest that the provider took although the payer was to
    /// bear it is a fee as any other.
    fn of_stores(&self, fees: bool) -> Result<Option<Money>, PaymentError> {
        let interest = match self.interest {
            Some(InterestBearer::Store) => true,
            Some(InterestBearer::Marketplace) => false,
            Some(InterestBearer::Buyer) | None => fees,
        };
        let rest = self.fee.checked_sub(self.financing).map_err(internal)?;
        Ok(match (fees, interest) {
            (true, true) => Some(self.fee),
            (true, false) => Some(rest),
            (false, true) => Some(self.financing),
            (false, false) => None,
        })
    }
}

/// The interest in a fee; nothing if it cannot be that.
fn part(told: Fee) -> Option<Money> {
    let financing = told
        .financing
        .unwrap_or_else(|| Money::zero(told.amount.currency()));
    let fits = financing
        .compare(told.amount)
        .is_ok_and(std::cmp::Ordering::is_le);
    (fits && !financing.is_negative()).then_some(financing)
}

/// Captured payments of the provider whose fee is not known, in the order of their capture after this place; with
/// `financed` only those whose interest their payer does not bear.
fn without_fee(
    provider: &str,
    financed: bool,
    after: (Time, PaymentId),
) -> Select<payment::Entity> {
    let mut unknown = payment::Entity::find()
        .filter(payment::Column::Gateway.eq(provider))
        .filter(payment::Column::CapturedAt.is_not_null())
        .filter(payment::Column::Fee.is_null());
    if financed {
        let bearers = [InterestBearer::Marketplace, InterestBearer::Store];
        unknown = unknown.filter(payment::Column::InterestBorneBy.is_in(bearers));
    }
    let order = [payment::Column::CapturedAt, payment::Column::Id];
    db::after(unknown, (&order, Direction::Ascending), Some(after))
        .select_only()
        .columns([payment::Column::Id, payment::Column::CapturedAt])
        .column_as(payment::Column::TransactionId, "charge")
}

impl Service {
    /// Each provider that says such things, about what it has not yet.
    pub(crate) async fn ask_fees(&self) -> Result<(), PaymentError> {
        self.providers.refresh().await?;
        let all = self.providers.all().into_iter();
        for provider in all.filter(|one| one.tells_fees() != TellsFees::Never) {
            self.ask_fees_of(&*provider).await?;
        }
        Ok(())
    }

    /// Stops early when it does not answer; what it cannot tell of a few charges keeps it from no others.
    async fn ask_fees_of(&self, provider: &dyn Provider) -> Result<(), PaymentError> {
        let financed = provider.tells_fees() == TellsFees::Financed;
        let mut after = (self.env.now() - ASKED_FOR, PaymentId(Uuid::nil()));
        let mut failures = 0;
        for _ in 0..BATCHES {
            let unknown = without_fee(provider.name(), financed, after).limit(BATCH);
            let unknown = unknown.into_model::<Unknown>();
            let unknown = unknown.rows(self.env.pool.read()).await?;
            let Some(last) = unknown.last() else { break };
            after = (last.captured_at, last.id);
            for one in unknown {
                if !self.ask_fee(provider, one).await? {
                    failures += 1;
                }
                if failures == MOST_FAILURES {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Whether it answered.
    async fn ask_fee(&self, provider: &dyn Provider, one: Unknown) -> Result<bool, PaymentError> {
        let Some(charge) = one.charge else {
            return Ok(true);
        };
        let told = provider::by(self.settings.charge_deadline, provider.fee(&charge)).await;
        self.note(provider.name(), &told).await;
        match told {
            Ok(Some(fee)) => self.book_fee(one.id, &charge, fee).await.map(|()| true),
            Ok(None) => Ok(true),
            Err(failure) => {
                let answered = matches!(failure, Failure::NotFound | Failure::Refused(_));
                tracing::warn!(payment = %one.id, %failure, "what the provider took is not known; it will be asked for again");
                Ok(answered)
            }
        }
    }

    /// Once per payment. What cannot be a fee of it is told, and not booked.
    async fn book_fee(&self, id: PaymentId, charge: &str, fee: Fee) -> Result<(), PaymentError> {
        let input = (self.clone(), fee);
        let booked: Result<bool, PaymentError> = self
            .env
            .pool
            .transaction(input, move |tx, (service, fee)| {
                Box::pin(async move { service.book_fee_in(tx, id, fee).await })
            })
            .await;
        if !booked? {
            let wrong = FEE_NOT_BOOKED.of(&[&fee.amount]);
            self.alarm(id, charge, wrong).await?;
        }
        Ok(())
    }

    async fn book_fee_in(
        &self,
        tx: &db::Tx,
        id: PaymentId,
        told: Fee,
    ) -> Result<bool, PaymentError> {
        let fee = told.amount;
        let row = rows::lock(tx, id).await?;
        let amount = rows::money(row.amount, &row.currency)?;
        if row.fee.is_some() {
            return Ok(true);
        }
        let fits = fee.compare(amount).is_ok_and(std::cmp::Ordering::is_le);
        if !fits || fee.is_negative() || row.captured_at.is_none() {
            return Ok(false);
        }
        let Some(financing) = part(told) else {
            return Ok(false);
        };
        let borne = Billed {
            fee,
            financing,
            interest: row.interest_borne_by,
        };
        let told = payment::ActiveModel {
            fee: Set(Some(fee.amount())),
            financing_fee: Set(told.financing.map(Money::amount)),
            updated_at: Set(self.env.now()),
            ..Default::default()
        };
        let by_id = payment::Column::Id.eq(id);
        let told = payment::Entity::update_many().set(told).filter(by_id);
        told.run(&**tx).await?;
        let splits = split_rows::splits(&**tx, id).await?;
        let borne = self.borne(&splits, &borne)?;
        let posting = postings::fee(id.0, fee, &borne).map_err(internal)?;
        let entries = ledger::post(tx, &self.env, &posting).await?;
        open_items(tx, posting.kind, &entries).await?;
        let borne = borne.iter().map(|one| (one.split, one.fee));
        self.bear(tx, borne.collect()).await?;
        self.release_given_back(tx, id).await?;
        Ok(true)
    }

    /// Writes what of a fee each split bears.
    pub(super) async fn bear(
        &self,
        tx: &db::Tx,
        borne: Vec<(Uuid, Money)>,
    ) -> Result<(), PaymentError> {
        if borne.is_empty() {
            return Ok(());
        }
        let (splits, fees): (Vec<Uuid>, Vec<Decimal>) = borne
            .into_iter()
            .map(|(split, fee)| (split, fee.amount()))
            .unzip();
        let sql = include_str!("../sql/bear_fee.sql");
        db::exec(&**tx, sql, values![splits, fees, self.env.now()]).await?;
        Ok(())
    }

    /// What each store bears, by what of the payment is its: nothing, where the marketplace does.
    fn borne(&self, splits: &[SplitRow], billed: &Billed) -> Result<Vec<Borne>, PaymentError> {
        let by_stores = self.settings.provider_fee_borne_by == FeeBearer::Store;
        let Some(fee) = billed.of_stores(by_stores)? else {
            return Ok(Vec::new());
        };
        let weights: Result<Vec<u64>, PaymentError> = splits
            .iter()
            .map(|split| u64::try_from(split.split()?.amount.minor()).map_err(internal))
            .collect();
        let parts = fee.allocate(&weights?).into_iter();
        let borne = splits.iter().zip(parts).map(|(split, fee)| {
            let share = split.share()?;
            Ok(Borne {
                split: share.split,
                store: share.store,
                released: share.released,
                fee,
            })
        });
        borne.collect()
    }
}
