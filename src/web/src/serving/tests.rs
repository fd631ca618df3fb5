use std::sync::Arc;

use actix_web::{App, middleware::from_fn, web::post};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::*;
use crate::{
    answers,
    observe::{self, unread},
    state::ClockAndEntropy,
};

/// What a client reads until the server closes the connection. Its requests are sent one after the
/// other, each when the one before is answered by `hi`.
async fn told(address: std::net::SocketAddr, requests: &[&str]) -> String {
    let mut client = TcpStream::connect(address).await.expect("it listens");
    let mut read = Vec::new();
    // Errors are not looked at: the connection is reset where the server leaves bytes unread.
    let talk = async {
        for (number, request) in requests.iter().enumerate() {
            let _ = client.write_all(request.as_bytes()).await;
            let before = read.len();
            while number + 1 < requests.len() && !read[before..].ends_with(b"hi") {
                client.read_buf(&mut read).await.expect("an answer");
            }
        }
        let _ = client.read_to_end(&mut read).await;
    };
    let end = timeout(Duration::from_secs(30), talk).await;
    end.expect("the connection ends");
    String::from_utf8(read).expect("text")
}

#[actix_web::test]
async fn what_is_no_request_is_refused_by_a_problem() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    let given = ClockAndEntropy::system();
    let serving = Serving {
        listener,
        workers: 1,
        max_connections: 8,
        shutdown_seconds: 1,
        connected: |_| {},
        unread: Arc::new(move |status| unread(status, &given, true)),
    };
    let server = serve(serving, || {
        App::new()
            .wrap(from_fn(answers::middleware))
            .wrap(from_fn(observe::middleware))
            .route("/echo", post().to(async |body: String| body))
    });
    let server = server.expect("it is served");
    let handle = server.handle();
    let running = actix_web::rt::spawn(server);

    let post = |headers: &str, body: &str| {
        format!("POST /echo HTTP/1.1\r\nhost: a\r\n{headers}\r\n{body}")
    };
    let large = format!("a: {}\r\n", "a".repeat(1 << 18));
    let refused = [
        ("GET / HTTP/9.9\r\nhost: a\r\n\r\n".to_owned(), 400),
        ("no request at all\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), 400),
        (post("no colon\r\n", ""), 400),
        (post("a: \0\r\n", ""), 400),
        (post("content-length: -1\r\n", ""), 400),
        (post("content-length: 1\r\ncontent-length: 2\r\n", ""), 400),
        (post("transfer-encoding: gzip\r\n", ""), 400),
        (post(&large, ""), 431),
    ];
    let answers = refused.map(|(sent, status)| async move {
        let read = told(address, &[&sent]).await;
        let shown = &sent[..sent.len().min(60)];
        let at = read
            .rfind("HTTP/1.1 ")
            .unwrap_or_else(|| panic!("{shown:?}: {read}"));
        let (head, body) = read[at..]
            .split_once("\r\n\r\n")
            .expect("a head and a body");
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")),
            "{shown:?}: {head}"
        );
        let problem: Value =
            serde_json::from_str(body).unwrap_or_else(|_| panic!("{shown:?}: {read}"));
        let code = match status {
            431 => "request.headers_too_large",
            _ => "request.malformed",
        };
        assert_eq!(problem["code"], code, "{shown:?}");
        let id = problem["request_id"].as_str().expect("an id");
        for said in [
            "content-type: application/problem+json",
            "connection: close",
            "strict-transport-security: ",
            "date: ",
            &format!("x-request-id: {id}"),
            &format!("content-length: {}", body.len()),
        ] {
            assert!(head.contains(said), "{shown:?} without {said}: {head}");
        }
    });
    futures::future::join_all(answers).await;

    let fine = post("content-length: 2\r\n", "hi");
    let read = told(address, &[&fine, &fine, "\0\r\n\r\n"]).await;
    let parts: Vec<&str> = read.split("HTTP/1.1 ").collect();
    let [_, first, second, refused] = parts[..] else {
        panic!("{read}")
    };
    for fine in [first, second] {
        assert!(
            fine.starts_with("200 ") && fine.ends_with("\r\n\r\nhi"),
            "{fine}"
        );
    }
    let said = "\"code\":\"request.malformed\"";
    assert!(
        refused.starts_with("400 ") && refused.contains(said),
        "{refused}"
    );
    handle.stop(true).await;
    running.await.expect("joined").expect("it ends");
}
