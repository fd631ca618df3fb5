//! What the handlers of all surfaces share: the state that they are given, who asks, bodies and
//! queries, answers to repeated requests, errors and their one table, and what every request passes
//! on its way in and out. Each surface is a crate of its own above this one.

pub mod accounts;
pub mod answers;
pub mod audits;
pub mod auth;
pub mod body_limits;
pub mod cors;
pub mod csv;
pub mod current;
pub mod cursor;
pub mod detached;
pub mod encoding;
pub mod error;
pub mod etag;
pub mod extract;
pub mod idempotent;
pub mod language;
pub mod ledger_file;
pub mod modules;
pub mod mount;
pub mod observe;
pub mod order_numbers;
pub mod outboxes;
pub mod reports;
pub mod same_origin;
pub mod serving;
pub mod state;
pub mod submitted;
