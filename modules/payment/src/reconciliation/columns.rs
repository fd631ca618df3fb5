//! Which columns of a report say what, by the names that its provider gives them.

use csv::StringRecord;

use super::kind::FactKind;
use crate::ReportFormat;

/// The names of columns, of which the first that is there counts; of ids all do.
pub(super) struct Names {
    pub(super) format: ReportFormat,
    ids: &'static [&'static str],
    kind: &'static [&'static str],
    amount: &'static [&'static str],
    fee: &'static [&'static str],
    currency: &'static [&'static str],
    at: &'static [&'static str],
    /// The clock, where it has a column of its own.
    clock: &'static [&'static str],
}

/// In the order in which they are tried: the plain one has the commonest names.
pub(super) const KNOWN: &[Names] = &[
    Names {
        format: ReportFormat::Stripe,
        ids: &[
            "source_id",
            "charge_id",
            "refund_id",
            "payment_intent_id",
            "payment_metadata[feira_payment]",
            "refund_metadata[feira_refund]",
            "balance_transaction_id",
        ],
        kind: &["reporting_category"],
        amount: &["gross"],
        fee: &["fee"],
        currency: &["currency"],
        at: &["created_utc", "created", "effective_at"],
        clock: &[],
    },
    Names {
        format: ReportFormat::MercadoPago,
        ids: &["source_id", "external_reference"],
        kind: &["transaction_type", "description"],
        amount: &["transaction_amount", "gross_amount"],
        fee: &["fee_amount", "mp_fee_amount"],
        currency: &["transaction_currency", "settlement_currency", "currency"],
        at: &["transaction_date", "date", "settlement_date"],
        clock: &[],
    },
    Names {
        format: ReportFormat::Paypal,
        ids: &[
            "transaction_id",
            "reference_txn_id",
            "invoice_number",
            "custom_number",
        ],
        kind: &["type"],
        amount: &["gross"],
        fee: &["fee"],
        currency: &["currency"],
        at: &["date"],
        clock: &["time"],
    },
    Names {
        format: ReportFormat::Plain,
        ids: &["id"],
        kind: &["kind"],
        amount: &["amount"],
        fee: &["fee"],
        currency: &["currency"],
        at: &["date"],
        clock: &["time"],
    },
];

/// What the word of a line has in it, and what it tells of then: the first that fits.
const WORDS: &[(&[&str], FactKind)] = &[
    (&["payout", "withdrawal"], FactKind::Transfer),
    (&["transfer"], FactKind::ToStore),
    (
        &["chargeback", "dispute", "reversal", "failure"],
        FactKind::Other,
    ),
    (&["refund", "devolu"], FactKind::Refund),
    (
        &["charge", "payment", "settlement", "checkout", "capture"],
        FactKind::Charge,
    ),
];

/// Where they stand in one file.
pub(super) struct Columns {
    pub(super) format: ReportFormat,
    ids: Vec<usize>,
    kind: Option<usize>,
    amount: usize,
    fee: Option<usize>,
    currency: Option<usize>,
    at: Option<usize>,
    clock: Option<usize>,
}

/// Letters and digits alone, and what names a key.
fn bare(name: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, '[' | ']');
    name.to_lowercase().chars().filter(kept).collect()
}

/// Whether any report has such a column.
pub(super) fn is_known(name: &str) -> bool {
    let name = bare(name);
    let mut known = KNOWN.iter().flat_map(|names| {
        let all = [
            names.ids,
            names.kind,
            names.amount,
            names.fee,
            names.currency,
            names.at,
        ];
        all.into_iter().flatten()
    });
    known.any(|one| bare(one) == name)
}

impl Columns {
    /// Of a report that has what must be there: an id, an amount, and of each provider but of a plain one a
    /// kind.
    pub(super) fn of(names: &Names, header: &StringRecord) -> Option<Self> {
        let place = |name: &&str| header.iter().position(|one| bare(one) == bare(name));
        let first = |names: &[&str]| names.iter().find_map(place);
        let ids: Vec<usize> = names.ids.iter().filter_map(place).collect();
        let kind = first(names.kind);
        let named = kind.is_some() || names.format == ReportFormat::Plain;
        if ids.is_empty() || !named {
            return None;
        }
        Some(Self {
            format: names.format,
            ids,
            kind,
            amount: first(names.amount)?,
            fee: first(names.fee),
            currency: first(names.currency),
            at: first(names.at),
            clock: first(names.clock),
        })
    }

    pub(super) fn ids(&self, row: &StringRecord) -> Vec<String> {
        let ids = self.ids.iter().filter_map(|place| row.get(*place));
        let ids = ids.map(str::trim).filter(|id| !id.is_empty());
        ids.map(str::to_owned).collect()
    }

    pub(super) fn amount<'a>(&self, row: &'a StringRecord) -> &'a str {
        row.get(self.amount).unwrap_or_default()
    }

    pub(super) fn fee<'a>(&self, row: &'a StringRecord) -> Option<&'a str> {
        row.get(self.fee?).filter(|fee| !fee.is_empty())
    }

    pub(super) fn currency<'a>(&self, row: &'a StringRecord) -> Option<&'a str> {
        row.get(self.currency?).filter(|code| !code.is_empty())
    }

    pub(super) fn at(&self, row: &StringRecord) -> Option<String> {
        let day = row.get(self.at?).filter(|at| !at.is_empty())?;
        let clock = self.clock.and_then(|place| row.get(place));
        Some(format!("{day} {}", clock.unwrap_or_default()))
    }

    /// What the line tells of; what does not say so is a charge, or below zero a refund.
    pub(super) fn kind(&self, row: &StringRecord, negative: bool) -> FactKind {
        let word = self
            .kind
            .and_then(|place| row.get(place))
            .unwrap_or_default();
        let word = bare(word);
        if word.is_empty() {
            return match negative {
                true => FactKind::Refund,
                false => FactKind::Charge,
            };
        }
        let said = |(words, _): &&(&[&str], FactKind)| words.iter().any(|one| word.contains(one));
        let found = WORDS.iter().find(said);
        match found.map_or(FactKind::Other, |(_, kind)| *kind) {
            // Only Stripe has a word of its own for what goes to a bank.
            FactKind::ToStore if self.format != ReportFormat::Stripe => FactKind::Transfer,
            kind => kind,
        }
    }
}
