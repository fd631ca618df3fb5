//! The module through its trait, on a real PostgreSQL.

#[path = "it/access.rs"]
mod access;
#[path = "it/accounts.rs"]
mod accounts;
#[path = "it/browsing.rs"]
mod browsing;
#[path = "it/confirming.rs"]
mod confirming;
#[path = "it/invariants.rs"]
mod invariants;
#[path = "it/operators.rs"]
mod operators;
#[path = "it/recovering.rs"]
mod recovering;
#[path = "it/refreshing.rs"]
mod refreshing;
#[path = "it/registering.rs"]
mod registering;
#[path = "it/retention.rs"]
mod retention;
#[path = "it/revoking.rs"]
mod revoking;
#[path = "it/sign_in_links.rs"]
mod sign_in_links;
#[path = "it/signing_in.rs"]
mod signing_in;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/support.rs"]
mod support;
#[path = "it/throttling.rs"]
mod throttling;
