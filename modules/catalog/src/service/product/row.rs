//! What making, importing and changing a product share.

use feira_kernel::{Currency, Env, FieldError, StoreId, Time, db, validate::UNKNOWN};

use crate::{CatalogError, NewProduct, ProductId, product_cache::ProductCache};

/// Everything that the transaction needs to know.
#[derive(Clone)]
pub(crate) struct NewRow {
    pub(crate) env: Env,
    pub(crate) product_cache: ProductCache,
    pub(crate) id: ProductId,
    pub(crate) store: StoreId,
    pub(crate) currency: Currency,
    pub(crate) new: NewProduct,
    /// By what an import finds it again; its first stock is told so.
    pub(crate) imported: Option<String>,
    pub(crate) actor: String,
    pub(crate) now: Time,
}

/// A tree that was read before may have a category that was removed since.
pub(super) fn category_gone(error: db::Error) -> CatalogError {
    if error.class() == db::Class::ForeignKey {
        let detail = "there is no such category any more";
        FieldError::new("/category_id", UNKNOWN, detail).into()
    } else {
        error.into()
    }
}

/// Random lower-case letters and digits that are not mistaken for each other.
pub(crate) fn letters(env: &Env, count: usize) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    (0..count)
        .map(|_| {
            let index = usize::try_from(env.entropy.below(32)).unwrap_or(0);
            char::from(ALPHABET[index])
        })
        .collect()
}
