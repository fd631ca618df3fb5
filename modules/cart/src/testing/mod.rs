//! A fake of [`Carts`](crate::Carts) in memory, and fixtures, for the tests of `order`.

mod fake;

use std::sync::atomic::{AtomicU64, Ordering};

use feira_catalog::{Sellable, VariantId};
use feira_kernel::{Currency, Money, MoneyError};
use feira_store::{ShippingOption, Store};
use uuid::Uuid;

pub use fake::FakeCarts;

use crate::{
    api::{Cart, CartGroup, CartId, CartItemId, CartLine, CartOwner, CartStatus},
    totals,
};

/// A line of so many units at the sellable's price.
pub fn line(of: &Sellable, quantity: u32) -> Result<CartLine, MoneyError> {
    let none = Money::zero(of.currency);
    Ok(CartLine {
        id: CartItemId(next(0x11e)),
        variant: of.variant,
        product: of.product,
        product_slug: of.product_slug.clone(),
        title: of.title.clone(),
        sku: of.sku.clone(),
        options: of.options.clone(),
        image: of.image.clone(),
        category_path: of.category_path.clone(),
        weight_grams: of.weight_grams,
        quantity,
        unit_price: of.unit_price,
        unit_price_seen: of.unit_price,
        discount: none,
        tax: none,
        total: totals::line(of.unit_price, quantity, none, none)?,
    })
}

/// One store's lines with one way of shipping, which is chosen.
pub fn group(
    of: &Store,
    lines: Vec<CartLine>,
    shipping: ShippingOption,
) -> Result<CartGroup, MoneyError> {
    let totals = totals::group(of.currency, &lines, Some(shipping.price))?;
    Ok(CartGroup {
        store: of.id,
        store_name: of.name.clone(),
        store_slug: of.slug.clone(),
        lines,
        shipping_options: vec![shipping.clone()],
        shipping: Some(shipping),
        totals,
    })
}

/// An open cart of the groups, without problems.
pub fn cart(owner: CartOwner, groups: Vec<CartGroup>) -> Result<Cart, MoneyError> {
    let currency = groups
        .first()
        .map_or(Currency::BRL, |group| group.totals.total.currency());
    Ok(Cart {
        id: CartId(next(0xca7)),
        owner,
        status: CartStatus::Open,
        currency,
        totals: totals::cart(currency, &groups)?,
        groups,
        problems: Vec::new(),
        destination: None,
        order: None,
        continued_in: None,
        version: 1,
    })
}

/// What a variant's line is called in a cart, to name it in a test.
pub fn item_of(cart: &Cart, variant: VariantId) -> Option<CartItemId> {
    let mut lines = cart.groups.iter().flat_map(|group| &group.lines);
    lines
        .find(|line| line.variant == variant)
        .map(|line| line.id)
}

/// Ids that repeat themselves from run to run, in ascending order.
fn next(kind: u128) -> Uuid {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let count = u128::from(COUNT.fetch_add(1, Ordering::Relaxed));
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | (count << 16) | kind)
}
