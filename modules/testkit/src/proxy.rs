use std::{
    collections::BTreeMap,
    io, mem,
    path::PathBuf,
    str::FromStr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{
        TcpListener, TcpStream, UnixStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::{oneshot, watch},
};

/// A line to the database, or to an HTTP server, on which a test can stop the answer to a
/// statement or request, so that what happens meanwhile happens at exactly that moment, every time.
pub struct Proxy {
    url: String,
    armed: Armed,
    asked: Asked,
    target: Arc<Target>,
}

/// How many questions the connections of each role have sent.
type Asked = Arc<Mutex<BTreeMap<String, usize>>>;

enum Target {
    /// The throw-away cluster.
    Socket(PathBuf),
    /// The port of a server that is started after its proxy.
    Port(OnceLock<u16>),
}

type Reader = Box<dyn AsyncRead + Send + Unpin>;
type Writer = Box<dyn AsyncWrite + Send + Unpin>;

type Armed = Arc<Mutex<Option<(Moment, oneshot::Sender<Line>)>>>;

/// What is waited for on the line.
enum Moment {
    Sent(&'static str),
    /// So many questions before it, on any connection.
    After(usize),
}

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
    /// To the database of the URL. Listens on loopback for as long as the test's runtime lives.
    pub async fn start(url: &str) -> Self {
        let options = PgConnectOptions::from_str(url).expect("the URL is valid");
        let socket = options
            .get_socket()
            .expect("the throw-away cluster has a socket")
            .join(".s.PGSQL.5432");
        let (authority, _) = url.split_once("?host=").expect("the URL names the socket");
        let (port, armed, asked, target) = listen(Target::Socket(socket)).await;
        let url = authority.replace("@localhost/", &format!("@127.0.0.1:{port}/"));
        Self {
            url: format!("{url}?sslmode=disable"),
            armed,
            asked,
            target,
        }
    }

    /// To an HTTP server that [`lead_to`](Self::lead_to) names once it listens.
    pub async fn http() -> Self {
        let (port, armed, asked, target) = listen(Target::Port(OnceLock::new())).await;
        Self {
            url: format!("http://127.0.0.1:{port}"),
            armed,
            asked,
            target,
        }
    }

    /// Says where the HTTP server is: `http://127.0.0.1:<port>`.
    pub fn lead_to(&self, url: &str) {
        let Target::Port(target) = &*self.target else {
            panic!("the database is where it is");
        };
        let port = url.rsplit(':').next().and_then(|port| port.parse().ok());
        target
            .set(port.expect("the URL has a port"))
            .expect("said once");
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Holds the answers of the next connection that sends the statement (or the start of the
    /// request), which still reaches the server. Resolves when it was sent.
    pub fn hold(&self, statement: &'static str) -> oneshot::Receiver<Line> {
        self.arm(Moment::Sent(statement))
    }

    /// The same of whatever is sent after so many questions from now on, 0 for the next.
    pub fn hold_after(&self, questions: usize) -> oneshot::Receiver<Line> {
        self.arm(Moment::After(questions))
    }

    /// How many questions were asked by each role of the database, since the last call.
    pub fn asked(&self) -> BTreeMap<String, usize> {
        mem::take(&mut *lock(&self.asked))
    }

    /// Nothing is waited for any more.
    pub fn disarm(&self) {
        *lock(&self.armed) = None;
    }

    fn arm(&self, moment: Moment) -> oneshot::Receiver<Line> {
        let (seen, held) = oneshot::channel();
        *lock(&self.armed) = Some((moment, seen));
        held
    }
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn listen(target: Target) -> (u16, Armed, Asked, Arc<Target>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (armed, asked, target) = (Armed::default(), Asked::default(), Arc::new(target));
    tokio::spawn(accept(
        listener,
        target.clone(),
        armed.clone(),
        asked.clone(),
    ));
    (port, armed, asked, target)
}

async fn accept(listener: TcpListener, target: Arc<Target>, armed: Armed, asked: Asked) {
    while let Ok((client, _)) = listener.accept().await {
        let Ok((from_server, to_server)) = target.connect().await else {
            return;
        };
        let (from_client, to_client) = client.into_split();
        let (flow, _) = watch::channel(Flow::Open);
        tokio::spawn(questions(
            from_client,
            to_server,
            flow.clone(),
            armed.clone(),
            asked.clone(),
        ));
        tokio::spawn(answers(from_server, to_client, flow));
    }
}

impl Target {
    async fn connect(&self) -> io::Result<(Reader, Writer)> {
        match self {
            Self::Socket(path) => {
                let (from, to) = UnixStream::connect(path).await?.into_split();
                Ok((Box::new(from), Box::new(to)))
            }
            Self::Port(port) => {
                let port = *port.get().expect("nobody calls before the server listens");
                let (from, to) = TcpStream::connect(("127.0.0.1", port)).await?.into_split();
                Ok((Box::new(from), Box::new(to)))
            }
        }
    }
}

async fn questions(
    mut client: OwnedReadHalf,
    mut server: Writer,
    flow: watch::Sender<Flow>,
    armed: Armed,
    asked: Asked,
) {
    let mut changes = flow.subscribe();
    let mut buffer = vec![0; 64 * 1024];
    let mut role = None;
    loop {
        let read = tokio::select! {
            read = client.read(&mut buffer) => read,
            _ = changes.wait_for(|flow| *flow == Flow::Cut) => return,
        };
        let Ok(count @ 1..) = read else { return };
        let role = role.get_or_insert_with(|| role_of(&buffer[..count]));
        *lock(&asked).entry(role.clone()).or_default() += 1;
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

/// Who signs in: the first message has pairs of names and values, each with a zero behind it.
fn role_of(first: &[u8]) -> String {
    let mut parts = first.split(|byte| *byte == 0);
    parts.find(|part| part.ends_with(b"user"));
    String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned()
}

fn take(armed: &Armed, sent: &[u8]) -> Option<oneshot::Sender<Line>> {
    let mut armed = lock(armed);
    match &mut armed.as_mut()?.0 {
        Moment::Sent(statement) => {
            let statement = statement.as_bytes();
            let found = sent.windows(statement.len()).any(|part| part == statement);
            found.then_some(())?;
        }
        Moment::After(0) => {}
        Moment::After(questions) => {
            *questions -= 1;
            return None;
        }
    }
    armed.take().map(|(_, seen)| seen)
}

async fn answers(mut server: Reader, mut client: OwnedWriteHalf, flow: watch::Sender<Flow>) {
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
