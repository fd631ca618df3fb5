//! What stores owe: who does, what they paid outside, and what is given up.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{
    Actor, Currency, ModuleError, Money, Page, PageRequest, StoreId, Time, audit,
    db::{self, Change, Find},
    idempotency::{self, IdempotencyKey},
    validate::Fields,
    values,
};
use rust_decimal::Decimal;
use sea_orm::{EntityTrait, FromQueryResult, Set};
use serde_json::json;
use uuid::Uuid;

use super::{
    Service,
    netting::unbilled,
    paging::Moment,
    releasing::open_items,
    rows::{self, total},
    store_money::lock_money,
};
use crate::{
    Debt, DebtSettlement, LedgerKind, PaymentError,
    access::{self, SELF},
    acts::{DEBT_SETTLED, DEBT_WRITTEN_OFF},
    entities::debt_settlement,
    ledger, postings,
};

const NAMED_AT_ONCE: usize = 100;

/// What stores with debts are sorted by.
type Key = (Moment, Uuid, String);

#[derive(FromQueryResult)]
struct DebtRow {
    store_id: StoreId,
    currency: String,
    owed: Decimal,
    since: Time,
}

/// A way in which a debt ends: what is posted and written down, and what is said of it.
#[derive(Debug)]
struct End {
    kind: LedgerKind,
    act: audit::Act,
    /// The field with why it was given up, or under which reference it was paid.
    note: &'static str,
    longest: usize,
}

const WRITTEN_OFF: End = End {
    kind: LedgerKind::WriteOff,
    act: DEBT_WRITTEN_OFF,
    note: "/reason",
    longest: 500,
};
const PAID: End = End {
    kind: LedgerKind::SettledByStore,
    act: DEBT_SETTLED,
    note: "/reference",
    longest: 140,
};

/// A debt that ends.
#[derive(Debug, Clone)]
struct Ending {
    how: &'static End,
    store: StoreId,
    amount: Money,
    note: String,
}

impl Service {
    pub(crate) async fn debts(
        &self,
        actor: &Actor,
        page: PageRequest,
    ) -> Result<Page<Debt>, PaymentError> {
        access::see_payments(actor)?;
        let (db, sql) = (self.env.pool.search(), include_str!("../sql/debts.sql"));
        let start: Key = (Moment(Time::UNIX_EPOCH), Uuid::nil(), String::new());
        let key = |row: &DebtRow| (Moment(row.since), row.store_id.0, row.currency.clone());
        let rows = db::page_of::<_, _, PaymentError>(db, sql, values![], start, &page, key).await?;
        let stores = rows.items.iter().map(|row| row.store_id).collect();
        let names = self.store_names(stores).await?;
        rows.try_map(|row| {
            Ok(Debt {
                store: row.store_id,
                store_name: names.get(&row.store_id).cloned().unwrap_or_default(),
                owed: total(row.owed, &row.currency)?,
                since: row.since,
            })
        })
    }

    /// Of so many stores as are asked for, whatever is asked at once.
    pub(super) async fn store_names(
        &self,
        stores: BTreeSet<StoreId>,
    ) -> Result<BTreeMap<StoreId, String>, PaymentError> {
        let stores: Vec<StoreId> = stores.into_iter().collect();
        let mut names = BTreeMap::new();
        for some in stores.chunks(NAMED_AT_ONCE) {
            let found = self.stores.stores(&SELF, some.to_vec()).await;
            let found = found.map_err(PaymentError::from_neighbour)?;
            names.extend(found.into_iter().map(|store| (store.id, store.name)));
        }
        Ok(names)
    }

    pub(crate) async fn write_off_debt(
        &self,
        actor: &Actor,
        store: StoreId,
        amount: Money,
        reason: String,
        key: Option<IdempotencyKey>,
    ) -> Result<DebtSettlement, PaymentError> {
        self.end_debt(actor, &WRITTEN_OFF, (store, amount, reason), key)
            .await
    }

    pub(crate) async fn settle_debt(
        &self,
        actor: &Actor,
        store: StoreId,
        amount: Money,
        reference: String,
        key: Option<IdempotencyKey>,
    ) -> Result<DebtSettlement, PaymentError> {
        self.end_debt(actor, &PAID, (store, amount, reference), key)
            .await
    }

