//! The module through its trait: real PostgreSQL, fakes for its neighbours, events through the
//! real outbox, a directory or a small mail server at the other end.
#![allow(
    clippy::unwrap_used,
    reason = "in a test's helper, too, a panic is how it fails"
)]

#[path = "it/batches.rs"]
mod batches;
#[path = "it/daily.rs"]
mod daily;
#[path = "it/invariants.rs"]
mod invariants;
#[path = "it/kinds.rs"]
mod kinds;
#[path = "it/mailbox.rs"]
mod mailbox;
#[path = "it/operators.rs"]
mod operators;
#[path = "it/purchase.rs"]
mod purchase;
#[path = "it/settings.rs"]
mod settings;
#[path = "it/sink.rs"]
mod sink;
#[path = "it/smtp.rs"]
mod smtp;
#[path = "it/statements.rs"]
mod statements;
#[path = "it/stored_messages.rs"]
mod stored_messages;
#[path = "it/support.rs"]
mod support;
#[path = "it/told.rs"]
mod told;
