use std::{future::Future, time::Duration};

use actix_web::{HttpResponse, http::StatusCode};
use feira_gateway::{Begin, Claim, Stored};
use feira_kernel::{IdempotencyKey, idempotency};

use super::{Keep, Post, Reply, key::scope, reply::respond};
use crate::error::Problem;

/// How long a repeat pauses at first between two looks at what became of the first request; the
/// pauses double.
const FIRST_LOOK: Duration = Duration::from_millis(20);
/// How often one at work says that it still is.
const RENEW: Duration = Duration::from_secs(5);

enum Known {
    Answered(Stored),
    Free(Claim),
}

impl<C> Post<C> {
    /// Does the work, unless this key had its answer.
    pub(super) async fn keyed(
        &self,
        key: IdempotencyKey,
        keep: Keep,
        work: impl AsyncFnOnce(IdempotencyKey) -> Result<Reply, Problem>,
    ) -> Result<HttpResponse, Problem> {
        let scope = scope(&self.actor)?;
        let gateway = &self.state.gateway;
        let claim = match self.known(&scope, &key).await? {
            Known::Free(claim) => claim,
            Known::Answered(stored) => {
                return match keep {
                    Keep::Answer => Ok(respond(&stored, true)),
                    Keep::Status => Ok(respond(&work(key).await?.into(), true)),
                };
            }
        };
        let working = self.renewing(&claim, work(key)).await;
        match working {
            Ok(reply) => {
                let answer = Stored::from(reply);
                let kept = match keep {
                    Keep::Answer => answer.clone(),
                    Keep::Status => answer.without_body(),
                };
                gateway.finish(&claim, &kept).await;
                Ok(respond(&answer, false))
            }
            Err(problem) => {
                gateway.give_back(&claim).await;
                Err(problem)
            }
        }
    }

    /// The answer that this key has had, or the right to give one. A first request that is still
    /// at work is waited for, for a moment.
    async fn known(&self, scope: &str, key: &IdempotencyKey) -> Result<Known, Problem> {
        let most = self.state.settings.idempotency_wait;
        let (mut waited, mut pause) = (Duration::ZERO, FIRST_LOOK);
        loop {
            let begun = self.state.gateway.begin(scope, key).await;
            let left = match begun.map_err(unavailable)? {
                Begin::Fresh(claim) => return Ok(Known::Free(claim)),
                Begin::Answered(stored) => return Ok(Known::Answered(stored)),
                Begin::Running { left } => left,
                Begin::Mismatch => {
                    return Err(Problem::new(
                        StatusCode::UNPROCESSABLE_ENTITY,
                        idempotency::REUSED,
                        "this key was used for another request; take a new one",
                    ));
                }
            };
            if waited >= most {
                let mut problem = Problem::new(
                    StatusCode::CONFLICT,
                    "request.idempotency_key_running",
                    "the first request with this key is still running; ask again with the same key",
                );
                problem.retry_after = Some(left);
                return Err(problem);
            }
            pause = pause.min(most - waited);
            tokio::time::sleep(pause).await;
            waited += pause;
            pause *= 2;
        }
    }

    /// Does the work and says now and then that it is still going on.
    async fn renewing<T>(&self, claim: &Claim, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep(RENEW) => {
                    if let Err(error) = self.state.gateway.renew(claim).await {
                        tracing::debug!(%error, "a running request could not say so");
                    }
                }
            }
        }
    }
}

fn unavailable(error: feira_kernel::db::Error) -> Problem {
    tracing::error!(%error, "keys of repeated requests cannot be kept");
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "request.unavailable",
        "try again in a moment, with the same key",
    )
}
