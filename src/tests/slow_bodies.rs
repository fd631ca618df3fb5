//! Clients that send a body slowly, or not to its end, or many such at once.

use std::time::{Duration, Instant};

use feira_testkit::run_system;
use futures::future::{join_all, select_all};
use reqwest::{Method, RequestBuilder};
use tokio::time::timeout;

use crate::support::{Browser, Market, Raw, Seller, multipart, one_seller, picture};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const FILES: &str = "multipart/form-data; boundary=feira";
const LOGIN: &str = "/api/v1/auth/login";

fn images(seller: &Seller, root: &str) -> String {
    let id = seller.product["id"].as_str().expect("an id");
    format!("{root}/products/{id}/images")
}

/// A picture over the API.
fn upload(seller: &Seller) -> RequestBuilder {
    let path = images(seller, "/api/v1/seller");
    let request = seller.client.request(Method::POST, &path);
    request.header("content-type", "image/png")
}

/// The form of a product's page with a picture in it.
async fn page_upload(market: &Market, seller: &Seller) -> RequestBuilder {
    let browser = Browser::sign_in(market, "/seller/login", &seller.email).await;
    let path = images(seller, "/seller");
    let request = browser.client.request(Method::POST, &path);
    request
        .header("content-type", FILES)
        .header("sec-fetch-site", "same-origin")
}

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

#[test]
fn a_body_that_trickles_is_cut_whatever_reads_it() {
    run_system(|db| async move {
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
    });
}

#[test]
fn what_nobody_reads_does_not_hold_the_connection() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        for length in ["transfer-encoding: chunked", "content-length: 9999"] {
            let request = Raw::post(&market, "/api/v1/nothing", JSON);
            let mut stranger = Raw::begin(&market, request, length).await;
            stranger.send(b"5\r\nhello\r\n").await;
            let ended = timeout(Duration::from_secs(30), stranger.ended()).await;
            ended.unwrap_or_else(|_| panic!("{length}: the connection stays"));
        }
        market.stop().await;
    });
}

#[test]
fn a_slow_upload_that_goes_on_is_taken() {
    run_system(|db| async move {
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
    });
}

/// Begins so many bodies; gives those that stay open, and the answers to the others.
async fn flood(
    market: &Market,
    request: &RequestBuilder,
    count: usize,
    refused: usize,
) -> (Vec<Raw>, Vec<String>) {
    let (mut open, mut answers) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let request = request.try_clone().expect("no body");
        let mut stranger = Raw::begin(market, request, "content-length: 100").await;
        stranger.send(b"{").await;
        open.push(stranger);
    }
    for _ in 0..refused {
        let all = select_all(open.iter().map(|stranger| Box::pin(stranger.0.readable())));
        let (readable, index, _) = timeout(Duration::from_secs(30), all)
            .await
            .expect("one is refused");
        readable.expect("an answer");
        let mut stranger = open.swap_remove(index);
        answers.push(stranger.answer().await);
    }
    (open, answers)
}

#[test]
fn many_partial_bodies_are_bounded_and_others_are_served() {
    run_system(|db| async move {
        let few = "[server]\ntrust_proxy = true\npartial_bodies = 9\npartial_bodies_per_client = 3";
        let market = Market::start_with(&db, few).await;
        let (_, seller) = one_seller(&market, 1).await;
        let from =
            |request: RequestBuilder, address: &str| request.header("x-forwarded-for", address);
        let kinds = [
            Raw::post(&market, LOGIN, JSON),
            Raw::post(&market, "/seller/login", FORM),
            page_upload(&market, &seller).await,
        ];
        let mut held = Vec::new();
        let addresses = ["203.0.113.1", "203.0.113.2", "2001:db8::1"];
        for (request, address) in kinds.into_iter().zip(addresses) {
            let (open, answers) = flood(&market, &from(request, address), 5, 2).await;
            for answer in answers {
                assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
                for said in [
                    "retry-after: ",
                    "connection: close",
                    "request.too_many_bodies",
                ] {
                    assert!(answer.contains(said), "no {said}: {answer}");
                }
            }
            held.push(open);
        }
        // All together are as many as may be: the newest waits, whoever it is.
        let newest = from(Raw::post(&market, LOGIN, JSON), "203.0.113.9");
        let (_, answers) = flood(&market, &newest, 1, 1).await;
        assert!(answers[0].starts_with("HTTP/1.1 503 "), "{}", answers[0]);
        assert!(answers[0].contains("retry-after: "), "{}", answers[0]);
        // What comes whole is served meanwhile, to the same clients too.
        for address in ["203.0.113.1", "203.0.113.9"] {
            let client = market.client().with("x-forwarded-for", address);
            let wrong = serde_json::json!({"email": "x@test.example", "password": "wrong"});
            client.post(LOGIN, wrong).await.expect(401);
        }
        // One that ends makes room for another.
        let ended = &mut held[0][0];
        ended.send(&[b' '; 99]).await;
        let answer = ended.answer().await;
        assert!(
            answer.starts_with("HTTP/1.1 4") && !answer.contains("too_"),
            "{answer}"
        );
        let mut next = Raw::begin(&market, newest, "content-length: 2").await;
        next.send(b"{").await;
        next.send(b"}").await;
        let answer = next.answer().await;
        assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
        drop(held);
        market.stop().await;
    });
}
