//! From the sum of an account to its entries, a transaction, a file; stores that owe, and a provider's report.

use feira_testkit::TestDb;
use reqwest::Method;
use serde_json::{Value, json};
use time::{Duration, format_description::well_known::Rfc3339};

use crate::support::{
    Answer, Browser, Client, Market, card, cart_with, choose_shipping, one_seller,
};

/// A paid order: its answer.
async fn sold(market: &Market, variant: &str) -> Answer {
    let (guest, cart) = cart_with(market, &[(variant.to_owned(), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("sold", &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    market.settle().await;
    placed
}

async fn upload(operator: &Client, path: &str, file: &str) -> Answer {
    let request = operator.request(Method::POST, path);
    let request = request.header("content-type", "text/csv");
    operator.send(request.body(file.to_owned())).await
}

#[feira_testkit::test]
async fn an_operator_goes_from_a_sum_to_its_order(db: TestDb, market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    let (order, number) = (placed.str("/order/id"), placed.str("/order/number"));
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    let accounts = books.json["accounts"].as_array().expect("accounts");
    let pending = accounts.iter().find(|a| a["account"] == "seller_pending");
    let pending = pending.expect("the seller's").clone();

    let of = "account=seller_pending&currency=BRL";
    let entries = operator
        .get(&format!("/api/v1/admin/ledger/entries?{of}"))
        .await
        .expect(200);
    let entry = &entries.json["items"][0];
    assert_eq!(entry["amount"], pending["total"]);
    assert_eq!(
        (entry["order_id"].as_str(), entry["order_number"].as_str()),
        (Some(&*order), Some(&*number))
    );
    assert_eq!(entry["store_id"], json!(seller.store));
    let transaction = entries.str("/items/0/transaction_id");
    let path = format!("/api/v1/admin/ledger/transactions/{transaction}");
    let whole = operator.get(&path).await.expect(200);
    assert_eq!(whole.json["kind"], "capture");
    assert_eq!(whole.json["entries"].as_array().map(Vec::len), Some(3));
    let months = operator
        .get(&format!("/api/v1/admin/ledger/months?{of}"))
        .await
        .expect(200);
    assert_eq!(months.json["items"][0]["total"], pending["total"]);

    // A file of it, which needs a period.
    let export = format!("/api/v1/admin/ledger/export?{of}");
    operator.get(&export).await.problem(422, "payment.invalid");
    let day = |days| {
        (market.clock().now() + Duration::days(days))
            .format(&Rfc3339)
            .expect("a time")
    };
    let export = format!("{export}&from={}&until={}", day(-1), day(1));
    let file = operator.get(&export).await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let lines: Vec<&str> = file.text.lines().collect();
    assert_eq!(lines.len(), 2, "{}", file.text);
    assert!(
        lines[1].contains(&number) && lines[1].contains("seller_pending"),
        "{}",
        lines[1]
    );
    let missing = operator.get("/api/v1/admin/ledger/entries").await;
    missing.problem(422, "payment.invalid");

    // The same on pages.
    let browser = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    for (page, shown) in [
        (
            "/admin/books".to_owned(),
            "/admin/books/accounts/seller_pending/BRL",
        ),
        (
            "/admin/books/accounts/seller_pending/BRL".to_owned(),
            &*number,
        ),
        (format!("/admin/books/transactions/{transaction}"), &*number),
        ("/admin/books/stores".to_owned(), "</table>"),
    ] {
        let text = browser.open(&page).await.text;
        let there = text.contains(shown);
        // Nobody owes anything.
        assert_eq!(there, !page.ends_with("/stores"), "{page}: {text}");
    }
    let file = "/admin/books/accounts/seller_pending/BRL/export";
    let file = browser.client.get(file).await.expect(200);
    assert!(file.text.contains(&number), "{}", file.text);
    for nowhere in [
        "accounts/nothing/BRL",
        "accounts/tax/XXXX",
        "accounts/tax/nothing",
    ] {
        let page = format!("/admin/books/{nowhere}");
        browser.client.get(&page).await.expect(404);
    }
    assert_eq!(feira::check::run(&db.url()).await.expect("runs"), []);
    market.stop().await;
}

#[feira_testkit::test]
async fn a_store_pays_what_it_owes_and_has_a_part_in_reserve(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    let part = "SELECT id::text AS id FROM orders.store_orders";
    let part = market.rows(part).await[0]["id"].clone();
    let part = part.as_str().expect("an id");
    for (step, body) in [
        (
            "ship",
            json!({"carrier": "Correios", "tracking_number": "BR1"}),
        ),
        ("deliver", json!({})),
    ] {
        let path = format!("/api/v1/seller/orders/{part}/{step}");
        seller.client.post(&path, body).await.expect(200);
    }
    let lease = "WITH leased AS (UPDATE payments.job SET lease_until = now() + interval '50 seconds' \
                                 WHERE name = 'payment.payouts' RETURNING 1) SELECT count(*) FROM leased";
    assert_eq!(market.count(lease).await, 1);
    market.pass(Duration::days(40)).await;
    let browser = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let page = format!("/admin/books/stores/{}", seller.store);
    let action = format!("{page}/reserve");
    let day = market.clock().now() + Duration::days(90);
    let day = day.date().to_string();
    let typed = [
        ("amount", "1.00"),
        ("currency", "BRL"),
        ("reason", "many returns"),
        ("release_at", &*day),
    ];
    browser.submit(&page, &action, &typed).await.expect(303);
    let too_much = [
        ("amount", "99999.00"),
        ("currency", "BRL"),
        ("reason", "x"),
        ("release_at", &*day),
    ];
    let refused = browser.submit(&page, &action, &too_much).await.expect(422);
    assert!(
        refused.text.contains("As much is not payable"),
        "{}",
        refused.text
    );
    assert!(refused.text.contains("99999.00"), "what was typed is kept");

    // The seller reads why.
    let client = market.log_in(&seller.email, "seller").await;
    let balance = client.get("/api/v1/seller/balance").await.expect(200);
    assert_eq!(balance.json["items"][0]["reserved"]["amount"], "1.00");
    assert_eq!(balance.json["items"][0]["owed"]["amount"], "0.00");
    let reserves = client.get("/api/v1/seller/reserves").await.expect(200);
    assert_eq!(reserves.json["items"][0]["reason"], "many returns");
    let own = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    assert!(
        own.open("/seller/payouts")
            .await
            .text
            .contains("many returns")
    );

    // Paid out, and then all of it goes back: she owes it.
    let operator = market.log_in("operator@test.example", "admin").await;
    let release = format!(
        "/api/v1/admin/ledger/reserves/{}/release",
        reserves.str("/items/0/id")
    );
    operator.post(&release, json!({})).await.expect(200);
    let keyed = operator.with("idempotency-key", "run");
    keyed
        .post("/api/v1/admin/payouts", json!({}))
        .await
        .expect(200);
    assert_eq!(placed.str("/order/status"), "confirmed");
    let debts = operator.get("/api/v1/admin/ledger/debts").await.expect(200);
    assert_eq!(debts.json["items"], Value::Array(Vec::new()));
    market.stop().await;
}

#[feira_testkit::test]
async fn a_providers_report_is_held_against_the_books(market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    let charge = "SELECT transaction_id AS id, amount::text AS amount FROM payments.payments";
    let charge = market.rows(charge).await[0].clone();
    let at = market.clock().now().format(&Rfc3339).expect("a time");
    let line = |amount: &str| {
        let id = charge["id"].as_str().expect("an id");
        format!("date,id,amount,currency,kind\n{at},{id},{amount},BRL,charge\n")
    };
    let path = "/api/v1/admin/ledger/reconciliations?provider=sandbox";
    let amount = placed.str("/payment/amount/amount");
    let agrees = upload(&operator, path, &line(&amount)).await.expect(200);
    assert_eq!(
        (&agrees.json["matched"], &agrees.json["counts"]),
        (&json!(1), &json!([]))
    );
    let differs = upload(&operator, path, &line("0.01")).await.expect(200);
    assert_eq!(differs.json["differences"][0]["kind"], "other_amount");
    assert_eq!(
        differs.json["differences"][0]["order_id"],
        placed.json["order"]["id"]
    );
    let refused = upload(&operator, path, "nothing").await;
    refused.problem(422, "payment.bad_report");
    let browser = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let page = browser.open("/admin/reconciliation").await;
    assert!(page.text.contains("multipart/form-data"), "{}", page.text);
    assert!(
        page.text.contains("<option value=\"sandbox\""),
        "{}",
        page.text
    );
    market.stop().await;
}
