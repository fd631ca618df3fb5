//! An invoice to a store on paper.

use feira_payment::DebtInvoice;

use crate::page::{Column, Page, Sheet};

const COLUMNS: [(&str, Column); 2] = [
    (
        "invoice-note",
        Column {
            at: 42.0,
            is_number: false,
            room: 90,
        },
    ),
    (
        "payout-amount",
        Column {
            at: 553.0,
            is_number: true,
            room: 24,
        },
    ),
];

/// From whom it is: the marketplace, by its name and its address.
pub(crate) fn pdf(p: &Page, invoice: &DebtInvoice, (name, site): (&str, &str)) -> Vec<u8> {
    let title = title(p, invoice);
    let facts = [
        format!("{}: {name}, {site}", p.t("invoice-from")),
        format!("{} · {}", invoice.store_name, invoice.business_name),
        format!("{}: {}", p.t("store-tax-id"), invoice.tax_id),
        format!("{}: {}", p.t("invoice-made"), p.exact(&invoice.created_at)),
        format!("{}: {}", p.t("invoice-due"), p.date(&invoice.due_on)),
        format!("{}: {}", p.t("invoice-status"), p.name(&invoice.status)),
    ];
    let columns = COLUMNS.map(|(key, column)| (p.t(key), column));
    let mut lines = invoice.note.lines().map(str::to_owned);
    let first = lines.next().unwrap_or_default();
    let mut rows = vec![vec![first, p.money(&invoice.amount)]];
    rows.extend(lines.map(|line| vec![line, String::new()]));
    let sheet = Sheet {
        title: &title,
        facts: &facts,
        columns: &columns,
        rows: &rows,
        page: &p.t("statement-page"),
    };
    sheet.write()
}

pub(crate) fn title(p: &Page, invoice: &DebtInvoice) -> String {
    p.t1("invoice-number", invoice.number.to_string())
}

pub(crate) fn file_name(invoice: &DebtInvoice) -> String {
    format!("invoice-{}.pdf", invoice.number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::{Area, Lang, samples};

    #[test]
    fn an_invoice_says_who_pays_what_until_when() {
        for (lang, day, title) in [
            (Lang::En, "17 Jun 2026", "Invoice 12"),
            (Lang::PtBr, "17 de jun. de 2026", "12)"),
        ] {
            let p = Page::sample(lang, Area::Seller);
            let pdf = pdf(
                &p,
                &samples::invoices()[0],
                ("Feira do Norte", "https://feira.example"),
            );
            assert!(pdf.starts_with(b"%PDF"));
            let has = |text: &str| pdf.windows(text.len()).any(|part| part == text.as_bytes());
            for text in [title, day, "Feira do Norte", "feira.example"] {
                assert!(has(text), "{text}");
            }
        }
    }
}
