//! What a refund does to the books while it runs, and when it is made.

use feira_kernel::{Money, MoneyError};
use uuid::Uuid;

use super::{Back, Posting, Share, clearing};
use crate::{Account, LedgerKind};

/// Of one store's part, what a refund that runs holds: it is not paid out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    pub(crate) share: Share,
    pub(crate) amount: Money,
}

/// A refund is asked for: what it will take of stores is held, out of where it is. What a store was paid itself is
/// not here.
pub(crate) fn refund_held(payment: Uuid, refund: Uuid, held: &[Held]) -> Posting {
    moved(LedgerKind::RefundHeld, (payment, refund), held)
}

/// It is not made: what was held is where it would be without it, which may be payable now.
pub(crate) fn refund_freed(payment: Uuid, refund: Uuid, held: &[Held]) -> Posting {
    let back = held.iter().map(|one| Held {
        amount: one.amount.negated(),
        ..*one
    });
    let back: Vec<Held> = back.collect();
    moved(LedgerKind::RefundFreed, (payment, refund), &back)
}

fn moved(kind: LedgerKind, (payment, refund): (Uuid, Uuid), held: &[Held]) -> Posting {
    let here = held.iter().filter(|one| !one.share.to_store);
    let both = |Held { share, amount }: &Held| {
        [
            share.entry(share.earned_at(), *amount),
            share.entry(Account::SellerRefunding, amount.negated()),
        ]
    };
    Posting {
        kind,
        source: refund,
        payment: Some(payment),
        payout: None,
        entries: here.flat_map(both).collect(),
    }
}

/// Money goes back: each side gives its own part of it, the store what was held for it. What a cent of rounding
/// differs is from where the earning is.
pub(crate) fn refund(payment: Uuid, refund: Uuid, backs: &[Back]) -> Result<Posting, MoneyError> {
    let mut entries = Vec::with_capacity(backs.len() * 5);
    for back in backs {
        let Back { share, held, .. } = back;
        if share.to_store {
            // It gives the whole back itself; what of that is the marketplace's, it owes no more.
            let owed = share.commission.checked_add(back.promotion)?;
            entries.push(share.entry(Account::SellerReceivable, owed.negated()));
        } else {
            let whole = share.commission.checked_add(share.earning)?;
            let whole = whole.checked_add(back.promotion)?;
            entries.push(clearing(whole.negated()));
            entries.push(share.entry(Account::SellerRefunding, *held));
            let rest = share.earning.checked_sub(*held)?;
            entries.push(share.entry(share.earned_at(), rest));
        }
        entries.push(share.entry(Account::PlatformCommission, share.commission));
        entries.push(share.entry(Account::PlatformPromotions, back.promotion));
    }
    Ok(Posting {
        kind: LedgerKind::Refund,
        source: refund,
        payment: Some(payment),
        payout: None,
        entries,
    })
}

#[cfg(test)]
mod tests {
    use feira_kernel::{Currency, StoreId};

    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    fn share(released: bool, commission: i64, earning: i64) -> Share {
        Share {
            split: Uuid::from_u128(1),
            store: StoreId(Uuid::from_u128(2)),
            commission: brl(commission),
            earning: brl(earning),
            released,
            to_store: false,
        }
    }

    fn told(posting: &Posting) -> Vec<(Account, i128)> {
        let entries = posting.entries.iter().filter(|e| !e.amount.is_zero());
        let told: Vec<_> = entries.map(|e| (e.account, e.amount.minor())).collect();
        assert_eq!(told.iter().map(|(_, amount)| amount).sum::<i128>(), 0);
        told
    }

    #[test]
    fn what_runs_is_held_and_then_taken_or_there_again() {
        use Account as A;
        let (payment, id) = (Uuid::from_u128(3), Uuid::from_u128(4));
        for (released, earned) in [(false, A::SellerPending), (true, A::SellerPayable)] {
            let share = share(released, 10, 90);
            let held = [Held {
                share,
                amount: brl(90),
            }];
            let asked = told(&refund_held(payment, id, &held));
            assert_eq!(asked, [(earned, 90), (A::SellerRefunding, -90)]);
            let failed = told(&refund_freed(payment, id, &held));
            assert_eq!(failed, [(earned, -90), (A::SellerRefunding, 90)]);
            let back = |held| Back {
                share,
                promotion: brl(0),
                held: brl(held),
            };
            let made = told(&refund(payment, id, &[back(90)]).unwrap());
            let expected = [
                (A::ProviderClearing, -100),
                (A::SellerRefunding, 90),
                (A::PlatformCommission, 10),
            ];
            assert_eq!(made, expected);
            let to_store = Share {
                to_store: true,
                ..share
            };
            let held = [Held {
                share: to_store,
                ..held[0]
            }];
            assert_eq!(told(&refund_held(payment, id, &held)), []);
            assert_eq!(told(&refund_freed(payment, id, &held)), []);
            let itself = Back {
                share: to_store,
                ..back(0)
            };
            let made = told(&refund(payment, id, &[itself]).unwrap());
            let expected = [(A::SellerReceivable, -10), (A::PlatformCommission, 10)];
            assert_eq!(made, expected);
            // Rounded otherwise since, or begun by a release that held nothing.
            for held in [89, 0] {
                let made = told(&refund(payment, id, &[back(held)]).unwrap());
                assert!(made.contains(&(earned, 90 - i128::from(held))), "{made:?}");
            }
        }
    }
}
