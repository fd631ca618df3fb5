use feira_kernel::Currency;
use proptest::prelude::*;

use super::*;
use crate::postings::Borne;

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn sum(posting: &Posting) -> i128 {
    posting
        .entries
        .iter()
        .map(|entry| entry.amount.minor())
        .sum()
}

fn share(commission: i64, earning: i64, released: bool) -> Share {
    Share {
        split: Uuid::from_u128(1),
        store: StoreId(Uuid::from_u128(2)),
        commission: brl(commission),
        earning: brl(earning),
        released,
        to_store: false,
    }
}

fn back(commission: i64, earning: i64, released: bool, promotion: i64) -> Back {
    Back {
        share: share(commission, earning, released),
        promotion: brl(promotion),
        held: brl(0),
    }
}

#[test]
fn a_store_that_is_paid_itself_owes_the_commission_alone() {
    use Account as A;
    let id = Uuid::from_u128(3);
    let told = |posting: &Posting| -> Vec<(A, i128)> {
        let entries = posting.entries.iter().filter(|e| !e.amount.is_zero());
        entries.map(|e| (e.account, e.amount.minor())).collect()
    };
    for released in [false, true] {
        let of_store = |commission, earning| Share {
            to_store: true,
            ..share(commission, earning, released)
        };
        let paid = leg_paid(id, &of_store(10, 90));
        let expected = [(A::SellerReceivable, 10), (A::PlatformCommission, -10)];
        assert_eq!(told(&paid), expected);
        assert_eq!(told(&release(id, &of_store(10, 90))), []);
        for (promotion, expected) in [
            (
                0,
                &[(A::SellerReceivable, -4), (A::PlatformCommission, 4)][..],
            ),
            (
                5,
                &[
                    (A::SellerReceivable, -9),
                    (A::PlatformCommission, 4),
                    (A::PlatformPromotions, 5),
                ],
            ),
        ] {
            let back = Back {
                share: of_store(4, 36),
                promotion: brl(promotion),
                held: brl(0),
            };
            let given = refund(id, id, &[back]).unwrap();
            assert_eq!((told(&given), sum(&given)), (expected.to_vec(), 0));
        }
    }
}

#[test]
fn what_came_back_is_given_back_exactly_as_it_was_taken() {
    let id = Uuid::from_u128(3);
    let asked = [false, true].map(|released| (released, back(10, 90, false, 5)));
    let held = asked.map(|(released, back)| {
        (
            released,
            Back {
                held: brl(90),
                ..back
            },
        )
    });
    for (released, back) in asked.into_iter().chain(held) {
        let taken = refund(id, id, &[back]).unwrap();
        let entries = taken.entries.iter().cloned();
        let entries: Vec<_> = entries.map(|entry| (entry, released)).collect();
        let given = refund_returned(id, id, &entries);
        assert_eq!(sum(&given), 0);
        let at = |account| -> i128 {
            let all = given.entries.iter().filter(|e| e.account == account);
            all.map(|entry| entry.amount.minor()).sum()
        };
        assert_eq!(at(Account::ProviderClearing), 105);
        assert_eq!(at(Account::PlatformCommission), -10);
        assert_eq!(at(Account::PlatformPromotions), -5);
        let sides = (at(Account::SellerPending), at(Account::SellerPayable));
        let expected = if released { (0, -90) } else { (-90, 0) };
        assert_eq!(sides, expected, "{released}");
    }
}

#[test]
fn a_fee_is_borne_by_stores_or_by_the_marketplace() {
    let id = Uuid::from_u128(3);
    let at = |posting: &Posting, account| -> i128 {
        let all = posting.entries.iter().filter(|e| e.account == account);
        all.map(|entry| entry.amount.minor()).sum()
    };
    let ours = refund_fee(id, id, brl(40), &[]).unwrap();
    assert_eq!(at(&ours, Account::ProviderFees), 40);
    let theirs = [(share(0, 0, true), brl(30)), (share(0, 0, false), brl(10))];
    let theirs = refund_fee(id, id, brl(40), &theirs).unwrap();
    assert_eq!(at(&theirs, Account::ProviderFees), 0);
    assert_eq!(at(&theirs, Account::SellerPayable), 30);
    assert_eq!(at(&theirs, Account::SellerPending), 10);
    assert_eq!((sum(&ours), sum(&theirs)), (0, 0));
    assert_eq!(at(&theirs, Account::ProviderClearing), -40);
}

