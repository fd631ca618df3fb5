//! The provider by HTTP, alone and with the payment module as its customer.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod api;
mod keeps_its_word;
mod with_payment;
mod world;
