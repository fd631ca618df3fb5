//! "Do the books balance?": every sum again from the entries, compared with what tables say
//! happened. Each rule is one statement, so that it sees one moment.

use feira_kernel::{db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use super::{Service, rows::total};
use crate::{Account, AccountTotal, Books, PaymentError};

/// A rule, and the query that counts what breaks it.
const RULES: &[(&str, &str)] = &[
    (
        "transactions do not sum to zero",
        include_str!("../sql/books_transactions.sql"),
    ),
    (
        "captured payments are not in the books with their amount",
        include_str!("../sql/books_captures.sql"),
    ),
    (
        "payments hold something else than was captured and not given back",
        include_str!("../sql/books_payments.sql"),
    ),
    (
        "payments or splits have another provider's fee in the books than was told",
        include_str!("../sql/books_fees.sql"),
    ),
    (
        "payments have something else kept back than their open disputes",
        include_str!("../sql/books_disputes.sql"),
    ),
    (
        "payments or refunds hold something else of stores than the refunds that run",
        include_str!("../sql/books_refunds.sql"),
    ),
    (
        "splits have another commission in the books than they keep",
        include_str!("../sql/books_commissions.sql"),
    ),
    (
        "stores are owed something else than their open items",
        include_str!("../sql/books_payable.sql"),
    ),
    (
        "payouts are not the sum of their items",
        include_str!("../sql/books_payouts.sql"),
    ),
    (
        "payouts opened something else than what came back",
        include_str!("../sql/books_ended_payouts.sql"),
    ),
    (
        "payouts took something else from the provider than was paid",
        include_str!("../sql/books_payouts_paid.sql"),
    ),
    (
        "stores have something else in reserve, or ended other debts, than is in the books",
        include_str!("../sql/books_reserves.sql"),
    ),
    (
        "stores have something else in transit than their pending payouts",
        include_str!("../sql/books_in_transit.sql"),
    ),
];

#[derive(FromQueryResult)]
struct TotalRow {
    account: Account,
    currency: String,
    total: Decimal,
}

impl Service {
    pub(super) async fn audit(&self) -> Result<Books, PaymentError> {
        let db = self.env.pool.search();
        let mut violations = Vec::new();
        for &(rule, sql) in RULES {
            let broken: i64 = db::scalar(db, sql, values![]).await?.unwrap_or(0);
            if broken > 0 {
                violations.push(format!("{broken} {rule}."));
            }
        }
        let totals = include_str!("../sql/books_totals.sql");
        let rows: Vec<TotalRow> = db::rows(db, totals, values![]).await?;
        let accounts: Result<Vec<_>, PaymentError> = rows
            .into_iter()
            .map(|row| {
                Ok(AccountTotal {
                    account: row.account,
                    total: total(row.total, &row.currency)?,
                })
            })
            .collect();
        let size = include_str!("../sql/books_size.sql");
        let transactions: i64 = db::scalar(db, size, values![]).await?.unwrap_or(0);
        Ok(Books {
            balanced: violations.is_empty(),
            accounts: accounts?,
            violations,
            transactions: u64::try_from(transactions).unwrap_or(0),
        })
    }
}
