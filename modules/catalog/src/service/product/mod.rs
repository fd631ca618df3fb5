//! Products and their variants.

mod change;
mod create;
mod read;
mod removal;
mod row;
mod variant;

pub(crate) use change::{lock, set, touch};
pub(crate) use create::insert;
pub(crate) use read::{View, load};
pub(crate) use row::NewRow;
pub(crate) use variant::{VariantRow, fits, insert_variants, update_one};
