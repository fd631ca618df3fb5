//! A trait called from another process: the same answers, and no answer without a signature.
#![allow(
    unreachable_pub,
    reason = "`remote!` declares what is public in a module"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use feira_kernel::{
    Actor, Clock, ErrorKind, ModuleError,
    faults::{Fault, Faults, Faulty, Slow},
    remote::{SIGNATURE_HEADER, Signer, TOLERANCE_SECONDS, Transport},
    token::TokenKey,
};
use serde::{Deserialize, Serialize};
use time::macros::datetime;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

#[derive(Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum AdderError {
    #[error("too large")]
    TooLarge,
    #[error("some fields are not acceptable")]
    Invalid(Vec<feira_kernel::FieldError>),
    #[error("unavailable: {0}")]
    Unavailable(String),
    #[error("internal: {0}")]
    Internal(String),
}

feira_kernel::module_error!(AdderError,
    kind: |e| match e {
        AdderError::TooLarge | AdderError::Invalid(_) => ErrorKind::Invalid,
        AdderError::Unavailable(_) => ErrorKind::Unavailable,
        AdderError::Internal(_) => ErrorKind::Internal,
    },
    codes: {
        AdderError::TooLarge | AdderError::Invalid(_) => "adder.error",
        AdderError::Unavailable(_) | AdderError::Internal(_) => "adder.failed",
    },
);

feira_kernel::remote! {
    /// Adds.
    pub trait Adder, client HttpAdder, dispatch dispatch_adder, service Local {
        async fn add(&self, actor: &Actor, one: i32, two: i32) -> Result<i32, AdderError>;
        async fn name(&self, actor: &Actor) -> Result<String, AdderError>;
    }
}

#[derive(Default)]
struct Local {
    added: AtomicU32,
}

impl Local {
    async fn add(&self, _: &Actor, one: i32, two: i32) -> Result<i32, AdderError> {
        self.added.fetch_add(1, Ordering::SeqCst);
        one.checked_add(two).ok_or(AdderError::TooLarge)
    }
    async fn name(&self, actor: &Actor) -> Result<String, AdderError> {
        Ok(format!("adder for {actor:?}"))
    }
}

fn key(byte: u8) -> TokenKey {
    TokenKey::new(vec![byte; 32]).unwrap()
}

#[test]
fn a_signature_is_bound_to_key_path_body_and_time() {
    let clock = Clock::test(datetime!(2026-03-02 12:00 UTC));
    let signer = Signer::new(key(1), clock.clock());
    let header = signer.sign("/rpc/adder/add", b"[1,2]");
    let check = |header: &str, path: &str, body: &[u8]| signer.verify(header, path, body);
    assert!(check(&header, "/rpc/adder/add", b"[1,2]"));
    assert!(!check(&header, "/rpc/adder/name", b"[1,2]"));
    assert!(!check(&header, "/rpc/adder/add", b"[1,3]"));
    assert!(!check(&header, "/rpc/adder/add", b""));
    let other = Signer::new(key(2), clock.clock());
    assert!(!other.verify(&header, "/rpc/adder/add", b"[1,2]"));
    let (at, mac) = header.split_once('.').unwrap();
    let shifted = format!("{}.{mac}", at.parse::<i64>().unwrap() + 1);
    for wrong in [
        "",
        ".",
        "x.y",
        at,
        mac,
        &shifted,
        &header[..header.len() - 1],
    ] {
        assert!(!check(wrong, "/rpc/adder/add", b"[1,2]"), "{wrong:?}");
    }
    clock.advance(time::Duration::seconds(TOLERANCE_SECONDS));
    assert!(check(&header, "/rpc/adder/add", b"[1,2]"));
    clock.advance(time::Duration::seconds(1));
    assert!(!check(&header, "/rpc/adder/add", b"[1,2]"), "too old");
    clock.advance(time::Duration::seconds(-2 * TOLERANCE_SECONDS - 2));
    assert!(
        !check(&header, "/rpc/adder/add", b"[1,2]"),
        "from the future"
    );
}

/// The least HTTP that a client understands: one request per connection.
async fn serve(listener: TcpListener, signer: Signer) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, signer.clone()));
    }
}

async fn answer(mut stream: TcpStream, signer: Signer) -> Option<()> {
    let mut bytes = Vec::new();
    let (head, body) = loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok()?;
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8(bytes.clone()).ok()?;
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length: usize = header(head, "content-length")?.parse().ok()?;
        if body.len() == length {
            break (head.to_owned(), body.to_owned());
        }
    };
    let path = head.split(' ').nth(1)?;
    let signed = signer.verify(&header(&head, SIGNATURE_HEADER)?, path, body.as_bytes());
    let method = path.rsplit('/').next()?;
    let (status, body) = match dispatch_adder(&Local::default(), method, body.as_bytes()).await {
        Ok(body) if signed => ("200 OK", body),
        Ok(_) => ("401 Unauthorized", Vec::new()),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&body).await.ok()
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.to_owned())
}

