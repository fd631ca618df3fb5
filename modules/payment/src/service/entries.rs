//! From an account's sum to its entries, and from an entry to all of its transaction.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{
    Actor, Currency, Cursor, FieldError, Page, PageRequest, Ref, Slice, Time,
    db::{self, Direction, Find},
    validate::{Fields, REQUIRED},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
};
use uuid::Uuid;

use super::{
    Service,
    paging::{self, Moment},
    rows::total,
};
use crate::{
    Account, BookEntry, BookTransaction, EntryFilter, MonthTotal, PaymentError, PaymentId, access,
    entities::{
        ledger_entry::{Column, Entity, Model},
        ledger_transaction, payment,
    },
};

/// Entries that a file is given at once.
const EXPORTED: u32 = 1_000;
/// What one file may tell of.
const LONGEST_DAYS: i64 = 366;
/// More than any transaction has.
const MOST_ENTRIES: u64 = 500;
const MOST_MONTHS: i64 = 120;

#[derive(FromQueryResult)]
struct MonthRow {
    month: String,
    total: Decimal,
    entries: i64,
}

#[derive(FromQueryResult)]
struct Paid {
    id: PaymentId,
    reference: Uuid,
}

impl Service {
    pub(crate) async fn ledger_entries(
        &self,
        actor: &Actor,
        filter: EntryFilter,
        page: PageRequest,
    ) -> Result<Page<BookEntry>, PaymentError> {
        access::see_payments(actor)?;
        let (db, by) = (self.env.pool.search(), [Column::At, Column::Id]);
        let key = |row: &Model| (row.at, row.id);
        let rows = paging::rows(db, chosen(&filter), by, &page, key).await?;
        Ok(Page {
            items: self.entries_of(rows.items).await?,
            next_cursor: rows.next_cursor,
        })
    }

    pub(crate) async fn ledger_export(
        &self,
        actor: &Actor,
        filter: EntryFilter,
        after: Option<Cursor>,
    ) -> Result<Page<BookEntry>, PaymentError> {
        access::see_payments(actor)?;
        check_period(&filter)?;
        let (db, by) = (self.env.pool.search(), [Column::At, Column::Id]);
        let part = Slice::of_file(after.as_ref(), EXPORTED);
        let (chosen, oldest) = (chosen(&filter), (&by[..], Direction::Ascending));
        let key = |row: &Model| (Moment(row.at), row.id);
        let rows = db::page::<_, _, PaymentError>(db, chosen, oldest, part, key).await?;
        Ok(Page {
            items: self.entries_of(rows.items).await?,
            next_cursor: rows.next_cursor,
        })
    }

    pub(crate) async fn ledger_transaction(
        &self,
        actor: &Actor,
        id: Uuid,
    ) -> Result<BookTransaction, PaymentError> {
        access::see_payments(actor)?;
        let head = ledger_transaction::Entity::find_by_id(id)
            .row(self.env.pool.read())
            .await?
            .ok_or(PaymentError::NotFound)?;
        let rows = Entity::find()
            .filter(Column::TransactionId.eq(id))
            .order_by_asc(Column::Id)
            .limit(MOST_ENTRIES)
            .rows(self.env.pool.read())
            .await?;
        Ok(BookTransaction {
            id,
            kind: head.kind,
            source: head.source_id,
            at: head.at,
            entries: self.entries_of(rows).await?,
        })
    }

    pub(crate) async fn ledger_months(
        &self,
        actor: &Actor,
        account: Account,
        currency: Currency,
        time_zone: String,
    ) -> Result<Vec<MonthTotal>, PaymentError> {
        access::see_payments(actor)?;
        let rows: Vec<MonthRow> = db::rows(
            self.env.pool.search(),
            include_str!("../sql/ledger_months.sql"),
            values![account, currency.code().to_owned(), time_zone, MOST_MONTHS],
        )
        .await?;
        let month = |row: MonthRow| -> Result<MonthTotal, PaymentError> {
            Ok(MonthTotal {
                month: row.month,
                total: total(row.total, currency.code())?,
                entries: u64::try_from(row.entries).unwrap_or(0),
            })
        };
        rows.into_iter().map(month).collect()
    }

    /// With the names of stores, and with what their payments are for.
    async fn entries_of(&self, rows: Vec<Model>) -> Result<Vec<BookEntry>, PaymentError> {
        let parts = self.parts_of(&rows).await?;
        let references = self.references_of(&rows).await?;
        let stores = rows.iter().filter_map(|row| row.store_id).collect();
        let names = self.store_names(stores).await?;
        let view = |row: Model| -> Result<BookEntry, PaymentError> {
            Ok(BookEntry {
                id: row.id,
                transaction: row.transaction_id,
                account: row.account,
                kind: row.kind,
                store: row.store_id,
                store_name: row.store_id.and_then(|id| names.get(&id).cloned()),
                amount: total(row.amount, &row.currency)?,
                payment: row.payment_id,
                reference: row
                    .payment_id
                    .and_then(|id| references.get(&id).copied().map(Ref::new)),
                part: row
                    .split_id
                    .and_then(|split| parts.get(&split).copied().map(Ref::new)),
                payout: row.payout_id,
                at: row.at,
            })
        };
        rows.into_iter().map(view).collect()
    }

    async fn references_of(
        &self,
        rows: &[Model],
    ) -> Result<BTreeMap<PaymentId, Uuid>, PaymentError> {
        let ids: BTreeSet<PaymentId> = rows.iter().filter_map(|row| row.payment_id).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let found = payment::Entity::find()
            .filter(payment::Column::Id.eq_any(ids))
            .select_only()
            .columns([payment::Column::Id, payment::Column::Reference])
            .into_model::<Paid>();
        let found = found.rows(self.env.pool.read()).await?.into_iter();
        Ok(found.map(|paid| (paid.id, paid.reference)).collect())
    }
}

fn chosen(filter: &EntryFilter) -> Select<Entity> {
    let mut found = Entity::find()
        .filter(Column::Account.eq(filter.account))
        .filter(Column::Currency.eq(filter.currency.code()));
    if let Some(kind) = filter.kind {
        found = found.filter(Column::Kind.eq(kind));
    }
    if let Some(store) = filter.store {
        found = found.filter(Column::StoreId.eq(store));
    }
    if let Some(from) = filter.from {
        found = found.filter(Column::At.gte(from));
    }
    if let Some(until) = filter.until {
        found = found.filter(Column::At.lt(until));
    }
    found
}

/// Both ends are given, and are not further apart than a year.
fn check_period(filter: &EntryFilter) -> Result<(), PaymentError> {
    let mut fields = Fields::default();
    let mut end = |pointer: &str, time: Option<Time>| {
        if time.is_none() {
            fields.refuse(pointer, REQUIRED, "a file is of a period");
        }
        time
    };
    if let (Some(from), Some(until)) = (end("/from", filter.from), end("/until", filter.until)) {
        let days = (until - from).whole_days();
        if !(0..=LONGEST_DAYS).contains(&days) {
            fields.push(FieldError::out_of_range("/until", 0..=LONGEST_DAYS));
        }
    }
    Ok(fields.finish()?)
}
