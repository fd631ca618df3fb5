//! A month's statement on paper.

use feira_web::reports::{MonthlyStatement, StatementRow};

use crate::page::{Column, Page, Sheet};

/// The edges of columns on A4.
const COLUMNS: [(&str, Column); 6] = [
    ("ledger-when", text(42.0, 19)),
    ("ledger-kind", text(135.0, 24)),
    ("ledger-account", text(245.0, 24)),
    ("order-number", text(355.0, 16)),
    ("payout-amount", number(485.0)),
    ("statement-balance", number(553.0)),
];

const fn text(at: f32, room: usize) -> Column {
    Column {
        at,
        is_number: false,
        room,
    }
}

const fn number(at: f32) -> Column {
    Column {
        at,
        is_number: true,
        room: 24,
    }
}

pub(super) fn pdf(p: &Page, made: &MonthlyStatement) -> Vec<u8> {
    let whole = &made.whole;
    let title = format!("{} {}", p.t("statement-title"), whole.month);
    let facts = [
        format!("{} · {}", whole.store_name, whole.business_name),
        format!("{}: {}", p.t("store-tax-id"), whole.tax_id),
        format!("{} · {}", whole.currency, whole.time_zone),
        format!("{}: {}", p.t("statement-opening"), p.total(&whole.opening)),
        format!("{}: {}", p.t("statement-closing"), p.total(&whole.closing)),
    ];
    let columns = COLUMNS.map(|(key, column)| (p.t(key), column));
    let rows: Vec<Vec<String>> = made.rows.iter().map(|row| cells(p, row)).collect();
    let sheet = Sheet {
        title: &title,
        facts: &facts,
        columns: &columns,
        rows: &rows,
        page: &p.t("statement-page"),
    };
    sheet.write()
}

fn cells(p: &Page, row: &StatementRow) -> Vec<String> {
    let line = &row.line;
    vec![
        line.local.clone(),
        p.name(&line.kind),
        p.name(&line.account),
        row.order.clone().unwrap_or_default(),
        p.total(&line.amount),
        p.total(&row.balance),
    ]
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Currency, StoreId, Total};
    use feira_payment::{Account, LedgerKind, Statement, StatementLine};

    use super::*;
    use crate::page::{
        Area, Lang,
        samples::{ago, brl, id},
    };

    fn made() -> MonthlyStatement {
        let balance = |minor| Total::from(brl(minor));
        let line = |amount| StatementLine {
            id: id(1),
            kind: LedgerKind::Capture,
            account: Account::SellerPending,
            amount: balance(amount),
            part: None,
            payout: None,
            at: ago(60),
            local: "2026-03-31 23:59:59".to_owned(),
        };
        MonthlyStatement {
            whole: Statement {
                store: StoreId(id(3)),
                store_name: "Łukasz Atelier".to_owned(),
                business_name: "Maria Souza ME".to_owned(),
                tax_id: "11.222.333/0001-81".to_owned(),
                month: "2026-03".to_owned(),
                currency: Currency::BRL,
                time_zone: "America/Sao_Paulo".to_owned(),
                starts_at: ago(100),
                ends_at: ago(0),
                opening: balance(100),
                closing: balance(1_000),
            },
            rows: vec![StatementRow {
                line: line(900),
                order: Some("FR-7K3M-A".to_owned()),
                balance: balance(1_000),
            }],
        }
    }

    #[test]
    fn a_statement_can_be_printed_and_read_again() {
        let p = Page::sample(Lang::En, Area::Seller);
        let pdf = pdf(&p, &made());
        assert!(pdf.starts_with(b"%PDF"));
        let has = |text: &str| pdf.windows(text.len()).any(|part| part == text.as_bytes());
        for text in [
            "(Statement 2026-03)",
            "(2026-03-31 23:59:59)",
            "(FR-7K3M-A)",
            "(R$9.00)",
            "(R$10.00)",
            "(Opening balance: R$1.00)",
            "(Closing balance: R$10.00)",
        ] {
            assert!(has(text), "{text}");
        }
    }

    #[test]
    fn as_a_table_it_begins_and_ends_with_its_balances() {
        let csv = String::from_utf8(made().csv()).unwrap();
        let rows: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(
            rows,
            [
                "time,kind,account,order,payout,amount,balance,currency",
                "2026-03,opening_balance,,,,,1.00,BRL",
                "2026-03-31 23:59:59,capture,seller_pending,FR-7K3M-A,,9.00,10.00,BRL",
                "2026-03,closing_balance,,,,,10.00,BRL",
            ]
        );
    }
}
