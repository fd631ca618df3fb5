//! The payment module through its trait: real PostgreSQL, a provider that lies on demand.

#[path = "it/books.rs"]
mod books;
#[path = "it/contract.rs"]
mod contract;
#[path = "it/events.rs"]
mod events;
#[path = "it/faults.rs"]
mod faults;
#[path = "it/invariants.rs"]
mod invariants;
#[path = "it/payouts.rs"]
mod payouts;
#[path = "it/provider.rs"]
mod provider;
#[path = "it/refunds.rs"]
mod refunds;
#[path = "it/settling.rs"]
mod settling;
#[path = "it/starting.rs"]
mod starting;
#[path = "it/webhooks.rs"]
mod webhooks;
#[path = "it/world.rs"]
mod world;
