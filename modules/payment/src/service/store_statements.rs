//! A store's own bank statement: what came by PIX for its legs, which its buyers pay itself. A line that names one of
//! its legs by the txid and has its amount settles it, as the store's word does; all others are listed. Nothing of the
//! file is kept, for a leg that is paid stays so: a repeat, also of one that was cut short, does the rest.
//!
//! | step | whose commit | what a crash right after it costs | who goes on |
//! |---|---|---|---|
//! | read, key | payment: that it was used | nothing | whoever sends the file again |
//! | settle each leg | payment, each by itself | the legs behind it | the same: those before were paid |

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{
    Actor, IdempotencyKey, Ref, StoreId, db,
    idempotency::{self, Keyed},
    values,
};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    Service,
    rows::{self, internal},
    statement_lines::counted,
};
use crate::{
    BankStatementReason, BankStatementRequest, PartReference, PaymentError, Reference, SettleLeg,
    StoreStatementLine, StoreStatementReport, access,
    statement::{
        self as file, Book, Candidate, CandidateState, Line, Statement, Verdict, reference, tokens,
    },
};

/// Legs that wait; those behind are found by their txids.
const MOST_WAITING: i64 = 5_000;
/// References that are looked for by one statement.
const CHUNK: usize = 2_000;
/// Letters and digits of a txid that this module makes.
const TXID: usize = 25;
/// Lines one after the other whose payments cannot be reached now, as while somebody else changes them; with one more it
/// is the database, and the import ends.
const MOST_PASSED_OVER: usize = 2;
/// Lines that a report lists.
const MOST_LISTED: usize = 500;

#[derive(FromQueryResult)]
struct Leg {
    split_id: Uuid,
    part: Uuid,
    reference: Uuid,
    amount: Decimal,
    currency: String,
    txid: Option<String>,
    state: CandidateState,
}

/// The legs of one store, by their splits.
#[derive(Default)]
struct Legs {
    all: BTreeMap<Uuid, (PartReference, Reference)>,
    book: Book<Uuid>,
}

impl Legs {
    fn add(&mut self, leg: Leg) -> Result<(), PaymentError> {
        let names: Vec<String> = leg
            .txid
            .as_deref()
            .and_then(reference)
            .into_iter()
            .collect();
        let candidate = Candidate {
            id: leg.split_id,
            amount: rows::money(leg.amount, &leg.currency)?,
            state: leg.state,
        };
        self.book.add(&names, candidate);
        let of = (Ref::new(leg.part), Ref::new(leg.reference));
        self.all.insert(leg.split_id, of);
        Ok(())
    }
}

impl Service {
    pub(crate) async fn import_store_statement(
        &self,
        actor: &Actor,
        request: BankStatementRequest,
        key: Option<IdempotencyKey>,
    ) -> Result<StoreStatementReport, PaymentError> {
        let store = access::own_statement(actor)?;
        let dry_run = request.dry_run;
        let keyed = IdempotencyKey::of(key, actor).filter(|_| !dry_run);
        idempotency::earlier::<()>(&self.env, keyed.as_ref()).await?;
        // A long file takes its time, and others wait for this thread.
        let read = move || file::parse(&request.file, request.currency, &request.columns);
        let read = tokio::task::spawn_blocking(read).await.map_err(internal)?;
        let statement = read?;
        self.take_key(keyed).await?;
        let mut legs = self.legs_for(store, &statement.lines).await?;
        let mut lines = Vec::with_capacity(statement.lines.len());
        let (mut passed_over, mut in_a_row) = (None, 0);
        for line in &statement.lines {
            let verdict = match legs.book.judge(line) {
                Verdict::Matched(leg) if !dry_run => {
                    match self.settle_by_line(actor, &legs, leg).await {
                        Err(error @ PaymentError::Unavailable(_))
                            if in_a_row < MOST_PASSED_OVER =>
                        {
                            passed_over = Some(error);
                            in_a_row += 1;
                            continue;
                        }
                        settled => {
                            in_a_row = 0;
                            settled?
                        }
                    }
                }
                verdict => verdict,
            };
            lines.push(told(line, verdict, &legs));
        }
        match passed_over {
            // Nobody knows what became of these: the same once more does them, and the rest was done.
            Some(error) => Err(error),
            None => Ok(report(dry_run, &statement, lines)),
        }
    }

