//! A bank statement: read whole, kept in one transaction with what was decided of each line, and then each
//! payment that a line names is marked as paid, in a transaction with its line.

use std::{collections::BTreeSet, sync::Arc};

use feira_kernel::{
    Actor, Money, audit,
    db::{self, Change, Find},
    idempotency::{self, Keyed},
    values,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{Service, batch_rows::StatementLineRow, pass, rows::internal, statement_lines::FIRST};
use crate::{
    BankStatementId, BankStatementLine, BankStatementLineId, BankStatementLineState,
    BankStatementReason, BankStatementReport, BankStatementRequest, PaymentError, PaymentId,
    acts::STATEMENT_IMPORTED,
    entities::{statement, statement_line},
    statement::{self as file, Line, Statement, Verdict},
};

/// Lines that are written by one statement.
const CHUNK: usize = 2_000;
/// Lines that could not be finished, in one run.
const MOST_FAILED: usize = 10;

/// A line with what was decided of it.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    id: BankStatementLineId,
    key: String,
    line: Line,
    pub(super) state: BankStatementLineState,
    pub(super) reason: Option<BankStatementReason>,
    payment: Option<PaymentId>,
    was_paid: bool,
}

/// A file, as the transaction gets it: it may begin anew.
#[derive(Clone)]
struct Import {
    service: Service,
    by: Actor,
    digest: String,
    statement: Arc<Statement>,
    dry_run: bool,
    keyed: Option<Keyed>,
}

/// What the transaction came to.
enum Written {
    /// It is there, from now on or since an earlier time.
    Statement(BankStatementId),
    /// The same file was imported before: all of its lines were known.
    Again(BankStatementId),
    /// Nothing was written.
    Dry(Box<BankStatementReport>),
}

impl Service {
    pub(super) async fn take_statement(
        &self,
        by: &Actor,
        request: BankStatementRequest,
        keyed: Option<Keyed>,
    ) -> Result<BankStatementReport, PaymentError> {
        // Also of another file under the same key, whatever is in it.
        let earlier = idempotency::earlier::<BankStatementId>(&self.env, keyed.as_ref()).await?;
        if let Some(id) = earlier {
            self.finish_lines(by).await?;
            return self.report_of(id).await;
        }
        let BankStatementRequest {
            dry_run,
            currency,
            columns,
            file,
        } = request;
        // A long file takes its time, and others wait for this thread.
        let read = move || {
            let parsed = file::parse(&file, currency, &columns)?;
            Ok::<_, PaymentError>((file::digest(&file), parsed))
        };
        let read = tokio::task::spawn_blocking(read).await.map_err(internal)?;
        let (digest, statement) = read?;
        let import = Import {
            service: self.clone(),
            by: by.clone(),
            digest,
            statement: Arc::new(statement),
            dry_run,
            keyed: keyed.filter(|_| !dry_run),
        };
        let kept = self.env.pool.transaction(import, |tx, import| {
            Box::pin(async move { import.keep(tx).await })
        });
        match kept.await? {
            Written::Dry(report) => Ok(*report),
            Written::Statement(id) => {
                self.finish_lines(by).await?;
                self.report_of(id).await
            }
            Written::Again(id) => {
                self.finish_lines(by).await?;
                let report = self.report_of(id).await?;
                Ok(BankStatementReport {
                    known: report.lines,
                    ..report
                })
            }
        }
    }
}

impl Import {
    async fn keep(self, tx: &db::Tx) -> Result<Written, PaymentError> {
        let env = &self.service.env;
        let id = BankStatementId(env.uuid());
        let lock = include_str!("../sql/lock_statements.sql");
        db::exec(&**tx, lock, values![]).await?;
        let known = statement::Entity::find()
            .filter(statement::Column::Digest.eq(self.digest.as_str()))
            .row(&**tx)
            .await?;
        let id = known.as_ref().map_or(id, |known| known.id);
        let earlier = idempotency::first(tx, env, self.keyed.as_ref(), &id).await?;
        if let Some(earlier) = earlier {
            return Ok(Written::Statement(earlier));
        }
        if known.is_some() && !self.dry_run {
            return Ok(Written::Again(id));
        }
        let judged = self.judged(&**tx).await?;
        if self.dry_run {
            let report = self.report(id, &judged);
            return Ok(Written::Dry(Box::new(report)));
        }
        self.write(tx, id, &judged).await?;
        Ok(Written::Statement(id))
    }

    /// Of those lines that no earlier file had.
    async fn judged(&self, db: &impl ConnectionTrait) -> Result<Vec<Judged>, PaymentError> {
        let lines = &self.statement.lines;
        let keys = file::keys(lines);
        let mut known: BTreeSet<String> = BTreeSet::new();
        for keys in keys.chunks(CHUNK) {
            let found = statement_line::Entity::find()
                .filter(statement_line::Column::Key.eq_any(keys.to_vec()))
                .select_only()
                .column(statement_line::Column::Key)
                .into_tuple::<String>();
            known.extend(found.rows(db).await?);
        }
        let fresh = keys.into_iter().zip(lines);
        // A line that the file has twice is one.
        let fresh: Vec<(String, &Line)> =
            fresh.filter(|(key, _)| known.insert(key.clone())).collect();
        let fresh_lines: Vec<Line> = fresh.iter().map(|(_, line)| (*line).clone()).collect();
        let mut book = self.service.book_for(db, &fresh_lines).await?;
        let judged = fresh.into_iter().zip(fresh_lines).map(|((key, _), line)| {
            let verdict = book.judge(&line);
            let (state, reason, payment) = outcome(verdict, line.amount);
            Judged {
                was_paid: matches!(verdict, Verdict::WasPaid(_)),
                id: BankStatementLineId(self.service.env.uuid()),
                key,
                line,
                state,
                reason,
                payment,
            }
        });
        Ok(judged.collect())
    }

