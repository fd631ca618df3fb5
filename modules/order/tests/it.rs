//! The module through its trait: real PostgreSQL, fakes for its neighbours.
#![allow(
    clippy::unwrap_used,
    reason = "also in helpers of tests a panic is the failure"
)]
#![allow(
    clippy::too_many_lines,
    reason = "a story is told from its beginning to its end"
)]

#[path = "it/support/mod.rs"]
mod support;

#[path = "it/batches.rs"]
mod batches;
#[path = "it/confirming.rs"]
mod confirming;
#[path = "it/crashes.rs"]
mod crashes;
#[path = "it/disputes.rs"]
mod disputes;
#[path = "it/documents.rs"]
mod documents;
#[path = "it/events.rs"]
mod events;
#[path = "it/expiry.rs"]
mod expiry;
#[path = "it/figures.rs"]
mod figures;
#[path = "it/fulfilment.rs"]
mod fulfilment;
#[path = "it/giving_up.rs"]
mod giving_up;
#[path = "it/holding.rs"]
mod holding;
#[path = "it/invariants.rs"]
mod invariants;
#[path = "it/lists.rs"]
mod lists;
#[path = "it/on_delivery.rs"]
mod on_delivery;
#[path = "it/payments.rs"]
mod payments;
#[path = "it/purchase.rs"]
mod purchase;
#[path = "it/races.rs"]
mod races;
#[path = "it/refunds.rs"]
mod refunds;
#[path = "it/refunds_and_cancels.rs"]
mod refunds_and_cancels;
#[path = "it/refusals.rs"]
mod refusals;
#[path = "it/refusing_refunds.rs"]
mod refusing_refunds;
#[path = "it/retrying.rs"]
mod retrying;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/to_stores.rs"]
mod to_stores;
