//! Serves an application as `actix_web::HttpServer` does, except that what the server itself refuses
//! is answered in our words, too.

use std::{fmt, net::TcpListener, time::Duration};

use actix_http::{HttpService, Protocol, Request, Response};
use actix_service::{
    IntoServiceFactory, ServiceFactory, ServiceFactoryExt, fn_service, map_config,
};
use actix_web::{
    body::MessageBody,
    dev::{AppConfig, Server, Service},
    rt::net::TcpStream,
};

mod connection;

use connection::Connection;
pub use connection::Unread;

/// How long the end of a connection waits for the client's (`HttpServer`'s own).
const DISCONNECT: Duration = Duration::from_secs(1);

/// What a server listens on, and how much it takes.
pub struct Serving {
    pub listener: TcpListener,
    pub workers: usize,
    /// All workers together, rounded up to the same number for each.
    pub max_connections: usize,
    /// How long requests may go on when it stops.
    pub shutdown_seconds: u64,
    /// Is shown each connection before anything is read from it.
    pub connected: fn(&TcpStream),
    pub unread: Unread,
}

/// Runs until its handle stops it; signals are somebody else's. Speaks HTTP/1.1 and 1.0.
///
/// # Errors
/// The listener is none, or cannot be made non-blocking.
pub fn serve<F, I, S, B>(serving: Serving, application: F) -> std::io::Result<Server>
where
    F: Fn() -> I + Send + Clone + 'static,
    I: IntoServiceFactory<S, Request>,
    S: ServiceFactory<Request, Config = AppConfig> + 'static,
    S::Error: Into<actix_web::Error> + 'static,
    S::InitError: fmt::Debug,
    S::Response: Into<Response<B>> + 'static,
    S::Service: 'static,
    <S::Service as Service<Request>>::Future: 'static,
    B: MessageBody + 'static,
{
    let Serving {
        connected, unread, ..
    } = serving;
    let builder = Server::build();
    let stopping = builder.graceful_shutdown_signal();
    builder
        .workers(serving.workers)
        .max_concurrent_connections(serving.max_connections.div_ceil(serving.workers))
        .shutdown_timeout(serving.shutdown_seconds)
        .disable_signals()
        .listen("http", serving.listener, move || {
            let application = application()
                .into_factory()
                .map_err(|error| error.into().error_response());
            let (stopping, unread) = (stopping.clone(), unread.clone());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .client_disconnect_timeout(DISCONNECT)
                .finish(map_config(application, |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| {
                connected(&stream);
                let peer = stream.peer_addr().ok();
                let connection = Connection::new(stream, unread.clone());
                async move { Ok((connection, Protocol::Http1, peer)) }
            })
            .and_then(http)
        })
        .map(actix_server::ServerBuilder::run)
}

#[cfg(test)]
#[path = "serving/tests.rs"]
mod tests;
