//! A fake of [`Stores`](crate::Stores) in memory, fixtures, and what must hold of both the fake
//! and the real module, for the tests of modules above.

mod contract;
mod fake;
mod fixtures;
mod state;

pub use contract::{Subjects, contract};
pub use fake::FakeStores;
pub use fixtures::{address, application, payee_account, shipping_option, store};