fn client(url: &str, key: TokenKey) -> HttpAdder {
    let clock = Clock::test(datetime!(2026-03-02 12:00 UTC)).clock();
    let signer = Signer::new(key, clock);
    let transport = Transport::new(url, "adder", signer, Duration::from_secs(5)).unwrap();
    HttpAdder::new(transport)
}

#[tokio::test]
async fn the_client_answers_as_the_trait_does() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .ok();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let clock = Clock::test(datetime!(2026-03-02 12:00 UTC)).clock();
    let server = tokio::spawn(serve(listener, Signer::new(key(1), clock)));
    let actor = Actor::system("order");
    let near: Arc<dyn Adder> = Arc::new(Local::default());
    let far: Arc<dyn Adder> = Arc::new(client(&url, key(1)));
    for (one, two) in [(1, 2), (i32::MAX, 1)] {
        assert_eq!(
            far.add(&actor, one, two).await,
            near.add(&actor, one, two).await
        );
    }
    assert_eq!(far.name(&actor).await, near.name(&actor).await);

    let stranger = client(&url, key(2));
    let refused = stranger.add(&actor, 1, 2).await;
    assert!(
        matches!(&refused, Err(AdderError::Unavailable(why)) if why.contains("401")),
        "{refused:?}"
    );
    server.abort();
    server.await.ok();
    let down = far.add(&actor, 1, 2).await;
    assert!(matches!(down, Err(AdderError::Unavailable(_))), "{down:?}");
}

#[tokio::test]
async fn a_dispatcher_refuses_what_it_does_not_know() {
    let good = serde_json::to_vec(&(Actor::system("order"), (1, 2))).unwrap();
    let answer = dispatch_adder(&Local::default(), "add", &good)
        .await
        .unwrap();
    assert_eq!(answer, br#"{"ok":3}"#);
    assert!(
        dispatch_adder(&Local::default(), "subtract", &good)
            .await
            .is_err()
    );
    for body in ["", "[]", r#"["order",[1,2]]"#, r#"[null,[1]]"#] {
        let refused = dispatch_adder(&Local::default(), "add", body.as_bytes()).await;
        assert!(refused.is_err(), "{body}");
    }
}

#[tokio::test]
async fn the_numbered_call_fails_as_it_was_told() {
    let service = Arc::new(Local::default());
    let faults = Faults::ignoring(&["name"]);
    let faulty: Arc<dyn Adder> = Faulty::<dyn Adder>::new(service.clone(), &faults);
    let actor = Actor::system("order");
    for (fault, kind, done) in [
        (Fault::Before, ErrorKind::Unavailable, 2),
        (Fault::After, ErrorKind::Internal, 3),
        (Fault::AnswerLost, ErrorKind::Unavailable, 3),
    ] {
        service.added.store(0, Ordering::SeqCst);
        faults.break_call(1, fault);
        assert_eq!(faulty.add(&actor, 1, 2).await, Ok(3));
        faulty.name(&actor).await.unwrap();
        let broken = faulty.add(&actor, 1, 2).await.unwrap_err();
        assert_eq!(broken.kind(), kind, "{fault:?}: {broken}");
        assert_eq!(faulty.add(&actor, 1, 2).await, Ok(3));
        assert_eq!(faults.calls(), ["add"; 3]);
        assert_eq!(service.added.load(Ordering::SeqCst), done, "{fault:?}");
    }
    faults.break_call(0, Fault::Before);
    faults.heal();
    assert_eq!(faulty.add(&actor, 1, 2).await, Ok(3));
}

#[tokio::test]
async fn slow_calls_meet_and_the_clock_goes_on() {
    let clock = Clock::test(datetime!(2026-03-02 12:00 UTC));
    let faults = Faults::default();
    faults.slow_down(Slow {
        method: "add",
        meet: Arc::new(tokio::sync::Barrier::new(2)),
        clock: clock.clone(),
        takes: time::Duration::minutes(1),
    });
    let faulty = Faulty::<dyn Adder>::new(Arc::new(Local::default()), &faults);
    let actor = Actor::system("order");
    faulty.name(&actor).await.unwrap();
    let (one, two) = tokio::join!(faulty.add(&actor, 1, 2), faulty.add(&actor, 3, 4));
    assert_eq!((one, two), (Ok(3), Ok(7)));
    assert_eq!(clock.now(), datetime!(2026-03-02 12:02 UTC));
}

/// Of the adder's methods only one.
struct Fake;

#[async_trait::async_trait]
impl Adder for Fake {
    async fn name(&self, _: &Actor) -> Result<String, AdderError> {
        Ok("fake".to_owned())
    }
}

#[tokio::test]
async fn what_a_fake_leaves_out_is_a_defect() {
    let actor = Actor::system("order");
    assert_eq!(Fake.name(&actor).await.unwrap(), "fake");
    let left_out = Fake.add(&actor, 1, 2).await;
    assert!(
        matches!(&left_out, Err(AdderError::Internal(why)) if why.ends_with("support add")),
        "{left_out:?}"
    );
}
