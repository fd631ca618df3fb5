//! The modules as those above them see them: a new one is a line in each of these lists.

use std::sync::Arc;

use feira_kernel::{
    ModuleError,
    audit::{self, Act, AuditError},
    outbox::OutboxError,
    validate,
};

/// The traits of all modules.
pub struct Modules {
    pub users: Arc<dyn feira_user::Users>,
    pub stores: Arc<dyn feira_store::Stores>,
    pub catalog: Arc<dyn feira_catalog::Catalog>,
    pub carts: Arc<dyn feira_cart::Carts>,
    pub orders: Arc<dyn feira_order::Orders>,
    pub payments: Arc<dyn feira_payment::Payments>,
    pub notifications: Arc<dyn feira_notification::Notifications>,
}

/// What each writes into its audit log.
pub const ACTS: &[&[Act]] = &[
    audit::ACTS,
    feira_user::ACTS,
    feira_store::ACTS,
    feira_catalog::ACTS,
    feira_payment::ACTS,
    feira_order::ACTS,
    feira_notification::ACTS,
];

/// The codes of their errors, of the fields that they refuse and of what imports note.
pub const CODES: &[&[&str]] = &[
    validate::FIELD_CODES,
    OutboxError::CODES,
    AuditError::CODES,
    feira_user::FIELD_CODES,
    feira_user::UserError::CODES,
    feira_store::FIELD_CODES,
    feira_store::StoreError::CODES,
    feira_catalog::FIELD_CODES,
    feira_catalog::NOTE_CODES,
    feira_catalog::CatalogError::CODES,
    feira_cart::FIELD_CODES,
    feira_cart::CartError::CODES,
    feira_order::FIELD_CODES,
    feira_order::OrderError::CODES,
    feira_payment::FIELD_CODES,
    feira_payment::PaymentError::CODES,
    feira_notification::NotificationError::CODES,
];
