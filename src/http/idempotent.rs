//! `Idempotency-Key` on POST: same key and body replays the first answer, another body is
//! refused, a running twin is a conflict. Failures that a repeat may mend are not kept.

use std::future::Future;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
};
use feira_kernel::Actor;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{error::Problem, extract, state::AppState};
use crate::gateway::{Begin, Stored};

/// A successful answer of a POST.
pub(crate) struct Reply {
    status: StatusCode,
    location: Option<String>,
    body: String,
}

impl Reply {
    pub(crate) fn created(location: String, body: &impl Serialize) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location),
            body: json(body),
        }
    }

    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self {
            status: StatusCode::OK,
            location: None,
            body: json(body),
        }
    }
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// Whether a route works without a key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Required,
    /// Required, and the answer has a credential: it is not kept. A repeat is asked of the module
    /// again, which knows the key itself.
    RequiredNotKept,
    Optional,
}

/// The caller's key, 1 to 255 characters, with or without the quotes of a structured field.
pub(crate) fn key_of(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let Some(raw) = extract::header(request, "idempotency-key") else {
        return Ok(None);
    };
    let key = raw.trim().trim_matches('"');
    let printable = key.bytes().all(|b| (0x20..0x7f).contains(&b));
    if key.is_empty() || key.len() > 255 || !printable {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request.idempotency_key_invalid",
            "Idempotency-Key must be 1 to 255 printable characters",
        ));
    }
    Ok(Some(key.to_owned()))
}

/// Answers a POST once per caller, route and key. The row is a convenience that a crash can lose:
/// where a second effect would matter, the module knows the key itself.
pub(crate) async fn once<F, Fut>(
    state: &AppState,
    request: &HttpRequest,
    actor: &Actor,
    need: Key,
    body: &[u8],
    work: F,
) -> Result<HttpResponse, Problem>
where
    F: FnOnce(Option<String>) -> Fut,
    Fut: Future<Output = Result<Reply, Problem>>,
{
    let Some(key) = key_of(request)? else {
        if need != Key::Optional {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "request.idempotency_key_missing",
                "send an Idempotency-Key header, new for each purchase and the same for each repeat",
            ));
        }
        return work(None).await.map(|reply| respond(&reply.into(), false));
    };
    let Some(scope) = scope(actor) else {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request.idempotency_key_unscoped",
            "an Idempotency-Key needs a caller: sign in, or send X-Cart-Token or X-Order-Token",
        ));
    };
    let route = request.match_pattern().unwrap_or_default();
    let fingerprint = fingerprint(request, body);
    match state
        .gateway
        .begin(&scope, &route, &key, &fingerprint)
        .await
        .map_err(unavailable)?
    {
        Begin::Answered(_) if need == Key::RequiredNotKept => {
            let reply = work(Some(key)).await?;
            return Ok(respond(&reply.into(), true));
        }
        Begin::Answered(stored) => return Ok(respond(&stored, true)),
        Begin::Running => {
            return Err(Problem::new(
                StatusCode::CONFLICT,
                "request.idempotency_key_running",
                "the first request with this key is still running; ask again in a moment",
            ));
        }
        Begin::Mismatch => {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "request.idempotency_key_reused",
                "this key was used for another request; take a new one",
            ));
        }
        Begin::Fresh => {}
    }
    match work(Some(key.clone())).await {
        Ok(reply) => {
            let answer = Stored::from(reply);
            let kept = match need {
                Key::RequiredNotKept => answer.without_body(),
                Key::Required | Key::Optional => answer.clone(),
            };
            if let Err(error) = state.gateway.finish(&scope, &route, &key, &kept).await {
                tracing::warn!(%error, "an answer was not kept; a repeat asks the module again");
            }
            Ok(respond(&answer, false))
        }
        Err(problem) => {
            if let Err(error) = state.gateway.abandon(&scope, &route, &key).await {
                tracing::warn!(%error, "a key was not given back; it is free again in a minute");
            }
            Err(problem)
        }
    }
}

/// A person, or whatever token a guest holds.
pub(crate) fn scope(actor: &Actor) -> Option<String> {
    match actor {
        Actor::Person {
            user,
            surface,
            store,
            ..
        } => {
            let store = store.map(|s| format!(":{s}")).unwrap_or_default();
            Some(format!("{}:{user}{store}", surface.as_str()))
        }
        Actor::Guest { token } => token.as_ref().map(|t| format!("guest:{}", t.0)),
        Actor::System { .. } => None,
    }
}

/// A dry run and the real thing differ in the query only.
fn fingerprint(request: &HttpRequest, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(request.path());
    hash.update([0]);
    hash.update(request.query_string());
    hash.update([0]);
    hash.update(body);
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

fn unavailable(error: feira_kernel::db::Error) -> Problem {
    tracing::error!(%error, "keys of repeated requests cannot be kept");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "request.unavailable",
        "try again in a moment, with the same key",
    )
}

fn respond(stored: &Stored, replayed: bool) -> HttpResponse {
    let status = StatusCode::from_u16(stored.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(location) = &stored.location {
        response.insert_header((header::LOCATION, location.clone()));
    }
    if replayed {
        response.insert_header(("idempotent-replayed", "true"));
    }
    if stored.body.is_empty() {
        return response.finish();
    }
    response
        .content_type("application/json")
        .body(stored.body.clone())
}

impl Stored {
    fn without_body(&self) -> Self {
        Self {
            body: String::new(),
            ..self.clone()
        }
    }
}

impl From<Reply> for Stored {
    fn from(reply: Reply) -> Self {
        Self {
            status: reply.status.as_u16(),
            location: reply.location,
            body: reply.body,
        }
    }
}
