//! What sellers and operators are told of payouts.

use feira_kernel::{
    Actor, Currency, Env, StoreId, Time, Total, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    values,
};
use rust_decimal::Decimal;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Set,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Service,
    marking_paid::load,
    pass,
    rows::{internal, total},
};
use crate::{
    LedgerKind, NextPayout, PayTo, PaymentError, PayoutDetails, PayoutFile, PayoutId, PayoutItem,
    PayoutStatus,
    acts::{PAYOUT_ACCOUNT_SEEN, PAYOUT_FILE_MADE},
    entities::payout,
    payout_file::{self, Line},
    payout_rules as rules,
};

/// The most items of a payout that are told.
const MOST_ITEMS: i64 = 500;
/// The most payouts of a file.
const MOST_LINES: u64 = 10_000;

#[derive(FromQueryResult)]
struct ItemRow {
    kind: LedgerKind,
    amount: Decimal,
    currency: String,
    part: Option<Uuid>,
}

#[derive(FromQueryResult)]
struct OpenRow {
    currency: String,
    open: Decimal,
    matured: Decimal,
    next: Option<Time>,
}

impl OpenRow {
    fn read(&self) -> Result<rules::Open, PaymentError> {
        Ok(rules::Open {
            total: total(self.open, &self.currency)?,
            matured: total(self.matured, &self.currency)?,
            next: self.next,
        })
    }
}

impl Service {
    /// One payout of the store, or of any.
    pub(super) async fn payout_of(
        &self,
        store: Option<StoreId>,
        id: PayoutId,
    ) -> Result<PayoutDetails, PaymentError> {
        let db = self.env.pool.read();
        let row = payout::Entity::find_by_id(id).row(db).await?;
        let row = row.filter(|row| store.is_none_or(|store| row.store_id == store));
        let payout = row.ok_or(PaymentError::NotFound)?.view()?;
        let transfer = match payout.provider {
            Some(_) => self.transfer_of(id).await?,
            None => None,
        };
        let sql = include_str!("../sql/items_of_payout.sql");
        let rows: Vec<ItemRow> = db::rows(db, sql, values![id, MOST_ITEMS]).await?;
        let items = rows.into_iter().map(|row| {
            Ok(PayoutItem {
                kind: row.kind,
                part: row.part,
                amount: total(row.amount, &row.currency)?,
            })
        });
        Ok(PayoutDetails {
            payout,
            items: items.collect::<Result<_, PaymentError>>()?,
            transfer,
        })
    }

    pub(super) async fn show_target(
        &self,
        by: &Actor,
        id: PayoutId,
    ) -> Result<PayTo, PaymentError> {
        let input = (self.env.clone(), by.clone());
        self.env
            .pool
            .transaction(input, move |tx, (env, by)| {
                Box::pin(async move {
                    let row = load(tx, id).await?;
                    let to = pay_to(row.pay_to)?.ok_or(PaymentError::NotFound)?;
                    let details = json!({"store": row.store_id, "account": row.pay_to_masked});
                    audit::record(tx, &env, &by, PAYOUT_ACCOUNT_SEEN, id.0, details).await?;
                    Ok(to)
                })
            })
            .await
    }

