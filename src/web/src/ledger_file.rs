//! The entries of an account of the books as a file, and what they are called by people: it is written as
//! it is read, a thousand entries at once.

use std::collections::BTreeMap;

use actix_web::{
    HttpResponse,
    http::header,
    web::{Bytes, Data},
};
use feira_kernel::{Actor, Cursor, ModuleError, Page};
use feira_order::OrderError;
use feira_payment::{BookEntry, EntryFilter};
use futures::stream;
use uuid::Uuid;

use crate::{
    csv::{Cell, Csv},
    error::Problem,
    order_numbers,
    state::AppState,
};

const HEAD: [&str; 12] = [
    "at",
    "transaction",
    "kind",
    "account",
    "amount",
    "currency",
    "store",
    "store_id",
    "order",
    "order_id",
    "payment_id",
    "payout_id",
];

/// The numbers of the orders that entries tell of, for who may see orders; else none.
pub async fn order_numbers(
    state: &AppState,
    actor: &Actor,
    entries: &[BookEntry],
) -> Result<BTreeMap<Uuid, String>, OrderError> {
    let orders = entries.iter().filter_map(|e| Some(e.reference?.0));
    order_numbers::order_numbers(state, actor, orders).await
}

/// What is left to be written.
enum Rest {
    Part(Page<BookEntry>),
    From(Cursor),
    Nothing,
}

/// What is refused is so before the first line; a file that breaks off later has no end.
pub async fn answer(
    state: Data<AppState>,
    actor: Actor,
    filter: EntryFilter,
) -> Result<HttpResponse, Problem> {
    let first = state
        .payments
        .ledger_export(&actor, filter.clone(), None)
        .await?;
    let name = format!("{}-{}.csv", filter.account.as_str(), filter.currency);
    let rest = (state, actor, filter, Rest::Part(first));
    let lines = stream::try_unfold(rest, |(state, actor, filter, rest)| async move {
        let (page, is_first) = match rest {
            Rest::Nothing => return Ok(None),
            Rest::Part(page) => (page, true),
            Rest::From(cursor) => {
                let payments = &state.payments;
                let page = payments.ledger_export(&actor, filter.clone(), Some(cursor));
                (page.await.map_err(broken)?, false)
            }
        };
        let numbers = order_numbers(&state, &actor, &page.items).await;
        let numbers = numbers.map_err(broken)?;
        let mut part = match is_first {
            true => Csv::new(&HEAD),
            false => Csv::more(),
        };
        for entry in &page.items {
            write(&mut part, entry, &numbers);
        }
        let rest = page.next_cursor.map_or(Rest::Nothing, Rest::From);
        Ok::<_, std::io::Error>(Some((
            Bytes::from(part.finish()),
            (state, actor, filter, rest),
        )))
    });
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(lines))
}

fn broken(error: impl ModuleError) -> std::io::Error {
    tracing::error!(%error, "a file of the books broke off");
    std::io::Error::other(error.to_string())
}

fn write(part: &mut Csv, entry: &BookEntry, numbers: &BTreeMap<Uuid, String>) {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let order = entry.reference.map(|order| order.0);
    let number = order.and_then(|order| numbers.get(&order));
    let at = entry.at.to_offset(time::UtcOffset::UTC);
    let at = at.format(&time::format_description::well_known::Rfc3339);
    part.row([
        Cell::Text(&at.unwrap_or_default()),
        Cell::Text(&entry.transaction.to_string()),
        entry.kind.as_str().into(),
        entry.account.as_str().into(),
        Cell::Amount(entry.amount.into()),
        entry.amount.currency().code().into(),
        Cell::Text(entry.store_name.as_deref().unwrap_or_default()),
        Cell::Text(&id(entry.store.map(|store| store.0))),
        Cell::Text(number.map_or("", String::as_str)),
        Cell::Text(&id(order)),
        Cell::Text(&id(entry.payment.map(|payment| payment.0))),
        Cell::Text(&id(entry.payout.map(|payout| payout.0))),
    ]);
}
