use std::{
    cell::RefCell,
    io,
    pin::Pin,
    rc::Rc,
    sync::Arc,
    task::{Context, Poll, ready},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::Payload,
    error::PayloadError,
    web::Bytes,
};
use futures::Stream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::{BodyHead, BodyLimits, Refusal, partial_bodies::PartialBody};

/// One body, and what it has taken so far.
pub(super) struct Body {
    limits: Arc<BodyLimits>,
    head: BodyHead,
    payload: Payload,
    begun: Instant,
    received: usize,
    /// It was asked for more than had come.
    waited: bool,
    /// While a part of it is waited for.
    partial: Option<PartialBody>,
    alarm: Option<Pin<Box<Sleep>>>,
    refusal: Option<Refusal>,
}

type Chunk = Option<Result<Bytes, PayloadError>>;

impl Body {
    pub(super) fn new(limits: Arc<BodyLimits>, head: BodyHead, payload: Payload) -> Self {
        Self {
            limits,
            head,
            payload,
            begun: Instant::now(),
            received: 0,
            waited: false,
            partial: None,
            alarm: None,
            refusal: None,
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Chunk> {
        if self.refusal.is_some() {
            return Poll::Ready(Some(Err(cut())));
        }
        match Pin::new(&mut self.payload).poll_next(cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                self.received += chunk.len();
                let received = self.received;
                match self.partial.as_mut().map(|partial| partial.grow(received)) {
                    Some(Err(refusal)) => Poll::Ready(self.refuse(refusal)),
                    _ => Poll::Ready(Some(Ok(chunk))),
                }
            }
            Poll::Ready(end) => {
                self.partial = None;
                self.alarm = None;
                Poll::Ready(end)
            }
            Poll::Pending if !self.waited => {
                // A handler runs before the server has looked at what came with the head.
                self.waited = true;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Pending => self.wait(cx),
        }
    }

    /// The rest is still on its way.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<Chunk> {
        if self.partial.is_none() {
            let BodyHead { sender, bytes, .. } = self.head;
            match self
                .limits
                .partial_bodies
                .add(sender, bytes.max(self.received))
            {
                Ok(partial) => self.partial = Some(partial),
                Err(refusal) => return Poll::Ready(self.refuse(refusal)),
            }
        }
        let deadline = self.begun + self.limits.allowed(self.head.upload, self.received);
        let alarm = self
            .alarm
            .get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if alarm.deadline() != deadline {
            alarm.as_mut().reset(deadline);
        }
        ready!(alarm.as_mut().poll(cx));
        Poll::Ready(self.refuse(Refusal::Slow))
    }

    fn refuse(&mut self, refusal: Refusal) -> Chunk {
        self.refusal = Some(refusal);
        self.partial = None;
        self.alarm = None;
        Some(Err(cut()))
    }

    /// The answer is made: why the body was cut, and what was not read of it.
    pub(super) fn end(&mut self) -> (Option<Refusal>, Payload) {
        self.partial = None;
        self.alarm = None;
        (self.refusal, self.payload.take())
    }
}

fn cut() -> PayloadError {
    PayloadError::Io(io::Error::other("the body was not waited for any longer"))
}

/// What the handler reads.
pub(super) struct LimitedBody(pub(super) Rc<RefCell<Body>>);

impl Stream for LimitedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Chunk> {
        self.0.borrow_mut().poll(cx)
    }
}

/// The answer. With it goes what was not read of the body: a body whose reader is gone the server
/// would read on for as long as it comes, if it comes in chunks; this way it ends the connection.
pub struct Answer {
    body: BoxBody,
    _unread: Payload,
}

impl Answer {
    pub(super) fn new(body: BoxBody, unread: Payload) -> Self {
        Self {
            body,
            _unread: unread,
        }
    }
}

impl MessageBody for Answer {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.body.as_pin_mut().poll_next(cx)
    }
}
