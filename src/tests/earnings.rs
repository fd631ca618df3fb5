//! What a seller sees of her money, the documents that it waits for, and the files that people take away.

use feira_testkit::TestDb;
use reqwest::Method;
use serde_json::json;
use time::{Duration, OffsetDateTime as Time, format_description::well_known::Rfc3339};

use crate::{
    refusals::NOBODY,
    support::{
        Answer, Browser, Client, Market, Seller, access_key, card, cart_with, choose_shipping,
        give_payout_account, hidden_fields, two_sellers,
    },
};

const ASKING: &str = "[orders]\nno_fiscal_document_no_payout = true";
const ANOTHER_COMPANYS: &str = "35260311444777000161550010000000011876543212";

/// A paid order of one unit, and the id of its part.
async fn bought(market: &Market, seller: &Seller, key: &str) -> (Answer, String) {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    market.settle().await;
    let part = placed.str("/order/store_orders/0/id");
    (placed, part)
}

/// Sent, arrived, and its return window is over.
async fn completed(market: &Market, seller: &Client, part: &str) {
    let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
    for (step, body) in [("ship", sent), ("deliver", json!({}))] {
        let path = format!("/api/v1/seller/orders/{part}/{step}");
        seller.post(&path, body).await.expect(200);
    }
    market.pass(Duration::days(8)).await;
}

async fn set(seller: &Client, part: &str, key: &str, file: &'static str) -> Answer {
    let path = format!("/api/v1/seller/orders/{part}/fiscal-document?key={key}");
    let request = seller.request(Method::POST, &path);
    let request = request.header("content-type", "application/pdf");
    seller.send(request.body(file)).await
}

