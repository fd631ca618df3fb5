//! The trait's implementation. A change is decided outside the transaction, on a cart of a known
//! version, and written by one statement that is guarded by that version; a lost race is decided
//! again.

mod changing;
mod claiming;
mod closing;
mod holding;
mod legacy_closing;
mod merging;
mod reading;
mod shipping;
mod writing;

use std::sync::Arc;

pub(crate) use closing::Completing;

use feira_catalog::Catalog;
use feira_kernel::{Env, batch::Batch};
use feira_store::Stores;

use crate::{Settings, api::CartError};

/// How often a change is decided anew after another one came first.
const TRIES: u32 = 40;

pub(crate) struct Service {
    pub(crate) env: Env,
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) stores: Arc<dyn Stores>,
    pub(crate) settings: Settings,
    pub(crate) closings: Batch<Completing>,
}

/// A change lost [`TRIES`] races against others: more at once than any buyer makes.
fn contended() -> CartError {
    CartError::Unavailable("the cart is being changed by others".to_owned())
}
