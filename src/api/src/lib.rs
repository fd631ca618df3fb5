//! What programs call: the JSON API, one file per resource, providers' webhooks, and the traits
//! that other processes call. Handlers extract, make one or two trait calls and present; what may
//! be done is the modules' to say.

#![allow(
    unused_qualifications,
    reason = "the annotations of utoipa name their types with a path"
)]

mod admin;
mod admin_alarms;
mod admin_bank_statements;
mod admin_categories;
mod admin_commission;
mod admin_debts;
mod admin_events;
mod admin_ledger;
mod admin_money;
mod admin_payment;
mod admin_providers;
mod admin_reconciliation;
mod admin_reports;
mod auth;
mod carts;
mod catalog;
mod checkouts;
mod debt_invoices;
mod disputes;
mod disputes_by_hand;
pub mod health;
mod list;
mod login_link;
mod me;
mod metrics_access;
mod money_post;
mod on_delivery;
pub mod openapi;
mod orders;
mod paying;
mod payment_methods;
mod payment_offers;
mod payments;
mod payout_accounts;
mod payouts;
mod provider_accounts;
mod query;
mod refunds;
pub mod rpc;
mod seller_bank_statements;
mod seller_catalog;
mod seller_disputes;
mod seller_earnings;
mod seller_images;
mod seller_imports;
mod seller_orders;
mod seller_shipping;
mod seller_stock;
mod seller_store;
mod stores;
mod transfers;
mod views;
mod webhooks;

use actix_web::{
    middleware::{Condition, from_fn},
    web::{self, ServiceConfig, resource},
};
use feira_web::cors;
use utoipa::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Below which all operations are.
const ROOT: &str = "/api/v1";
/// The document, and the pages to read it on.
const DOCUMENT: &str = "/api/openapi.json";
const READER: &str = "/api/docs/{_:.*}";

/// The API, its document, files and webhooks. Browsers on `origins` may call it. A resource without
/// routes refuses the methods that those before it lack.
pub fn configure(cfg: &mut ServiceConfig, origins: &[String]) {
    let notified = ["/webhooks/{provider}", "/webhooks/{provider}/{path:.*}"];
    cfg.service(resource(notified).post(webhooks::receive))
        .service(resource("/files/{key}").get(catalog::file))
        .service(
            SwaggerUi::new(READER)
                .url(DOCUMENT, openapi::document())
                // Below whatever path this is.
                .config(Config::new(["../openapi.json"])),
        )
        .service(resource([READER, DOCUMENT]))
        .service(resource("/api/docs").get(async || web::Redirect::to("/api/docs/")))
        .service(
            web::scope(ROOT)
                .wrap(from_fn(query::middleware))
                .wrap(Condition::new(!origins.is_empty(), cors::allow(origins)))
                .configure(api)
                .service(resource("/{_:.*}")),
        );
}

/// Registers each operation once: its handler's own annotations name the method, the path and what
/// it takes and answers. From them come the routes and the document. `utoipa-actix-web` does so too, but it must
/// wrap the `App`, to which the pages, the simulated provider and the tests add routes that are in no document.
macro_rules! operations {
    ($($module:ident::$handler:ident),+ $(,)?) => {
        fn api(cfg: &mut ServiceConfig) {
            cfg$(.service($module::$handler))+;
        }

        #[derive(OpenApi)]
        #[openapi(paths($($module::$handler),+))]
        struct Operations;
    };
}

