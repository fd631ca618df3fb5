//! The kernel against a real database: guarded transactions, the outbox, jobs and roles.
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod it {
    mod audit;
    mod cancelled;
    mod full_disk;
    mod jobs;
    mod outbox;
    mod pull;
    mod relay;
    mod relay_pace;
    mod remote;
    mod retention;
    mod schemas;
    mod sessions;
    mod single;
    mod statements;
    mod support;
    mod transactions;
}
