//! The module through its trait, on a real PostgreSQL, with a fake of `store`.

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
#[path = "it/products.rs"]
mod products;
#[path = "it/races.rs"]
mod races;
#[path = "it/search.rs"]
mod search;
#[path = "it/stock.rs"]
mod stock;
#[path = "it/stores.rs"]
mod stores;
#[path = "it/support.rs"]
mod support;
