//! Mails to the people of a store about its money and its stock.

use feira_store::Store;
use time::Date;
use uuid::Uuid;

use super::{Kind, Mail, Recipient, view::Frame};
use crate::{
    NotificationError,
    words::{Words, arg, count},
};

/// A payout was made on this day, in the store's time zone.
pub(crate) fn payout_paid(
    words: Words<'_>,
    to: &Recipient,
    store: &Store,
    payout: Uuid,
    day: Date,
) -> Result<Mail, NotificationError> {
    let kind = Kind::PayoutPaid;
    let args = [arg("store", &store.name), arg("date", &words.date(day))];
    Frame::new(words, kind, to, &args, Some(words.url("/seller/payouts"))).notice(
        kind,
        payout.to_string(),
        to,
        &[],
    )
}

/// A variant that has become scarce.
pub(crate) struct Scarce {
    pub(crate) product: Uuid,
    pub(crate) variant: Uuid,
    /// Of its stock: tells one shortage from the next.
    pub(crate) version: i64,
    pub(crate) available: u32,
}

/// A sale left little of a product.
pub(crate) fn stock_low(
    words: Words<'_>,
    to: &Recipient,
    store: &Store,
    scarce: &Scarce,
) -> Result<Mail, NotificationError> {
    let kind = Kind::StockLow;
    let args = [
        arg("store", &store.name),
        count("available", scarce.available),
    ];
    let link = words.url(&format!("/seller/products/{}", scarce.product));
    let about = format!("{}.{}", scarce.variant, scarce.version);
    Frame::new(words, kind, to, &args, Some(link)).notice(kind, about, to, &[])
}
