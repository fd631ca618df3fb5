use std::sync::Arc;

use feira_cart::Carts;
use feira_catalog::Catalog;
use feira_kernel::{Clock, Entropy, token::TokenKey};
use feira_notification::Notifications;
use feira_order::Orders;
use feira_payment::Payments;
use feira_store::Stores;
use feira_user::Users;

use crate::{audits::Audits, config::Config, gateway::Gateway, outboxes::Outboxes};

/// What handlers see: the modules' traits, and the gateway's own few things.
pub(crate) struct AppState {
    pub(crate) users: Arc<dyn Users>,
    pub(crate) stores: Arc<dyn Stores>,
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) carts: Arc<dyn Carts>,
    pub(crate) orders: Arc<dyn Orders>,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) notifications: Arc<dyn Notifications>,
    pub(crate) outboxes: Outboxes,
    pub(crate) audits: Audits,
    pub(crate) gateway: Gateway,
    pub(crate) clock: Clock,
    pub(crate) entropy: Entropy,
    pub(crate) config: Arc<Config>,
    /// Signs what forms carry.
    pub(crate) page_key: TokenKey,
}
