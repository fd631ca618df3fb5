use std::{
    path::PathBuf,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, UnixStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
        unix,
    },
    sync::{oneshot, watch},
};

/// A line to the database on which a test can stop the server's answer to a statement, so that
/// what happens meanwhile happens at exactly that moment, every time.
pub struct Proxy {
    url: String,
    armed: Armed,
}

type Armed = Arc<Mutex<Option<(&'static str, oneshot::Sender<Line>)>>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    Open,
    Held,
    Cut,
}

/// One connection whose answers are held.
pub struct Line(watch::Sender<Flow>);

impl Line {
    /// Lets the answers through.
    pub fn release(self) {
        self.0.send_replace(Flow::Open);
    }

    /// Breaks the connection: the answers never come.
    pub fn cut(self) {
        self.0.send_replace(Flow::Cut);
    }
}

impl Proxy {
    /// Listens on loopback for as long as the test's runtime lives.
    pub async fn start(url: &str) -> Self {
        let options = PgConnectOptions::from_str(url).expect("the URL is valid");
        let socket = options
            .get_socket()
            .expect("the throw-away cluster has a socket")
            .join(".s.PGSQL.5432");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let (authority, _) = url.split_once("?host=").expect("the URL names the socket");
        let url = authority.replace("@localhost/", &format!("@127.0.0.1:{port}/"));
        let armed = Armed::default();
        tokio::spawn(accept(listener, socket, armed.clone()));
        Self {
            url: format!("{url}?sslmode=disable"),
            armed,
        }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Holds the answers of the next connection that sends the statement, which still reaches
    /// the server. Resolves when it was sent.
    pub fn hold(&self, statement: &'static str) -> oneshot::Receiver<Line> {
        let (seen, held) = oneshot::channel();
        *lock(&self.armed) = Some((statement, seen));
        held
    }
}

fn lock(armed: &Armed) -> std::sync::MutexGuard<'_, Option<(&'static str, oneshot::Sender<Line>)>> {
    armed.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, socket: PathBuf, armed: Armed) {
    while let Ok((client, _)) = listener.accept().await {
        let Ok(server) = UnixStream::connect(&socket).await else {
            return;
        };
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        let (flow, _) = watch::channel(Flow::Open);
        tokio::spawn(questions(
            from_client,
            to_server,
            flow.clone(),
            armed.clone(),
        ));
        tokio::spawn(answers(from_server, to_client, flow));
    }
}

async fn questions(
    mut client: OwnedReadHalf,
    mut server: unix::OwnedWriteHalf,
    flow: watch::Sender<Flow>,
    armed: Armed,
) {
    let mut changes = flow.subscribe();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = tokio::select! {
            read = client.read(&mut buffer) => read,
            _ = changes.wait_for(|flow| *flow == Flow::Cut) => return,
        };
        let Ok(count @ 1..) = read else { return };
        let seen = take(&armed, &buffer[..count]);
        if seen.is_some() {
            flow.send_replace(Flow::Held);
        }
        if server.write_all(&buffer[..count]).await.is_err() {
            return;
        }
        if let Some(seen) = seen {
            seen.send(Line(flow.clone())).ok();
        }
    }
}

fn take(armed: &Armed, sent: &[u8]) -> Option<oneshot::Sender<Line>> {
    let mut armed = lock(armed);
    let statement = armed.as_ref()?.0.as_bytes();
    let found = sent.windows(statement.len()).any(|part| part == statement);
    if !found {
        return None;
    }
    armed.take().map(|(_, seen)| seen)
}

async fn answers(
    mut server: unix::OwnedReadHalf,
    mut client: OwnedWriteHalf,
    flow: watch::Sender<Flow>,
) {
    let mut changes = flow.subscribe();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = tokio::select! {
            read = server.read(&mut buffer) => read,
            _ = changes.wait_for(|flow| *flow == Flow::Cut) => return,
        };
        let Ok(count @ 1..) = read else { return };
        let open = changes.wait_for(|flow| *flow != Flow::Held).await;
        if open.is_ok_and(|flow| *flow == Flow::Cut)
            || client.write_all(&buffer[..count]).await.is_err()
        {
            return;
        }
    }
}
