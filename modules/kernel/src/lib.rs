//! What every module of Feira shares and no module owns: money, ids, actors, time, pages,
//! error kinds, checks of what is typed, guarded transactions, the outbox, the audit log, jobs, and
//! the wiring of a [`Module`].
//!
//! Invariant: nothing in here knows the name of a table, an event or a rule of any one module.

mod actor;
pub mod audit;
pub mod base64_bytes;
pub mod batch;
mod clock;
mod currency;
pub mod db;
#[expect(unreachable_pub, reason = "the derives make public types")]
mod entities;
mod entropy;
mod env;
mod error;
pub mod failpoint;
#[cfg(feature = "testing")]
pub mod faults;
mod field;
pub mod idempotency;
mod ids;
pub mod inbox;
pub mod jobs;
pub mod leases;
mod module;
mod money;
pub mod outbox;
mod page;
pub mod percent;
pub mod remote;
mod runner;
pub mod seal;
mod secret;
pub mod text;
pub mod token;
mod total;
pub mod validate;
mod version;

pub use actor::{Actor, Permission, Surface};
pub use clock::{Clock, TestClock};
pub use currency::Currency;
pub use entropy::{Entropy, first_uuid};
pub use env::Env;
pub use error::{ErrorKind, ModuleError};
pub use field::{FieldCode, FieldError};
pub use idempotency::IdempotencyKey;
pub use ids::{Ref, StoreId, UserId};
pub use module::{Handler, Module, Reaction, Runtime, Subscription};
pub use money::{Money, MoneyError, Rate};
pub use page::{Cursor, DEFAULT_LIMIT, MAX_LIMIT, Page, PageError, PageRequest, Slice};
pub use runner::Runner;
pub use secret::Secret;
pub use time::OffsetDateTime as Time;
pub use total::Total;
pub use version::Versions;

#[doc(hidden)]
pub mod __private {
    //! Names that the kernel's macros need at their call sites.
    pub use async_trait::async_trait;
    pub use sea_orm;
    pub use serde;
    pub use serde_json;
    pub use uuid;
}
