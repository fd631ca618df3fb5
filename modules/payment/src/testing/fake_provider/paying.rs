//! Accounts of stores at the provider in memory, and what it transfers to them. Its own balance is without end
//! unless a test says that it is short.

use async_trait::async_trait;
use uuid::Uuid;

use super::{FakeProvider, State};
use crate::{
    PayoutId,
    provider::{
        Failure,
        paying::{
            NewReversal, NewStoreAccount, NewTransfer, PaysStores, Reversal, ToldStoreAccount,
            Transfer, TransferAnswer,
        },
    },
};

/// As much as is there, in cents.
const MOST: i64 = 40_000_000;

/// What it keeps of accounts and of what went to them.
#[derive(Default)]
pub(super) struct Paying {
    accounts: Vec<ToldStoreAccount>,
    transfers: Vec<KeptTransfer>,
    reversals: Vec<KeptReversal>,
    /// Nothing is there to be sent.
    short: bool,
    /// Accounts whose holders took all that was there.
    drained: Vec<String>,
    /// What is asked for next is done, and nobody hears of it.
    deaf: u32,
    links: u32,
}

struct KeptTransfer {
    payout: PayoutId,
    transfer: Transfer,
}

struct KeptReversal {
    key: Uuid,
    transfer: String,
    reversal: Reversal,
}

impl FakeProvider {
    /// One at which stores have no accounts.
    #[must_use]
    pub fn without_paying_stores(mut self) -> Self {
        self.capabilities.pays_stores = false;
        self
    }

    /// The holder gives all that is missing, or the account is closed again.
    ///
    /// # Panics
    /// If there is no such account.
    pub fn set_account_open(&self, id: &str, open: bool) {
        let mut state = self.state();
        let mut accounts = state.paying.accounts.iter_mut();
        let account = accounts.find(|one| one.id == id).expect("it was opened");
        account.submitted |= open;
        account.takes_transfers = open;
        account.pays_out = open;
        account.missing = match open {
            true => Vec::new(),
            false => vec!["external_account".to_owned()],
        };
        account.disabled_reason = (!open).then(|| "requirements.past_due".to_owned());
    }

    /// Whether the marketplace's balance is empty.
    pub fn set_short(&self, short: bool) {
        self.state().paying.short = short;
    }

    /// The holder of the account takes all that is there.
    pub fn drain_account(&self, id: &str) {
        self.state().paying.drained.push(id.to_owned());
    }

    /// The next transfers and reversals, so many, are done, and their answers lost.
    pub fn lose_paying_answers(&self, count: u32) {
        self.state().paying.deaf = count;
    }

    /// Of each payout that was sent: how often, how much, and how much of it came back.
    pub fn transferred(&self, payout: PayoutId) -> (usize, i64, i64) {
        let state = self.state();
        let of = |one: &&KeptTransfer| one.payout == payout;
        let made: Vec<&KeptTransfer> = state.paying.transfers.iter().filter(of).collect();
        let sent = made.iter().map(|one| one.transfer.amount.minor()).sum();
        let back = made.iter().map(|one| state.paying.back(&one.transfer.id));
        (made.len(), sent, back.sum())
    }
}

impl Paying {
    fn back(&self, transfer: &str) -> i64 {
        let of = self.reversals.iter().filter(|one| one.transfer == transfer);
        of.map(|one| one.reversal.amount.minor()).sum()
    }

    fn account(&self, id: &str) -> Option<&ToldStoreAccount> {
        self.accounts.iter().find(|one| one.id == id)
    }

    /// The answer, if anybody hears it.
    fn heard<T>(&mut self, answer: T) -> Result<T, Failure> {
        if self.deaf > 0 {
            self.deaf -= 1;
            return Err(Failure::Unknown("the answer is lost".to_owned()));
        }
        Ok(answer)
    }