#[test]
fn every_account_has_one_name() {
    for account in Account::ALL {
        assert_eq!(Account::parse(account.as_str()), Some(account));
    }
    assert_eq!(Account::parse("cash"), None);
}

#[test]
fn what_a_store_gives_back_comes_from_where_its_earning_is() {
    let id = Uuid::from_u128(3);
    let accounts = |released| -> Vec<Account> {
        let posting = refund(id, id, &[back(10, 90, released, 5)]).unwrap();
        posting.entries.iter().map(|e| e.account).collect()
    };
    assert!(accounts(false).contains(&Account::SellerPending));
    assert!(accounts(true).contains(&Account::SellerPayable));
}

proptest! {
    #[test]
    fn every_posting_sums_to_zero(sides in proptest::collection::vec((-500_i64..500, 0_i64..90_000, any::<bool>()), 1..8)) {
        let id = Uuid::from_u128(7);
        let shares: Vec<Share> = sides.iter().map(|(c, e, r)| share(*c, *e, *r)).collect();
        let total: i64 = sides.iter().map(|(c, e, _)| c + e).sum();
        prop_assert_eq!(sum(&capture(id, brl(total), &shares)), 0);
        let backs: Vec<Back> = sides.iter().map(|(c, e, r)| back(*c, *e, *r, *e)).collect();
        prop_assert_eq!(sum(&refund(id, id, &backs).unwrap()), 0);
        for what in [Disputed::Opened, Disputed::Won, Disputed::Lost, Disputed::Regained] {
            prop_assert_eq!(sum(&disputed(what, id, id, &shares).unwrap()), 0);
        }
        let weights: Vec<u64> = sides.iter().map(|(_, e, _)| e.unsigned_abs()).collect();
        let fees = shares.iter().zip(brl(total).allocate(&weights));
        let borne: Vec<Borne> = fees
            .map(|(share, fee)| Borne {
                split: share.split,
                store: share.store,
                released: share.released,
                fee,
            })
            .collect();
        prop_assert_eq!(sum(&dispute_fee(id, id, brl(total), &borne).unwrap()), 0);
        prop_assert_eq!(sum(&dispute_fee(id, id, brl(total), &[]).unwrap()), 0);
        prop_assert_eq!(sum(&release(id, &shares[0])), 0);
        prop_assert_eq!(sum(&payout(id, shares[0].store, brl(total).into())), 0);
        prop_assert_eq!(sum(&payout_paid(id, shares[0].store, brl(total).into())), 0);
        for was_paid in [true, false] {
            let back = payout_returned(id, shares[0].store, brl(total).into(), was_paid);
            prop_assert_eq!(sum(&back), 0);
        }
    }
}

/// Whatever way it goes, the end is as if it had never been, or as if a refund had taken it.
#[test]
fn a_dispute_moves_each_account_there_and_back() {
    let id = Uuid::from_u128(3);
    let after = |steps: &[Disputed]| {
        let mut all: Vec<(Account, i128)> = Vec::new();
        for step in steps {
            let posting = disputed(*step, id, id, &[share(10, 90, false)]).unwrap();
            for entry in posting.entries {
                let amount = entry.amount.minor();
                match all
                    .iter_mut()
                    .find(|(account, _)| *account == entry.account)
                {
                    Some((_, sum)) => *sum += amount,
                    None => all.push((entry.account, amount)),
                }
            }
        }
        all.retain(|(_, sum)| *sum != 0);
        all
    };
    use Account as A;
    use Disputed as D;
    assert_eq!(
        after(&[D::Opened]),
        [
            (A::ProviderClearing, -100),
            (A::ProviderDisputed, 100),
            (A::SellerPending, 90),
            (A::SellerDisputed, -90),
        ]
    );
    assert_eq!(after(&[D::Opened, D::Won]), []);
    assert_eq!(
        after(&[D::Opened, D::Lost]),
        [
            (A::ProviderClearing, -100),
            (A::SellerPending, 90),
            (A::PlatformCommission, 10),
        ]
    );
    assert_eq!(after(&[D::Opened, D::Lost, D::Regained]), []);
}
