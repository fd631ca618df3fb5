//! A module's access to its own schema: a pool under its own role, short guarded transactions, and a
//! few helpers for entities and for SQL with bound parameters.

mod connections;
mod disk_health;
mod entity;
mod error;
mod page;
mod pool;
mod query;
mod recordset;
mod role;
mod secret;
mod settings;
mod stats;
mod tx;
mod watch;
mod with_settings;

pub use connections::{Connections, Session};
pub use disk_health::DiskHealth;
pub use entity::{Change, Find, Returning, is, is_not, like, literal, relaxed};
pub use error::{Class, Error};
pub use page::{Direction, after, page, page_as, page_of};
pub use pool::{Pool, Single};
pub use query::{exec, knows_time_zone, one, optional, rows, scalar};
pub use recordset::{Recordset, recordset};
pub use role::{Purpose, Role, Roles, settings};
pub use secret::Secret;
pub use settings::PoolSettings;
pub use stats::{Stats, stats};
pub use tx::Tx;
pub use watch::{Watcher, watch};
pub use with_settings::WithSettings;

/// Bound values for the query helpers: `values![id, quantity, now]`.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => {
        vec![$($crate::__private::sea_orm::Value::from($value)),*]
    };
}

/// The tables that every module's schema has: outbox, inbox, jobs. Applied by each migrator.
pub const COMMON_TABLES: &str = include_str!("../../sql/common.sql");

/// What every module's schema has besides: the keys of repeated commands.
pub const KEY_TABLE: &str = include_str!("../../sql/keys.sql");

/// And who did what.
pub const AUDIT_TABLE: &str = include_str!("../../sql/audit.sql");
