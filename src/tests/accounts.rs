//! An account over HTTP: registering, a lost link, and too many tries.

use feira_testkit::TestDb;
use serde_json::json;

use crate::support::{Client, Market, PASSWORD};

const CLARA: &str = "clara@test.example";

async fn register(client: &Client, password: &str) {
    let body =
        json!({"email": CLARA, "password": password, "first_name": "Clara", "last_name": "Nunes"});
    client.post("/api/v1/auth/register", body).await.expect(202);
}

#[feira_testkit::test]
async fn a_lost_link_is_asked_for_again(market: Market) {
    let client = market.client();
    register(&client, PASSWORD).await;
    let link = "/l/verify-email/";
    let lost = market.newest_mail(CLARA).await.link_after(link);
    market.clock().advance(time::Duration::hours(25));

    let again = "/api/v1/auth/verify-email/resend";
    let mut answers = Vec::new();
    for (email, password) in [
        (CLARA, "wrong horse"),
        ("nobody@test.example", PASSWORD),
        (CLARA, PASSWORD),
    ] {
        let body = json!({"email": email, "password": password});
        answers.push(client.post(again, body).await.expect(202).text);
    }
    assert!(answers.iter().all(String::is_empty), "{answers:?}");
    let token = market.newest_mail(CLARA).await.link_after(link);
    assert_ne!(token, lost);
    let verify = "/api/v1/auth/verify-email";
    let expired = client.post(verify, json!({"token": lost})).await;
    expired.problem(401, "user.token_invalid");
    let body = json!({"token": token});
    client.post(verify, body).await.expect(204);
    market.log_in(CLARA, "shop").await;
    market.stop().await;
}

#[feira_testkit::test]
async fn too_many_tries_are_told_how_long_to_wait(db: TestDb) {
    let settings = "[sign_in]\naccount_tries = 2\nclient_tries = 4\n[server]\ntrust_proxy = true";
    let market = Market::start_with(&db, settings).await;
    let login = "/api/v1/auth/login";
    let guess = |n: u32| json!({"email": format!("{n}@test.example"), "password": "x"});
    let at = |address| market.client().with("x-forwarded-for", address);
    for n in 0..4 {
        at("203.0.113.7").post(login, guess(n)).await.expect(401);
    }
    let refused = at("203.0.113.7").post(login, guess(4)).await;
    let refused = refused.problem(429, "user.too_many_tries");
    assert_eq!(refused.header("retry-after"), Some("1"));
    at("203.0.113.8").post(login, guess(4)).await.expect(401);

    // The page says so too, and for how long.
    let fields = [("login", CLARA), ("password", "x")];
    let page = at("203.0.113.7").form("/seller/login", &fields).await;
    let page = page.expect(429);
    assert_eq!(page.header("retry-after"), Some("1"));
    assert!(page.text.contains("Too many tries."), "{}", page.text);

    for _ in 0..2 {
        register(&at("203.0.113.9"), PASSWORD).await;
    }
    let body =
        json!({"email": CLARA, "password": PASSWORD, "first_name": "Clara", "last_name": "Nunes"});
    let refused = at("203.0.113.10").post("/api/v1/auth/register", body).await;
    refused.problem(429, "user.too_many_tries");
    market.stop().await;
}
