//! The seller's pages: one file per section, each handler beside its template's struct.

mod dashboard;
mod orders;
mod payouts;
mod product;
mod product_new;
mod products;
mod store;
mod variant;
mod variant_form;

use actix_web::web::{ServiceConfig, get, post};

pub(crate) fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/seller", get().to(dashboard::show))
        .route("/seller/store", post().to(store::switch))
        .route("/seller/products", get().to(products::list))
        .route("/seller/products/new", get().to(product_new::blank))
        .route("/seller/products/new", post().to(product_new::create))
        .route("/seller/products/{id}", get().to(product::show))
        .route("/seller/products/{id}", post().to(product::save))
        .route("/seller/products/{id}/images", post().to(product::add_image))
        .route("/seller/products/{id}/variants/new", get().to(variant::blank))
        .route("/seller/products/{id}/variants/new", post().to(variant::add))
        .route("/seller/products/{id}/variants/{variant}", get().to(variant::show))
        .route("/seller/products/{id}/variants/{variant}", post().to(variant::save))
        .route("/seller/products/{id}/variants/{variant}/stock", post().to(variant::adjust))
        .route("/seller/orders", get().to(orders::list))
        .route("/seller/orders/{id}", get().to(orders::show))
        .route("/seller/orders/{id}/accept", post().to(orders::accept))
        .route("/seller/orders/{id}/ship", post().to(orders::ship))
        .route("/seller/orders/{id}/deliver", post().to(orders::deliver))
        .route("/seller/payouts", get().to(payouts::show));
}
