//! A provider's server on a local port, and what goes wrong with its calls.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use feira_kernel::{Clock, Time};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpListener,
    sync::Notify,
};
use tokio_rustls::TlsAcceptor;

use crate::http::{self, Request};

/// Within any deadline.
const SLOW: Duration = Duration::from_millis(40);

/// A status, and the body; `null`: none.
pub(crate) type Answer = (u16, Value);

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Closes the connection before doing anything.
    Refuse,
    /// Does it, then closes the connection.
    DropAfter,
    /// Never answers, and does nothing.
    StallBefore,
    /// Does it, then never answers.
    StallAfter,
    /// Does it, and takes its time to say so.
    SlowAfter,
    /// Does it, and says so once it is let go.
    HeldAfter,
    /// Sends whoever asks elsewhere, and does nothing.
    Redirect,
    /// An error of its own, instead of doing anything.
    Before(u16),
    /// Something between answers with a page.
    Page(u16),
    /// Does it, and answers something else.
    After(u16),
    GarbageAfter,
}

/// What becomes of a call instead of what should.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Instead {
    Fault(Fault),
    /// This is answered, and nothing is done.
    Answer(u16, Value),
    /// It is done, and the answer has this at this place, as `charge.value`.
    Change(&'static str, Value),
}

impl From<Fault> for Instead {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What the provider keeps, and how it answers.
pub(crate) trait Book: Send + 'static {
    /// How the tests call such a call, as `POST payments`.
    fn call(&self, request: &Request) -> String;
    /// Nothing if the connection ends.
    fn answer(&mut self, call: &str, request: &Request, now: Time) -> Option<Answer>;
    /// An error of its own form.
    fn error(status: u16) -> Value;
}

pub(crate) struct Server<B> {
    pub(crate) base_url: String,
    pub(crate) clock: Clock,
    book: Arc<Mutex<B>>,
    plan: Arc<Mutex<Plan>>,
    gate: Arc<Gate>,
}

/// Where an answer is held.
#[derive(Default)]
struct Gate {
    reached: Notify,
    open: Notify,
}

#[derive(Default)]
struct Plan {
    instead: VecDeque<(&'static str, Instead)>,
    calls: Vec<String>,
    elsewhere: String,
    down: bool,
}

enum Reply {
    /// The connection is closed.
    Closed,
    Never,
    Elsewhere(String),
    Said(Duration, u16, String),
    Held(u16, String),
}

// Of which the book is one.
impl<B> Clone for Server<B> {
    fn clone(&self) -> Self {
        Self {
            base_url: self.base_url.clone(),
            clock: self.clock.clone(),
            book: self.book.clone(),
            plan: self.plan.clone(),
            gate: self.gate.clone(),
        }
    }
}

impl<B: Book> Server<B> {
    pub(crate) async fn start(book: B, clock: Clock) -> Self {
        Self::over(book, clock, None).await
    }

