//! The module through its trait, on a real PostgreSQL, with a fake of `store`.
#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests: what fails ends the test"
)]
#![allow(
    clippy::too_many_lines,
    reason = "a story is told from its beginning to its end"
)]

#[path = "it/batches.rs"]
mod batches;
#[path = "it/categories.rs"]
mod categories;
#[path = "it/contract.rs"]
mod contract;
#[path = "it/images.rs"]
mod images;
#[path = "it/import.rs"]
mod import;
#[path = "it/invariants.rs"]
mod invariants;
#[path = "it/model.rs"]
mod model;
#[path = "it/policies.rs"]
mod policies;
#[path = "it/product_cache.rs"]
mod product_cache;
#[path = "it/products.rs"]
mod products;
#[path = "it/races.rs"]
mod races;
#[path = "it/search.rs"]
mod search;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/stock.rs"]
mod stock;
#[path = "it/stores.rs"]
mod stores;
#[path = "it/support.rs"]
mod support;
#[path = "it/taken_away.rs"]
mod taken_away;
