//! Providers' reports of their own books, as they are downloaded there.

use std::fmt::Write;

use feira_kernel::Time;
use feira_payment::ReportFormat;
use rust_decimal::Decimal;
use time::{format_description::well_known::Rfc3339, macros::format_description};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Charge,
    Refund,
    Dispute,
    DisputeWon,
    /// To a store's account there, and back from it.
    Transfer,
    TransferBack,
}

/// What changed the balance of the account.
#[derive(Debug, Clone)]
pub(crate) struct Moved {
    pub(crate) kind: Kind,
    pub(crate) at: Time,
    /// What came is positive; what was taken for it is, too.
    pub(crate) amount: Decimal,
    pub(crate) fee: Decimal,
    pub(crate) currency: String,
    /// By which the provider calls it, and its charge, and by which we call that.
    pub(crate) id: String,
    pub(crate) charge: String,
    pub(crate) ours: String,
}

/// The header, and how a line is written.
fn layout(format: ReportFormat) -> (&'static str, fn(&Moved) -> String) {
    match format {
        ReportFormat::Stripe => (
            "balance_transaction_id,created,reporting_category,gross,fee,net,currency,source_id,payment_intent_id",
            stripe,
        ),
        ReportFormat::MercadoPago => (
            "EXTERNAL_REFERENCE;SOURCE_ID;TRANSACTION_TYPE;TRANSACTION_AMOUNT;TRANSACTION_CURRENCY;TRANSACTION_DATE;\
             FEE_AMOUNT",
            mercado_pago,
        ),
        ReportFormat::Paypal => (
            "Date,Time,Type,Currency,Gross,Fee,Transaction ID,Reference Txn ID,Custom Number",
            paypal,
        ),
        other => panic!("{other:?} is no provider's"),
    }
}

pub(crate) fn written(format: ReportFormat, all: &[Moved]) -> String {
    let (head, line) = layout(format);
    let mut file = format!("{head}\n");
    for moved in all {
        writeln!(file, "{}", line(moved)).unwrap();
    }
    file
}

fn stripe(moved: &Moved) -> String {
    let Moved {
        amount,
        fee,
        id,
        charge,
        ..
    } = moved;
    let word = match moved.kind {
        Kind::Charge => "charge",
        Kind::Refund => "refund",
        Kind::Dispute => "dispute",
        Kind::DisputeWon => "dispute_reversal",
        Kind::Transfer => "transfer",
        Kind::TransferBack => "transfer_reversal",
    };
    let (at, net) = (moved.at.format(&Rfc3339).unwrap(), amount - fee);
    let currency = moved.currency.to_lowercase();
    format!("txn,{at},{word},{amount},{fee},{net},{currency},{id},{charge}")
}

/// What was taken is below zero; of a payment's own movements the payment is named.
fn mercado_pago(moved: &Moved) -> String {
    let Moved {
        amount,
        charge,
        ours,
        currency,
        ..
    } = moved;
    let word = match moved.kind {
        Kind::Charge => "SETTLEMENT",
        Kind::Refund => "REFUND",
        Kind::Dispute => "CHARGEBACK",
        other => panic!("it tells of no {other:?}"),
    };
    let (at, fee) = (moved.at.format(&Rfc3339).unwrap(), -moved.fee);
    format!("{ours};{charge};{word};{amount};{currency};{at};{fee}")
}

fn paypal(moved: &Moved) -> String {
    let Moved {
        amount,
        id,
        ours,
        currency,
        ..
    } = moved;
    let (word, of) = match moved.kind {
        Kind::Charge => ("Express Checkout Payment", ""),
        Kind::Refund => ("Payment Refund", moved.charge.as_str()),
        Kind::Dispute => ("Chargeback", moved.charge.as_str()),
        other => panic!("it tells of no {other:?}"),
    };
    let format = format_description!("[day]/[month]/[year],[hour]:[minute]:[second]");
    let (at, fee) = (moved.at.format(&format).unwrap(), -moved.fee);
    format!("{at},{word},{currency},{amount},{fee},{id},{of},{ours}")
}
