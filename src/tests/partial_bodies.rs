//! Bodies that are begun and not ended, many at once.

use std::time::Duration;

use feira_testkit::TestDb;
use futures::future::select_all;
use reqwest::RequestBuilder;
use tokio::time::timeout;

use crate::support::{Market, Raw, one_seller, page_upload, upload};

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const LOGIN: &str = "/api/v1/auth/login";

fn from(request: RequestBuilder, address: &str) -> RequestBuilder {
    request.header("x-forwarded-for", address)
}

/// Begins so many bodies of so many bytes; gives those that stay open, and the answers to the
/// others.
async fn flood(
    market: &Market,
    request: &RequestBuilder,
    bytes: usize,
    count: usize,
    refused: usize,
) -> (Vec<Raw>, Vec<String>) {
    let length = format!("content-length: {bytes}");
    let (mut open, mut answers) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let request = request.try_clone().expect("no body");
        let mut stranger = Raw::begin(market, request, &length).await;
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

#[feira_testkit::test]
async fn many_partial_bodies_are_bounded_and_others_are_served(db: TestDb) {
    let few = "[server]\ntrust_proxy = true\npartial_bodies = 9\npartial_bodies_per_client = 3";
    let market = Market::start_with(&db, few).await;
    let (_, seller) = one_seller(&market, 1).await;
    let kinds = [
        Raw::post(&market, LOGIN, JSON),
        Raw::post(&market, "/seller/login", FORM),
        page_upload(&market, &seller).await,
    ];
    let mut held = Vec::new();
    let addresses = ["203.0.113.1", "203.0.113.2", "2001:db8::1"];
    for (request, address) in kinds.into_iter().zip(addresses) {
        let (open, answers) = flood(&market, &from(request, address), 100, 5, 2).await;
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
    let (_, answers) = flood(&market, &newest, 100, 1, 1).await;
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
}

#[feira_testkit::test]
async fn a_client_has_a_share_of_the_bytes_and_is_not_cut_for_others(db: TestDb) {
    let few = "[server]\ntrust_proxy = true\nmax_upload_bytes = 950000\n\
               partial_bodies_mib_per_client = 2\npartial_bodies_mib = 3";
    let market = Market::start_with(&db, few).await;
    let (_, seller) = one_seller(&market, 1).await;
    let mut open = Vec::new();
    // Two fit into a share, three into all of it.
    for (address, count, status) in [("203.0.113.1", 3, 429), ("203.0.113.2", 2, 503)] {
        let request = from(upload(&seller), address);
        let (held, answers) = flood(&market, &request, 900_000, count, 1).await;
        let line = format!("HTTP/1.1 {status} ");
        assert!(answers[0].starts_with(&line), "{}", answers[0]);
        open.extend(held);
    }
    for mut upload in open {
        upload.send(&[b'x'; 899_999]).await;
        let answer = upload.answer().await;
        assert!(answer.starts_with("HTTP/1.1 422 "), "no picture: {answer}");
    }
    market.stop().await;
}

#[feira_testkit::test]
async fn calls_of_another_process_are_bounded_as_all_are_and_not_as_a_client(db: TestDb) {
    let few = "[server]\npartial_bodies = 6\npartial_bodies_per_client = 2\n\
               [modules]\nrpc_key = 'a key that two processes could share'";
    let market = Market::start_with(&db, few).await;
    let call = Raw::post(&market, "/rpc/catalog/product", JSON);
    let (calls, answers) = flood(&market, &call, 2, 7, 1).await;
    assert!(answers[0].starts_with("HTTP/1.1 503 "), "{}", answers[0]);
    for mut call in calls {
        call.send(b"}").await;
        let answer = call.answer().await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "not signed: {answer}");
    }
    let login = Raw::post(&market, LOGIN, JSON);
    let (_, answers) = flood(&market, &login, 100, 3, 1).await;
    assert!(answers[0].starts_with("HTTP/1.1 429 "), "{}", answers[0]);
    market.stop().await;
}
