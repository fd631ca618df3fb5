//! What a process serves, on one screen; each surface registers its own routes.

use actix_web::web::{Data, ServiceConfig};
use feira_api::rpc::Rpc;
use feira_sandbox::Sandbox;

/// Every route of the marketplace, with those for other processes and the simulated provider's
/// where this process has them. Browsers on `origins` may call the API.
pub(crate) fn marketplace(
    cfg: &mut ServiceConfig,
    origins: &[String],
    rpc: Option<Data<Rpc>>,
    sandbox: Option<Data<Sandbox>>,
) {
    if let Some(rpc) = rpc {
        cfg.app_data(rpc).configure(feira_api::rpc::configure);
    }
    if let Some(sandbox) = sandbox {
        cfg.app_data(sandbox).configure(feira_sandbox::configure);
    }
    cfg.configure(feira_api::health::configure)
        .configure(|cfg| feira_api::configure(cfg, origins))
        .configure(feira_pages::configure);
}

/// For a process that serves other processes only.
pub(crate) fn only_rpc(cfg: &mut ServiceConfig, rpc: Data<Rpc>) {
    cfg.app_data(rpc)
        .configure(feira_api::health::configure)
        .configure(feira_api::rpc::configure);
}
