//! For tests of the modules above: a catalogue in memory, and the suite that proves that it, the
//! real one and the remote one keep the same rules.

#[allow(
    clippy::unwrap_used,
    reason = "a suite of tests: what does not hold ends the test"
)]
mod contract;
mod fake;
mod state;

use feira_kernel::{Money, StoreId};
use uuid::Uuid;

pub use contract::{Fixture, ON_HAND, contract};
pub use fake::FakeCatalog;

use crate::{ProductId, Sellable, StockPolicy, VariantId};

/// A sellable of one variant without options; ids are made from `number`, so that a test can
/// name them. Change what the test is about.
pub fn sellable(number: u128, store: StoreId, unit_price: Money, available: u32) -> Sellable {
    Sellable {
        variant: VariantId(Uuid::from_u128(0xca7a_0000 + number)),
        product: ProductId(Uuid::from_u128(0xca7b_0000 + number)),
        store,
        title: format!("Product {number}"),
        product_slug: format!("product-{number}"),
        sku: format!("SKU-{number}"),
        options: Vec::new(),
        image: None,
        category_path: Vec::new(),
        unit_price,
        currency: unit_price.currency(),
        weight_grams: 250,
        active: true,
        available,
        stock_policy: StockPolicy::Counted,
    }
}
