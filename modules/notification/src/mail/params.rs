use feira_kernel::{Money, StoreId, Surface, Time, UserId};
use feira_user::{AccountLinkId, ConfirmationId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::Date;
use uuid::Uuid;

use super::Kind;
use crate::NotificationError;

time::serde::format_description!(day, Date, "[year]-[month]-[day]");

/// What a message is about: all that is kept of it, beside who gets it. Ids, and what will not be
/// found any more when it is written; no token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "params", rename_all = "snake_case")]
pub(crate) enum MessageParams {
    VerifyEmail {
        confirmation: ConfirmationId,
    },
    ResetPassword {
        link: AccountLinkId,
    },
    /// To the address that is to be confirmed.
    ChangeEmail {
        link: AccountLinkId,
    },
    /// To the address that it takes the place of.
    EmailChangeAsked {
        link: AccountLinkId,
    },
    PasswordChanged {
        user: UserId,
        version: i64,
    },
    /// For the shop a code, elsewhere a link.
    SignInLink {
        link: AccountLinkId,
        surface: Surface,
    },
    /// A store that applies again is decided on again: its version tells the two apart.
    ApplicationApproved {
        store: StoreId,
        version: i64,
    },
    ApplicationRejected {
        store: StoreId,
        version: i64,
        reason: String,
    },
    StoreSuspended {
        store: StoreId,
        version: i64,
        reason: String,
    },
    StoreReinstated {
        store: StoreId,
        version: i64,
    },
    /// Until when it can be paid, by the clock of the marketplace's time zone.
    OrderPlaced {
        order: Uuid,
        attempt: i32,
        #[serde(with = "time::serde::rfc3339")]
        until: Time,
    },
    OrderConfirmed {
        order: Uuid,
    },
    OrderShipped {
        order: Uuid,
        part: Uuid,
    },
    /// The reason is the event's code.
    OrderCancelled {
        order: Uuid,
        reason: String,
    },
    /// So much of it went back.
    OrderRefunded {
        order: Uuid,
        refund: Uuid,
        amount: Money,
    },
    NewOrder {
        order: Uuid,
        part: Uuid,
    },
    /// As of [`Self::OrderPlaced`].
    PaymentExpected {
        order: Uuid,
        part: Uuid,
        attempt: i32,
        #[serde(with = "time::serde::rfc3339")]
        until: Time,
    },
    PartCancelled {
        order: Uuid,
        part: Uuid,
    },
    /// So much of it went back.
    PartRefunded {
        order: Uuid,
        part: Uuid,
        refund: Uuid,
        amount: Money,
    },
    /// The day is that of the store's time zone.
    PayoutPaid {
        payout: Uuid,
        store: StoreId,
        #[serde(with = "day")]
        day: Date,
    },
    PayoutReturned {
        payout: Uuid,
        store: StoreId,
    },
    DebtInvoiced {
        invoice: Uuid,
        store: StoreId,
    },
    /// The version of the account tells one change from the next.
    PayoutAccountChanged {
        store: StoreId,
        version: i64,
    },
    /// The version of the store tells one change from the next.
    PhoneChanged {
        store: StoreId,
        version: i64,
    },
    /// Until the day, of the store's time zone, evidence may be sent; unknown: none is told. To operators
    /// without a store.
    PaymentDisputed {
        dispute: Uuid,
        store: Option<StoreId>,
        #[serde(with = "day::option")]
        until: Option<Date>,
    },
    DisputeClosed {
        dispute: Uuid,
        store: Option<StoreId>,
        won: bool,
    },
    /// The version of the variant's stock tells one shortage from the next.
    StockLow {
        store: StoreId,
        product: Uuid,
        variant: Uuid,
        version: i64,
        available: u32,
    },
}

impl MessageParams {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::VerifyEmail { .. } => Kind::VerifyEmail,
            Self::ResetPassword { .. } => Kind::ResetPassword,
            Self::ChangeEmail { .. } => Kind::ChangeEmail,
            Self::EmailChangeAsked { .. } => Kind::EmailChangeAsked,
            Self::PasswordChanged { .. } => Kind::PasswordChanged,
            Self::SignInLink { .. } => Kind::SignInLink,
            Self::ApplicationApproved { .. } => Kind::ApplicationApproved,
            Self::ApplicationRejected { .. } => Kind::ApplicationRejected,
            Self::StoreSuspended { .. } => Kind::StoreSuspended,
            Self::StoreReinstated { .. } => Kind::StoreReinstated,
            Self::OrderPlaced { .. } => Kind::OrderPlaced,
            Self::OrderConfirmed { .. } => Kind::OrderConfirmed,
            Self::OrderShipped { .. } => Kind::OrderShipped,
            Self::OrderCancelled { .. } => Kind::OrderCancelled,
            Self::OrderRefunded { .. } => Kind::OrderRefunded,
            Self::NewOrder { .. } => Kind::NewOrder,
            Self::PaymentExpected { .. } => Kind::PaymentExpected,
            Self::PartCancelled { .. } => Kind::PartCancelled,
            Self::PartRefunded { .. } => Kind::PartRefunded,
            Self::PayoutPaid { .. } => Kind::PayoutPaid,
            Self::PayoutReturned { .. } => Kind::PayoutReturned,
            Self::DebtInvoiced { .. } => Kind::DebtInvoiced,
            Self::PayoutAccountChanged { .. } => Kind::PayoutAccountChanged,
            Self::PhoneChanged { .. } => Kind::PhoneChanged,
            Self::PaymentDisputed { .. } => Kind::PaymentDisputed,
            Self::DisputeClosed { .. } => Kind::DisputeClosed,
            Self::StockLow { .. } => Kind::StockLow,
        }
    }

    /// Of the dedupe key, the part between kind and recipient.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::VerifyEmail { confirmation } => confirmation.to_string(),
            Self::ResetPassword { link }
            | Self::ChangeEmail { link }
            | Self::EmailChangeAsked { link }
            | Self::SignInLink { link, .. } => link.to_string(),
            Self::PasswordChanged { user, version } => format!("{user}.{version}"),
            Self::ApplicationApproved { store, version }
            | Self::ApplicationRejected { store, version, .. }
            | Self::StoreSuspended { store, version, .. }
            | Self::StoreReinstated { store, version }
            | Self::PayoutAccountChanged { store, version }
            | Self::PhoneChanged { store, version } => format!("{store}.{version}"),
            Self::OrderPlaced { order, attempt, .. } => format!("{order}.{attempt}"),
            Self::OrderConfirmed { order } | Self::OrderCancelled { order, .. } => {
                order.to_string()
            }
            Self::PaymentExpected { part, attempt, .. } => format!("{part}.{attempt}"),
            Self::OrderRefunded { refund, .. } => refund.to_string(),
            Self::PartRefunded { part, refund, .. } => format!("{part}.{refund}"),
            Self::OrderShipped { part, .. }
            | Self::NewOrder { part, .. }
            | Self::PartCancelled { part, .. } => part.to_string(),
            Self::PayoutPaid { payout, .. } | Self::PayoutReturned { payout, .. } => {
                payout.to_string()
            }
            Self::DebtInvoiced { invoice, .. } => invoice.to_string(),
            Self::PaymentDisputed { dispute, store, .. } => of_dispute(dispute, store.as_ref()),
            // One that was lost may be won on appeal: that is told, too.
            Self::DisputeClosed {
                dispute,
                store,
                won,
            } => match won {
                true => format!("{}.won", of_dispute(dispute, store.as_ref())),
                false => of_dispute(dispute, store.as_ref()),
            },
            Self::StockLow {
                variant, version, ..
            } => format!("{variant}.{version}"),
        }
    }

    /// Without the kind, which is a column of its own.
    pub(crate) fn to_json(&self) -> Result<Value, NotificationError> {
        let mut whole = serde_json::to_value(self).map_err(|e| unreadable(&e))?;
        Ok(whole["params"].take())
    }

    pub(crate) fn read(kind: &str, params: &Value) -> Result<Self, NotificationError> {
        let whole = json!({"kind": kind, "params": params});
        serde_json::from_value(whole).map_err(|e| unreadable(&e))
    }
}

