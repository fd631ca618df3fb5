//! Stock. Every transaction here locks stock rows in ascending order of the variant before it
//! changes any, and writes differences, never totals that were computed outside the database. What
//! checkouts do, holding and selling, is done for all that wait at once (`feira_kernel::batch`).
//! A reservation's lines are what it holds; what was not counted then is written down beside them
//! and touches no stock, so that a policy that changes meanwhile changes nothing of it.

mod adjust;
mod ending;
mod holding;
mod locked;
mod movements;
mod policy;
mod reservations;
mod restock;
mod sellables;
mod selling;

pub(crate) use adjust::{Change, change, lock_one, withdraw};
pub(crate) use holding::Holding;
pub(crate) use policy::set_policy;
pub(crate) use selling::Selling;

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

/// A quantity as callers know it: none where more was sold than there was.
pub(crate) fn units(quantity: i32) -> u32 {
    u32::try_from(quantity).unwrap_or(0)
}
