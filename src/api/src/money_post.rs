//! POSTs that move money in the books: nothing is done without a key, and the answer is kept for a repeat.

use std::{future::Future, marker::PhantomData, ops::Deref, pin::Pin};

use actix_web::{FromRequest, HttpRequest, HttpResponse, dev::Payload};
use feira_kernel::IdempotencyKey;
use feira_web::{
    error::Problem,
    idempotent::{Keep, Post, Reply},
};
use serde::Serialize;
use utoipa::IntoParams;

/// What such an operation is called with.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(
    dead_code,
    reason = "the key is read by `Post`; this is for the document"
)]
pub(crate) struct MoneyKey {
    /// required: it moves money in the books
    #[param(rename = "Idempotency-Key")]
    key: String,
}

/// Sent by a `C`, and answered by a `View`.
pub(crate) struct MoneyPost<C, View> {
    post: Post<C>,
    view: PhantomData<View>,
}

impl<C, View> FromRequest for MoneyPost<C, View>
where
    Post<C>: FromRequest<Error = Problem>,
    <Post<C> as FromRequest>::Future: 'static,
    View: 'static,
{
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let post = Post::from_request(request, payload);
        Box::pin(async move {
            Ok(Self {
                post: post.await?,
                view: PhantomData,
            })
        })
    }
}

impl<C, View> Deref for MoneyPost<C, View> {
    type Target = Post<C>;

    fn deref(&self) -> &Post<C> {
        &self.post
    }
}

impl<C, View: Serialize> MoneyPost<C, View> {
    pub(crate) async fn once<T, E, Call>(
        &self,
        body: &[u8],
        call: impl FnOnce(IdempotencyKey) -> Call,
    ) -> Result<HttpResponse, Problem>
    where
        T: Into<View>,
        Call: Future<Output = Result<T, E>>,
        Problem: From<E>,
    {
        let present = |answer: T| Reply::ok::<View>(answer);
        self.post
            .once_with_key(Keep::Answer, body, call, present)
            .await
    }
}
