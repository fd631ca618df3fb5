//! `Idempotency-Key` on POST: same key and body replays the first answer, another body is
//! refused, a running twin is waited for. Failures that a repeat may mend are not kept.
//!
//! What is kept here is a copy of the answer. That there is no second effect is the module's to
//! see to, which keeps the key in the transaction of the effect (`feira_kernel::idempotency`).

mod answering;
mod key;
mod reply;

use std::{future::Future, marker::PhantomData};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    web::{Bytes, Data},
};
use feira_kernel::{Actor, IdempotencyKey};

use crate::{auth, error::Problem, state::AppState};

pub use key::{of_form, of_upload};
pub use reply::Reply;

/// What stays of an answer that a repeat asks for again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Answer,
    /// The answer has a credential. A repeat is asked of the module again, which knows the key
    /// itself.
    Status,
}

/// A POST and who sends it, answered once per caller, route and key.
pub struct Post<C> {
    pub request: HttpRequest,
    pub state: Data<AppState>,
    pub actor: Actor,
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

impl<C> Post<C> {
    /// Refuses a key that cannot be used, where one that can is not needed.
    pub fn check_key(&self) -> Result<(), Problem> {
        key::key_of(&self.request).map(drop)
    }

    /// Makes the call with the key, if there is one, and presents what comes of it.
    pub async fn once<T, E, Call>(
        &self,
        body: &[u8],
        call: impl FnOnce(Option<IdempotencyKey>) -> Call,
        present: impl FnOnce(T) -> Reply,
    ) -> Result<HttpResponse, Problem>
    where
        Call: Future<Output = Result<T, E>>,
        Problem: From<E>,
    {
        let key = key::sent(&self.request, body)?;
        self.answered(key, call, present).await
    }

    /// The same with an upload, which the call takes with it: it is in memory once. Bytes that
    /// nobody else holds become a `Vec` as they are.
    pub async fn once_taking<T, E, Call>(
        &self,
        body: Bytes,
        call: impl FnOnce(Vec<u8>, Option<IdempotencyKey>) -> Call,
        present: impl FnOnce(T) -> Reply,
    ) -> Result<HttpResponse, Problem>
    where
        Call: Future<Output = Result<T, E>>,
        Problem: From<E>,
    {
        let key = key::sent(&self.request, &body)?;
        self.answered(key, |key| call(body.into(), key), present)
            .await
    }

    /// The same where nothing is done without a key.
    pub async fn once_with_key<T, E, Call>(
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
        let key = key::required(&self.request, body)?;
        let work = async |key| Ok(present(call(key).await?));
        self.keyed(key, keep, work).await
    }

    async fn answered<T, E, Call>(
        &self,
        key: Option<IdempotencyKey>,
        call: impl FnOnce(Option<IdempotencyKey>) -> Call,
        present: impl FnOnce(T) -> Reply,
    ) -> Result<HttpResponse, Problem>
    where
        Call: Future<Output = Result<T, E>>,
        Problem: From<E>,
    {
        let work = async |key| Ok(present(call(key).await?));
        match key {
            Some(key) => {
                self.keyed(key, Keep::Answer, async |key| work(Some(key)).await)
                    .await
            }
            None => work(None).await.map(HttpResponse::from),
        }
    }
}
