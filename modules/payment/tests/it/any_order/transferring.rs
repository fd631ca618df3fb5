//! Stores that are paid by transfer, and a provider whose balance, answers and accounts come and go.

use feira_kernel::{PageRequest, StoreId};
use feira_payment::{PayoutFilter, PayoutStatus, TransferState};
use proptest::{prelude::*, sample::Index};

use super::shop::Shop;
use crate::{
    transfers::paid_at,
    world::{operator, owner},
};

/// What happens at the provider that pays stores.
#[derive(Debug, Clone)]
pub(super) enum Paying {
    /// Its balance is empty, or not any more.
    Short(bool),
    /// So many transfers and reversals are done, and nobody hears of it.
    Deaf(u32),
    /// One of the stores takes what is in its account.
    Drain(Index),
    /// Its account is closed, or open again.
    Open(Index, bool),
}

impl Paying {
    pub(super) fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            any::<bool>().prop_map(Self::Short),
            (0_u32..3).prop_map(Self::Deaf),
            any::<Index>().prop_map(Self::Drain),
            (any::<Index>(), any::<bool>()).prop_map(|(which, open)| Self::Open(which, open)),
        ]
    }
}

impl Shop<'_> {
    /// Every second store has an account at `b`, and is paid there.
    pub(super) async fn open_accounts(&mut self) {
        let world = self.market.first();
        // Nothing of the sequence before.
        self.at_provider(&Paying::Short(false));
        self.at_provider(&Paying::Deaf(0));
        let stores: Vec<StoreId> = self.stores.iter().copied().step_by(2).collect();
        for store in stores {
            let (name, back) = ("b".to_owned(), "https://feira.example/back".to_owned());
            let payments = &world.payments;
            let by = owner(store);
            let opening = payments.open_store_account(&by, name.clone(), back);
            let url = opening.await.unwrap().url;
            let account = url.split('/').nth(3).unwrap().to_owned();
            self.market.fake.set_account_open(&account, true);
            payments.payable_account(&by, name).await.unwrap();
            paid_at(world, store, "b", &account);
            self.accounts.push(account);
        }
    }

    pub(super) fn at_provider(&self, what: &Paying) {
        let fake = &self.market.fake;
        match what {
            Paying::Short(short) => fake.set_short(*short),
            Paying::Deaf(count) => fake.lose_paying_answers(*count),
            Paying::Drain(which) => fake.drain_account(which.get(&self.accounts).as_str()),
            Paying::Open(which, open) => {
                fake.set_account_open(which.get(&self.accounts).as_str(), *open)
            }
        }
    }

    /// A payout is sent once at most, whole, and what came back of it is what the books say, or on its way.
    pub(super) async fn is_sent_once(&self, what: &str) {
        let payments = &self.world().payments;
        let page = PageRequest::first(100);
        let by = operator();
        let payouts = payments.payouts(&by, PayoutFilter::default(), page);
        for payout in payouts.await.unwrap().items {
            if payout.provider.is_none() || !self.stores.contains(&payout.store) {
                continue;
            }
            let details = payments.payout(&operator(), payout.id).await.unwrap();
            let transfer = details.transfer.unwrap();
            let (count, sent, back) = self.market.fake.transferred(payout.id);
            assert!(count <= 1, "{what}: {payout:?}");
            assert!(transfer.reversed.minor() <= back && back <= sent, "{what}");
            if transfer.state == TransferState::Made {
                assert_eq!(i128::from(sent), payout.amount.minor(), "{what}");
                assert_eq!(payout.status, PayoutStatus::Paid, "{what}");
            }
            if transfer.state == TransferState::GivenUp {
                assert_eq!(count, 0, "{what}");
            }
        }
    }
}
