use feira_payment::{
    BankStatementCount, BankStatementLine, BankStatementReport, BankStatementSummary,
    StoreStatementLine, StoreStatementReport,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{MoneyView, Timestamp, words};

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BankStatementReportView {
    id: Uuid,
    dry_run: bool,
    format: words::BankStatementFormat,
    /// Of the file.
    lines: u32,
    /// Of them, those that an earlier file had: they are left as they are.
    known: u32,
    matched: u32,
    /// Of those that matched, whose payment somebody had marked as paid before.
    were_paid: u32,
    ignored: u32,
    /// The others, by reason.
    open: Vec<BankStatementCountView>,
    /// The first hundred that wait for somebody; of a dry run also those that would be matched.
    first: Vec<BankStatementLineView>,
    at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
struct BankStatementCountView {
    reason: words::BankStatementReason,
    count: u32,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BankStatementLineView {
    /// Of a dry run it leads nowhere.
    id: Uuid,
    statement_id: Uuid,
    /// Of the file, from 1.
    number: u32,
    #[schema(format = Date, example = "2026-03-17")]
    on: String,
    /// What came in is positive.
    amount: MoneyView,
    text: String,
    state: words::BankStatementLineState,
    /// Why it was not matched.
    reason: Option<words::BankStatementReason>,
    /// The payment that it paid, or that it may be about.
    payment_id: Option<Uuid>,
    /// Of a matched one: somebody had marked its payment as paid before.
    was_paid: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BankStatementView {
    id: Uuid,
    format: words::BankStatementFormat,
    lines: u32,
    known: u32,
    at: Timestamp,
}

impl From<BankStatementReport> for BankStatementReportView {
    fn from(r: BankStatementReport) -> Self {
        let count = |one: BankStatementCount| BankStatementCountView {
            reason: one.reason.into(),
            count: one.count,
        };
        Self {
            id: r.id.0,
            dry_run: r.dry_run,
            format: r.format.into(),
            lines: r.lines,
            known: r.known,
            matched: r.matched,
            were_paid: r.were_paid,
            ignored: r.ignored,
            open: r.open.into_iter().map(count).collect(),
            first: r
                .first
                .into_iter()
                .map(BankStatementLineView::from)
                .collect(),
            at: r.at.into(),
        }
    }
}

impl From<BankStatementLine> for BankStatementLineView {
    fn from(l: BankStatementLine) -> Self {
        Self {
            id: l.id.0,
            statement_id: l.statement.0,
            number: l.number,
            on: l.on.to_string(),
            amount: l.amount.into(),
            text: l.text,
            state: l.state.into(),
            reason: l.reason.map(words::BankStatementReason::from),
            payment_id: l.payment.map(|payment| payment.0),
            was_paid: l.was_paid,
        }
    }
}

impl From<BankStatementSummary> for BankStatementView {
    fn from(s: BankStatementSummary) -> Self {
        Self {
            id: s.id.0,
            format: s.format.into(),
            lines: s.lines,
            known: s.known,
            at: s.at.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StoreStatementReportView {
    dry_run: bool,
    format: words::BankStatementFormat,
    /// Of the file.
    lines: u32,
    /// Parts that it settled, or would.
    matched: u32,
    /// Lines of parts that were known to be paid before.
    were_paid: u32,
    /// The others, by reason.
    open: Vec<BankStatementCountView>,
    /// The first 500 lines of money that came in and belongs to no part that waits for it.
    unmatched: Vec<StoreStatementLineView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct StoreStatementLineView {
    /// Of the file, from 1.
    number: u32,
    #[schema(format = Date, example = "2026-03-17")]
    on: String,
    amount: MoneyView,
    text: String,
    /// Why it was not matched.
    reason: Option<words::BankStatementReason>,
    /// The part of the store that it may be about.
    store_order_id: Option<Uuid>,
}

impl From<StoreStatementReport> for StoreStatementReportView {
    fn from(r: StoreStatementReport) -> Self {
        let count = |one: BankStatementCount| BankStatementCountView {
            reason: one.reason.into(),
            count: one.count,
        };
        let line = |one: StoreStatementLine| StoreStatementLineView {
            number: one.number,
            on: one.on.to_string(),
            amount: one.amount.into(),
            text: one.text,
            reason: one.reason.map(words::BankStatementReason::from),
            store_order_id: one.part.map(|part| part.0),
        };
        Self {
            dry_run: r.dry_run,
            format: r.format.into(),
            lines: r.lines,
            matched: r.matched,
            were_paid: r.were_paid,
            open: r.open.into_iter().map(count).collect(),
            unmatched: r.unmatched.into_iter().map(line).collect(),
        }
    }
}