fn of_dispute(dispute: &Uuid, store: Option<&StoreId>) -> String {
    match store {
        Some(store) => format!("{dispute}.{store}"),
        None => dispute.to_string(),
    }
}

fn unreadable(error: &serde_json::Error) -> NotificationError {
    NotificationError::Internal(format!("what a message is about cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> String {
        Uuid::from_u128(n).to_string()
    }

    fn of_accounts_and_orders() -> Vec<(&'static str, Value)> {
        vec![
            ("verify_email", json!({"confirmation": id(1)})),
            ("reset_password", json!({"link": id(1)})),
            ("change_email", json!({"link": id(1)})),
            ("email_change_asked", json!({"link": id(1)})),
            ("password_changed", json!({"user": id(1), "version": 3})),
            ("sign_in_link", json!({"link": id(1), "surface": "shop"})),
            (
                "application_approved",
                json!({"store": id(2), "version": 3}),
            ),
            (
                "application_rejected",
                json!({"store": id(2), "version": 3, "reason": "No photo."}),
            ),
            (
                "store_suspended",
                json!({"store": id(2), "version": 4, "reason": "Copies."}),
            ),
            ("store_reinstated", json!({"store": id(2), "version": 5})),
            (
                "order_placed",
                json!({"order": id(4), "attempt": 1, "until": "2026-03-02T14:30:00-03:00"}),
            ),
            ("order_confirmed", json!({"order": id(4)})),
            ("order_shipped", json!({"order": id(4), "part": id(5)})),
            (
                "order_cancelled",
                json!({"order": id(4), "reason": "expired"}),
            ),
            (
                "order_refunded",
                json!({"order": id(4), "refund": id(9), "amount": {"amount": "19.90", "currency": "BRL"}}),
            ),
        ]
    }

    fn of_sellers() -> Vec<(&'static str, Value)> {
        vec![
            ("new_order", json!({"order": id(4), "part": id(5)})),
            ("part_cancelled", json!({"order": id(4), "part": id(5)})),
            (
                "part_refunded",
                json!({"order": id(4), "part": id(5), "refund": id(9), "amount": {"amount": "19.90", "currency": "BRL"}}),
            ),
            (
                "payout_paid",
                json!({"payout": id(6), "store": id(2), "day": "2026-03-02"}),
            ),
            ("payout_returned", json!({"payout": id(6), "store": id(2)})),
            ("debt_invoiced", json!({"invoice": id(6), "store": id(2)})),
            (
                "payout_account_changed",
                json!({"store": id(2), "version": 2}),
            ),
            ("phone_changed", json!({"store": id(2), "version": 2})),
            (
                "payment_disputed",
                json!({"dispute": id(6), "store": id(2), "until": "2026-03-09"}),
            ),
            (
                "payment_disputed",
                json!({"dispute": id(6), "store": id(2), "until": null}),
            ),
            (
                "dispute_closed",
                json!({"dispute": id(6), "store": id(2), "won": true}),
            ),
            (
                "dispute_closed",
                json!({"dispute": id(6), "store": null, "won": false}),
            ),
            (
                "stock_low",
                json!({"store": id(2), "product": id(7), "variant": id(8), "version": 9, "available": 1}),
            ),
        ]
    }

    /// Rows that wait are read by the next release: what is written here must go on being read.
    #[test]
    fn kept_rows_can_be_read() {
        for (kind, params) in of_accounts_and_orders().into_iter().chain(of_sellers()) {
            let read = MessageParams::read(kind, &params).unwrap();
            assert_eq!(read.kind().as_str(), kind);
            assert_eq!(read.to_json().unwrap(), params);
        }
        assert!(MessageParams::read("order_confirmed", &Value::Null).is_err());
        assert!(MessageParams::read("something_else", &json!({})).is_err());
    }
}
