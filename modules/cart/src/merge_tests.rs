use std::collections::BTreeMap;

use feira_catalog::{StockPolicy, VariantId, testing::sellable};
use feira_kernel::{Currency, Money, StoreId, UserId};
use proptest::{collection::btree_map, prelude::*};
use uuid::Uuid;

use super::*;
use crate::api::{CartId, CartItemId, CartOwner, CartStatus};

fn price() -> Money {
    Money::from_minor(1_000, Currency::BRL).unwrap()
}

fn sold(number: u32, available: u32) -> Sellable {
    sellable(u128::from(number), StoreId(Uuid::nil()), price(), available)
}

fn variant(number: u32) -> VariantId {
    sold(number, 0).variant
}

/// A cart of so many units by product number.
fn cart(lines: &BTreeMap<u32, u32>) -> Snapshot {
    let items = lines.iter().zip(1..).map(|((number, quantity), position)| {
        let of = sold(*number, 0);
        Item {
            id: CartItemId(Uuid::from_u128(u128::from(*number))),
            variant: of.variant,
            product: of.product,
            store: of.store,
            title: of.title,
            quantity: *quantity,
            price_seen: price(),
            position,
        }
    });
    Snapshot {
        id: CartId(Uuid::nil()),
        owner: CartOwner::User(UserId(Uuid::nil())),
        status: CartStatus::Open,
        currency: Currency::BRL,
        destination: None,
        choices: BTreeMap::new(),
        expires_at: None,
        order: None,
        continued_in: None,
        version: 1,
        items: items.collect(),
    }
}

fn catalogue(stock: &BTreeMap<u32, u32>) -> Sellables {
    let sold = stock
        .iter()
        .map(|(number, available)| sold(*number, *available));
    sold.map(|sellable| (sellable.variant, sellable)).collect()
}

#[test]
fn every_outcome_by_hand() {
    let own = cart(&BTreeMap::from([(2, 3), (3, 3), (4, 998), (6, 9), (7, 1)]));
    let guest = cart(&BTreeMap::from([
        (1, 2),
        (2, 2),
        (3, 5),
        (4, 5),
        (5, 1),
        (6, 1),
        (7, 1),
    ]));
    let mut catalogue = catalogue(&BTreeMap::from([
        (1, 10),
        (2, 10),
        (3, 6),
        (4, 5_000),
        (6, 4),
    ]));
    let mut draft = sold(7, 5);
    draft.active = false;
    catalogue.insert(draft.variant, draft);
    let plan = plan(&own, &guest, Some(&catalogue));
    let told: Vec<_> = plan
        .report
        .iter()
        .map(|l| (l.own_quantity, l.quantity, l.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (0, 2, MergeOutcome::Moved),
            (3, 5, MergeOutcome::Summed),
            (3, 6, MergeOutcome::CappedByStock),
            (998, 999, MergeOutcome::CappedByLimit),
            (0, 0, MergeOutcome::NotOffered),
            (9, 9, MergeOutcome::CappedByStock),
            (1, 1, MergeOutcome::NotOffered),
        ]
    );
    let written: Vec<_> = plan.lines.iter().map(|l| (l.variant, l.quantity)).collect();
    assert_eq!(
        written,
        [
            (variant(1), 2),
            (variant(2), 5),
            (variant(3), 6),
            (variant(4), 999)
        ]
    );
    assert_eq!(plan.lines[0].position, own.next_position());
}

fn told(plan: &Plan) -> Vec<(u32, MergeOutcome)> {
    let lines = plan.report.iter();
    lines.map(|line| (line.quantity, line.outcome)).collect()
}

const CAPPED_BY_THE_LIMIT_ALONE: [(u32, MergeOutcome); 3] = [
    (7, MergeOutcome::Moved),
    (5, MergeOutcome::Summed),
    (999, MergeOutcome::CappedByLimit),
];

#[test]
fn what_no_stock_bounds_is_capped_by_the_limit_alone() {
    for policy in [StockPolicy::Continue, StockPolicy::NotCounted] {
        let own = cart(&BTreeMap::from([(2, 3), (3, 998)]));
        let guest = cart(&BTreeMap::from([(1, 7), (2, 2), (3, 5)]));
        let mut catalogue = catalogue(&BTreeMap::from([(1, 0), (2, 4), (3, 0)]));
        for sellable in catalogue.values_mut() {
            sellable.stock_policy = policy;
        }
        let plan = plan(&own, &guest, Some(&catalogue));
        assert_eq!(told(&plan), CAPPED_BY_THE_LIMIT_ALONE);
    }
}

#[test]
fn what_comes_back_from_an_order_is_capped_by_the_limit_alone() {
    let own = cart(&BTreeMap::from([(2, 3), (3, 998)]));
    let held = cart(&BTreeMap::from([(1, 7), (2, 2), (3, 5)]));
    assert_eq!(told(&plan(&own, &held, None)), CAPPED_BY_THE_LIMIT_ALONE);
}

#[test]
fn a_full_cart_takes_no_new_line_and_says_so() {
    let own = cart(&(1..=99).map(|n| (n, 1)).collect());
    let guest = cart(&BTreeMap::from([(99, 1), (100, 1), (101, 1)]));
    let catalogue = catalogue(&(1..=101).map(|n| (n, 50)).collect());
    let plan = plan(&own, &guest, Some(&catalogue));
    assert_eq!(
        told(&plan),
        [
            (2, MergeOutcome::Summed),
            (1, MergeOutcome::Moved),
            (0, MergeOutcome::CartFull),
        ]
    );
}

proptest! {
    #[test]
    fn nothing_goes_in_silence_and_no_limit_is_passed(
        own in btree_map(0_u32..120, 1_u32..=999, 0..=100),
        guest in btree_map(0_u32..120, 1_u32..=999, 0..=100),
        stock in btree_map(0_u32..120, 0_u32..2_500, 0..=120),
        capped in any::<bool>(),
    ) {
        let (mine, theirs) = (cart(&own), cart(&guest));
        let plan = plan(&mine, &theirs, capped.then_some(&catalogue(&stock)));
        prop_assert_eq!(plan.report.len(), guest.len(), "every line of the guest is named");
        let mut after: BTreeMap<VariantId, u32> =
            own.iter().map(|(n, quantity)| (variant(*n), *quantity)).collect();
        let mut positions: Vec<i64> = mine.items.iter().map(|i| i.position).collect();
        for line in &plan.lines {
            if after.insert(line.variant, line.quantity).is_none() {
                positions.push(line.position);
            }
        }
        prop_assert!(after.len() <= MAX_LINES);
        positions.sort_unstable();
        positions.dedup();
        prop_assert_eq!(positions.len(), after.len(), "every line has a place of its own");
        for line in &plan.report {
            let now = after.get(&line.variant).copied().unwrap_or(0);
            prop_assert_eq!(now, line.quantity, "the report tells what is in the cart");
            prop_assert!(now >= line.own_quantity, "her own lines never shrink");
            prop_assert!(now <= MAX_QUANTITY);
            prop_assert!(now <= line.own_quantity + line.guest_quantity);
            let summed = now == line.own_quantity + line.guest_quantity;
            let whole = matches!(line.outcome, MergeOutcome::Moved | MergeOutcome::Summed);
            prop_assert_eq!(summed, whole, "{:?}", line);
            if !capped {
                use MergeOutcome::{CappedByLimit, CartFull};
                prop_assert!(whole || matches!(line.outcome, CappedByLimit | CartFull), "{:?}", line);
            }
        }
    }
}
