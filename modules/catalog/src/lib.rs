//! Products, their variants, images, categories and stock.
//!
//! Owns the schema `catalog`. Calls `store` (which stores can be bought from, their names and
//! currency), is called by `cart` and `order`, publishes [`StockLow`] and takes `StoreChanged`.
//!
//! Invariants: `0 <= reserved <= on_hand`; stock is the sum of its movements; reserved is the sum
//! of the lines of active reservations; whether a store can be bought from is never copied here.

mod api;
pub use api::*;

mod rules;

#[cfg(any(test, feature = "testing"))]
pub mod testing;
