//! The pages for people: sellers, operators, and those behind the links of mails. A template's
//! struct stands beside its handler; the templates are in `templates/` at the top.

mod admin;
mod assets;
mod landing;
mod page;
mod seller;
mod sign_in;

use actix_web::web::{ServiceConfig, get, post};

pub use page::error_response;
pub use seller::upload_limits;

/// Every page, and the files that pages need.
#[rustfmt::skip]
pub fn configure(cfg: &mut ServiceConfig) {
    cfg
        .route("/static/{name}", get().to(assets::file))
        .route("/", get().to(landing::front))
        .route("/l/verify-email/{token}", get().to(landing::verify_email))
        .route("/l/verify-email/{token}", post().to(landing::verify_email_submit))
        .route("/l/order/{token}", get().to(landing::order::show))
        .route("/l/order/{token}/confirm-delivery", post().to(landing::order::confirm_delivery))
        .route("/l/first-operator/{token}", get().to(landing::first_operator))
        .route("/l/first-operator/{token}", post().to(landing::first_operator_submit))
        .route("/seller/login", get().to(sign_in::seller))
        .route("/seller/login", post().to(sign_in::seller_submit))
        .route("/admin/login", get().to(sign_in::admin))
        .route("/admin/login", post().to(sign_in::admin_submit))
        .route("/logout", post().to(sign_in::sign_out))
        .route("/seller", get().to(seller::dashboard::show))
        .route("/seller/store", post().to(seller::store::switch))
        .route("/seller/products", get().to(seller::products::list))
        .route("/seller/products/new", get().to(seller::product_new::blank))
        .route("/seller/products/new", post().to(seller::product_new::create))
        .route("/seller/products/{id}", get().to(seller::product::show))
        .route("/seller/products/{id}", post().to(seller::product::save))
        .route("/seller/products/{id}/images", post().to(seller::product::add_image))
        .route("/seller/products/{id}/variants/new", get().to(seller::variant_new::blank))
        .route("/seller/products/{id}/variants/new", post().to(seller::variant_new::add))
        .route("/seller/products/{id}/variants/{variant}", get().to(seller::variant::show))
        .route("/seller/products/{id}/variants/{variant}", post().to(seller::variant::save))
        .route("/seller/products/{id}/variants/{variant}/stock", post().to(seller::variant_stock::adjust))
        .route("/seller/orders", get().to(seller::orders::list))
        .route("/seller/orders/{id}", get().to(seller::orders::show))
        .route("/seller/orders/{id}/accept", post().to(seller::orders::accept))
        .route("/seller/orders/{id}/ship", post().to(seller::orders::ship))
        .route("/seller/orders/{id}/deliver", post().to(seller::orders::deliver))
        .route("/seller/payouts", get().to(seller::payouts::show))
        .route("/admin", get().to(admin::overview::show))
        .route("/admin/applications", get().to(admin::stores::applications))
        .route("/admin/stores", get().to(admin::stores::list))
        .route("/admin/stores/{id}", get().to(admin::store::show))
        .route("/admin/stores/{id}/approve", post().to(admin::store::approve))
        .route("/admin/stores/{id}/reject", post().to(admin::store::reject))
        .route("/admin/stores/{id}/suspend", post().to(admin::store::suspend))
        .route("/admin/orders", get().to(admin::orders::list))
        .route("/admin/orders/{id}", get().to(admin::orders::show))
        .route("/admin/payouts", get().to(admin::payouts::list))
        .route("/admin/payouts/run", post().to(admin::payouts::run))
        .route("/admin/payouts/{id}/paid", post().to(admin::payouts::mark_paid))
        .route("/admin/books", get().to(admin::books::show))
        .route("/admin/events", get().to(admin::events::list))
        .route("/admin/events/retry", post().to(admin::events::retry))
        .route("/admin/audit", get().to(admin::audit::list))
        .route("/admin/mailbox", get().to(admin::mailbox::list))
        .route("/admin/mailbox/{id}", get().to(admin::mailbox::show))
        .route("/admin/mailbox/{id}/html", get().to(admin::mailbox::html))
        .route("/admin/mailbox/{id}/resend", post().to(admin::mailbox::resend));
}
