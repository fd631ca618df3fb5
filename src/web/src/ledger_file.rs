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

use crate::{csv, error::Problem, order_numbers, state::AppState};

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
        // A mark, by which spreadsheets know that it is UTF-8.
        let mut text = match is_first {
            true => format!("\u{feff}{}", csv::line(HEAD)),
            false => String::new(),
        };
        for entry in &page.items {
            text.push_str(&line(entry, &numbers));
        }
        let rest = page.next_cursor.map_or(Rest::Nothing, Rest::From);
        Ok::<_, std::io::Error>(Some((Bytes::from(text), (state, actor, filter, rest))))
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

fn line(entry: &BookEntry, numbers: &BTreeMap<Uuid, String>) -> String {
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let order = entry.reference.map(|order| order.0);
    let number = order.and_then(|order| numbers.get(&order).cloned());
    let at = entry.at.to_offset(time::UtcOffset::UTC);
    csv::line([
        at.format(&time::format_description::well_known::Rfc3339)
            .unwrap_or_default(),
        entry.transaction.to_string(),
        entry.kind.as_str().to_owned(),
        entry.account.as_str().to_owned(),
        entry.amount.amount().to_string(),
        entry.amount.currency().code().to_owned(),
        entry.store_name.clone().unwrap_or_default(),
        id(entry.store.map(|store| store.0)),
        number.unwrap_or_default(),
        id(order),
        id(entry.payment.map(|payment| payment.0)),
        id(entry.payout.map(|payout| payout.0)),
    ])
}
