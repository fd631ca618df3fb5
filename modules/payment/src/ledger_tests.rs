use feira_kernel::Currency;
use proptest::prelude::*;

use super::*;

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
    }
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
        let posting = refund(id, id, &[share(10, 90, released)]).unwrap();
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
        prop_assert_eq!(sum(&refund(id, id, &shares).unwrap()), 0);
        prop_assert_eq!(sum(&release(id, &shares[0])), 0);
        prop_assert_eq!(sum(&payout(id, shares[0].store, brl(total).into())), 0);
        prop_assert_eq!(sum(&payout_paid(id, shares[0].store, brl(total).into())), 0);
    }
}