    async fn write(
        &self,
        tx: &db::Tx,
        id: BankStatementId,
        judged: &[Judged],
    ) -> Result<(), PaymentError> {
        let env = &self.service.env;
        let now = env.now();
        let count = |n: usize| i32::try_from(n).map_err(internal);
        let lines = self.statement.lines.len();
        let row = statement::ActiveModel {
            id: Set(id),
            digest: Set(self.digest.clone()),
            format: Set(self.statement.format),
            lines: Set(count(lines)?),
            known: Set(count(lines - judged.len())?),
            created_at: Set(now),
            updated_at: Set(now),
        };
        statement::Entity::insert(row).run(&**tx).await?;
        let sql = include_str!("../sql/add_statement_lines.sql");
        for part in judged.chunks(CHUNK) {
            let rows: Vec<StatementLineRow> = part.iter().map(Judged::row).collect();
            db::exec(&**tx, sql, values![db::recordset(&rows)?, id, now]).await?;
        }
        let matched = judged.iter().filter(|one| one.is_matched()).count();
        let details = json!({"lines": lines, "new": judged.len(), "matched": matched});
        audit::record(tx, env, &self.by, STATEMENT_IMPORTED, id.0, details).await?;
        Ok(())
    }

    fn report(&self, id: BankStatementId, judged: &[Judged]) -> BankStatementReport {
        let lines = self.statement.lines.len();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let matched = judged.iter().filter(|one| one.is_matched()).count();
        let reasons = judged.iter().filter_map(|one| one.reason);
        let shown = judged
            .iter()
            .filter(|one| one.state != BankStatementLineState::Out);
        BankStatementReport {
            id,
            dry_run: true,
            format: self.statement.format,
            lines: number(lines),
            known: number(lines - judged.len()),
            matched: number(matched),
            were_paid: number(judged.iter().filter(|one| one.was_paid).count()),
            ignored: 0,
            open: super::statement_lines::counted(reasons.map(|reason| (reason, 1))),
            first: shown.take(FIRST).map(|one| one.view(id)).collect(),
            at: self.service.env.now(),
        }
    }
}

/// As it is kept.
fn outcome(
    verdict: Verdict,
    amount: Money,
) -> (
    BankStatementLineState,
    Option<BankStatementReason>,
    Option<PaymentId>,
) {
    match verdict {
        Verdict::Matched(payment) | Verdict::WasPaid(payment) => {
            (BankStatementLineState::Matching, None, Some(payment))
        }
        Verdict::Open(reason, payment) if amount.is_positive() => {
            (BankStatementLineState::Open, Some(reason), payment)
        }
        Verdict::Open(reason, payment) => (BankStatementLineState::Out, Some(reason), payment),
    }
}

impl Judged {
    fn is_matched(&self) -> bool {
        self.state == BankStatementLineState::Matching
    }

    fn row(&self) -> StatementLineRow {
        StatementLineRow {
            id: self.id,
            key: self.key.clone(),
            number: self.line.number,
            booked_on: self.line.on.to_string(),
            amount: self.line.amount.amount(),
            currency: self.line.amount.currency().code(),
            text: self.line.text.clone(),
            state: self.state,
            reason: self.reason,
            payment: self.payment,
        }
    }

    fn view(&self, statement: BankStatementId) -> BankStatementLine {
        BankStatementLine {
            id: self.id,
            statement,
            number: self.line.number,
            on: self.line.on,
            amount: self.line.amount,
            text: self.line.text.clone(),
            state: self.state,
            reason: self.reason,
            payment: self.payment,
            was_paid: self.was_paid,
        }
    }
}

impl Service {
    /// Marks what lines have matched, also those that an earlier try left: a job does it too.
    pub(crate) async fn finish_lines(&self, by: &Actor) -> Result<(), PaymentError> {
        let mut after: Option<BankStatementLineId> = None;
        let mut failed = Vec::new();
        loop {
            let lines = self.lines_to_finish(after).await?;
            let Some(last) = lines.last() else {
                return failed.into_iter().next().map_or(Ok(()), Err);
            };
            after = Some(last.id);
            for line in lines {
                pass("payment.statement_line");
                match self.finish_line(by, &line).await {
                    // Somebody has to know; the others go on.
                    Err(error @ (PaymentError::NotByHand | PaymentError::Internal(_))) => {
                        tracing::error!(line = %line.id, %error, "a line of a statement is not finished");
                    }
                    // Perhaps of one provider only: the lines of others go on.
                    Err(error) if failed.len() < MOST_FAILED => failed.push(error),
                    done => done?,
                }
            }
        }
    }
}
