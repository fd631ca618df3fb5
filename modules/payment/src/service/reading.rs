//! What callers may see.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{
    FieldError, Page, PageRequest, Ref, StoreId,
    db::{self, Find},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{
    Service, paging,
    rows::{self, PaymentRow, internal, total},
};
use crate::{
    Account, Balance, Exchange, LedgerLine, Payment, PaymentError, PaymentId, Payout, PayoutFilter,
    Reference,
    entities::{ledger_entry, payment, payment_split, payout, transaction},
};

const MOST_REFERENCES: usize = 100;
/// More than one captured attempt of a reference is rare: each but one goes back.
const MOST_ATTEMPTS: i64 = 1000;
/// The most exchanges of one payment that are told.
pub(super) const MOST_EXCHANGES: u64 = 500;

#[derive(FromQueryResult)]
struct BalanceRow {
    currency: String,
    pending: Decimal,
    payable: Decimal,
    held: Decimal,
    in_payout: Decimal,
    paid: Decimal,
    disputed: Decimal,
    refunding: Decimal,
    reserved: Decimal,
    owed: Decimal,
    billed: Decimal,
}

impl Service {
    pub(super) async fn attempts(
        &self,
        references: Vec<Reference>,
    ) -> Result<Vec<Payment>, PaymentError> {
        if references.len() > MOST_REFERENCES {
            return Err(FieldError::too_many("/references", MOST_REFERENCES).into());
        }
        let ids: Vec<Uuid> = references
            .into_iter()
            .map(|reference| reference.0)
            .collect();
        let rows: Vec<PaymentRow> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/payments_of_references.sql"),
            values![ids, MOST_ATTEMPTS],
        )
        .await?;
        self.all_with_legs(rows).await
    }

    pub(super) async fn list_payments(
        &self,
        page: PageRequest,
    ) -> Result<Page<Payment>, PaymentError> {
        let by = [payment::Column::CreatedAt, payment::Column::Id];
        let (db, found) = (self.env.pool.read(), payment::Entity::find());
        let key = |row: &PaymentRow| (row.created_at, row.id.0);
        paging::newest(db, found, by, &page, key, PaymentRow::overview).await
    }

    pub(super) async fn balances(&self, store: StoreId) -> Result<Vec<Balance>, PaymentError> {
        let rows: Vec<BalanceRow> = db::rows(
            self.env.pool.read(),
            include_str!("../sql/balances.sql"),
            values![store],
        )
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Balance {
                    store,
                    currency: row.currency.parse().map_err(internal)?,
                    pending: total(row.pending, &row.currency)?,
                    payable: total(row.payable, &row.currency)?,
                    held: total(row.held, &row.currency)?,
                    in_payout: total(row.in_payout, &row.currency)?,
                    paid: total(row.paid, &row.currency)?,
                    disputed: total(row.disputed, &row.currency)?,
                    refunding: total(row.refunding, &row.currency)?,
                    reserved: total(row.reserved, &row.currency)?,
                    owed: total(row.owed, &row.currency)?,
                    billed: total(row.billed, &row.currency)?,
                })
            })
            .collect()
    }

    pub(super) async fn lines(
        &self,
        store: StoreId,
        page: PageRequest,
    ) -> Result<Page<LedgerLine>, PaymentError> {
        use ledger_entry::Column;
        let found = ledger_entry::Entity::find()
            .filter(Column::StoreId.eq(store))
            .filter(Column::Account.is_in(Account::ALL.into_iter().filter(|a| a.is_seller())));
        let (db, by) = (self.env.pool.read(), [Column::At, Column::Id]);
        let key = |row: &ledger_entry::Model| (row.at, row.id);
        let rows = paging::rows(db, found, by, &page, key).await?;
        let parts = self.parts_of(&rows.items).await?;
        rows.try_map(|row| {
            Ok(LedgerLine {
                id: row.id,
                transaction: row.transaction_id,
                account: row.account,
                kind: row.kind,
                amount: total(row.amount, &row.currency)?.negated(),
                part: row.split_id.and_then(|split| parts.get(&split).copied()),
                at: row.at,
            })
        })
    }

    /// The parts that the entries tell of, by split.
    pub(super) async fn parts_of(
        &self,
        entries: &[ledger_entry::Model],
    ) -> Result<BTreeMap<Uuid, Uuid>, PaymentError> {
        let ids: BTreeSet<Uuid> = entries.iter().filter_map(|entry| entry.split_id).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let splits = payment_split::Entity::find()
            .filter(payment_split::Column::Id.eq_any(ids))
            .rows(self.env.pool.read())
            .await?;
        Ok(splits
            .into_iter()
            .map(|split| (split.id, split.part))
            .collect())
    }

    pub(super) async fn list_payouts(
        &self,
        store: Option<StoreId>,
        filter: &PayoutFilter,
        page: PageRequest,
    ) -> Result<Page<Payout>, PaymentError> {
        use payout::Column;
        let mut found = payout::Entity::find();
        if let Some(store) = store {
            found = found.filter(Column::StoreId.eq(store));
        }
        if let Some(status) = filter.status {
            found = found.filter(Column::Status.eq(status));
        }
        let (db, by) = (self.env.pool.read(), [Column::CreatedAt, Column::Id]);
        let key = |row: &payout::Model| (row.created_at, row.id.0);
        paging::newest(db, found, by, &page, key, payout::Model::view).await
    }

    pub(super) async fn list_exchanges(
        &self,
        id: PaymentId,
    ) -> Result<Vec<Exchange>, PaymentError> {
        rows::payment(&self.env, id).await?;
        let rows = transaction::Entity::find()
            .filter(transaction::Column::PaymentId.eq(id))
            .order_by_asc(transaction::Column::At)
            .order_by_asc(transaction::Column::Id)
            .limit(MOST_EXCHANGES)
            .rows(self.env.pool.read())
            .await?;
        let mut texts = self.texts_of(id).await?;
        let view = |row: transaction::Model| Exchange {
            texts: texts.remove(&row.id),
            kind: row.kind,
            gateway_id: row.gateway_id,
            outcome: row.outcome,
            at: row.at,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    pub(super) async fn reference(&self, id: PaymentId) -> Result<Reference, PaymentError> {
        let found: Option<Uuid> = payment::Entity::find_by_id(id)
            .select_only()
            .column(payment::Column::Reference)
            .into_tuple()
            .row(self.env.pool.read())
            .await?;
        found.map(Ref::new).ok_or(PaymentError::NotFound)
    }
}