    /// What waits and is in no file yet, or all. A repeat is given what it held, as far as that still waits, and
    /// is written down once.
    pub(super) async fn write_file(
        &self,
        by: &Actor,
        again: bool,
        keyed: Option<Keyed>,
    ) -> Result<PayoutFile, PaymentError> {
        let file = self.env.uuid();
        let input = (self.env.clone(), by.clone(), keyed);
        let made: Result<PayoutFile, PaymentError> = self
            .env
            .pool
            .transaction(input, move |tx, (env, by, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &env, keyed.as_ref(), &file).await?;
                    let rows = waiting(tx, again, known).await?;
                    if known.is_none() {
                        put_in(tx, &env, file, &rows).await?;
                        let details = json!({"payouts": rows.len(), "again": again});
                        audit::record(tx, &env, &by, PAYOUT_FILE_MADE, file, details).await?;
                    }
                    file_of(rows)
                })
            })
            .await;
        let made = made?;
        pass("payment.payout_filed");
        Ok(made)
    }

    /// A row per currency in which something is open; without any, one of the store's own.
    pub(super) async fn next_of(&self, store: StoreId) -> Result<Vec<NextPayout>, PaymentError> {
        let mut payees = self.payees(vec![store]).await?;
        let payee = payees.remove(&store).ok_or(PaymentError::NotFound)?;
        let ready = self.ready_accounts(vec![store]).await?;
        let account = rules::account_ready(&payee, &ready);
        let at = self.next_run().await?;
        let hold = rules::hold(&self.settings, &payee, at);
        let matured_by = at - hold;
        let rows: Vec<OpenRow> = db::rows(
            self.env.pool.search(),
            include_str!("../sql/open_payout_items.sql"),
            values![store, matured_by],
        )
        .await?;
        let open: Result<Vec<_>, PaymentError> = rows.iter().map(OpenRow::read).collect();
        let mut open = open?;
        if open.is_empty() {
            open.push(nothing(payee.currency));
        }
        let next = open.into_iter().map(|open| NextPayout {
            currency: open.total.currency(),
            at,
            amount: open.matured,
            why_not: rules::why_not(&self.settings, (&payee, account), open, at),
            hold_days: u32::try_from(hold.whole_days()).unwrap_or(0),
            held_as_new: hold > self.settings.payout_hold,
        });
        Ok(next.collect())
    }
}

/// Locked, or two files would hold one payout, or one that somebody gives up meanwhile.
async fn waiting(
    tx: &db::Tx,
    again: bool,
    file: Option<Uuid>,
) -> Result<Vec<payout::Model>, PaymentError> {
    use payout::Column;
    // What a provider transfers is nothing for the bank.
    let waiting = payout::Entity::find()
        .filter(Column::Status.eq(PayoutStatus::Pending))
        .filter(Column::Provider.is_null());
    let meant = match file {
        // What was made since is in no file yet.
        Some(_) if again => waiting.filter(Column::FiledAt.is_not_null()),
        None if again => waiting,
        Some(file) => waiting.filter(Column::FileId.eq(file)),
        None => waiting.filter(Column::FiledAt.is_null()),
    };
    let rows = meant
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id)
        .limit(MOST_LINES)
        .lock_exclusive()
        .rows(&**tx)
        .await?;
    Ok(rows)
}

/// Those that are in another file already stay there.
async fn put_in(
    tx: &db::Tx,
    env: &Env,
    file: Uuid,
    rows: &[payout::Model],
) -> Result<(), PaymentError> {
    let now = env.now();
    let fresh = rows.iter().filter(|row| row.filed_at.is_none());
    let fresh: Vec<PayoutId> = fresh.map(|row| row.id).collect();
    if fresh.is_empty() {
        return Ok(());
    }
    payout::Entity::update_many()
        .set(payout::ActiveModel {
            filed_at: Set(Some(now)),
            file_id: Set(Some(file)),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(payout::Column::Id.eq_any(fresh))
        .run(&**tx)
        .await?;
    Ok(())
}

fn nothing(currency: Currency) -> rules::Open {
    rules::Open {
        total: Total::zero(currency),
        matured: Total::zero(currency),
        next: None,
    }
}

fn pay_to(kept: Option<Value>) -> Result<Option<PayTo>, PaymentError> {
    let kept = kept.map(serde_json::from_value);
    kept.transpose().map_err(internal)
}

fn file_of(rows: Vec<payout::Model>) -> Result<PayoutFile, PaymentError> {
    let mut payouts = Vec::with_capacity(rows.len());
    for mut row in rows {
        let to = pay_to(row.pay_to.take())?;
        payouts.push((row.total()?, to, row));
    }
    let lines = payouts.iter().map(|(amount, to, row)| Line {
        id: row.id.0,
        store: &row.store_name,
        to: to.as_ref(),
        amount: *amount,
    });
    Ok(PayoutFile {
        payouts: u32::try_from(payouts.len()).map_err(internal)?,
        csv: payout_file::csv(lines),
    })
}
