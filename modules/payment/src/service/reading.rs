//! What callers may see.

use feira_kernel::{Page, PageRequest, Ref, StoreId, Time, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    paying_out::{PAYOUT, PayoutRow},
    rows::{self, PAYMENT, PaymentRow, internal, total},
};
use crate::{
    Balance, Exchange, LedgerLine, Payment, PaymentError, PaymentId, Payout, Reference, SplitState,
    ledger, rules,
};

const MOST_REFERENCES: usize = 100;
/// More than one captured attempt of a reference is rare: each but one goes back.
const MOST_ATTEMPTS: i64 = 1000;

/// The sort key of lists: newest first.
type Key = (i64, Uuid);

#[derive(FromQueryResult)]
struct BalanceRow {
    currency: String,
    pending: Decimal,
    payable: Decimal,
    in_payout: Decimal,
    paid: Decimal,
}

#[derive(FromQueryResult)]
struct LineRow {
    id: Uuid,
    transaction_id: Uuid,
    account: String,
    kind: String,
    amount: Decimal,
    currency: String,
    part: Option<Uuid>,
    at: Time,
}

#[derive(FromQueryResult)]
struct ExchangeRow {
    kind: String,
    gateway_id: Option<String>,
    outcome: String,
    at: Time,
}

/// The place after which a page starts: a time in microseconds and an id.
fn after(page: &PageRequest) -> Result<(Option<Time>, Option<Uuid>), PaymentError> {
    let refused = || rules::refuse("/cursor", "the cursor is not one that this list gave");
    let Some((micros, id)) = page.after::<Key>().map_err(|_| refused())? else {
        return Ok((None, None));
    };
    let at = Time::from_unix_timestamp_nanos(i128::from(micros) * 1000).map_err(|_| refused())?;
    Ok((Some(at), Some(id)))
}

fn key(at: Time, id: Uuid) -> Key {
    (
        i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX),
        id,
    )
}

/// Rows as items, the first that cannot be read as the error.
fn views<R, T>(
    page: Page<R>,
    view: impl Fn(R) -> Result<T, PaymentError>,
) -> Result<Page<T>, PaymentError> {
    let items: Result<Vec<T>, PaymentError> = page.items.into_iter().map(view).collect();
    Ok(Page {
        items: items?,
        next_cursor: page.next_cursor,
    })
}

impl Service {
    pub(super) async fn attempts(
        &self,
        references: Vec<Reference>,
    ) -> Result<Vec<Payment>, PaymentError> {
        if references.len() > MOST_REFERENCES {
            return Err(rules::refuse("/references", "at most 100 references"));
        }
        let ids: Vec<Uuid> = references
            .into_iter()
            .map(|reference| reference.0)
            .collect();
        let sql = format!(
            "{PAYMENT} WHERE p.reference = ANY($1) \
               AND (p.status IN ('pending', 'authorized') OR p.captured_at IS NOT NULL \
                    OR p.attempt = (SELECT max(n.attempt) FROM payments n WHERE n.reference = p.reference)) \
             ORDER BY p.reference, p.attempt DESC LIMIT $2"
        );
        let rows: Vec<PaymentRow> =
            db::rows(self.env.pool.reads(), &sql, values![ids, MOST_ATTEMPTS]).await?;
        rows.into_iter().map(PaymentRow::view).collect()
    }

    pub(super) async fn list_payments(
        &self,
        page: PageRequest,
    ) -> Result<Page<Payment>, PaymentError> {
        let (at, id) = after(&page)?;
        let sql = format!(
            "{PAYMENT} WHERE $1::timestamptz IS NULL OR (p.created_at, p.id) < ($1, $2) \
             ORDER BY p.created_at DESC, p.id DESC LIMIT $3"
        );
        let rows: Vec<PaymentRow> =
            db::rows(self.env.pool.reads(), &sql, values![at, id, page.fetch()]).await?;
        let rows = Page::from_rows(rows, &page, |row| key(row.created_at, row.id));
        views(rows, PaymentRow::view)
    }