/// The form of the page, as a browser sends it.
async fn typed(browser: &Browser, part: &str, key: &str) -> Answer {
    let page = format!("/seller/orders/{part}");
    let action = format!("{page}/fiscal-document");
    let shown = browser.open(&page).await;
    let hidden = hidden_fields(&shown.text, &action);
    let csrf = hidden.iter().find(|(name, _)| name == "csrf");
    let csrf = &csrf.expect("a token").1;
    let field = |name: &str, value: &str| {
        format!("--feira\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = "--feira\r\ncontent-disposition: form-data; name=\"file\"; filename=\"\"\r\n\
                content-type: application/octet-stream\r\n\r\n\r\n--feira--\r\n";
    let request = browser
        .client
        .request(Method::POST, &action)
        .header("content-type", "multipart/form-data; boundary=feira")
        .header("sec-fetch-site", "same-origin")
        .body(field("csrf", csrf) + &field("key", key) + file);
    browser.client.send(request).await
}

#[feira_testkit::test]
async fn an_earning_waits_for_its_document(db: TestDb) {
    let market = Market::start_with(&db, ASKING).await;
    let (_, ana, bento) = two_sellers(&market).await;
    give_payout_account(&ana.client).await;
    let (placed, part) = bought(&market, &ana, "waits").await;
    completed(&market, &ana.client, &part).await;
    let seller = market.log_in(&ana.email, "seller").await;
    let first = async |query: &str| {
        let path = format!("/api/v1/seller/earnings{query}");
        let found = seller.get(&path).await.expect(200);
        found.json["items"][0].clone()
    };
    let waiting = first("").await;
    assert_eq!(waiting["why"], "no_document", "{waiting}");
    assert_eq!(
        (&waiting["state"], &waiting["documented"]),
        (&json!("pending"), &json!(false))
    );
    assert_eq!(first("?state=pending").await["number"], waiting["number"]);
    assert!(first("?state=paid_out").await.is_null());
    assert!(first("?from=2026-03-03").await.is_null());
    let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let home = browser.open("/seller").await;
    assert!(
        home.text.contains("/seller/orders?tab=undocumented"),
        "{}",
        home.text
    );
    let lacking = browser.open("/seller/orders?tab=undocumented").await;
    assert!(lacking.text.contains(&part), "{}", lacking.text);

    // What is no document of this store, whoever sends it.
    let other = market.log_in(&bento.email, "seller").await;
    let key = access_key(7);
    for (key, code) in [
        (ANOTHER_COMPANYS, "order.fiscal_key_issuer"),
        (&key[..43], "order.fiscal_key"),
    ] {
        let refused = set(&seller, &part, key, "%PDF-1.7")
            .await
            .problem(422, "order.invalid");
        assert_eq!(refused.json["errors"][0]["code"], code);
    }
    let foreign = set(&other, &part, &key, "%PDF-1.7").await;
    foreign.problem(404, "order.not_found");
    let wrong = typed(&browser, &part, "123").await.expect(422);
    assert!(wrong.text.contains("value=\"123\""), "{}", wrong.text);
    typed(&browser, &part, &key).await.expect(303);
    set(&seller, &part, &key, "%PDF-1.7 mine").await.expect(200);
    let file = format!("/api/v1/seller/orders/{part}/fiscal-document");
    assert_eq!(seller.get(&file).await.expect(200).text, "%PDF-1.7 mine");
    other.get(&file).await.problem(404, "order.not_found");

    // The buyer sees it, with her token and on her page.
    let order = market.order(&placed).await;
    assert_eq!(order.str("/store_orders/0/fiscal_document/key"), key);
    let id = placed.str("/order/id");
    let hers = format!("/api/v1/orders/{id}/fiscal-documents/{part}");
    let holder = market.holder(&placed);
    assert_eq!(holder.get(&hers).await.expect(200).text, "%PDF-1.7 mine");
    market
        .client()
        .get(&hers)
        .await
        .problem(404, "order.not_found");
    for wrong in [&part, NOBODY] {
        let elsewhere = format!("/api/v1/orders/{wrong}/fiscal-documents/{part}");
        let missing = holder.get(&elsewhere).await;
        missing.problem(404, "order.not_found");
    }
    let page = format!("/l/order/{}", placed.str("/order_token"));
    let link = format!("{page}/fiscal-documents/{part}");
    let shown = market.client().get(&page).await.expect(200);
    assert!(
        shown.text.contains(&key) && shown.text.contains(&link),
        "{}",
        shown.text
    );
    let kept = market.client().get(&link).await.expect(200);
    assert_eq!(kept.header("content-type"), Some("application/pdf"));

    market.pass(Duration::minutes(2)).await;
    let released = first("").await;
    let stands = released["state"].as_str().expect("a state").to_owned();
    assert!(["payable", "in_payout"].contains(&&*stands), "{released}");
    let operator = market.log_in("operator@test.example", "admin").await;
    let run = operator.with("idempotency-key", "run");
    run.post("/api/v1/admin/payouts", json!({}))
        .await
        .expect(200);
    let late = set(&seller, &part, &access_key(8), "").await;
    late.problem(409, "order.document_fixed");
    market.stop().await;
}

#[feira_testkit::test]
async fn books_are_taken_away_as_tables_and_on_paper(market: Market) {
    let (operator, ana, bento) = two_sellers(&market).await;
    let odd = market.seller(&operator, "=SUM(A1)", 2, "5.00", 10).await;
    let (placed, part) = bought(&market, &ana, "books").await;
    bought(&market, &odd, "odd").await;
    let number = placed.str("/order/store_orders/0/number");
    let total = placed.str("/order/store_orders/0/totals/total/amount");

    let csv = "text/csv; charset=utf-8";
    let statement = ana
        .client
        .get("/api/v1/seller/statement?month=2026-03")
        .await
        .expect(200);
    assert_eq!(statement.header("content-type"), Some(csv));
    let name = "attachment; filename=\"statement-2026-03-BRL.csv\"";
    assert_eq!(statement.header("content-disposition"), Some(name));
    assert!(
        statement
            .text
            .contains(&format!(",capture,seller_pending,{number},"))
    );
    assert!(
        statement.text.contains("opening_balance,,,,,0.00,BRL"),
        "{}",
        statement.text
    );
    let paper = "/api/v1/seller/statement?month=2026-03&format=pdf";
    let paper = ana.client.get(paper).await.expect(200);
    assert_eq!(paper.header("content-type"), Some("application/pdf"));
    assert!(paper.text.starts_with("%PDF"));
    let other = "/api/v1/seller/statement?format=docx";
    ana.client.get(other).await.expect(400);
    let empty = ana
        .client
        .get("/api/v1/seller/statement?month=2026-02")
        .await
        .expect(200);
    assert!(!empty.text.contains(&number));
    let refused = ana.client.get("/api/v1/seller/statement?month=March").await;
    refused.problem(422, "payment.invalid");

    let operations = ana
        .client
        .get("/api/v1/seller/operations")
        .await
        .expect(200);
    assert!(
        operations
            .text
            .contains(&format!(",order,{number},,{total},BRL")),
        "{}",
        operations.text
    );
    assert!(
        operations
            .text
            .contains(&format!(",commission,{number},,-"))
    );
    let store = format!("/api/v1/admin/stores/{}/operations", ana.store);
    assert_eq!(operator.get(&store).await.expect(200).text, operations.text);
    let others = bento
        .client
        .get("/api/v1/seller/operations")
        .await
        .expect(200);
    assert!(!others.text.contains(&number));

    // A name that would be a formula is a text.
    let report = operator
        .get("/api/v1/admin/reports/dac7?year=2026")
        .await
        .expect(200);
    assert!(report.text.contains(",'=SUM(A1),"), "{}", report.text);
    assert!(
        report.text.contains(",11222333000181,BR,2026,1,BRL,"),
        "{}",
        report.text
    );
    let none = operator
        .get("/api/v1/admin/reports/dac7?year=2025")
        .await
        .expect(200);
    assert_eq!(none.text.lines().count(), 1);

    let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let page = browser.open("/seller/earnings").await;
    assert!(
        page.text.contains(&format!("/seller/orders/{part}")),
        "{}",
        page.text
    );
    let paper = "/seller/earnings/statement?month=2026-03";
    let pdf = browser.client.get(paper).await.expect(200);
    assert_eq!(pdf.header("content-type"), Some("application/pdf"));
    assert!(pdf.text.starts_with("%PDF-") && pdf.text.contains(&format!("({number})")));
    let table = browser
        .client
        .get(&format!("{paper}&format=csv"))
        .await
        .expect(200);
    assert_eq!(table.text, statement.text);
    let rows = browser
        .client
        .get("/seller/earnings/operations")
        .await
        .expect(200);
    assert_eq!(rows.text, operations.text);
    let admin = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let shown = admin.open("/admin/reports/dac7?year=2026").await;
    assert!(shown.text.contains("Ana Ceramica"), "{}", shown.text);
    let file = admin
        .client
        .get("/admin/reports/dac7/file?year=2026")
        .await
        .expect(200);
    assert_eq!(file.text, report.text);
    let rows = format!("/admin/stores/{}/operations", ana.store);
    assert_eq!(
        admin.client.get(&rows).await.expect(200).text,
        operations.text
    );
    market.stop().await;
}

/// What is payable says when it is paid, which is not when it became so.
#[feira_testkit::test]
async fn what_is_payable_says_how_long_it_is_held(db: TestDb) {
    let held = "[payments]\npayout_hold_days = 30\nnew_store_hold_days = 0";
    let market = Market::start_with(&db, held).await;
    let (_, ana, _) = two_sellers(&market).await;
    give_payout_account(&ana.client).await;
    let (_, part) = bought(&market, &ana, "held").await;
    completed(&market, &ana.client, &part).await;
    market.pass(Duration::minutes(2)).await;
    let seller = market.log_in(&ana.email, "seller").await;
    let found = seller.get("/api/v1/seller/earnings").await.expect(200);
    let row = &found.json["items"][0];
    assert_eq!(
        (&row["state"], &row["why"]),
        (&json!("payable"), &json!("payable"))
    );
    let next = &row["next_payout"];
    assert_eq!(next["why_not"]["code"], "held", "{row}");
    let time = |of: &serde_json::Value| {
        let text = of.as_str().expect("a time");
        Time::parse(text, &Rfc3339).expect("a time")
    };
    let until = time(&next["why_not"]["until"]);
    assert_eq!(until - time(&row["at"]), Duration::days(30));
    assert!(time(&next["at"]) < until, "{row}");
    let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let page = browser.open("/seller/earnings").await.text;
    assert!(page.contains("Held for 30 days, until "), "{page}");
    market.stop().await;
}
