//! What sellers and operators take away: a month's statement, the operations of a period, the sums of a year's
//! quarters. Days, months and quarters begin where PostgreSQL says that they do in their zone.

mod told;

use feira_kernel::{
    Actor, Cursor, FieldError, ModuleError, Page, Slice, StoreId, Time, db, validate::Fields,
    values,
};
use feira_store::{Store, StoreError, StoreKey};
use sea_orm::{FromQueryResult, Value, sea_query::IntoValueTuple};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{Service, paging::Moment, rows::total};
use crate::{
    LONGEST_PERIOD, Operations, PaymentError, Period, QuarterSum, REPORT_PAGE, Statement,
    StatementLine, StatementRequest,
    access::{self, SELF},
};
use told::{LineRow, MonthRow, OperationRow, PeriodRow, QuarterRow};

/// The first day of the month that is asked for.
fn month(wanted: &StatementRequest) -> Result<Option<String>, PaymentError> {
    let mut fields = Fields::default();
    let first = fields.month("/month", wanted.month.as_deref());
    fields.finish()?;
    Ok(first.map(|day| day.to_string()))
}

impl Service {
    /// With its zone and its currency.
    pub(super) async fn known(&self, id: StoreId) -> Result<Store, PaymentError> {
        match self.stores.store(&SELF, StoreKey::Id(id)).await {
            Ok(store) => Ok(store),
            Err(StoreError::NotFound) => Err(PaymentError::NotFound),
            Err(error) => Err(PaymentError::from_neighbour(error)),
        }
    }

    pub(crate) async fn statement(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        wanted: StatementRequest,
    ) -> Result<Statement, PaymentError> {
        let store = access::store(actor, store)?;
        let first = month(&wanted)?;
        let store = self.known(store).await?;
        let currency = wanted.currency.unwrap_or(store.currency);
        let zone = store.time_zone.clone();
        let bound = values![store.id, first, zone, self.env.now(), currency.code()];
        let sql = include_str!("../sql/statement.sql");
        let row: MonthRow = db::one(self.env.pool.search(), sql, bound).await?;
        Ok(Statement {
            store: store.id,
            store_name: store.name,
            business_name: store.business_name,
            tax_id: store.tax_id,
            month: row.month,
            currency,
            time_zone: store.time_zone,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            opening: total(row.opening, currency.code())?,
            closing: total(row.closing, currency.code())?,
        })
    }

    pub(crate) async fn statement_lines(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        wanted: StatementRequest,
        after: Option<Cursor>,
    ) -> Result<Page<StatementLine>, PaymentError> {
        let part = Slice::of_file(after.as_ref(), REPORT_PAGE);
        // A place that this list did not give is refused before anything is asked.
        part.after::<(Moment, Uuid)>()?;
        let id_of = access::store(actor, store)?;
        let first = match month(&wanted)? {
            Some(first) => first,
            None => {
                let whole = self.statement(actor, store, wanted.clone()).await?;
                format!("{}-01", whole.month)
            }
        };
        let store = self.known(id_of).await?;
        let currency = wanted.currency.unwrap_or(store.currency);
        let (zone, currency) = (store.time_zone, currency.code());
        let bound = values![store.id, first, zone, currency];
        let sql = include_str!("../sql/statement_lines.sql");
        let start = (Moment(Time::UNIX_EPOCH), Uuid::nil());
        let key = |row: &LineRow| (Moment(row.at), row.id);
        self.part(sql, bound, start, part, key)
            .await?
            .try_map(LineRow::view)
    }

    pub(crate) async fn operations(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        period: Period,
        after: Option<Cursor>,
    ) -> Result<Operations, PaymentError> {
        let store = access::store(actor, store)?;
        let part = Slice::of_file(after.as_ref(), REPORT_PAGE);
        part.after::<(Moment, Uuid, Uuid)>()?;
        let store = self.known(store).await?;
        let days = self.days(&period, &store.time_zone).await?;
        let bound = values![store.id, days.starts_at, days.ends_at, store.time_zone];
        let sql = include_str!("../sql/operations.sql");
        let start = (Moment(Time::UNIX_EPOCH), Uuid::nil(), Uuid::nil());
        let key = |row: &OperationRow| (Moment(row.at), row.transaction_id, row.split);
        Ok(Operations {
            from: days.first,
            to: days.last,
            page: self
                .part(sql, bound, start, part, key)
                .await?
                .try_map(OperationRow::view)?,
        })
    }

    async fn days(&self, period: &Period, zone: &str) -> Result<PeriodRow, PaymentError> {
        let mut fields = Fields::default();
        let text = |day: Option<time::Date>| day.map(|day| day.to_string());
        let from = text(fields.day("/from", period.from.as_deref()));
        let to = text(fields.day("/to", period.to.as_deref()));
        fields.finish()?;
        let bound = values![from, to, zone.to_owned(), self.env.now()];
        let sql = include_str!("../sql/period.sql");
        let row: PeriodRow = db::one(self.env.pool.read(), sql, bound).await?;
        if (1..=LONGEST_PERIOD).contains(&row.days) {
            return Ok(row);
        }
        let why = format!("from 1 to {LONGEST_PERIOD} days after the first");
        let fault = FieldError {
            detail: why,
            ..FieldError::out_of_range("/to", 1..=LONGEST_PERIOD)
        };
        Err(fault.into())
    }

    pub(crate) async fn quarter_sums(
        &self,
        actor: &Actor,
        year: i32,
        time_zone: String,
        after: Option<Cursor>,
    ) -> Result<Page<QuarterSum>, PaymentError> {
        access::see_payments(actor)?;
        let mut fields = Fields::default();
        fields.within("/year", year, 2000..=9000);
        fields.finish()?;
        let part = Slice::of_file(after.as_ref(), REPORT_PAGE);
        let sql = include_str!("../sql/quarter_sums.sql");
        let start = (StoreId(Uuid::nil()), String::new(), 0);
        let key = |row: &QuarterRow| (row.store_id, row.currency.clone(), row.quarter);
        self.part(sql, values![year, time_zone], start, part, key)
            .await?
            .try_map(|row| row.view(year))
    }

    /// A part of a report, whose statement ends with the place after which it begins and how many rows it has.
    async fn part<M: FromQueryResult, K>(
        &self,
        sql: &'static str,
        bound: Vec<Value>,
        start: K,
        part: Slice<'_>,
        key: impl Fn(&M) -> K,
    ) -> Result<Page<M>, PaymentError>
    where
        K: IntoValueTuple + Serialize + DeserializeOwned,
    {
        db::page_of(self.env.pool.search(), sql, bound, start, part, key).await
    }
}
