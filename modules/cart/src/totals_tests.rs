use feira_catalog::{ProductId, VariantId};
use feira_kernel::StoreId;
use proptest::{collection::vec, prelude::*};
use uuid::Uuid;

use super::*;
use crate::api::CartItemId;

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn some_line(unit: i64, quantity: u32, discount: i64, tax: i64) -> CartLine {
    let (unit_price, discount, tax) = (brl(unit), brl(discount), brl(tax));
    CartLine {
        id: CartItemId(Uuid::nil()),
        variant: VariantId(Uuid::nil()),
        product: ProductId(Uuid::nil()),
        product_slug: String::new(),
        title: String::new(),
        sku: String::new(),
        options: Vec::new(),
        image: None,
        category_path: Vec::new(),
        weight_grams: 0,
        quantity,
        unit_price,
        unit_price_seen: unit_price,
        discount,
        tax,
        total: line(unit_price, quantity, discount, tax).unwrap(),
    }
}

fn some_group(lines: Vec<CartLine>, shipping: Option<i64>) -> CartGroup {
    let totals = group(Currency::BRL, &lines, shipping.map(brl)).unwrap();
    CartGroup {
        store: StoreId(Uuid::nil()),
        store_name: String::new(),
        store_slug: String::new(),
        lines,
        shipping_options: Vec::new(),
        shipping: None,
        totals,
    }
}

#[test]
fn an_example_by_hand() {
    let first = some_group(
        vec![some_line(1990, 2, 100, 7), some_line(500, 1, 0, 0)],
        Some(1500),
    );
    let second = some_group(vec![some_line(333, 3, 0, 1)], None);
    let totals = cart(Currency::BRL, &[first.clone(), second]).unwrap();
    assert_eq!(first.totals.subtotal, brl(4480));
    assert_eq!(first.totals.total, brl(4480 - 100 + 1500 + 7));
    assert_eq!(totals.total, brl(5887 + 1000));
    assert!(cart(Currency::BRL, &[]).unwrap().total.is_zero());
}

#[test]
fn a_total_that_cannot_be_kept_is_an_error() {
    let dear = brl(9_999_999_999_900);
    assert_eq!(line(dear, 2, brl(0), brl(0)), Err(MoneyError::TooLarge));
}

proptest! {
    #[test]
    fn lines_sum_to_groups_and_groups_to_the_cart(
        groups in vec((vec((0_i64..10_000_000, 1_u32..999, 0_i64..100, 0_i64..5_000), 1..12), proptest::option::of(0_i64..100_000)), 0..8)
    ) {
        let groups: Vec<CartGroup> = groups
            .into_iter()
            .map(|(lines, shipping)| {
                let lines = lines.into_iter().map(|(u, q, d, t)| some_line(u, q, d.min(u), t)).collect();
                some_group(lines, shipping)
            })
            .collect();
        for group in &groups {
            let lines: i64 = group.lines.iter().map(|line| line.total.minor()).sum();
            prop_assert_eq!(lines + group.totals.shipping.minor(), group.totals.total.minor());
        }
        let totals = cart(Currency::BRL, &groups).unwrap();
        let sum = |part: fn(&Totals) -> Money| groups.iter().map(|g| part(&g.totals).minor()).sum::<i64>();
        prop_assert_eq!(sum(|t| t.total), totals.total.minor());
        prop_assert_eq!(sum(|t| t.subtotal), totals.subtotal.minor());
        prop_assert_eq!(sum(|t| t.shipping), totals.shipping.minor());
        prop_assert_eq!(sum(|t| t.discount), totals.discount.minor());
        prop_assert_eq!(sum(|t| t.tax), totals.tax.minor());
    }
}
