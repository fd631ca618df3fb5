//! The OpenAPI 3.1 document, made from the handlers' own annotations.

use utoipa::{
    Modify, OpenApi,
    openapi::{
        ObjectBuilder, RefOr, Required, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{
    admin, admin_events, admin_money, auth, carts, catalog, checkouts, orders, payments,
    seller_catalog, seller_orders, seller_stock, seller_store, stores,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Feira", description = "The API of a Feira marketplace. Errors are RFC 9457 problems with a stable `code`. Any request may be answered with 429 or 503, which say in `Retry-After` when to come again, and one whose body comes too slowly with 408."),
    modifiers(&Security, &IdempotencyKeys, &Preconditions, &GuestTokens),
    paths(
        auth::register, auth::verify_email, auth::resend_confirmation, auth::login, auth::refresh, auth::logout, auth::me,
        catalog::categories, catalog::category, catalog::search, catalog::product,
        stores::index, stores::show, stores::apply,
        carts::create, carts::show, carts::add_item, carts::set_quantity, carts::remove_item, carts::set_shipping, carts::claim,
        checkouts::create,
        orders::index, orders::show, orders::cancel, orders::confirm_delivery,
        payments::show, payments::retry,
        seller_store::show, seller_store::shipping_methods, seller_store::add_shipping_method,
        seller_store::balance, seller_store::ledger, seller_store::payouts,
        seller_catalog::index, seller_catalog::create, seller_catalog::show, seller_catalog::update,
        seller_catalog::add_variant, seller_catalog::update_variant, seller_stock::add_image,
        seller_stock::movements, seller_stock::adjust, seller_stock::import,
        seller_orders::index, seller_orders::show, seller_orders::accept, seller_orders::ship, seller_orders::deliver,
        admin::stores, admin::approve, admin::reject, admin::suspend, admin::create_category,
        admin::commission_rules, admin::add_commission_rule, admin_money::orders, admin_money::payments,
        admin_money::payouts, admin_money::run_payouts, admin_money::payout_paid, admin_money::books, admin_events::events, admin_events::retry_event,
    )
)]
struct Document;

/// How callers show who they are.
struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .build();
        if let Some(components) = document.components.as_mut() {
            components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
        }
    }
}

/// POSTs that take no `Idempotency-Key`, and why.
const WITHOUT_KEY: [(&str, &str); 6] = [
    ("/auth/register", "answers the same to a repeat"),
    ("/auth/verify-email", "a token works once"),
    ("/auth/verify-email/resend", "the newest link counts"),
    ("/auth/login", "answers a credential, which is not kept"),
    ("/auth/refresh", "answers a credential, which is not kept"),
    ("/auth/logout", "there is nothing to do twice"),
];

/// Names the header at every POST that honours it.
struct IdempotencyKeys;

impl Modify for IdempotencyKeys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let without = |path: &str| {
            let path = path.trim_start_matches("/api/v1");
            WITHOUT_KEY.iter().any(|(known, _)| *known == path)
        };
        let paths = document.paths.paths.iter_mut();
        let posts = paths
            .filter(|(path, _)| !without(path))
            .filter_map(|(_, item)| item.post.as_mut());
        for post in posts {
            let parameters = post.parameters.get_or_insert_default();
            let is_key =
                |p: &RefOr<Parameter>| matches!(p, RefOr::T(p) if p.name == "Idempotency-Key");
            // Where it is required, the handler's own annotation says so.
            if !parameters.iter().any(is_key) {
                parameters.push(RefOr::T(idempotency_key()));
            }
        }
    }
}

/// Headers of a guest, and what they open.
const CART_TOKEN: (&str, &str) = (
    "X-Cart-Token",
    "of a guest: opens her cart, and the order made of it",
);
const ORDER_TOKEN: (&str, &str) = ("X-Order-Token", "of a guest: opens her order");

/// Names the headers wherever a guest's token is a credential.
struct GuestTokens;

impl Modify for GuestTokens {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for (path, item) in document.paths.paths.iter_mut() {
            let path = path.trim_start_matches("/api/v1");
            let of = |base: &str| path.starts_with(base);
            let names: &[(&str, &str)] = if of("/carts") || of("/checkouts") {
                &[CART_TOKEN]
            } else if of("/orders/{id}") || of("/payments/{id}") {
                &[ORDER_TOKEN, CART_TOKEN]
            } else {
                continue;
            };
            let operations = [
                &mut item.get,
                &mut item.post,
                &mut item.put,
                &mut item.patch,
                &mut item.delete,
            ];
            for operation in operations.into_iter().flatten() {
                let parameters = operation.parameters.get_or_insert_default();
                let headers = names.iter().map(|(name, opens)| guest_token(name, opens));
                parameters.extend(headers.map(RefOr::T));
            }
        }
    }
}

fn guest_token(name: &str, opens: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(opens))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "new for each request, the same for each repeat of it: the first answer is given again",
        ))
        .schema(Some(
            ObjectBuilder::new()
                .schema_type(Type::String)
                .max_length(Some(255)),
        ))
        .build()
}

/// Names `If-Match` at everything that changes or removes what has a version.
struct Preconditions;

impl Modify for Preconditions {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let changes = [&mut item.patch, &mut item.put, &mut item.delete];
            for change in changes.into_iter().flatten() {
                let parameters = change.parameters.get_or_insert_default();
                parameters.push(RefOr::T(if_match()));
            }
        }
    }
}

fn if_match() -> Parameter {
    ParameterBuilder::new()
        .name("If-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "the ETag of what was seen (of the whole product or cart): what somebody changed meanwhile is left as it is, 412",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

/// The document as it is served and as `feira openapi` prints it.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
