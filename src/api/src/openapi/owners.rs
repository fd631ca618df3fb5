//! Whose errors an operation answers with: for each module those of its own that are shown as examples.

use feira_cart::CartError;
use feira_catalog::CatalogError;
use feira_kernel::{FieldError, outbox::OutboxError, validate};
use feira_order::OrderError;
use feira_payment::PaymentError;
use feira_store::StoreError;
use feira_user::UserError;
use feira_web::error::Problem;

/// The module that what an operation is about belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    User,
    Store,
    Catalog,
    Cart,
    Order,
    Payment,
    Outbox,
}

impl Owner {
    /// By the first word of the path, whoever calls.
    pub(super) fn of(path: &str) -> Self {
        let words = path.trim_start_matches(crate::ROOT).split('/');
        let mut words = words.filter(|word| !["", "seller", "admin"].contains(word));
        match (words.next(), words.next()) {
            (Some("me"), Some("payment-methods")) => Self::Payment,
            (Some("auth" | "me"), _) => Self::User,
            (Some("store" | "stores" | "shipping-methods" | "commission-rules"), _) => Self::Store,
            (Some("products" | "categories" | "inventory" | "imports"), _) => Self::Catalog,
            (Some("carts"), _) => Self::Cart,
            (Some("checkouts" | "orders" | "store-orders" | "earnings"), _) => Self::Order,
            (Some("events"), _) => Self::Outbox,
            _ => Self::Payment,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Store => "Store",
            Self::Catalog => "Catalog",
            Self::Cart => "Cart",
            Self::Order => "Order",
            Self::Payment => "Payment",
            Self::Outbox => "Outbox",
        }
    }

    /// Where such an error may come.
    pub(super) fn instance(self) -> &'static str {
        match self {
            Self::User => "/api/v1/me/email",
            Self::Store => "/api/v1/seller/store",
            Self::Catalog => "/api/v1/seller/products/0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a21",
            Self::Cart => "/api/v1/carts/0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a21/items",
            Self::Order => "/api/v1/orders/0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a21/cancel",
            Self::Payment => "/api/v1/payments/0198f6a0-7c1e-7d3a-9b52-5f0e8c6d4a21/retry",
            Self::Outbox => "/api/v1/admin/events",
        }
    }

    /// Of each status one error, if the module has one.
    pub(super) fn errors(self) -> Vec<Problem> {
        let long = |pointer: &str| vec![FieldError::too_long(pointer, 200)];
        match self {
            Self::User => vec![
                UserError::EmailNotVerified.into(),
                UserError::NotFound.into(),
                UserError::EmailTaken.into(),
                UserError::Invalid(vec![FieldError::too_short("/password", 10)]).into(),
                UserError::TooManyTries { retry_after: 60 }.into(),
            ],
            Self::Store => vec![
                StoreError::Forbidden.into(),
                StoreError::NotFound.into(),
                StoreError::AlreadyApplied.into(),
                StoreError::VersionMismatch.into(),
                StoreError::Invalid(long("/name")).into(),
                StoreError::TooManyTries { retry_after: 60 }.into(),
            ],
            Self::Catalog => vec![
                CatalogError::Forbidden.into(),
                CatalogError::NotFound.into(),
                CatalogError::SkuTaken.into(),
                CatalogError::VersionMismatch.into(),
                CatalogError::Invalid(long("/name")).into(),
            ],
            Self::Cart => vec![
                CartError::NotFound.into(),
                CartError::Full.into(),
                CartError::VersionMismatch.into(),
                CartError::Invalid(vec![FieldError::out_of_range("/quantity", 1..=999)]).into(),
            ],
            Self::Order => vec![
                OrderError::Forbidden.into(),
                OrderError::NotFound.into(),
                OrderError::Conflict.into(),
                OrderError::Invalid(vec![unwritten()]).into(),
            ],
            Self::Payment => vec![
                PaymentError::Forbidden.into(),
                PaymentError::NotFound.into(),
                PaymentError::NotOffered.into(),
                PaymentError::VersionMismatch.into(),
                PaymentError::Invalid(vec![FieldError::out_of_range("/instalments", 1..=12)])
                    .into(),
            ],
            Self::Outbox => vec![OutboxError::Forbidden.into(), OutboxError::NotDead.into()],
        }
    }
}

fn unwritten() -> FieldError {
    FieldError::new("/email", validate::EMAIL, "must be an e-mail address")
}
