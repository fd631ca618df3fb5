//! A provider's server on a local port, and what goes wrong with its calls.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

use feira_kernel::{Clock, Time};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use crate::http::{self, Request};

/// A status, and the body; `null`: none.
pub(crate) type Answer = (u16, Value);

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Closes the connection before doing anything.
    Refuse,
    /// Does it, then closes the connection.
    DropAfter,
    /// Does it, then never answers.
    StallAfter,
    /// An error of its own, instead of doing anything.
    Before(u16),
    /// Something between answers with a page.
    Page(u16),
    /// Does it, and answers something else.
    After(u16),
    GarbageAfter,
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
    state: Arc<Mutex<State<B>>>,
}

struct State<B> {
    book: B,
    faults: VecDeque<(&'static str, Fault)>,
    calls: Vec<String>,
}

// Of which the book is one.
impl<B> Clone for Server<B> {
    fn clone(&self) -> Self {
        Self {
            base_url: self.base_url.clone(),
            clock: self.clock.clone(),
            state: self.state.clone(),
        }
    }
}

impl<B: Book> Server<B> {
    pub(crate) async fn start(book: B, clock: Clock) -> Self {
        // Whoever builds a client needs one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            base_url: format!("http://{}", listener.local_addr().unwrap()),
            clock,
            state: Arc::new(Mutex::new(State {
                book,
                faults: VecDeque::new(),
                calls: Vec::new(),
            })),
        };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = serving.clone();
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        server
    }

    fn state(&self) -> MutexGuard<'_, State<B>> {
        self.state.lock().unwrap()
    }

    pub(crate) fn book<T>(&self, look: impl FnOnce(&mut B) -> T) -> T {
        look(&mut self.state().book)
    }

    /// With the next such call.
    pub(crate) fn next(&self, call: &'static str, fault: Fault) {
        self.state().faults.push_back((call, fault));
    }

    pub(crate) fn calls(&self, call: &str) -> usize {
        let state = self.state();
        state.calls.iter().filter(|made| *made == call).count()
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some(request) = Request::read(&mut stream).await else {
            return;
        };
        let (fault, answer) = self.state().handle(&request, self.clock.now());
        match fault {
            Some(Fault::Refuse | Fault::DropAfter) => return,
            Some(Fault::StallAfter) => std::future::pending().await,
            _ => {}
        }
        if let Some((status, body)) = answer {
            http::reply(&mut stream, status, &body).await;
        }
    }
}

impl<B: Book> State<B> {
    fn handle(&mut self, request: &Request, now: Time) -> (Option<Fault>, Option<(u16, String)>) {
        let call = self.book.call(request);
        self.calls.push(call.clone());
        let planned = self.faults.iter().position(|(of, _)| *of == call);
        let fault = planned.and_then(|at| self.faults.remove(at));
        let fault = fault.map(|(_, fault)| fault);
        let instead = match fault {
            Some(Fault::Refuse) => return (fault, None),
            Some(Fault::Before(status)) => Some((status, B::error(status).to_string())),
            Some(Fault::Page(status)) => Some((status, "<html></html>".to_owned())),
            _ => None,
        };
        if instead.is_some() {
            return (fault, instead);
        }
        let answer = self.book.answer(&call, request, now);
        let answer = answer.map(|(status, body)| match fault {
            Some(Fault::After(status)) => (status, "{}".to_owned()),
            Some(Fault::GarbageAfter) => (200, "{\"id\":".to_owned()),
            _ if body.is_null() => (status, String::new()),
            _ => (status, body.to_string()),
        });
        (fault, answer)
    }
}
