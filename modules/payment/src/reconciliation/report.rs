//! The lines of a report.

use feira_files::csv_text;
use feira_kernel::{Currency, Time, Total};
use rust_decimal::Decimal;

use super::{
    columns::{Columns, KNOWN, is_known},
    kind::FactKind,
    values::{self, Order},
};
use crate::{PaymentError, ReportFormat};

const MAX_BYTES: usize = 20 * 1024 * 1024;
const MAX_LINES: usize = 50_000;

/// What the provider says happened once.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) line: u64,
    /// All by which it may be known.
    pub(crate) ids: Vec<String>,
    pub(crate) kind: FactKind,
    pub(crate) amount: Total,
    /// What the provider took, positive.
    pub(crate) fee: Option<Total>,
    pub(crate) at: Option<Time>,
}

#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) format: ReportFormat,
    pub(crate) lines: Vec<Line>,
    /// Where something stands that cannot be read, and what of it can.
    pub(crate) unreadable: Vec<(u64, String)>,
    /// Of what time it is, where its lines say only days.
    pub(crate) within: Option<(Time, Time)>,
}

fn bad(why: impl std::fmt::Display) -> PaymentError {
    PaymentError::BadReport(why.to_string())
}

pub(crate) fn read(file: &[u8], format: Option<ReportFormat>) -> Result<Report, PaymentError> {
    if file.len() > MAX_BYTES {
        return Err(bad("at most 20 MiB"));
    }
    let text = csv_text::decode_western(file);
    let separator = csv_text::separator(&text, is_known);
    csv_text::check_quotes(&text, separator).map_err(bad)?;
    let mut reader = csv_text::reader(&text, separator);
    let header = reader.headers().map_err(bad)?.clone();
    let mut known = KNOWN
        .iter()
        .filter(|names| format.is_none_or(|format| names.format == format));
    let columns = known.find_map(|names| Columns::of(names, &header));
    let columns = columns.ok_or_else(|| {
        bad("its first line names no columns of a report that is known: Stripe's, Mercado Pago's, PayPal's, or id, amount, currency, date and kind")
    })?;
    let mut rows = Vec::new();
    for row in reader.records() {
        if rows.len() >= MAX_LINES {
            return Err(bad(format!("at most {MAX_LINES} lines")));
        }
        rows.push(row.map_err(bad)?);
    }
    let dates: Vec<String> = rows.iter().filter_map(|row| columns.at(row)).collect();
    let order = order_of(&dates);
    let mut lines = csv_text::Lines::new(&text);
    let mut report = Report {
        format: columns.format,
        lines: Vec::with_capacity(rows.len()),
        unreadable: Vec::new(),
        within: None,
    };
    for row in &rows {
        let line = lines.at(row.position().map_or(0, csv::Position::byte));
        match told(&columns, row, line, order) {
            Some(told) => report.lines.push(told),
            None if row.iter().all(str::is_empty) => {}
            None => {
                let id = columns.ids(row).into_iter().next();
                report.unreadable.push((line, id.unwrap_or_default()));
            }
        }
    }
    Ok(report)
}

/// The order in which all of the dates are dates.
fn order_of(dates: &[String]) -> Order {
    let fits = |order| {
        dates
            .iter()
            .all(|date| values::moment(date, order).is_some())
    };
    match !fits(Order::DayFirst) && fits(Order::MonthFirst) {
        true => Order::MonthFirst,
        false => Order::DayFirst,
    }
}

fn told(columns: &Columns, row: &csv::StringRecord, line: u64, order: Order) -> Option<Line> {
    let ids = columns.ids(row);
    let amount = values::amount(columns.amount(row))?;
    let currency: Currency = columns.currency(row)?.to_ascii_uppercase().parse().ok()?;
    let in_currency = |amount: Decimal| Total::new(amount, currency).ok();
    let fee = match columns.fee(row) {
        Some(fee) => Some(in_currency(taken(columns.format, values::amount(fee)?))?),
        None => None,
    };
    if ids.is_empty() {
        return None;
    }
    Some(Line {
        line,
        ids,
        kind: columns.kind(row, amount.is_sign_negative()),
        amount: in_currency(amount)?,
        fee,
        at: columns.at(row).and_then(|at| values::moment(&at, order)),
    })
}

