//! Splitting charges at a provider: each store's part of a charge goes to its own account there when the charge is
//! paid, and is the store's from then on. All that is in an account leaves it at once, to its holder's bank.

use async_trait::async_trait;
use feira_kernel::Money;

use super::{Charge, Failure, NewCharge};

/// A part of a charge, and whose account it goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SplitTo {
    pub(crate) account: String,
    pub(crate) amount: Money,
}

impl SplitTo {
    /// Letters of a key are the same, small or large.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.amount == other.amount && self.account.eq_ignore_ascii_case(&other.account)
    }
}

/// A charge that was made, and how it is split, if the answer says that.
pub(crate) type MadeSplit = (Charge, Option<Vec<SplitTo>>);

/// A store's account as the provider tells it, under the key that the store gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SubAccount {
    pub(crate) id: String,
    pub(crate) balance: Money,
}

/// What left an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Withdrawn {
    pub(crate) reference: Option<String>,
    pub(crate) amount: Money,
}

/// Out of whose money a provider gives back what was split; part of the capability to split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SplitRefunds {
    /// The marketplace's, whom the store owes its part then.
    Marketplace,
    /// Each store's part out of its account there.
    Accounts,
}

/// Of a provider whose capability `splits` says so for new charges; what was split before is asked about all the same.
#[async_trait]
pub(crate) trait SplitsToStores: Send + Sync {
    /// The account of this PIX key; opened if there is none.
    async fn register(&self, key: &str, name: &str) -> Result<SubAccount, Failure>;
    async fn sub_account(&self, key: &str) -> Result<SubAccount, Failure>;
    /// As [`super::Provider::charge`], and whatever is paid is split so. The parts are no more than the charge.
    async fn charge_split(
        &self,
        charge: &NewCharge,
        splits: &[SplitTo],
    ) -> Result<MadeSplit, Failure>;
    /// How a charge is split, as the provider says; nothing if it says nothing of that.
    async fn splits(&self, charge_id: &str) -> Result<Option<Vec<SplitTo>>, Failure>;
    /// Sends all that is there to the bank of the key's holder. It has no key: a repeat sends what came since, and
    /// is `Refused` of an empty account.
    async fn withdraw(&self, key: &str) -> Result<Withdrawn, Failure>;
}
