use feira_kernel::{Currency, StoreId, Time, UserId, Versions};
use serde::{Deserialize, Serialize};

use super::StoreStatus;
use crate::pix_key::PixKeyKind;

feira_kernel::text_enum! {
    /// Which kind of account a store is paid on.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum PayoutAccountKind {
        Pix = "pix",
        /// Of Brazil.
        BankAccount = "bank_account",
        /// Elsewhere.
        Iban = "iban",
        /// At a payment provider.
        Provider = "provider",
    }
}

/// An account as a seller gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum NewPayoutAccount {
    /// Of any of the five kinds of keys.
    Pix { key: String },
    BankAccount {
        /// Its three digits.
        bank: String,
        branch: String,
        /// With its digit: `12345-6`.
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

/// Where a store's payouts go, checked and in the form that banks know.
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

/// Another account for the acting seller's store, and her password once more.
#[derive(Clone, Serialize, Deserialize)]
pub struct PayoutAccountChange {
    /// Which one she saw, if she says it; before the first it is 0.
    pub expected_version: Option<Versions>,
    pub account: NewPayoutAccount,
    pub password: String,
}

/// The account of a store as its people see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutAccount {
    pub kind: PayoutAccountKind,
    /// With most of its number hidden.
    pub masked: String,
    /// One more with each change.
    pub version: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: Time,
}

/// A store as whoever pays it must know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payee {
    pub store: StoreId,
    pub name: String,
    pub business_name: String,
    pub tax_id: String,
    pub status: StoreStatus,
    /// Settlement currency.
    pub currency: Currency,
    /// When it was approved for the first time.
    #[serde(with = "time::serde::rfc3339::option")]
    pub approved_at: Option<Time>,
    pub account: Option<PayeeAccount>,
}

/// The account with its whole number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeAccount {
    pub destination: PayoutDestination,
    pub masked: String,
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: Time,
}

/// A store's payouts go to another account from now on; readers ask for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutAccountChanged {
    pub store: StoreId,
    pub owner: UserId,
    /// Of the account.
    pub version: i64,
}

feira_kernel::event!(
    PayoutAccountChanged,
    store,
    "store.payout_account_changed.v1"
);
