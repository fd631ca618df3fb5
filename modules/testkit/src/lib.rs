//! For tests only: a throw-away cluster per test binary, a database per test cloned from a
//! migrated template, a clock that stands still, and the invariants of `feira check` run on
//! every test's database before it is dropped: those of its own schema if it is of one module.
//! What entities asked meanwhile must be found by an index.

mod batches;
mod database;
mod explain;
mod fixtures;
mod invariants;
mod plans;
mod proxy;
mod roles;
mod statements;
mod tables;

pub use batches::{Item, costs_as_told, on_the_line, questions};
pub use database::{TestDb, run_module, run_system};
pub use feira_database::throwaway::{Process, directory};
pub use feira_testkit_macros::test;
pub use fixtures::FromTestDb;
pub use invariants::{Violation, violations};
pub use proxy::{Line, Proxy};
pub use roles::{TOKEN_KEY, roles};
pub use statements::{prepares, reads};
pub use tables::{Table, entities_match};
