use feira_kernel::{Currency, StoreId, Time, UserId, Versions};
use serde::{Deserialize, Serialize};

use super::StoreStatus;
use crate::pix_key::PixKeyKind;

feira_kernel::text_enum! {
    /// The kind of a payout account.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum PayoutAccountKind {
        Pix = "pix",
        /// A bank account in Brazil.
        BankAccount = "bank_account",
        /// A bank account with an IBAN.
        Iban = "iban",
        /// An account at a payment provider.
        Provider = "provider",
    }
}

/// An account as a seller gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum NewPayoutAccount {
    /// A PIX key of any of the five kinds.
    Pix { key: String },
    BankAccount {
        /// The bank's three-digit code.
        bank: String,
        branch: String,
        /// With its check digit: `12345-6`.
        account: String,
        holder: String,
        /// CPF or CNPJ.
        holder_tax_id: String,
    },
    Iban {
        iban: String,
        bic: Option<String>,
        holder: String,
    },
    /// At a payment provider, which says that it is this store's and takes payouts: whoever gives it asked
    /// there.
    Provider { provider: String, account: String },
}

/// A payout account, validated and normalized.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PayoutDestination {
    Pix {
        key_kind: PixKeyKind,
        key: String,
    },
    BankAccount {
        bank: String,
        branch: String,
        account: String,
        holder: String,
        holder_tax_id: String,
    },
    Iban {
        iban: String,
        bic: Option<String>,
        holder: String,
    },
    Provider {
        provider: String,
        account: String,
    },
}

/// A new payout account with the owner's password.
#[derive(Clone, Serialize, Deserialize)]
pub struct PayoutAccountChange {
    /// The version that the caller has seen, if given; 0 before the first account.
    pub expected_version: Option<Versions>,
    pub account: NewPayoutAccount,
    pub password: String,
}

/// The account of a store as its people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutAccount {
    pub kind: PayoutAccountKind,
    /// The number, mostly masked.
    pub masked: String,
    /// Increases by one with each change.
    pub version: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: Time,
}

/// What `payment` needs to pay a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    pub store: StoreId,
    pub name: String,
    pub business_name: String,
    pub tax_id: String,
    /// Of its owner, as she gave it.
    #[serde(default)]
    pub phone: String,
    /// When that was last changed; `None` if it is her first one.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub phone_changed_at: Option<Time>,
    /// Where it is: the city, and the country's code.
    #[serde(default)]
    pub city: String,
    #[serde(default)]
    pub country: String,
    pub status: StoreStatus,
    /// Settlement currency.
    pub currency: Currency,
    /// When it was approved for the first time.
    #[serde(with = "time::serde::rfc3339::option")]
    pub approved_at: Option<Time>,
    pub account: Option<PayeeAccount>,
}

/// The account with its full number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeAccount {
    pub destination: PayoutDestination,
    pub masked: String,
    /// As of [`PayoutAccount`]: the store's first one is 1.
    #[serde(default)]
    pub version: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: Time,
}

/// A store's payout account was changed; readers ask for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutAccountChanged {
    pub store: StoreId,
    pub owner: UserId,
    /// The account's version.
    pub version: i64,
}

/// An owner's telephone was changed, which buyers pay to in a chat; readers ask for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorePhoneChanged {
    pub store: StoreId,
    pub owner: UserId,
    /// The store's version.
    pub version: i64,
}

feira_kernel::event!(StorePhoneChanged, store, "store.phone_changed.v1");

feira_kernel::event!(
    PayoutAccountChanged,
    store,
    "store.payout_account_changed.v1"
);
