use feira_kernel::{Money, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::KindName;

feira_kernel::text_enum! {
    /// Where a store's account at a provider stands, as the provider said last.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum StoreAccountState {
        /// The store has none there.
        None = "none",
        /// It is opened, and its holder has not given what was asked then.
        Incomplete = "incomplete",
        /// All was given, and the provider has not said yes.
        Checking = "checking",
        /// It took payouts, or was to: its holder has to give more, or the provider has closed it.
        Restricted = "restricted",
        /// Payouts can go to it.
        Ready = "ready",
    }
}

/// What is in a store's account to which a provider splits charges, and left it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitAccount {
    pub provider: String,
    /// The PIX key of which it is; absent of one that is not opened.
    pub account: Option<String>,
    /// As the provider said last; absent of one that is not opened.
    pub balance: Option<Money>,
    /// Newest first, at most 10.
    pub withdrawals: Vec<AccountWithdrawal>,
    /// When the store gave another key: nothing is split to it any more, and what is there goes to its own key.
    #[serde(with = "time::serde::rfc3339::option")]
    pub retired_at: Option<Time>,
    /// Why what is there stayed there when it was looked at last.
    pub kept: Option<WithdrawalKept>,
}

feira_kernel::text_enum! {
    /// Why what is in an account is not sent to its holder.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum WithdrawalKept {
        /// Nothing is paid out to the store now, for a reason that its payouts tell.
        NotPaid = "not_paid",
        /// The store is new.
        NewStore = "new_store",
        /// The store is paid on another key, and has not given that one here.
        OtherKey = "other_key",
        /// The store owes the marketplace; the provider sends all that is there or nothing.
        Owes = "owes",
        /// It is less than the least that is paid out.
        BelowMinimum = "below_minimum",
    }
}

feira_kernel::text_enum! {
    /// What became of what was to leave an account.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum WithdrawalState {
        /// The provider is asked.
        Asked = "asked",
        Made = "made",
        Refused = "refused",
        /// The answer was lost: the provider does not tell whether it was made.
        Unknown = "unknown",
    }
}

/// All that was in an account, sent to the bank of its holder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountWithdrawal {
    pub amount: Money,
    pub state: WithdrawalState,
    /// The provider's name of it.
    pub reference: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<Time>,
}

/// The account of a store at a provider that pays stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreAccount {
    pub provider: String,
    /// Absent of one that only tests have.
    pub kind: Option<KindName>,
    pub state: StoreAccountState,
    /// What its holder has yet to give, in the provider's words, at most 50. Of an account to which charges are split:
    /// `pix_key`, `pix_key_new`, `pix_key_changed`, `pix_key_taken` or `account_gone`.
    pub missing: Vec<String>,
    /// Of an account to which charges are split; nothing is paid out to such a one.
    pub split: Option<SplitAccount>,
    /// Accounts of keys that the store gave before, while something may be in them.
    #[serde(default)]
    pub retired: Vec<SplitAccount>,
    /// Why it is closed, in the provider's word.
    pub disabled_reason: Option<String>,
    /// When the provider was asked last.
    #[serde(with = "time::serde::rfc3339::option")]
    pub looked_at: Option<Time>,
}

/// Where the holder of an account gives what is missing: an address that works once, and soon.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onboarding {
    pub provider: String,
    pub url: String,
}

impl std::fmt::Debug for Onboarding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Onboarding")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

feira_kernel::text_enum! {
    /// What became of a payout's transfer.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum TransferState {
        /// Nothing is asked, and nothing has moved.
        Waiting = "waiting",
        /// The provider is asked; what it does is not known yet.
        Asked = "asked",
        Made = "made",
        /// Nothing moved, and nothing will.
        GivenUp = "given_up",
    }
}

feira_kernel::text_enum! {
    /// Why a transfer is not made yet.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum TransferTrouble {
        /// The marketplace has less at the provider: it is tried again by and by.
        Short = "short",
        /// The store's account takes nothing now: it is tried again when the provider says otherwise.
        AccountClosed = "account_closed",
        /// The provider refused, for another reason.
        Refused = "refused",
        /// The provider did not answer: it is asked again what it did.
        Unknown = "unknown",
        /// The provider does not accept its keys, or is not configured any more.
        Settings = "settings",
    }
}

/// How a payout goes to the store's account at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutTransfer {
    pub provider: String,
    pub state: TransferState,
    pub trouble: Option<TransferTrouble>,
    /// Whether it was asked of a provider that is not configured any more: an operator says what became of it.
    #[serde(default)]
    pub orphaned: bool,
    /// The provider's code of it.
    pub told: Option<String>,
    /// When it is tried again.
    #[serde(with = "time::serde::rfc3339::option")]
    pub next_attempt_at: Option<Time>,
    /// What came back of it, because the store owed it.
    pub reversed: Money,
    /// Newest first, at most 100.
    pub reversals: Vec<PayoutReversal>,
}

feira_kernel::text_enum! {
    /// What became of what is taken back.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ReversalState {
        /// The provider is asked; what it does is not known yet.
        Asked = "asked",
        Made = "made",
        /// Nothing came back, as when the account is empty: the store owes it still.
        Refused = "refused",
    }
}

/// A part of a transfer that is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutReversal {
    pub id: Uuid,
    pub amount: Money,
    pub state: ReversalState,
    /// The provider's name of it.
    pub reference: Option<String>,
    /// Its code of a refusal.
    pub refused_why: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
    #[serde(with = "time::serde::rfc3339::option")]
    pub ended_at: Option<Time>,
}
