//! The payment module through its trait: real PostgreSQL, a provider that lies on demand.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "it/batches.rs"]
mod batches;
#[path = "it/books.rs"]
mod books;
#[path = "it/by_hand.rs"]
mod by_hand;
#[path = "it/capabilities.rs"]
mod capabilities;
#[path = "it/contract.rs"]
mod contract;
#[path = "it/earlier.rs"]
mod earlier;
#[path = "it/events.rs"]
mod events;
#[path = "it/faults.rs"]
mod faults;
#[path = "it/http.rs"]
mod http;
#[path = "it/invariants.rs"]
mod invariants;
#[path = "it/payouts.rs"]
mod payouts;
#[path = "it/pix_api.rs"]
mod pix_api;
#[path = "it/provider.rs"]
mod provider;
#[path = "it/provider_contract.rs"]
mod provider_contract;
#[path = "it/providers.rs"]
mod providers;
#[path = "it/refunds.rs"]
mod refunds;
#[path = "it/sequences.rs"]
mod sequences;
#[path = "it/settling.rs"]
mod settling;
#[path = "it/starting.rs"]
mod starting;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/stripe.rs"]
mod stripe;
#[path = "it/stripe_book.rs"]
mod stripe_book;
#[path = "it/stripe_stub.rs"]
mod stripe_stub;
#[path = "it/sums.rs"]
mod sums;
#[path = "it/webhooks.rs"]
mod webhooks;
#[path = "it/world.rs"]
mod world;
