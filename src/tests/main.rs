//! The system over HTTP, one file per user story; and the walls between modules.
#![allow(
    clippy::too_many_lines,
    reason = "a story is told from its beginning to its end"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod boundaries;
mod contract;
mod costs;
mod schema;
mod support;

mod accounts;
mod answers;
mod audited;
mod authorization;
mod bad_input;
mod by_hand;
mod check;
mod claims;
mod cli;
mod cors;
mod crowds;
mod disconnects;
mod disputes;
mod earnings;
mod entered_providers;
mod etags;
mod examples;
mod forms;
mod full_disk;
mod held;
mod instalments;
mod ledger;
mod migrating;
mod mounted;
mod on_delivery;
mod own_account;
mod pages;
mod paid_by;
mod partial_bodies;
mod policies;
mod provider_accounts;
mod races;
mod refunds;
mod refusals;
mod remote_catalog;
mod repeats;
mod restarts;
mod roles;
mod saved_cards;
mod sellers;
mod settings;
mod slow_bodies;
mod snapshots;
mod split;
mod statements;
mod story;
mod sums;
mod to_stores;
mod twins;
mod unheard;
mod upgrades;
mod variations;
mod versions;
mod webhooks;
