//! PostgreSQL for a process that was given no database URL.
//!
//! The server binaries come from the machine; the cluster lies in `pg/` below the data
//! directory and listens on a unix socket only. [`Cluster::start`] owns it: a lock file keeps
//! a second owner out, and the server ends with the owner, also when the owner is killed.
//! [`Cluster::attach_or_start`] is for a command, which ends soon. [`Cluster::attach`] is for a
//! process that goes on and must never be the owner.
//!
//! In the data directory:
//!
//! | path | what |
//! |---|---|
//! | `pg/` | the cluster; its existence means that `initdb` ended well |
//! | `pg.init/` | an `initdb` under way, or one that was interrupted |
//! | `keys/database-password` | the password of the superuser `feira` |
//! | `database.lock` | held by the owner; says where the running server is |
//! | `postgres.log`, `postgres.log.1` | the server's messages |
//!
//! Everything blocks: call it from a blocking thread in asynchronous code. Nothing here reads
//! the environment, except [`throwaway`], which is for tests.

mod account;
mod binaries;
mod cluster;
mod connection;
mod error;
mod files;
mod initdb;
mod layout;
mod leftover;
mod lock;
mod password;
mod pid_file;
mod place;
mod plan;
mod server;
mod settings;
mod socket;
mod supervisor;
mod sys;
pub mod throwaway;
mod wait;

pub use binaries::{Binaries, Search};
pub use cluster::Cluster;
pub use connection::SUPERUSER;
pub use error::Error;
pub use settings::Settings;

/// The oldest major version of PostgreSQL that is used.
pub const OLDEST_MAJOR: u32 = 15;
