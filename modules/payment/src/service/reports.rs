//! What sellers and operators take away: a month's statement, the operations of a period, the sums of a year's
//! quarters. Days, months and quarters begin where PostgreSQL says that they do in their zone.

mod told;

use feira_kernel::{
    Actor, Cursor, FieldError, ModuleError, Page, PageError, StoreId, Time, db, validate::Fields,
    values,
};
use feira_store::{Store, StoreError, StoreKey};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::{Service, paging::Moment, rows::total};
use crate::{
    LONGEST_PERIOD, Operations, PaymentError, Period, QuarterSum, REPORT_PAGE, Statement,
    StatementLine, StatementRequest,
    access::{self, SELF},
};
use told::{LineRow, MonthRow, OperationRow, PeriodRow, QuarterRow};

/// One row more than a page tells that there is another one.
fn fetch() -> i64 {
    i64::from(REPORT_PAGE) + 1
}

fn page<T, K: Serialize>(mut rows: Vec<T>, key: impl Fn(&T) -> K) -> Page<T> {
    let most = usize::try_from(REPORT_PAGE).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    let last = rows.last().filter(|_| more);
    Page {
        next_cursor: last.map(|row| Cursor::encode(&key(row))),
        items: rows,
    }
}

fn place<K: DeserializeOwned>(after: Option<&Cursor>) -> Result<Option<K>, PageError> {
    after.map(Cursor::decode).transpose()
}

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
        let after: Option<(Moment, Uuid)> = place(after.as_ref())?;
        let (at, id) = after.unwrap_or((Moment(Time::UNIX_EPOCH), Uuid::nil()));
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
        let bound = values![store.id, first, zone, currency, at, id, fetch()];
        let sql = include_str!("../sql/statement_lines.sql");
        let rows: Vec<LineRow> = db::rows(self.env.pool.search(), sql, bound).await?;
        page(rows, |row| (Moment(row.at), row.id)).try_map(LineRow::view)
    }

    pub(crate) async fn operations(
        &self,
        actor: &Actor,
        store: Option<StoreId>,
        period: Period,
        after: Option<Cursor>,
    ) -> Result<Operations, PaymentError> {
        let store = access::store(actor, store)?;
        let after: Option<(Moment, Uuid, Uuid)> = place(after.as_ref())?;
        let nowhere = (Moment(Time::UNIX_EPOCH), Uuid::nil(), Uuid::nil());
        let (at, transaction, split) = after.unwrap_or(nowhere);
        let store = self.known(store).await?;
        let days = self.days(&period, &store.time_zone).await?;
        let bound = values![
            store.id,
            days.starts_at,
            days.ends_at,
            store.time_zone,
            at,
            transaction,
            split,
            fetch(),
        ];
        let sql = include_str!("../sql/operations.sql");
        let rows: Vec<OperationRow> = db::rows(self.env.pool.search(), sql, bound).await?;
        let key = |row: &OperationRow| (Moment(row.at), row.transaction_id, row.split);
        Ok(Operations {
            from: days.first,
            to: days.last,
            page: page(rows, key).try_map(OperationRow::view)?,
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
        let after: Option<(StoreId, String, i32)> = place(after.as_ref())?;
        let (store, currency, quarter) = after.unwrap_or((StoreId(Uuid::nil()), String::new(), 0));
        let bound = values![year, time_zone, store, currency, quarter, fetch()];
        let sql = include_str!("../sql/quarter_sums.sql");
        let rows: Vec<QuarterRow> = db::rows(self.env.pool.search(), sql, bound).await?;
        let key = |row: &QuarterRow| (row.store_id, row.currency.clone(), row.quarter);
        page(rows, key).try_map(|row| row.view(year))
    }
}
