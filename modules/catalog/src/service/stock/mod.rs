//! Stock. Every transaction here locks stock rows in ascending order of the variant before it
//! changes any, and writes differences, never totals that were computed outside the database.

mod adjust;
mod reservation;
mod reserve;
mod restock;
mod sell;
mod sellables;

pub(crate) use adjust::{Change, change, lock_one};

use feira_kernel::Env;
use uuid::Uuid;

/// As many new ids as there are rows to write.
pub(crate) fn ids(env: &Env, count: usize) -> Vec<Uuid> {
    (0..count).map(|_| env.uuid()).collect()
}

/// A quantity as the database keeps it; the rules keep it far below the limit.
pub(crate) fn int(quantity: u32) -> i32 {
    i32::try_from(quantity).unwrap_or(i32::MAX)
}

/// A quantity that a CHECK keeps from being negative.
pub(crate) fn units(quantity: i32) -> u32 {
    u32::try_from(quantity).unwrap_or(0)
}
