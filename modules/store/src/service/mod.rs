//! The trait's implementation: one file per aggregate, one method per transaction.

mod applying;
mod commission;
mod deciding;
mod history;
mod payout_accounts;
mod profile;
mod reading;
mod rows;
mod shipping;
mod team;

use std::sync::Arc;

use feira_kernel::{Env, Versions, validate::Fields};
use feira_user::Users;

use crate::{Settings, api::StoreError};

/// The most stores that one batch names.
const MAX_BATCH: usize = 100;

pub(crate) struct Service {
    pub(crate) env: Env,
    pub(crate) users: Arc<dyn Users>,
    pub(crate) settings: Arc<Settings>,
}

/// Refuses a batch that is too long.
fn bounded<T>(batch: &[T], max: usize) -> Result<(), StoreError> {
    let mut fields = Fields::default();
    fields.count("", batch.len(), max);
    Ok(fields.finish()?)
}

/// Compares the version with those that the caller has seen.
fn as_seen(expected: Option<&Versions>, version: i64) -> Result<(), StoreError> {
    match expected {
        Some(seen) if !seen.allow(version) => Err(StoreError::VersionMismatch),
        _ => Ok(()),
    }
}