    pub(crate) async fn over(book: B, clock: Clock, tls: Option<TlsAcceptor>) -> Self {
        // Whoever builds a client needs one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let server = Self {
            base_url: format!("{scheme}://{}", listener.local_addr().unwrap()),
            clock,
            book: Arc::new(Mutex::new(book)),
            plan: Arc::default(),
            gate: Arc::default(),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (server, tls) = (serving.clone(), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => server.serve(stream).await,
                        Some(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                server.serve(stream).await;
                            }
                        }
                    }
                });
            }
        });
        server
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, B> {
        self.book.lock().unwrap()
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap()
    }

    pub(crate) fn book<T>(&self, look: impl FnOnce(&mut B) -> T) -> T {
        look(&mut self.lock())
    }

    /// With the next such call.
    pub(crate) fn next(&self, call: &'static str, instead: impl Into<Instead>) {
        self.plan().instead.push_back((call, instead.into()));
    }

    /// What was to become of such calls, and has not yet.
    pub(crate) fn left(&self) -> usize {
        self.plan().instead.len()
    }

    pub(crate) fn forget_next(&self, call: &str) {
        self.plan().instead.retain(|(of, _)| *of != call);
    }

    /// Where it sends whoever is redirected.
    pub(crate) fn redirect_to(&self, url: &str) {
        url.clone_into(&mut self.plan().elsewhere);
    }

    /// Every connection is closed at once.
    pub(crate) fn down(&self, down: bool) {
        self.plan().down = down;
    }

    pub(crate) fn calls(&self, call: &str) -> usize {
        let plan = self.plan();
        plan.calls.iter().filter(|made| *made == call).count()
    }

    /// Until an answer is held.
    pub(crate) async fn held(&self) {
        self.gate.reached.notified().await;
    }

    pub(crate) fn let_go(&self) {
        self.gate.open.notify_one();
    }

    async fn serve(&self, mut stream: impl AsyncRead + AsyncWrite + Unpin) {
        let Some(request) = Request::read(&mut stream).await else {
            return;
        };
        match self.handle(&request) {
            Reply::Closed => {}
            Reply::Never => std::future::pending().await,
            Reply::Elsewhere(url) => http::redirect(&mut stream, &url).await,
            Reply::Held(status, body) => {
                self.gate.reached.notify_one();
                self.gate.open.notified().await;
                http::reply(&mut stream, status, &body).await;
            }
            Reply::Said(after, status, body) => {
                tokio::time::sleep(after).await;
                http::reply(&mut stream, status, &body).await;
            }
        }
    }

    fn handle(&self, request: &Request) -> Reply {
        let mut book = self.lock();
        let call = book.call(request);
        let (instead, elsewhere) = {
            let mut plan = self.plan();
            if plan.down {
                return Reply::Closed;
            }
            plan.calls.push(call.clone());
            let planned = plan.instead.iter().position(|(of, _)| *of == call);
            let instead = planned.and_then(|at| plan.instead.remove(at));
            (instead.map(|(_, instead)| instead), plan.elsewhere.clone())
        };
        if let Some(reply) = instead.as_ref().and_then(before::<B>) {
            return reply;
        }
        if instead == Some(Instead::Fault(Fault::Redirect)) {
            return Reply::Elsewhere(elsewhere);
        }
        match book.answer(&call, request, self.clock.now()) {
            Some(answer) => after(instead, answer),
            None => Reply::Closed,
        }
    }
}

fn said(status: u16, body: &Value) -> Reply {
    let text = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    Reply::Said(Duration::ZERO, status, text)
}

/// What is answered where nothing is done.
fn before<B: Book>(instead: &Instead) -> Option<Reply> {
    let page = "<html></html>".to_owned();
    Some(match instead {
        Instead::Fault(Fault::Refuse) => Reply::Closed,
        Instead::Fault(Fault::StallBefore) => Reply::Never,
        Instead::Fault(Fault::Before(status)) => said(*status, &B::error(*status)),
        Instead::Fault(Fault::Page(status)) => Reply::Said(Duration::ZERO, *status, page),
        Instead::Answer(status, body) => said(*status, body),
        _ => return None,
    })
}

/// What is answered where it is done.
fn after(instead: Option<Instead>, (status, mut body): Answer) -> Reply {
    let now = Duration::ZERO;
    match instead {
        Some(Instead::Fault(Fault::DropAfter)) => Reply::Closed,
        Some(Instead::Fault(Fault::StallAfter)) => Reply::Never,
        Some(Instead::Fault(Fault::SlowAfter)) => Reply::Said(SLOW, status, body.to_string()),
        Some(Instead::Fault(Fault::HeldAfter)) => Reply::Held(status, body.to_string()),
        Some(Instead::Fault(Fault::After(other))) => Reply::Said(now, other, "{}".to_owned()),
        Some(Instead::Fault(Fault::GarbageAfter)) => Reply::Said(now, 200, "{\"id\":".to_owned()),
        Some(Instead::Change(place, value)) => {
            change(&mut body, place, value);
            said(status, &body)
        }
        _ => said(status, &body),
    }
}

fn change(body: &mut Value, place: &str, value: Value) {
    let mut at = body;
    for name in place.split('.') {
        at = match name.parse::<usize>() {
            Ok(index) => &mut at[index],
            Err(_) => &mut at[name],
        };
    }
    *at = value;
}
