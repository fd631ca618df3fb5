//! All operations of a store's period, and what stores sold per quarter.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{Actor, Cursor, StoreId, Total};
use feira_payment::{LedgerKind, Operation, Period, QuarterSum};
use feira_store::Store;

use super::{numbers, room};
use crate::{
    auth::GATEWAY,
    csv::{Cell, Csv},
    error::Problem,
    state::AppState,
};

/// Stores that are asked for at once.
const STORES: usize = 100;

/// The file, and the days that it is of.
#[derive(Debug)]
pub struct OperationsFile {
    pub name: String,
    pub csv: Vec<u8>,
}

/// What a row of the export calls an operation.
fn word(kind: LedgerKind) -> &'static str {
    match kind {
        LedgerKind::Capture => "order",
        LedgerKind::PayoutPaid => "payout",
        other => other.as_str(),
    }
}

/// The operation itself, and the commission that it brought or took back, each as the store sees it: they
/// sum to what changed what it is owed.
fn amounts(operation: &Operation) -> Result<[(&'static str, Total); 2], Problem> {
    let whole = operation.owed.checked_add(operation.commission);
    let whole = whole.map_err(|error| {
        tracing::error!(%error, "an operation cannot be added up");
        Problem::internal()
    })?;
    Ok([
        (word(operation.kind), whole),
        ("commission", operation.commission.negated()),
    ])
}

/// One row per operation, oldest first: what was sold and refunded, commission, fees, payouts. Of a store that
/// an operator names, or of the acting member's.
pub async fn operations(
    state: &AppState,
    actor: &Actor,
    store: Option<StoreId>,
    period: Period,
) -> Result<OperationsFile, Problem> {
    let mut csv = Csv::new(&["time", "operation", "order", "payout", "amount", "currency"]);
    let (mut rows, mut after) = (0, None);
    let mut wanted = period;
    loop {
        let found = state.payments.operations(actor, store, wanted, after);
        let found = found.await?;
        let items = found.page.items;
        let parts = items.iter().filter_map(|operation| operation.part);
        let numbers = numbers(state, actor, parts).await?;
        for operation in &items {
            let order = operation.part.and_then(|part| numbers.get(&part));
            let payout = operation.payout.map(|payout| payout.to_string());
            for (word, amount) in amounts(operation)? {
                if amount.is_zero() {
                    continue;
                }
                rows += 1;
                csv.row([
                    Cell::Text(&operation.local),
                    Cell::Text(word),
                    Cell::Text(order.map_or("", String::as_str)),
                    Cell::Text(payout.as_deref().unwrap_or_default()),
                    amount.into(),
                    Cell::Text(amount.currency().code()),
                ]);
            }
        }
        room(rows)?;
        after = found.page.next_cursor;
        if after.is_none() {
            return Ok(OperationsFile {
                name: format!("operations-{}-{}.csv", found.from, found.to),
                csv: csv.finish(),
            });
        }
        // The same days, whatever the clock says by now.
        wanted = Period {
            from: Some(found.from),
            to: Some(found.to),
        };
    }
}

/// A quarter's sum with whose it is.
#[derive(Debug)]
pub struct Quarter {
    pub sum: QuarterSum,
    /// None of a store that is not known any more.
    pub store: Option<Store>,
}

/// Some quarters of a year in the marketplace's zone, and where the next ones are.
pub async fn quarter_rows(
    state: &AppState,
    actor: &Actor,
    year: i32,
    after: Option<Cursor>,
) -> Result<(Vec<Quarter>, Option<Cursor>), Problem> {
    let zone = state.settings.time_zone.clone();
    let page = state
        .payments
        .quarter_sums(actor, year, zone, after)
        .await?;
    let ids: BTreeSet<StoreId> = page.items.iter().map(|sum| sum.store).collect();
    let ids: Vec<StoreId> = ids.into_iter().collect();
    let mut stores: BTreeMap<StoreId, Store> = BTreeMap::new();
    for some in ids.chunks(STORES) {
        let found = state.stores.stores(&GATEWAY, some.to_vec()).await?;
        stores.extend(found.into_iter().map(|store| (store.id, store)));
    }
    let whose = |sum: QuarterSum| Quarter {
        store: stores.get(&sum.store).cloned(),
        sum,
    };
    Ok((
        page.items.into_iter().map(whose).collect(),
        page.next_cursor,
    ))
}

/// A whole year, as the report of sellers wants it (DAC7): by store, currency and quarter.
pub async fn quarters(state: &AppState, actor: &Actor, year: i32) -> Result<Vec<u8>, Problem> {
    let mut csv = Csv::new(&[
        "store_id",
        "store",
        "business_name",
        "tax_id",
        "country",
        "year",
        "quarter",
        "currency",
        "consideration",
        "fees_and_commission",
        "taxes_withheld",
        "activities",
        "excluded",
    ]);
    let (mut rows, mut after) = (0, None);
    loop {
        let (found, next) = quarter_rows(state, actor, year, after).await?;
        rows += found.len();
        room(rows)?;
        for quarter in &found {
            write(&mut csv, quarter);
        }
        after = next;
        if after.is_none() {
            return Ok(csv.finish());
        }
    }
}

fn write(csv: &mut Csv, Quarter { sum, store }: &Quarter) {
    let id = sum.store.to_string();
    let year = u64::try_from(sum.year).unwrap_or_default();
    let of = |text: fn(&Store) -> &str| store.as_ref().map_or("", text);
    let excluded = match sum.excluded {
        Some(true) => "yes",
        Some(false) => "no",
        None => "",
    };
    csv.row([
        Cell::Text(&id),
        Cell::Text(of(|store| &store.name)),
        Cell::Text(of(|store| &store.business_name)),
        Cell::Text(of(|store| &store.tax_id)),
        Cell::Text(of(|store| &store.address.country)),
        year.into(),
        u64::from(sum.quarter).into(),
        Cell::Text(sum.currency.code()),
        sum.consideration.into(),
        sum.fees.into(),
        sum.taxes.into(),
        sum.activities.into(),
        Cell::Text(excluded),
    ]);
}