    fn send(&mut self, new: &NewTransfer) -> Result<TransferAnswer, Failure> {
        let known = self.transfers.iter().find(|one| one.payout == new.payout);
        if let Some(known) = known {
            let same = known.transfer.account == new.account && known.transfer.amount == new.amount;
            return match same {
                true => Ok(TransferAnswer::Made(known.transfer.clone())),
                false => Err(another()),
            };
        }
        let account = self.account(&new.account);
        if !account.is_some_and(|one| one.takes_transfers) {
            return Err(Failure::Refused("account_not_enabled".to_owned()));
        }
        if self.short || new.amount.minor() > MOST {
            return Ok(TransferAnswer::Short);
        }
        let transfer = Transfer {
            id: format!("tr_{}", self.transfers.len() + 1),
            account: new.account.clone(),
            amount: new.amount,
        };
        self.transfers.push(KeptTransfer {
            payout: new.payout,
            transfer: transfer.clone(),
        });
        self.heard(TransferAnswer::Made(transfer))
    }

    fn take_back(&mut self, new: &NewReversal) -> Result<Reversal, Failure> {
        if let Some(known) = self.reversals.iter().find(|one| one.key == new.id) {
            let same = known.transfer == new.transfer && known.reversal.amount == new.amount;
            return match same {
                true => Ok(known.reversal.clone()),
                false => Err(another()),
            };
        }
        let refused = |why: &str| Err(Failure::Refused(why.to_owned()));
        let mut transfers = self.transfers.iter();
        let Some(of) = transfers.find(|one| one.transfer.id == new.transfer) else {
            return refused("no_such_transfer");
        };
        let left = of.transfer.amount.minor() - self.back(&new.transfer);
        if new.amount.minor() > left {
            return refused("more_than_is_left");
        }
        if self.drained.contains(&of.transfer.account) {
            return refused("balance_insufficient");
        }
        let reversal = Reversal {
            id: format!("trr_{}", self.reversals.len() + 1),
            amount: new.amount,
        };
        self.reversals.push(KeptReversal {
            key: new.id,
            transfer: new.transfer.clone(),
            reversal: reversal.clone(),
        });
        self.heard(reversal)
    }
}

fn another() -> Failure {
    Failure::Unknown("the key was used for another".to_owned())
}

impl State {
    fn reaches(&mut self) -> Result<&mut Paying, Failure> {
        self.arrives()?;
        Ok(&mut self.paying)
    }
}

#[async_trait]
impl PaysStores for FakeProvider {
    async fn open_account(&self, new: &NewStoreAccount) -> Result<ToldStoreAccount, Failure> {
        let mut state = self.state();
        let paying = state.reaches()?;
        let known = paying.accounts.iter().find(|one| one.key == Some(new.id));
        if let Some(known) = known {
            return Ok(known.clone());
        }
        let opened = ToldStoreAccount {
            id: format!("acct_{}", paying.accounts.len() + 1),
            key: Some(new.id),
            submitted: false,
            takes_transfers: false,
            pays_out: false,
            missing: vec!["external_account".to_owned()],
            disabled_reason: Some("requirements.past_due".to_owned()),
        };
        paying.accounts.push(opened.clone());
        Ok(opened)
    }

    async fn account(&self, id: &str) -> Result<ToldStoreAccount, Failure> {
        let mut state = self.state();
        let paying = state.reaches()?;
        paying.account(id).cloned().ok_or(Failure::NotFound)
    }

    async fn onboarding(&self, account: &str, back: &str) -> Result<String, Failure> {
        let mut state = self.state();
        let paying = state.reaches()?;
        paying.account(account).ok_or(Failure::NotFound)?;
        paying.links += 1;
        let link = paying.links;
        Ok(format!("https://fake.example/{account}/{link}?back={back}"))
    }

    async fn transfer(&self, new: &NewTransfer) -> Result<TransferAnswer, Failure> {
        let mut state = self.state();
        state.reaches()?.send(new)
    }

    async fn reverse(&self, new: &NewReversal) -> Result<Reversal, Failure> {
        let mut state = self.state();
        state.reaches()?.take_back(new)
    }
}
