//! What the lines of a statement may be about: payments by hand that wait, and those that lines name.

use std::collections::BTreeSet;

use feira_kernel::{db, values};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::{Service, rows};
use crate::{
    PaymentError, PaymentId,
    statement::{Book, Candidate, CandidateState, Line, reference, tokens},
};

/// More than wait at once; those behind are found by their references.
const MOST_WAITING: i64 = 20_000;
const MOST_TO_SEND: i64 = 1_000;
/// References that are looked for by one statement.
const CHUNK: usize = 2_000;
/// Of a txid, and of a number that payers of a transfer write, without its hyphen.
const TXID: usize = 25;
const NUMBER: usize = 10;

#[derive(FromQueryResult)]
struct Charge {
    id: PaymentId,
    amount: Decimal,
    currency: String,
    txid: Option<String>,
    description: String,
    state: CandidateState,
}

#[derive(FromQueryResult)]
struct ToSend {
    payment: Option<PaymentId>,
    amount: Decimal,
    currency: String,
}

impl Charge {
    fn into_candidate(self) -> Result<(Vec<String>, Candidate), PaymentError> {
        let names = [self.txid.as_deref(), Some(self.description.as_str())];
        let names = names.into_iter().flatten().filter_map(reference);
        let names: Vec<String> = names.collect();
        let candidate = Candidate {
            id: self.id,
            amount: rows::money(self.amount, &self.currency)?,
            state: self.state,
        };
        Ok((names, candidate))
    }
}

impl Service {
    /// Of these lines.
    pub(super) async fn book_for(
        &self,
        db: &impl ConnectionTrait,
        lines: &[Line],
    ) -> Result<Book, PaymentError> {
        let mut book = Book::default();
        let now = self.env.now();
        // Those that are named come first, for more is known of them.
        let named = include_str!("../sql/named_charges.sql");
        for (txids, numbers) in references(lines) {
            let found: Vec<Charge> = db::rows(db, named, values![txids, numbers, now]).await?;
            add(&mut book, found)?;
        }
        let waiting = include_str!("../sql/waiting_charges.sql");
        let found: Vec<Charge> = db::rows(db, waiting, values![MOST_WAITING, now]).await?;
        add(&mut book, found)?;
        let to_send = include_str!("../sql/waiting_to_be_sent.sql");
        let to_send: Vec<ToSend> = db::rows(db, to_send, values![MOST_TO_SEND]).await?;
        for one in to_send {
            // A payout may be more than one amount can be.
            let Ok(amount) = rows::money(one.amount, &one.currency) else {
                continue;
            };
            match one.payment {
                Some(payment) => book.add_refund(payment, amount),
                None => book.add_payout(amount),
            }
        }
        Ok(book)
    }
}

fn add(book: &mut Book, found: Vec<Charge>) -> Result<(), PaymentError> {
    for charge in found {
        let (names, candidate) = charge.into_candidate()?;
        book.add(&names, candidate);
    }
    Ok(())
}

/// In portions: what may be a txid, and what may be an order's number, as payers of transfers read it.
fn references(lines: &[Line]) -> Vec<(Vec<String>, Vec<String>)> {
    let (mut txids, mut numbers) = (BTreeSet::new(), BTreeSet::new());
    for line in lines.iter().filter(|line| line.amount.is_positive()) {
        for token in tokens(&line.text) {
            match token.len() {
                TXID => {
                    txids.insert(token);
                }
                NUMBER => {
                    let (first, second) = token.split_at(NUMBER / 2);
                    numbers.insert(format!("{first}-{second}"));
                }
                _ => {}
            }
        }
    }
    let (txids, numbers): (Vec<_>, Vec<_>) =
        (txids.into_iter().collect(), numbers.into_iter().collect());
    let portions = txids.len().max(numbers.len()).div_ceil(CHUNK);
    let portion = |all: &[String], nth: usize| {
        let part = all.chunks(CHUNK).nth(nth);
        part.map(<[String]>::to_vec).unwrap_or_default()
    };
    (0..portions)
        .map(|nth| (portion(&txids, nth), portion(&numbers, nth)))
        .collect()
}