    async fn end_debt(
        &self,
        by: &Actor,
        how: &'static End,
        (store, amount, note): (StoreId, Money, String),
        key: Option<IdempotencyKey>,
    ) -> Result<DebtSettlement, PaymentError> {
        access::manage_payouts(by)?;
        let mut fields = Fields::default();
        fields.positive("/amount", amount);
        let note = fields.text(how.note, &note, 1..=how.longest);
        let ending = fields.or(Ending {
            how,
            store,
            amount,
            note,
        })?;
        let keyed = IdempotencyKey::of(key, by);
        let id = self.env.uuid();
        let input = (self.clone(), by.clone(), ending, keyed);
        self.env
            .pool
            .transaction(input, move |tx, (service, by, ending, keyed)| {
                Box::pin(async move {
                    let known = idempotency::first(tx, &service.env, keyed.as_ref(), &id);
                    match known.await? {
                        Some(known) => load(tx, known).await,
                        None => service.end_debt_in(tx, &by, id, ending).await,
                    }
                })
            })
            .await
    }

    async fn end_debt_in(
        &self,
        tx: &db::Tx,
        by: &Actor,
        id: Uuid,
        ending: Ending,
    ) -> Result<DebtSettlement, PaymentError> {
        let (store, currency) = (ending.store, ending.amount.currency());
        let owed = owed_for_certain(tx, store, currency.code()).await?;
        // What an open invoice asks for ends by that alone.
        let beside = unbilled(tx, store, currency.code()).await?;
        let amount = ending.amount.amount();
        let of_payable = amount.min(owed);
        let of_receivable = amount - of_payable;
        if of_receivable > beside.max(Decimal::ZERO) {
            return Err(PaymentError::MoreThanOwed);
        }
        let sides = (
            total(of_payable, currency.code())?,
            total(of_receivable, currency.code())?,
        );
        let row = debt_settlement::ActiveModel {
            id: Set(id),
            store_id: Set(store),
            kind: Set(ending.how.kind),
            amount: Set(amount),
            currency: Set(currency.code().to_owned()),
            note: Set(ending.note.clone()),
            at: Set(self.env.now()),
            ..Default::default()
        };
        debt_settlement::Entity::insert(row).run(&**tx).await?;
        let posting = postings::debt_ended(ending.how.kind, id, store, sides);
        let posting = posting.map_err(rows::internal)?;
        let entries = ledger::post(tx, &self.env, &posting).await?;
        open_items(tx, posting.kind, &entries).await?;
        let details = json!({"store": store, "amount": ending.amount});
        audit::record(tx, &self.env, by, ending.how.act, id, details).await?;
        load(tx, id).await
    }
}

/// What a store is to be paid by its open items, below zero if it owes; both stay so until the transaction
/// ends.
pub(super) async fn open_money(
    tx: &db::Tx,
    store: StoreId,
    currency: Currency,
) -> Result<Decimal, PaymentError> {
    lock_money(tx, store, currency.code()).await?;
    let open = db::scalar(
        &**tx,
        include_str!("../sql/open_items_of_store.sql"),
        values![store, currency.code().to_owned()],
    );
    Ok(open.await?.unwrap_or_default())
}

/// What a store owes by its open items, never below zero, and not what may come back to it: what disputes and
/// refunds that run hold, and reversals of its transfers that are asked. A debt that ends by more is paid twice. No
/// payout changes it until the transaction ends.
pub(super) async fn owed_for_certain(
    tx: &db::Tx,
    store: StoreId,
    currency: &str,
) -> Result<Decimal, PaymentError> {
    lock_money(tx, store, currency).await?;
    let owed = db::scalar(
        &**tx,
        include_str!("../sql/owed_for_certain.sql"),
        values![store, currency.to_owned()],
    );
    Ok(owed.await?.unwrap_or_default())
}

async fn load(tx: &db::Tx, id: Uuid) -> Result<DebtSettlement, PaymentError> {
    let found = debt_settlement::Entity::find_by_id(id).row(&**tx).await?;
    found.ok_or(PaymentError::NotFound)?.view()
}

impl debt_settlement::Model {
    pub(super) fn view(self) -> Result<DebtSettlement, PaymentError> {
        Ok(DebtSettlement {
            id: self.id,
            store: self.store_id,
            kind: self.kind,
            amount: rows::money(self.amount, &self.currency)?,
            note: self.note,
            at: self.at,
        })
    }
}
