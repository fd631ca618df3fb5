//! For tests of this module and of those above it: a fake, fixtures, and the contract that the
//! real implementation and the fake both keep.

mod contract;
mod fake;
mod fixtures;

pub use contract::contract;
pub use fake::FakeUsers;
pub use fixtures::{PASSWORD, log_in, person, registered_and_verified, registration};
