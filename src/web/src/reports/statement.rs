//! A month of a store's books, from its opening balance to its closing one.

use feira_kernel::{Actor, StoreId, Total};
use feira_payment::{Statement, StatementLine, StatementRequest};

use super::{numbers, room};
use crate::{
    csv::{Cell, Csv},
    error::Problem,
    state::AppState,
};

/// All of it. What was posted while it was read is in its lines, and so in its closing balance.
#[derive(Debug)]
pub struct MonthlyStatement {
    pub whole: Statement,
    pub rows: Vec<StatementRow>,
}

/// How such a month is printed in a language, as PDF: pages have the words and the letters, and put it among the
/// application's data.
pub type StatementPaper = fn(&MonthlyStatement, &str) -> Vec<u8>;

#[derive(Debug)]
pub struct StatementRow {
    pub line: StatementLine,
    /// The number of the order that it is about.
    pub order: Option<String>,
    /// What is owed after it.
    pub balance: Total,
}

pub async fn statement(
    state: &AppState,
    actor: &Actor,
    store: Option<StoreId>,
    wanted: StatementRequest,
) -> Result<MonthlyStatement, Problem> {
    let payments = &state.payments;
    let mut whole = payments.statement(actor, store, wanted).await?;
    let wanted = StatementRequest {
        month: Some(whole.month.clone()),
        currency: Some(whole.currency),
    };
    let (mut rows, mut after) = (Vec::new(), None);
    let mut balance = whole.opening;
    loop {
        let page = payments.statement_lines(actor, store, wanted.clone(), after);
        let page = page.await?;
        room(rows.len() + page.items.len())?;
        let parts = page.items.iter().filter_map(|line| line.part);
        let numbers = numbers(state, actor, parts).await?;
        for line in page.items {
            balance = balance.checked_add(line.amount).map_err(overflow)?;
            rows.push(StatementRow {
                order: line.part.and_then(|part| numbers.get(&part).cloned()),
                balance,
                line,
            });
        }
        after = page.next_cursor;
        if after.is_none() {
            break;
        }
    }
    whole.closing = balance;
    Ok(MonthlyStatement { whole, rows })
}

fn overflow(error: feira_kernel::MoneyError) -> Problem {
    tracing::error!(%error, "a statement cannot be added up");
    Problem::internal()
}

impl MonthlyStatement {
    pub fn file_name(&self, ending: &str) -> String {
        let Statement {
            month, currency, ..
        } = &self.whole;
        format!("statement-{month}-{}.{ending}", currency.code())
    }

    /// Times are the store's own.
    pub fn csv(&self) -> Vec<u8> {
        let mut csv = Csv::new(&[
            "time", "kind", "account", "order", "payout", "amount", "balance", "currency",
        ]);
        let currency = self.whole.currency.code();
        let bound = |name: &'static str, balance: Total| {
            let empty = || Cell::Text("");
            [
                Cell::Text(&self.whole.month),
                Cell::Text(name),
                empty(),
                empty(),
                empty(),
                empty(),
                balance.into(),
                Cell::Text(currency),
            ]
        };
        csv.row(bound("opening_balance", self.whole.opening));
        for StatementRow {
            line,
            order,
            balance,
        } in &self.rows
        {
            let payout = line.payout.map(|payout| payout.to_string());
            csv.row([
                Cell::Text(&line.local),
                Cell::Text(line.kind.as_str()),
                Cell::Text(line.account.as_str()),
                Cell::Text(order.as_deref().unwrap_or_default()),
                Cell::Text(payout.as_deref().unwrap_or_default()),
                line.amount.into(),
                (*balance).into(),
                Cell::Text(currency),
            ]);
        }
        csv.row(bound("closing_balance", self.whole.closing));
        csv.finish()
    }
}
