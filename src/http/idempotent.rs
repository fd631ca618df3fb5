//! `Idempotency-Key` on POST: same key and body replays the first answer, another body is
//! refused, a running twin is a conflict. Failures that a repeat may mend are not kept.

use std::{future::Future, marker::PhantomData};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
    web::Data,
};
use feira_kernel::Actor;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{auth, error::Problem, extract, state::AppState};
use crate::gateway::{Begin, Stored};

/// A successful answer of a POST: what the module returned, in the view that the API shows.
pub(crate) struct Reply {
    status: StatusCode,
    location: Option<String>,
    body: String,
}

impl Reply {
    pub(crate) fn created<View: Serialize>(
        location: impl Into<String>,
        what: impl Into<View>,
    ) -> Self {
        Self {
            status: StatusCode::CREATED,
            location: Some(location.into()),
            body: json(&what.into()),
        }
    }

    pub(crate) fn ok<View: Serialize>(what: impl Into<View>) -> Self {
        Self {
            status: StatusCode::OK,
            location: None,
            body: json(&what.into()),
        }
    }
}

fn json(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// What stays of an answer that a repeat asks for again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Answer,
    /// The answer has a credential. A repeat is asked of the module again, which knows the key
    /// itself.
    Status,
}

/// A POST and who sends it, answered once per caller, route and key.
pub(crate) struct Post<C> {
    pub(crate) request: HttpRequest,
    pub(crate) state: Data<AppState>,
    pub(crate) actor: Actor,
    caller: PhantomData<C>,
}

impl<C> FromRequest for Post<C>
where
    C: FromRequest<Error = Problem> + Into<Actor> + 'static,
{
    type Error = Problem;
    type Future = auth::Extracted<Self, Problem>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let request = request.clone();
        let caller = C::from_request(&request, payload);
        Box::pin(async move {
            Ok(Self {
                state: auth::state(&request)?.clone(),
                actor: caller.await?.into(),
                caller: PhantomData,
                request,
            })
        })
    }
}

/// The caller's key, 1 to 255 characters, with or without the quotes of a structured field.
fn key_of(request: &HttpRequest) -> Result<Option<String>, Problem> {
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

impl<C> Post<C> {
    /// Makes the call with the key, if there is one, and presents what comes of it. The row of a
    /// key is a convenience that a crash can lose: where a second effect would matter, the module
    /// knows the key itself. A call that takes no key may be given as it is: before it is awaited
    /// it does nothing.
    pub(crate) async fn once<T, E, Call>(
        &self,
        body: &[u8],
        call: impl FnOnce(Option<String>) -> Call,
        present: impl FnOnce(T) -> Reply,
    ) -> Result<HttpResponse, Problem>
    where
        Call: Future<Output = Result<T, E>>,
        Problem: From<E>,
    {
        let work = async |key| Ok(present(call(key).await?));
        match key_of(&self.request)? {
            Some(key) => {
                self.keyed(key, Keep::Answer, body, async |key| work(Some(key)).await)
                    .await
            }
            None => work(None).await.map(|reply| respond(&reply.into(), false)),
        }
    }

    /// The same where nothing is done without a key.
    pub(crate) async fn once_with_key<T, E, Call>(
        &self,
        keep: Keep,
        body: &[u8],
        call: impl FnOnce(String) -> Call,
        present: impl FnOnce(T) -> Reply,
    ) -> Result<HttpResponse, Problem>
    where
        Call: Future<Output = Result<T, E>>,
        Problem: From<E>,
    {
        let key = key_of(&self.request)?.ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "request.idempotency_key_missing",
                "send an Idempotency-Key header, new for each purchase and the same for each repeat",
            )
        })?;
        let work = async |key| Ok(present(call(key).await?));
        self.keyed(key, keep, body, work).await
    }

    async fn keyed(
        &self,
        key: String,
        keep: Keep,
        body: &[u8],
        work: impl AsyncFnOnce(String) -> Result<Reply, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let Some(scope) = scope(&self.actor) else {
            return Err(Problem::new(
                StatusCode::BAD_REQUEST,
                "request.idempotency_key_unscoped",
                "an Idempotency-Key needs a caller: sign in, or send X-Cart-Token or X-Order-Token",
            ));
        };
        let (gateway, route) = (
            &self.state.gateway,
            self.request.match_pattern().unwrap_or_default(),
        );
        let fingerprint = fingerprint(&self.request, body);
        let begun = gateway.begin(&scope, &route, &key, &fingerprint).await;
        match begun.map_err(unavailable)? {
            Begin::Fresh => {}
            Begin::Answered(_) if keep == Keep::Status => {
                return Ok(respond(&work(key).await?.into(), true));
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
        }
        match work(key.clone()).await {
            Ok(reply) => {
                let answer = Stored::from(reply);
                let kept = match keep {
                    Keep::Answer => answer.clone(),
                    Keep::Status => answer.without_body(),
                };
                if let Err(error) = gateway.finish(&scope, &route, &key, &kept).await {
                    tracing::warn!(%error, "an answer was not kept; a repeat asks the module again");
                }
                Ok(respond(&answer, false))
            }
            Err(problem) => {
                if let Err(error) = gateway.abandon(&scope, &route, &key).await {
                    tracing::warn!(%error, "a key was not given back; it is free again in a minute");
                }
                Err(problem)
            }
        }
    }
}

/// A person, or whatever token a guest holds.
fn scope(actor: &Actor) -> Option<String> {
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
