//! HTTP: the whole route table on one screen. Handlers extract, make one or two trait calls and
//! present; what may be done is the modules' to say.

pub(crate) mod admin;
pub(crate) mod assets;
pub(crate) mod auth;
mod cors;
pub(crate) mod detached;
pub(crate) mod error;
mod etag;
mod extract;
pub(crate) mod health;
mod idempotent;
pub(crate) mod intake;
pub(crate) mod landing;
pub(crate) mod observe;
pub(crate) mod page;
mod query;
pub(crate) mod rpc;
pub(crate) mod same_origin;
pub(crate) mod seller;
pub(crate) mod shop;
mod sign_in;
pub(crate) mod state;
mod webhooks;

use actix_web::{
    HttpRequest, HttpResponse,
    middleware::{Condition, from_fn},
    web::{self, ServiceConfig, delete, get, patch, post, put},
};
use utoipa_swagger_ui::SwaggerUi;

use error::{PageError, Problem};

/// Every route of the marketplace. Beside them a process may have those of [`rpc_routes`], and the
/// simulated provider's, which are its own (`sandbox::http`). Browsers on `origins` may call the API.
pub(crate) fn routes(cfg: &mut ServiceConfig, origins: &[String]) {
    cfg.configure(watch_routes)
        .route("/webhooks/{provider}", post().to(webhooks::receive))
        .route("/files/{key}", get().to(shop::catalog::file))
        .service(
            SwaggerUi::new("/api/docs/{_:.*}").url("/api/openapi.json", shop::openapi::document()),
        )
        .route(
            "/api/docs",
            get().to(async || web::Redirect::to("/api/docs/")),
        )
        .configure(page_routes)
        .service(
            web::scope("/api/v1")
                .wrap(from_fn(query::middleware))
                .wrap(Condition::new(!origins.is_empty(), cors::allow(origins)))
                .configure(api),
        )
        .default_service(web::to(unmatched));
}

fn watch_routes(cfg: &mut ServiceConfig) {
    cfg.route("/healthz", get().to(health::alive))
        .route("/readyz", get().to(health::ready))
        .route("/metrics", get().to(health::metrics));
}

/// The module traits that another process calls.
pub(crate) fn rpc_routes(cfg: &mut ServiceConfig) {
    cfg.app_data(web::PayloadConfig::new(rpc::MAX_BYTES))
        .route("/rpc/{module}/{method}", post().to(rpc::call));
}

/// For a process that serves other processes only.
pub(crate) fn only_rpc(cfg: &mut ServiceConfig) {
    cfg.configure(watch_routes)
        .configure(rpc_routes)
        .default_service(web::to(unmatched));
}

#[rustfmt::skip]
fn api(cfg: &mut ServiceConfig) {
    use shop::{admin, admin_events, admin_money, auth, carts, catalog, checkouts, orders, payments, seller_catalog, seller_orders, seller_stock, seller_store, stores};
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

#[rustfmt::skip]
fn page_routes(cfg: &mut ServiceConfig) {
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
        .route("/admin/audit", get().to(admin::audit::list))
        .route("/admin/events", get().to(admin::events::list))
        .route("/admin/events/retry", post().to(admin::events::retry))
        .route("/admin/mailbox", get().to(admin::mailbox::list))
        .route("/admin/mailbox/{id}", get().to(admin::mailbox::show))
        .route("/admin/mailbox/{id}/html", get().to(admin::mailbox::html))
        .route("/admin/mailbox/{id}/resend", post().to(admin::mailbox::resend));
}

/// A path id that is not one looks like one that is not there.
pub(crate) fn path_config() -> web::PathConfig {
    web::PathConfig::default().error_handler(|_, request: &HttpRequest| nothing_at(request.path()))
}

async fn unmatched(request: HttpRequest) -> Result<HttpResponse, actix_web::Error> {
    Err(nothing_at(request.path()))
}

/// A problem for programs, a page for people.
fn nothing_at(path: &str) -> actix_web::Error {
    let page = ["/seller", "/admin", "/l/"]
        .iter()
        .any(|start| path.starts_with(start));
    if page {
        PageError::not_found().into()
    } else {
        Problem::not_found().into()
    }
}
