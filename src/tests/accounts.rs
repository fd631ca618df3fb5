//! An account over HTTP: registering, a lost link, and too many tries.

use feira_testkit::TestDb;
use serde_json::json;

use crate::support::{Client, Market, PASSWORD};

const CLARA: &str = "clara@test.example";
const OPERATOR: &str = "operator@test.example";

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
    let refused = at("203.0.113.9").post("/api/v1/auth/register", body).await;
    refused.problem(429, "user.too_many_tries");
    // Whoever else asks for her mail is another matter.
    register(&at("203.0.114.10"), PASSWORD).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn who_is_kept_out_signs_in_by_mail(db: TestDb) {
    let settings = "[server]\ntrust_proxy = true";
    let market = Market::start_with(&db, settings).await;
    market.make_operator(OPERATOR).await;
    market.customer(CLARA).await;
    let at = |address| market.client().with("x-forwarded-for", address);
    let login = "/api/v1/auth/login";
    // The same answers in the same order, whether there is such an account or not.
    for email in [CLARA, "nobody@test.example"] {
        let wrong = json!({"email": email, "password": "wrong horse"});
        let mut statuses = Vec::new();
        for _ in 0..14 {
            statuses.push(at("203.0.113.7").post(login, wrong.clone()).await.status);
        }
        let expected = [[401_u16; 10].as_slice(), [429; 4].as_slice()].concat();
        assert_eq!(statuses, expected, "{email}");
    }
    let right = json!({"email": CLARA, "password": PASSWORD});
    let kept_out = at("203.0.113.7").post(login, right.clone()).await;
    kept_out.problem(429, "user.too_many_tries");

    // In the shop by a code.
    let link = "/api/v1/auth/login-link";
    for email in [CLARA, "nobody@test.example"] {
        let answer = at("203.0.113.7").post(link, json!({"email": email})).await;
        assert_eq!(answer.expect(202).text, "");
    }
    let mail = market.newest_mail(CLARA).await;
    let code = json!({"token": mail.link_after("> ")});
    let redeem = "/api/v1/auth/login-link/redeem";
    let opened = at("203.0.113.7").post(redeem, code.clone()).await;
    let opened = opened.expect(200);
    let hers = market.client().with_bearer(&opened.str("/access_token"));
    assert_eq!(
        hers.get("/api/v1/me").await.expect(200).str("/email"),
        CLARA
    );
    let again = at("203.0.113.7").post(redeem, code).await;
    again.problem(401, "user.token_invalid");
    // From now on the device is known there.
    let mut known = right;
    known["device_token"] = opened.str("/device_token").into();
    at("203.0.113.7").post(login, known).await.expect(200);

    // On the pages by a link, which does nothing before its button is pressed.
    let ask = "/l/sign-in-link/admin";
    let sent = at("203.0.113.7").form(ask, &[("login", OPERATOR)]).await;
    let nobody = at("203.0.113.7").form(ask, &[("login", "nobody")]).await;
    assert_eq!(sent.expect(200).text, nobody.expect(200).text);
    let token = market.newest_mail(OPERATOR).await.link_after("/l/sign-in/");
    let page = format!("/l/sign-in/{token}");
    for _ in 0..2 {
        market.client().get(&page).await.expect(200);
    }
    let entered = market.client().form(&page, &[]).await.expect(303);
    assert_eq!(entered.header("location"), Some("/admin"));
    let cookies = entered.headers.get_all("set-cookie").iter();
    let cookies: Vec<&str> = cookies.filter_map(|cookie| cookie.to_str().ok()).collect();
    assert!(cookies[0].starts_with("__Host-feira_admin="), "{cookies:?}");
    assert!(cookies[1].starts_with("__Host-feira_admin_device="));
    let session = cookies[0].split(';').next().expect("a pair");
    let pages = market.client().with("cookie", session);
    pages.get("/admin").await.expect(200);
    market.client().form(&page, &[]).await.expect(422);
    market.stop().await;
}
