//! "Do the books balance?": every sum again from the entries, compared with what tables say
//! happened. Each rule is one statement, so that it sees one moment.

use feira_kernel::{db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use super::{
    Service,
    rows::{internal, total},
};
use crate::{AccountTotal, Books, PaymentError, ledger};

/// A rule, and the query that counts what breaks it.
const RULES: [(&str, &str); 7] = [
    (
        "transactions do not sum to zero",
        "SELECT count(*) FROM (SELECT 1 FROM ledger_entries GROUP BY transaction_id, currency \
                               HAVING sum(amount) <> 0 OR count(*) < 2) AS wrong",
    ),
    (
        "captured payments are not in the books with their amount",
        "SELECT count(*) FROM payments p WHERE p.captured_at IS NOT NULL AND p.amount <> \
            (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e \
             WHERE e.payment_id = p.id AND e.kind = 'capture' AND e.account = 'provider_clearing')",
    ),
    (
        "payments hold something else than was captured and not given back",
        "SELECT count(*) FROM payments p WHERE \
            CASE WHEN p.captured_at IS NULL THEN 0 ELSE p.amount - p.refunded END <> \
            (SELECT coalesce(sum(e.amount), 0) FROM ledger_entries e \
             WHERE e.payment_id = p.id AND e.account = 'provider_clearing')",
    ),
    (
        "splits have another commission in the books than they keep",
        "SELECT count(*) FROM payment_splits s JOIN payments p ON p.id = s.payment_id \
         LEFT JOIN (SELECT split_id, -sum(amount) AS kept FROM ledger_entries \
                    WHERE account = 'platform_commission' GROUP BY split_id) e ON e.split_id = s.id \
         WHERE coalesce(e.kept, 0) <> CASE WHEN p.captured_at IS NULL THEN 0 ELSE s.commission - s.commission_reversed END",
    ),
    (
        "stores are owed something else than their open items",
        "SELECT count(*) FROM (SELECT store_id, currency, -sum(amount) AS owed FROM ledger_entries \
                               WHERE account = 'seller_payable' GROUP BY store_id, currency) b \
         FULL JOIN (SELECT store_id, currency, sum(amount) AS open FROM payout_items WHERE payout_id IS NULL \
                    GROUP BY store_id, currency) i USING (store_id, currency) \
         WHERE coalesce(b.owed, 0) <> coalesce(i.open, 0)",
    ),
    (
        "payouts are not the sum of their items",
        "SELECT count(*) FROM payouts o WHERE o.status <> 'failed' AND o.amount <> \
            (SELECT coalesce(sum(i.amount), 0) FROM payout_items i WHERE i.payout_id = o.id)",
    ),
    (
        "stores have something else in transit than their pending payouts",
        "SELECT count(*) FROM (SELECT store_id, currency, -sum(amount) AS moving FROM ledger_entries \
                               WHERE account = 'payout_in_transit' GROUP BY store_id, currency) b \
         FULL JOIN (SELECT store_id, currency, sum(amount) AS pending FROM payouts WHERE status = 'pending' \
                    GROUP BY store_id, currency) o USING (store_id, currency) \
         WHERE coalesce(b.moving, 0) <> coalesce(o.pending, 0)",
    ),
];

#[derive(FromQueryResult)]
struct TotalRow {
    account: String,
    currency: String,
    total: Decimal,
}

impl Service {
    pub(super) async fn audit(&self) -> Result<Books, PaymentError> {
        let db = self.env.pool.reads();
        let mut violations = Vec::new();
        for (rule, sql) in RULES {
            let broken: i64 = db::scalar(db, sql, values![]).await?.unwrap_or(0);
            if broken > 0 {
                violations.push(format!("{broken} {rule}."));
            }
        }
        let rows: Vec<TotalRow> = db::rows(
            db,
            "SELECT account, currency, sum(amount) AS total FROM ledger_entries \
             GROUP BY account, currency ORDER BY currency, account LIMIT 1000",
            values![],
        )
        .await?;
        let accounts: Result<Vec<_>, PaymentError> = rows
            .into_iter()
            .map(|row| {
                Ok(AccountTotal {
                    account: ledger::account(&row.account)
                        .ok_or_else(|| internal("no such account"))?,
                    total: total(row.total, &row.currency)?,
                })
            })
            .collect();
        let transactions: i64 =
            db::scalar(db, "SELECT count(*) FROM ledger_transactions", values![])
                .await?
                .unwrap_or(0);
        Ok(Books {
            balanced: violations.is_empty(),
            accounts: accounts?,
            violations,
            transactions: u64::try_from(transactions).unwrap_or(0),
        })
    }
}
