//! The module through its trait, on a real PostgreSQL, with fakes of `catalog` and `store`.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "it/batches.rs"]
mod batches;
#[path = "it/claiming.rs"]
mod claiming;
#[path = "it/closing.rs"]
mod closing;
#[path = "it/durable.rs"]
mod durable;
#[path = "it/fences.rs"]
mod fences;
#[path = "it/guests.rs"]
mod guests;
#[path = "it/holding.rs"]
mod holding;
#[path = "it/legacy_closing.rs"]
mod legacy_closing;
#[path = "it/lines.rs"]
mod lines;
#[path = "it/pricing.rs"]
mod pricing;
#[path = "it/shipping.rs"]
mod shipping;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/support.rs"]
mod support;
