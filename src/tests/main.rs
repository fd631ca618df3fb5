//! The system, tested as a whole.
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod boundaries;
mod check;
