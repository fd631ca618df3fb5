//! The system, tested as a whole.

mod boundaries;
mod check;
