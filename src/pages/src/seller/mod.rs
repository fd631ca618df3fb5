//! The seller's pages: one file per section, each handler beside its template's struct.

pub(crate) mod dashboard;
pub(crate) mod orders;
pub(crate) mod payouts;
pub(crate) mod product;
pub(crate) mod product_new;
pub(crate) mod products;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod variant;
mod variant_form;
pub(crate) mod variant_new;
pub(crate) mod variant_stock;

use actix_multipart::form::MultipartFormConfig;
use feira_web::intake::most_of_upload;

/// What a form with a file may send. Kept in memory, because the catalogue decodes it at once.
pub fn upload_limits(max_upload_bytes: usize) -> MultipartFormConfig {
    let most = most_of_upload(max_upload_bytes);
    MultipartFormConfig::default()
        .total_limit(most)
        .memory_limit(most)
}
