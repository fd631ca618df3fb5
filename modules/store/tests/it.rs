//! The module through its trait, on a real PostgreSQL, with a fake of `user`.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "it/applying.rs"]
mod applying;
#[path = "it/commission.rs"]
mod commission;
#[path = "it/contract.rs"]
mod contract;
#[path = "it/deciding.rs"]
mod deciding;
#[path = "it/payout_accounts.rs"]
mod payout_accounts;
#[path = "it/profile.rs"]
mod profile;
#[path = "it/reading.rs"]
mod reading;
#[path = "it/shipping.rs"]
mod shipping;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/support.rs"]
mod support;
