//! Traits served to another process: `POST /rpc/<module>/<method>`, signed with a shared key.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Bytes, Data, Path},
};
use feira_kernel::{
    Env,
    outbox::{self, Position},
    remote::{DispatchError, SIGNATURE_HEADER, Signer},
};
use std::sync::Arc;

use super::{error::Problem, extract};

/// A module that another process may call.
#[derive(Clone)]
pub(crate) enum Served {
    Catalog(Arc<dyn feira_catalog::Catalog>),
    Store(Arc<dyn feira_store::Stores>),
}

/// What this process serves to others.
pub(crate) struct Rpc {
    pub(crate) signer: Signer,
    /// Module, its trait, and where its events are.
    pub(crate) modules: Vec<(&'static str, Served, Env)>,
}

impl Served {
    async fn dispatch(&self, method: &str, body: &[u8]) -> Result<Vec<u8>, DispatchError> {
        match self {
            Self::Catalog(api) => feira_catalog::dispatch_catalog(api.as_ref(), method, body).await,
            Self::Store(api) => feira_store::dispatch_stores(api.as_ref(), method, body).await,
        }
    }
}

/// Calls a module's method with a signed body.
pub(crate) async fn call(
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
    let (_, served, env) = rpc
        .modules
        .iter()
        .find(|(name, ..)| *name == module)
        .ok_or_else(Problem::not_found)?;
    let answer = if method == "events" {
        events(env, &body).await?
    } else {
        served.dispatch(&method, &body).await.map_err(refused)?
    };
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .body(answer))
}

async fn events(env: &Env, body: &[u8]) -> Result<Vec<u8>, Problem> {
    let after: Position = serde_json::from_slice(body)
        .map_err(|e| refused(DispatchError::Arguments(e.to_string())))?;
    let found = outbox::pull(env, &after).await.map_err(|error| {
        tracing::error!(%error, "events cannot be read");
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "request.unavailable",
            "try again in a moment",
        )
    })?;
    serde_json::to_vec(&found).map_err(|e| refused(DispatchError::Answer(e.to_string())))
}

fn refused(error: DispatchError) -> Problem {
    match error {
        DispatchError::NoSuchMethod => Problem::not_found(),
        DispatchError::Arguments(why) => {
            Problem::new(StatusCode::BAD_REQUEST, "request.invalid_value", why)
        }
        DispatchError::Answer(why) => {
            tracing::error!(why, "an answer cannot be written");
            Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "request.internal",
                "an error on our side",
            )
        }
    }
}