/// Stripe, and the plain form, say what was taken; the others what it does to the balance.
fn taken(format: ReportFormat, fee: Decimal) -> Decimal {
    match format {
        ReportFormat::Stripe | ReportFormat::Plain | ReportFormat::BankStatement => fee,
        ReportFormat::MercadoPago | ReportFormat::Paypal => -fee,
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::Money;
    use time::macros::datetime;

    use super::*;

    fn brl(minor: i64) -> Total {
        Money::from_minor(minor, Currency::BRL).unwrap().into()
    }

    #[test]
    fn each_provider_is_known_by_its_columns() {
        let stripe = "balance_transaction_id,created,reporting_category,gross,fee,net,currency,source_id,payment_intent_id\n\
                      txn_1,2026-03-17 12:00:00,charge,19.90,1.18,18.72,brl,ch_1,pi_1\n\
                      txn_2,2026-03-18 12:00:00,refund,-19.90,0.00,-19.90,brl,re_1,pi_1\n\
                      txn_3,2026-03-19 12:00:00,payout,-10.00,0,-10.00,brl,po_1,\n";
        let mercado = "EXTERNAL_REFERENCE;SOURCE_ID;TRANSACTION_TYPE;TRANSACTION_AMOUNT;TRANSACTION_CURRENCY;TRANSACTION_DATE;FEE_AMOUNT;SETTLEMENT_NET_AMOUNT\n\
                       x;123;SETTLEMENT;19,90;BRL;2026-03-17T09:00:00.000-03:00;-1,18;18,72\n\
                       x;123;REFUND;-19,90;BRL;2026-03-18T09:00:00.000-03:00;0,00;-19,90\n\
                       ;po1;WITHDRAWAL;-10,00;BRL;2026-03-19T09:00:00.000-03:00;0;-10,00\n";
        let paypal = "\u{feff}\"Date\",\"Time\",\"TimeZone\",\"Name\",\"Type\",\"Status\",\"Currency\",\"Gross\",\"Fee\",\"Net\",\"Transaction ID\"\n\
                      \"03/17/2026\",\"12:00:00\",\"UTC\",\"Ana\",\"Express Checkout Payment\",\"Completed\",\"BRL\",\"19.90\",\"-1.18\",\"18.72\",\"T1\"\n\
                      \"03/18/2026\",\"12:00:00\",\"UTC\",\"Ana\",\"Payment Refund\",\"Completed\",\"BRL\",\"-19.90\",\"0.00\",\"-19.90\",\"T2\"\n\
                      \"03/19/2026\",\"12:00:00\",\"UTC\",\"\",\"General Withdrawal\",\"Completed\",\"BRL\",\"-10.00\",\"0.00\",\"-10.00\",\"T3\"\n";
        let plain = "date,id,amount,currency,kind,fee\n2026-03-17 12:00,a,19.90,BRL,charge,1.18\n\
                     2026-03-18 12:00,b,-19.90,BRL,refund,0\n2026-03-19 12:00,c,-10,BRL,transfer,0\n";
        for (file, format) in [
            (stripe, ReportFormat::Stripe),
            (mercado, ReportFormat::MercadoPago),
            (paypal, ReportFormat::Paypal),
            (plain, ReportFormat::Plain),
        ] {
            for chosen in [None, Some(format)] {
                let report = read(file.as_bytes(), chosen).unwrap();
                assert_eq!(report.format, format);
                assert_eq!(report.unreadable, [], "{format:?}");
                let told: Vec<_> = report.lines.iter().map(|l| (l.kind, l.amount)).collect();
                use FactKind::{Charge, Refund, Transfer};
                let expected = [
                    (Charge, brl(1990)),
                    (Refund, brl(-1990)),
                    (Transfer, brl(-1000)),
                ];
                assert_eq!(told, expected, "{format:?}");
                let first = &report.lines[0];
                assert_eq!(first.fee, Some(brl(118)), "{format:?}");
                assert_eq!(
                    first.at,
                    Some(datetime!(2026-03-17 12:00 UTC)),
                    "{format:?}"
                );
                assert_eq!(first.line, 2);
            }
        }
    }

    #[test]
    fn what_is_no_report_is_refused_and_a_broken_line_is_named() {
        for file in [
            &b""[..],
            b"a,b\n1,2\n",
            b"id,amount\n\"x,1\n",
            b"\xff\xfe\x00",
        ] {
            let refused = read(file, None);
            assert!(
                matches!(refused, Err(PaymentError::BadReport(_))),
                "{file:?}"
            );
        }
        let head = "id,amount,currency\n";
        let chosen = read(
            format!("{head}a,1,BRL\n").as_bytes(),
            Some(ReportFormat::Stripe),
        );
        assert!(matches!(chosen, Err(PaymentError::BadReport(_))));
        let odd = format!("{head}a,1.005,BRL\n,1,BRL\nb,x,BRL\nc,1,ZZZ\nd,1,\n,,\ne,-2,BRL\n");
        let report = read(odd.as_bytes(), None).unwrap();
        let named: Vec<u64> = report.unreadable.iter().map(|(line, _)| *line).collect();
        assert_eq!(named, [2, 3, 4, 5, 6]);
        assert_eq!(report.lines.len(), 1);
        let many = format!("{head}{}", "a,1,BRL\n".repeat(MAX_LINES));
        assert_eq!(read(many.as_bytes(), None).unwrap().lines.len(), MAX_LINES);
        let more = format!("{many}a,1,BRL\n");
        assert!(matches!(
            read(more.as_bytes(), None),
            Err(PaymentError::BadReport(_))
        ));
    }
}
