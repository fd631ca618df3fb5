use feira_kernel::{Currency, StoreId};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::api::CommissionRuleId;

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn store(n: u128) -> StoreId {
    StoreId(Uuid::from_u128(n))
}

fn rule(n: u128, value: CommissionValue) -> CommissionRule {
    CommissionRule {
        id: CommissionRuleId(Uuid::from_u128(n)),
        position: 0,
        store: None,
        category: None,
        value,
        ends_at: None,
        version: 1,
    }
}

fn percent(percent: Decimal) -> CommissionValue {
    CommissionValue::Percentage { percent }
}

fn request(base: Money, quantity: u32) -> CommissionRequest {
    CommissionRequest {
        store: store(1),
        category_path: vec![Uuid::from_u128(100), Uuid::from_u128(101)],
        base,
        quantity,
    }
}

#[test]
fn a_percentage_is_rounded_half_up_once() {
    let rules = [rule(1, percent(Decimal::from(30)))];
    let quote = quote(&rules, &request(brl(645), 1)).unwrap().unwrap();
    assert_eq!(quote.commission, brl(194), "1.935 becomes 1.94");
    assert_eq!(quote.rate, Some(Rate(Decimal::new(3, 1))));
    assert_eq!(quote.base, brl(645));
}

#[test]
fn the_first_match_wins_and_conditions_are_all_needed() {
    let category = CommissionRule {
        store: Some(store(1)),
        category: Some(Uuid::from_u128(100)),
        ..rule(1, percent(Decimal::ONE))
    };
    let of_store = CommissionRule {
        store: Some(store(1)),
        ..rule(2, percent(Decimal::TWO))
    };
    let rules = [category, of_store, rule(3, percent(Decimal::TEN))];
    let id =
        |request: &CommissionRequest| quote(&rules, request).unwrap().unwrap().rule.0.as_u128();
    let mut asked = request(brl(1000), 1);
    assert_eq!(id(&asked), 1, "an ancestor of the category matches");
    asked.category_path = vec![Uuid::from_u128(200)];
    assert_eq!(id(&asked), 2);
    asked.store = store(2);
    asked.category_path = vec![Uuid::from_u128(100)];
    assert_eq!(
        id(&asked),
        3,
        "another store's rule does not match by category alone"
    );
    assert!(quote(&[], &asked).unwrap().is_none());
}

#[test]
fn an_amount_per_unit_counts_in_its_currency_only() {
    let fee = rule(1, CommissionValue::PerUnit { amount: brl(150) });
    let rules = [fee, rule(2, percent(Decimal::TEN))];
    let three = quote(&rules, &request(brl(10_000), 3)).unwrap().unwrap();
    assert_eq!((three.commission, three.rate), (brl(450), None));
    let dollars = Money::from_minor(10_000, Currency::USD).unwrap();
    let other = quote(&rules, &request(dollars, 3)).unwrap().unwrap();
    assert_eq!(other.rule.0.as_u128(), 2);
    assert_eq!(other.commission.minor(), 1_000);
}

#[test]
fn a_commission_takes_at_most_the_base() {
    let dear = [rule(1, CommissionValue::PerUnit { amount: brl(5_000) })];
    let capped = quote(&dear, &request(brl(700), 2)).unwrap().unwrap();
    assert_eq!(capped.commission, brl(700));
    let huge = brl(9_999_999_999_900);
    let huge = [rule(1, CommissionValue::PerUnit { amount: huge })];
    let capped = quote(&huge, &request(brl(700), 999)).unwrap().unwrap();
    assert_eq!(capped.commission, brl(700));
    let all = [rule(1, percent(Decimal::ONE_HUNDRED))];
    let nothing = quote(&all, &request(brl(0), 1)).unwrap().unwrap();
    assert!(nothing.commission.is_zero());
}

proptest! {
    #[test]
    fn the_seller_gets_the_exact_rest(base in 0_i64..1_000_000_000, basis in 0_i64..=10_000, quantity in 1_u32..999) {
        let rules = [rule(1, percent(Decimal::new(basis, 2)))];
        let quote = quote(&rules, &request(brl(base), quantity)).unwrap().unwrap();
        let rest = brl(base).checked_sub(quote.commission).unwrap();
        prop_assert!(!quote.commission.is_negative() && !rest.is_negative());
        prop_assert_eq!(quote.commission.minor() + rest.minor(), base);
    }
}
