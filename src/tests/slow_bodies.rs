//! Clients that send a body slowly, or not to its end.

use std::time::{Duration, Instant};

use feira_testkit::TestDb;
use futures::future::join_all;
use reqwest::RequestBuilder;
use tokio::time::timeout;

use crate::support::{Market, Raw, multipart, one_seller, page_upload, picture, upload};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const LOGIN: &str = "/api/v1/auth/login";

/// Sends a byte after each answer to somebody else, until it is answered itself.
async fn trickle(market: &Market, request: RequestBuilder, length: &str, byte: &str) -> String {
    let mut slow = Raw::begin(market, request, length).await;
    let other = market.client();
    loop {
        let open = slow.0.readable();
        let somebody = other.get("/healthz");
        tokio::select! {
            open = open => {
                open.expect("an answer");
                break;
            }
            alive = somebody => {
                alive.expect(200);
            }
        }
        slow.send(byte.as_bytes()).await;
    }
    let answer = slow.answer().await;
    slow.ended().await;
    answer
}

#[feira_testkit::test]
async fn a_body_that_trickles_is_cut_whatever_reads_it(db: TestDb) {
    let fast = "[server]\nbody_seconds = 1\nbody_min_bytes_per_second = 1048576\n\
                [modules]\nrpc_key = 'a key that two processes could share'";
    let market = Market::start_with(&db, fast).await;
    let (_, seller) = one_seller(&market, 1).await;
    let files = page_upload(&market, &seller).await;
    // No longer than each of them may be.
    let (long, form) = ("content-length: 200000", "content-length: 16000");
    let here = &market;
    let post = |path, kind| Raw::post(here, path, kind);
    let chunked = "transfer-encoding: chunked";
    let (problem, page) = ("application/problem+json", "text/html");
    let slow = [
        (post(LOGIN, JSON), long, " ", problem),
        (post(LOGIN, JSON), chunked, "1\r\n \r\n", problem),
        (post("/seller/login", FORM), form, "a", page),
        (post("/webhooks/sandbox", JSON), long, "a", problem),
        (post("/rpc/catalog/product", JSON), long, "a", problem),
        (upload(&seller), long, "a", problem),
        (files, long, "a", page),
    ];
    let answers = slow.map(|(request, length, byte, kind)| async move {
        let what = request.try_clone().and_then(|r| r.build().ok());
        let what = what.expect("a request").url().path().to_owned();
        let cut = trickle(here, request, length, byte);
        let cut = timeout(Duration::from_secs(30), cut).await;
        let cut = cut.unwrap_or_else(|_| panic!("{what} is never cut"));
        assert!(cut.starts_with("HTTP/1.1 408 "), "{what}: {cut}");
        for said in ["connection: close", kind, "request.too_slow"] {
            assert!(cut.contains(said), "{what} without {said}: {cut}");
        }
    });
    join_all(answers).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn what_nobody_reads_does_not_hold_the_connection(market: Market) {
    for length in ["transfer-encoding: chunked", "content-length: 9999"] {
        let request = Raw::post(&market, "/api/v1/nothing", JSON);
        let mut stranger = Raw::begin(&market, request, length).await;
        stranger.send(b"5\r\nhello\r\n").await;
        let ended = timeout(Duration::from_secs(30), stranger.ended()).await;
        ended.unwrap_or_else(|_| panic!("{length}: the connection stays"));
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn a_slow_upload_that_goes_on_is_taken(db: TestDb) {
    let patient = "[server]\nbody_seconds = 1\nbody_min_bytes_per_second = 1";
    let market = Market::start_with(&db, patient).await;
    let (_, seller) = one_seller(&market, 1).await;
    let page = page_upload(&market, &seller).await;
    let here = &market;
    let picture = picture();
    let form = multipart("not this session's", &picture);
    let uploads = [(upload(&seller), &picture, 201), (page, &form, 403)];
    let taken = uploads.map(|(request, bytes, status)| async move {
        let length = format!("content-length: {}", bytes.len());
        let mut slow = Raw::begin(here, request, &length).await;
        let (first, rest) = bytes.split_at(bytes.len() / 2);
        slow.send(first).await;
        let (begun, other) = (Instant::now(), here.client());
        // Longer than a body may take that earns nothing.
        while begun.elapsed() < Duration::from_millis(1_300) {
            other.get("/healthz").await.expect(200);
        }
        slow.send(rest).await;
        let answer = slow.answer().await;
        let line = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(&line), "{answer}");
    });
    join_all(taken).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn an_upload_has_an_end_however_well_it_goes(db: TestDb) {
    // Each byte earns a second, which is longer than the next one takes.
    let bound = "[server]\nbody_seconds = 1\nupload_seconds = 2\nbody_min_bytes_per_second = 1";
    let market = Market::start_with(&db, bound).await;
    let (_, seller) = one_seller(&market, 1).await;
    let (here, long) = (&market, "content-length: 200000");
    let uploads = [
        (upload(&seller), long, "a"),
        (upload(&seller), "transfer-encoding: chunked", "1\r\na\r\n"),
        (page_upload(&market, &seller).await, long, "a"),
    ];
    let cut = uploads.map(|(request, length, byte)| async move {
        let cut = trickle(here, request, length, byte);
        let cut = timeout(Duration::from_secs(30), cut).await;
        let cut = cut.expect("it ends");
        assert!(cut.starts_with("HTTP/1.1 408 "), "{length}: {cut}");
    });
    join_all(cut).await;
    market.stop().await;
}