    pub(super) async fn balances(&self, store: StoreId) -> Result<Vec<Balance>, PaymentError> {
        let rows: Vec<BalanceRow> = db::rows(
            self.env.pool.reads(),
            "SELECT currency, \
                    coalesce(-sum(amount) FILTER (WHERE account = 'seller_pending'), 0) AS pending, \
                    coalesce(-sum(amount) FILTER (WHERE account = 'seller_payable'), 0) AS payable, \
                    coalesce(-sum(amount) FILTER (WHERE account = 'payout_in_transit'), 0) AS in_payout, \
                    coalesce(sum(amount) FILTER (WHERE account = 'payout_in_transit' AND kind = 'payout_paid'), 0) AS paid \
             FROM ledger_entries WHERE store_id = $1 GROUP BY currency ORDER BY currency LIMIT 50",
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
                    in_payout: total(row.in_payout, &row.currency)?,
                    paid: total(row.paid, &row.currency)?,
                })
            })
            .collect()
    }

    pub(super) async fn lines(
        &self,
        store: StoreId,
        page: PageRequest,
    ) -> Result<Page<LedgerLine>, PaymentError> {
        let (at, id) = after(&page)?;
        let rows: Vec<LineRow> = db::rows(
            self.env.pool.reads(),
            "SELECT e.id, e.transaction_id, e.account, e.kind, e.amount, e.currency, s.part, e.at \
             FROM ledger_entries e LEFT JOIN payment_splits s ON s.id = e.split_id \
             WHERE e.store_id = $1 AND e.account <> 'platform_commission' \
               AND ($2::timestamptz IS NULL OR (e.at, e.id) < ($2, $3)) \
             ORDER BY e.at DESC, e.id DESC LIMIT $4",
            values![store, at, id, page.fetch()],
        )
        .await?;
        let rows = Page::from_rows(rows, &page, |row| key(row.at, row.id));
        views(rows, |row| {
            Ok(LedgerLine {
                id: row.id,
                transaction: row.transaction_id,
                account: ledger::account(&row.account)
                    .ok_or_else(|| internal("no such account"))?,
                kind: row.kind,
                amount: total(row.amount, &row.currency)?.negated(),
                part: row.part,
                at: row.at,
            })
        })
    }

    pub(super) async fn list_payouts(
        &self,
        store: Option<StoreId>,
        page: PageRequest,
    ) -> Result<Page<Payout>, PaymentError> {
        let (at, id) = after(&page)?;
        let sql = format!(
            "{PAYOUT} WHERE ($1::uuid IS NULL OR store_id = $1) \
               AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3)) \
             ORDER BY created_at DESC, id DESC LIMIT $4"
        );
        let store = store.map(|store| store.0);
        let rows: Vec<PayoutRow> = db::rows(
            self.env.pool.reads(),
            &sql,
            values![store, at, id, page.fetch()],
        )
        .await?;
        let rows = Page::from_rows(rows, &page, |row| key(row.created_at, row.id));
        views(rows, PayoutRow::view)
    }

    pub(super) async fn list_exchanges(
        &self,
        id: PaymentId,
    ) -> Result<Vec<Exchange>, PaymentError> {
        rows::payment(&self.env, id).await?;
        let rows: Vec<ExchangeRow> = db::rows(
            self.env.pool.reads(),
            "SELECT kind, gateway_id, outcome, at FROM transactions WHERE payment_id = $1 ORDER BY at, id LIMIT 500",
            values![id],
        )
        .await?;
        let view = |row: ExchangeRow| Exchange {
            kind: row.kind,
            gateway_id: row.gateway_id,
            outcome: row.outcome,
            at: row.at,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    pub(super) async fn split_states(
        &self,
        id: PaymentId,
    ) -> Result<Vec<SplitState>, PaymentError> {
        rows::payment(&self.env, id).await?;
        let rows = rows::splits(self.env.pool.reads(), id.0).await?;
        rows.iter().map(rows::SplitRow::state).collect()
    }

    pub(super) async fn reference(&self, id: PaymentId) -> Result<Reference, PaymentError> {
        let found: Option<Uuid> = db::scalar(
            self.env.pool.reads(),
            "SELECT reference FROM payments WHERE id = $1",
            values![id],
        )
        .await?;
        found.map(Ref::new).ok_or(PaymentError::NotFound)
    }
}
