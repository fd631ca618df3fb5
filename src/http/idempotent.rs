//! `Idempotency-Key` on POST: same key and body replays the first answer, another body is
//! refused, a running twin is waited for. Failures that a repeat may mend are not kept.
//!
//! What is kept here is a copy of the answer. That there is no second effect is the module's to
//! see to, which keeps the key in the transaction of the effect (`feira_kernel::idempotency`).

use std::{future::Future, marker::PhantomData, time::Duration};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
    web::Data,
};
use feira_kernel::{Actor, IdempotencyKey, idempotency};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{auth, error::Problem, state::AppState};
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

impl Reply {
    pub(crate) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            location: None,
            body: String::new(),
        }
    }
}

impl From<Reply> for HttpResponse {
    fn from(reply: Reply) -> Self {
        respond(&reply.into(), false)
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

/// How long a request waits for the first one with its key, and how long it pauses at first
/// between two looks; the pauses double.
const WAIT: Duration = Duration::from_secs(3);
const FIRST_LOOK: Duration = Duration::from_millis(20);
/// How often one at work says that it still is.
const RENEW: Duration = Duration::from_secs(5);

/// The caller's key, 1 to 255 characters, with or without the quotes of a structured field. One
/// that cannot be used is refused, also where none is needed.
fn key_of(request: &HttpRequest) -> Result<Option<String>, Problem> {
    let mut sent = request.headers().get_all("idempotency-key");
    let Some(raw) = sent.next() else {
        return Ok(None);
    };
    let key = raw.to_str().unwrap_or_default().trim().trim_matches('"');
    let printable = key.bytes().all(|b| (0x20..0x7f).contains(&b));
    if key.is_empty() || key.len() > 255 || !printable || sent.next().is_some() {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request.idempotency_key_invalid",
            "Idempotency-Key must be one header of 1 to 255 printable ASCII characters",
        ));
    }
    Ok(Some(key.to_owned()))
}

impl<C> Post<C> {
    /// Refuses a key that cannot be used, where one that can is not needed.
    pub(crate) fn check_key(&self) -> Result<(), Problem> {
        key_of(&self.request).map(drop)
    }

    /// Makes the call with the key, if there is one, and presents what comes of it.
    pub(crate) async fn once<T, E, Call>(
        &self,
        body: &[u8],
        call: impl FnOnce(Option<IdempotencyKey>) -> Call,
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
            None => work(None).await.map(HttpResponse::from),
        }
    }

    /// The same where nothing is done without a key.
    pub(crate) async fn once_with_key<T, E, Call>(
        &self,
        keep: Keep,
        body: &[u8],
        call: impl FnOnce(IdempotencyKey) -> Call,
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
        work: impl AsyncFnOnce(IdempotencyKey) -> Result<Reply, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let scope = scope(&self.actor)?;
        let gateway = &self.state.gateway;
        let key = IdempotencyKey {
            route: self.request.match_pattern().unwrap_or_default(),
            fingerprint: fingerprint(&self.request, body),
            key,
        };
        if let Some(stored) = self.known(&scope, &key).await? {
            return match keep {
                Keep::Answer => Ok(respond(&stored, true)),
                Keep::Status => Ok(respond(&work(key).await?.into(), true)),
            };
        }
        let working = self.renewing(&scope, &key, work(key.clone())).await;
        match working {
            Ok(reply) => {
                let answer = Stored::from(reply);
                let kept = match keep {
                    Keep::Answer => answer.clone(),
                    Keep::Status => answer.without_body(),
                };
                if let Err(error) = gateway.finish(&scope, &key, &kept).await {
                    tracing::warn!(%error, "an answer was not kept; a repeat asks the module again");
                }
                Ok(respond(&answer, false))
            }
            Err(problem) => {
                if let Err(error) = gateway.abandon(&scope, &key).await {
                    tracing::warn!(%error, "a key was not given back; it is free again in a minute");
                }
                Err(problem)
            }
        }
    }

    /// The answer that this key has had; `None` if it is this request's to give one. A first
    /// request that is still at work is waited for, for a moment.
    async fn known(&self, scope: &str, key: &IdempotencyKey) -> Result<Option<Stored>, Problem> {
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_LOOK);
        loop {
            let begun = self.state.gateway.begin(scope, key).await;
            let left = match begun.map_err(unavailable)? {
                Begin::Fresh => return Ok(None),
                Begin::Answered(stored) => return Ok(Some(stored)),
                Begin::Running { left } => left,
                Begin::Mismatch => {
                    return Err(Problem::new(
                        StatusCode::UNPROCESSABLE_ENTITY,
                        idempotency::REUSED,
                        "this key was used for another request; take a new one",
                    ));
                }
            };
            if waited >= WAIT {
                let mut problem = Problem::new(
                    StatusCode::CONFLICT,
                    "request.idempotency_key_running",
                    "the first request with this key is still running; ask again with the same key",
                );
                problem.retry_after = Some(left);
                return Err(problem);
            }
            tokio::time::sleep(pause).await;
            waited += pause;
            pause *= 2;
        }
    }

    /// Does the work and says now and then that it is still going on.
    async fn renewing<T>(
        &self,
        scope: &str,
        key: &IdempotencyKey,
        work: impl Future<Output = T>,
    ) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(RENEW) => {
                    if let Err(error) = self.state.gateway.renew(scope, key).await {
                        tracing::debug!(%error, "a running request could not say so");
                    }
                }
            }
        }
    }
}

/// Whose the key is. Strangers have nothing to be told apart by.
fn scope(actor: &Actor) -> Result<String, Problem> {
    match actor {
        Actor::Guest { token: None } | Actor::System { .. } => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "request.idempotency_key_unscoped",
            "an Idempotency-Key needs a caller: sign in, or send X-Cart-Token or X-Order-Token",
        )),
        caller => Ok(caller.caller()),
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
