//! Traits served to another process: `POST /rpc/<module>/<method>`, signed with a shared key; a
//! module's events are at `/rpc/<module>.events/`, its audit log at `/rpc/<module>.audit/`.

use std::{collections::HashMap, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Bytes, Data, Path, ServiceConfig},
};
use feira_kernel::{
    audit::{AuditLog, dispatch_audit_log},
    outbox::{Outbox, dispatch_outbox},
    remote::{DispatchError, SIGNATURE_HEADER, Signer},
};
use feira_web::{
    audits::Audits, body_limits::MAX_CALL_BYTES, error::Problem, extract, outboxes::Outboxes,
};

/// A trait that another process may call.
pub enum Served {
    Catalog(Arc<dyn feira_catalog::Catalog>),
    Store(Arc<dyn feira_store::Stores>),
    Events(Arc<dyn Outbox>),
    Audit(Arc<dyn AuditLog>),
}

/// What this process serves to others.
pub struct Rpc {
    signer: Signer,
    served: HashMap<String, Served>,
}

impl Rpc {
    /// Serves those modules that are in this process, each with its events and its audit log.
    pub fn new(
        signer: Signer,
        modules: Vec<(&'static str, Served)>,
        outboxes: &Outboxes,
        audits: &Audits,
    ) -> Self {
        let mut served = HashMap::new();
        for (module, api) in modules {
            if let (Some(outbox), Some(log)) = (outboxes.here(module), audits.here(module)) {
                served.insert(module.to_owned(), api);
                served.insert(format!("{module}.events"), Served::Events(outbox));
                served.insert(format!("{module}.audit"), Served::Audit(log));
            }
        }
        Self { signer, served }
    }
}

impl Served {
    async fn dispatch(&self, method: &str, body: &[u8]) -> Result<Vec<u8>, DispatchError> {
        match self {
            Self::Catalog(api) => feira_catalog::dispatch_catalog(api.as_ref(), method, body).await,
            Self::Store(api) => feira_store::dispatch_stores(api.as_ref(), method, body).await,
            Self::Events(api) => dispatch_outbox(api.as_ref(), method, body).await,
            Self::Audit(api) => dispatch_audit_log(api.as_ref(), method, body).await,
        }
    }
}

/// The module traits that another process calls.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.app_data(web::PayloadConfig::new(MAX_CALL_BYTES))
        .service(web::resource("/rpc/{module}/{method}").post(call));
}

/// Calls a module's method with a signed body.
async fn call(
    request: HttpRequest,
    rpc: Data<Rpc>,
    path: Path<(String, String)>,
    body: Bytes,
) -> Result<HttpResponse, Problem> {
    let (module, method) = path.into_inner();
    let signature = extract::header(&request, SIGNATURE_HEADER).unwrap_or_default();
    if !rpc.signer.verify(&signature, request.path(), &body) {
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "request.bad_signature",
            "the signature is missing, wrong or too old",
        ));
    }
    let served = rpc.served.get(&module).ok_or_else(Problem::not_found)?;
    let answer = served.dispatch(&method, &body).await.map_err(refused)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(answer))
}

fn refused(error: DispatchError) -> Problem {
    match error {
        DispatchError::NoSuchMethod => Problem::not_found(),
        DispatchError::Arguments(why) => {
            Problem::new(StatusCode::BAD_REQUEST, "request.invalid_value", why)
        }
        DispatchError::Answer(why) => {
            tracing::error!(why, "an answer cannot be written");
            Problem::internal()
        }
    }
}
