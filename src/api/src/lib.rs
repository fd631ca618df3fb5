//! What programs call: the JSON API, one file per resource, providers' webhooks, and the traits
//! that other processes call. Handlers extract, make one or two trait calls and present; what may
//! be done is the modules' to say.

#![allow(
    unused_qualifications,
    reason = "the annotations of utoipa name their types with a path"
)]

mod admin;
mod admin_events;
mod admin_money;
mod auth;
mod carts;
mod catalog;
mod checkouts;
pub mod health;
mod list;
pub mod openapi;
mod orders;
mod payments;
mod query;
pub mod rpc;
mod seller_catalog;
mod seller_orders;
mod seller_stock;
mod seller_store;
mod stores;
mod views;
mod webhooks;

use actix_web::{
    middleware::{Condition, from_fn},
    web::{self, ServiceConfig, delete, get, patch, post, put},
};
use feira_web::cors;
use utoipa_swagger_ui::SwaggerUi;

/// The API, its document, files and webhooks. Browsers on `origins` may call it.
pub fn configure(cfg: &mut ServiceConfig, origins: &[String]) {
    cfg.route("/webhooks/{provider}", post().to(webhooks::receive))
        .route("/files/{key}", get().to(catalog::file))
        .service(SwaggerUi::new("/api/docs/{_:.*}").url("/api/openapi.json", openapi::document()))
        .route(
            "/api/docs",
            get().to(async || web::Redirect::to("/api/docs/")),
        )
        .service(
            web::scope("/api/v1")
                .wrap(from_fn(query::middleware))
                .wrap(Condition::new(!origins.is_empty(), cors::allow(origins)))
                .configure(api),
        );
}

#[rustfmt::skip]
fn api(cfg: &mut ServiceConfig) {
    cfg
        // Routes are tried in turn: first what is asked for most.
        .route("/products/{key}", get().to(catalog::product))
        .route("/products", get().to(catalog::search))
        .route("/auth/register", post().to(auth::register))
        .route("/auth/verify-email", post().to(auth::verify_email))
        .route("/auth/verify-email/resend", post().to(auth::resend_confirmation))
        .route("/auth/login", post().to(auth::login))
        .route("/auth/refresh", post().to(auth::refresh))
        .route("/auth/logout", post().to(auth::logout))
        .route("/me", get().to(auth::me))
        .route("/categories", get().to(catalog::categories))
        .route("/categories/{key}", get().to(catalog::category))
        .route("/stores", get().to(stores::index))
        .route("/stores", post().to(stores::apply))
        .route("/stores/{key}", get().to(stores::show))
        .route("/carts", post().to(carts::create))
        .route("/carts/{id}", get().to(carts::show))
        .route("/carts/{id}/items", post().to(carts::add_item))
        .route("/carts/{id}/items/{item_id}", patch().to(carts::set_quantity))
        .route("/carts/{id}/items/{item_id}", delete().to(carts::remove_item))
        .route("/carts/{id}/shipping", put().to(carts::set_shipping))
        .route("/carts/{id}/claim", post().to(carts::claim))
        .route("/checkouts", post().to(checkouts::create))
        .route("/orders", get().to(orders::index))
        .route("/orders/{id}", get().to(orders::show))
        .route("/orders/{id}/cancel", post().to(orders::cancel))
        .route("/orders/{id}/confirm-delivery", post().to(orders::confirm_delivery))
        .route("/payments/{id}", get().to(payments::show))
        .route("/payments/{id}/retry", post().to(payments::retry))
        .route("/seller/store", get().to(seller_store::show))
        .route("/seller/shipping-methods", get().to(seller_store::shipping_methods))
        .route("/seller/shipping-methods", post().to(seller_store::add_shipping_method))
        .route("/seller/balance", get().to(seller_store::balance))
        .route("/seller/ledger", get().to(seller_store::ledger))
        .route("/seller/payouts", get().to(seller_store::payouts))
        .route("/seller/products", get().to(seller_catalog::index))
        .route("/seller/products", post().to(seller_catalog::create))
        .route("/seller/products/{id}", get().to(seller_catalog::show))
        .route("/seller/products/{id}", patch().to(seller_catalog::update))
        .route("/seller/products/{id}/variants", post().to(seller_catalog::add_variant))
        .route("/seller/products/{id}/variants/{variant_id}", patch().to(seller_catalog::update_variant))
        .route("/seller/products/{id}/images", post().to(seller_stock::add_image))
        .route("/seller/inventory/{variant_id}/movements", get().to(seller_stock::movements))
        .route("/seller/inventory/{variant_id}/movements", post().to(seller_stock::adjust))
        .route("/seller/imports", post().to(seller_stock::import))
        .route("/seller/orders", get().to(seller_orders::index))
        .route("/seller/orders/{id}", get().to(seller_orders::show))
        .route("/seller/orders/{id}/accept", post().to(seller_orders::accept))
        .route("/seller/orders/{id}/ship", post().to(seller_orders::ship))
        .route("/seller/orders/{id}/deliver", post().to(seller_orders::deliver))
        .route("/admin/stores", get().to(admin::stores))
        .route("/admin/stores/{id}/approve", post().to(admin::approve))
        .route("/admin/stores/{id}/reject", post().to(admin::reject))
        .route("/admin/stores/{id}/suspend", post().to(admin::suspend))
        .route("/admin/categories", post().to(admin::create_category))
        .route("/admin/commission-rules", get().to(admin::commission_rules))
        .route("/admin/commission-rules", post().to(admin::add_commission_rule))
        .route("/admin/orders", get().to(admin_money::orders))
        .route("/admin/payments", get().to(admin_money::payments))
        .route("/admin/payouts", get().to(admin_money::payouts))
        .route("/admin/payouts", post().to(admin_money::run_payouts))
        .route("/admin/payouts/{id}/paid", post().to(admin_money::payout_paid))
        .route("/admin/books", get().to(admin_money::books))
        .route("/admin/events", get().to(admin_events::events))
        .route("/admin/events/{module}/{event_id}/{subscriber}/retry", post().to(admin_events::retry_event));
}