    /// Of what it was used for before, the rest is done.
    async fn take_key(&self, keyed: Option<Keyed>) -> Result<(), PaymentError> {
        let input = (self.env.clone(), keyed);
        let pool = &self.env.pool;
        pool.transaction(input, |tx, (env, keyed)| {
            Box::pin(async move {
                idempotency::first(tx, &env, keyed.as_ref(), &()).await?;
                Ok(())
            })
        })
        .await
    }

    /// Of this store alone, whatever the lines name.
    async fn legs_for(&self, store: StoreId, lines: &[Line]) -> Result<Legs, PaymentError> {
        let named = lines.iter().filter(|line| line.amount.is_positive());
        let tokens = named.flat_map(|line| tokens(&line.text));
        let named: BTreeSet<String> = tokens.filter(|one| one.len() == TXID).collect();
        let named: Vec<String> = named.into_iter().collect();
        let sql = include_str!("../sql/legs_named.sql");
        let mut legs = Legs::default();
        // Without any, those that wait are looked for.
        let portions = named.chunks(CHUNK).map(<[String]>::to_vec);
        for txids in portions.chain([Vec::new()]) {
            let waiting = if txids.is_empty() { MOST_WAITING } else { 0 };
            let now = self.env.now();
            let found: Vec<Leg> = db::rows(
                self.env.pool.read(),
                sql,
                values![store, txids, waiting, now],
            )
            .await?;
            for leg in found {
                legs.add(leg)?;
            }
        }
        Ok(legs)
    }

    /// By the actor's word; of one that ended meanwhile it is as of one that had before.
    async fn settle_by_line(
        &self,
        actor: &Actor,
        legs: &Legs,
        leg: Uuid,
    ) -> Result<Verdict<Uuid>, PaymentError> {
        let (part, reference) = legs.all.get(&leg).copied().ok_or(PaymentError::NotFound)?;
        let settle = SettleLeg {
            reference,
            part,
            paid: true,
            late: false,
            by: actor.clone(),
            note: None,
        };
        match self.say_leg(settle).await {
            Ok(_) => Ok(Verdict::Matched(leg)),
            Err(PaymentError::PaidTooLate | PaymentError::LegMove(_)) => {
                Ok(Verdict::Open(BankStatementReason::PaidTooLate, Some(leg)))
            }
            Err(error) => Err(error),
        }
    }
}

fn told(line: &Line, verdict: Verdict<Uuid>, legs: &Legs) -> StoreStatementLine {
    let (reason, leg) = match verdict {
        Verdict::Matched(leg) | Verdict::WasPaid(leg) => (None, Some(leg)),
        Verdict::Open(reason, leg) => (Some(reason), leg),
    };
    StoreStatementLine {
        number: line.number,
        on: line.on,
        amount: line.amount,
        text: line.text.clone(),
        reason,
        part: leg
            .and_then(|leg| legs.all.get(&leg))
            .map(|(part, _)| *part),
        was_paid: matches!(verdict, Verdict::WasPaid(_)),
    }
}

fn report(
    dry_run: bool,
    statement: &Statement,
    lines: Vec<StoreStatementLine>,
) -> StoreStatementReport {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let count = |is: fn(&&StoreStatementLine) -> bool| number(lines.iter().filter(is).count());
    let reasons = lines.iter().filter_map(|line| line.reason);
    StoreStatementReport {
        dry_run,
        format: statement.format,
        lines: number(lines.len()),
        matched: count(|line| line.reason.is_none() && !line.was_paid),
        were_paid: count(|line| line.was_paid),
        open: counted(reasons.map(|reason| (reason, 1))),
        unmatched: {
            let open =
                |line: &&StoreStatementLine| line.reason.is_some() && line.amount.is_positive();
            lines
                .iter()
                .filter(open)
                .take(MOST_LISTED)
                .cloned()
                .collect()
        },
    }
}