// Routes are tried in turn: first what is asked for most.
operations! {
    catalog::product, catalog::search,
    auth::register, auth::verify_email, auth::resend_confirmation, auth::login, auth::refresh,
    auth::logout, login_link::login_link, login_link::redeem_login_link, auth::forgot_password,
    auth::reset_password, me::show, me::change_password, me::change_email,
    catalog::categories, catalog::category,
    stores::index, stores::apply, stores::show,
    carts::create, carts::show, carts::add_item, carts::set_quantity, carts::remove_item,
    carts::set_shipping, carts::claim,
    checkouts::create,
    orders::index, orders::show, orders::cancel, orders::confirm_delivery,
    payments::show, payments::qr_png, payments::qr_svg, payments::retry,
    payment_offers::of_cart, payment_offers::of_order,
    payment_methods::index, payment_methods::add, payment_methods::finish, payment_methods::show,
    payment_methods::update, payment_methods::remove,
    seller_store::show, seller_store::update, seller_shipping::index, seller_shipping::add,
    seller_shipping::show, seller_shipping::update, seller_shipping::remove, seller_store::balance,
    seller_store::ledger, seller_store::payouts,
    payout_accounts::show, payout_accounts::change,
    provider_accounts::index, provider_accounts::open, provider_accounts::of_store, payouts::next, payouts::show,
    seller_catalog::index, seller_catalog::create, seller_catalog::show, seller_catalog::update,
    seller_catalog::add_variant, seller_catalog::update_variant, seller_catalog::remove_variant,
    seller_images::add, seller_images::order, seller_images::remove,
    seller_stock::movements, seller_stock::adjust,
    seller_imports::import, seller_imports::import_notes,
    seller_orders::index, seller_orders::show, seller_orders::accept, seller_orders::ship,
    seller_orders::deliver, seller_bank_statements::import,
    on_delivery::seller_collected, on_delivery::seller_not_collected,
    on_delivery::admin_collected, on_delivery::admin_not_collected, on_delivery::seller_refund_sent,
    on_delivery::seller_sent, on_delivery::seller_refund_withdrawn, on_delivery::seller_refund_returned,
    on_delivery::seller_to_send,
    seller_orders::set_fiscal_document, seller_orders::fiscal_document, orders::fiscal_document,
    seller_earnings::earnings, seller_earnings::statement, seller_earnings::operations,
    admin_reports::operations, admin_reports::dac7,
    refunds::seller_preview, refunds::seller_refund,
    refunds::order, refunds::preview, refunds::refund,
    admin::stores, admin::approve, admin::reject, admin::suspend,
    admin_categories::create, admin_categories::update, admin_categories::remove,
    admin_commission::index, admin_commission::add, admin_commission::show,
    admin_commission::update, admin_commission::remove,
    admin_money::orders, admin_money::payments, admin_money::payment, admin_money::payment_paid,
    admin_payment::update_payment, admin_payment::split_settled, admin_alarms::alarms,
    admin_money::refund_sent, admin_money::refund_settled, admin_money::refund_withdrawn,
    admin_money::refund_returned, admin_money::payouts, admin_money::run_payouts,
    admin_money::payout_paid, admin_money::books,
    admin_ledger::entries, admin_ledger::export, admin_ledger::transaction, admin_ledger::months,
    admin_debts::debts, admin_debts::write_off, admin_debts::debt_paid, admin_debts::reserves,
    debt_invoices::invoices, debt_invoices::invoice, debt_invoices::end_invoice, debt_invoices::settlements,
    debt_invoices::own_invoices,
    admin_debts::hold, admin_debts::release, admin_debts::own_reserves,
    admin_reconciliation::reconcile,
    admin_bank_statements::import, admin_bank_statements::index, admin_bank_statements::show,
    admin_bank_statements::lines, admin_bank_statements::match_line,
    admin_bank_statements::ignore_line,
    admin_providers::index, admin_providers::add, admin_providers::show, admin_providers::update,
    admin_providers::remove, admin_providers::check, admin_providers::limits,
    admin_providers::set_limit, admin_providers::show_limit, admin_providers::update_limit,
    admin_providers::remove_limit,
    payouts::file, payouts::admin_show, payouts::returned, payouts::cancelled, payouts::pay_store,
    disputes::disputes, disputes_by_hand::open_dispute, disputes::dispute, disputes::evidence,
    disputes::evidence_upload, disputes::evidence_file, disputes::send_evidence, disputes_by_hand::close_dispute,
    seller_disputes::disputes, seller_disputes::dispute, seller_disputes::evidence,
    seller_disputes::evidence_upload, seller_disputes::evidence_file, seller_disputes::send_evidence,
    admin_events::events, admin_events::retry_event,
}
