use std::sync::Arc;

use feira_cart::Carts;
use feira_catalog::Catalog;
use feira_kernel::{Clock, Entropy, Env, token::TokenKey};
use feira_notification::Notifications;
use feira_order::Orders;
use feira_payment::Payments;
use feira_store::Stores;
use feira_user::Users;
use metrics_exporter_prometheus::PrometheusHandle;

use crate::{config::Config, gateway::Gateway};

/// What handlers see: the modules' traits, and the gateway's own few things.
pub(crate) struct AppState {
    pub(crate) users: Arc<dyn Users>,
    pub(crate) stores: Arc<dyn Stores>,
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) carts: Arc<dyn Carts>,
    pub(crate) orders: Arc<dyn Orders>,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) notifications: Arc<dyn Notifications>,
    /// Modules of this process by name: for the operator's page of deliveries and for readiness.
    pub(crate) events: Vec<(&'static str, Env)>,
    pub(crate) gateway: Gateway,
    pub(crate) clock: Clock,
    pub(crate) entropy: Entropy,
    pub(crate) config: Arc<Config>,
    /// Signs what forms carry.
    pub(crate) page_key: TokenKey,
    pub(crate) metrics: PrometheusHandle,
    /// Refuses new work once the process was told to stop.
    pub(crate) stopping: tokio_util::sync::CancellationToken,
}
