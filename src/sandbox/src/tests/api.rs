use feira_kernel::Runner;
use feira_testkit::TestDb;
use serde_json::{Value, json};

use super::world::Server;

#[feira_testkit::test("sandbox")]
async fn each_test_card_does_what_its_name_says(db: TestDb) {
    let server = Server::start(&db, None).await;
    for (token, status, failure) in [
        ("tok_approved", "captured", Value::Null),
        ("tok_declined", "declined", json!("card_declined")),
        ("tok_delayed", "pending", Value::Null),
        ("tok_needs_confirmation", "pending", Value::Null),
        ("tok_whatever", "declined", json!("card_token_unknown")),
    ] {
        let (code, charge) = server.charge(token, "card", Some(token), 1990).await;
        assert_eq!(
            (code, &charge["status"], &charge["failure"]),
            (201, &json!(status), &failure),
            "{token}"
        );
        assert_eq!(charge["pix"], Value::Null);
    }
    let runner = Runner::new(&[server.sandbox.runtime()]);
    runner.register().await.unwrap();
    db.clock().advance(time::Duration::seconds(5));
    runner.settle().await.unwrap();
    let (_, delayed) = server.get("/v1/charges?idempotency_key=tok_delayed").await;
    assert_eq!(delayed["status"], "captured");
    let (_, waits) = server
        .get("/v1/charges?idempotency_key=tok_needs_confirmation")
        .await;
    let url = waits["confirmation_url"].as_str().unwrap().to_owned();
    let path = url.split_once("/sandbox").unwrap().1;
    let (code, page) = server.browse(reqwest::Method::GET, path).await;
    assert!(
        code == 200 && page.contains("Confirm the payment") && page.contains("F-1 &#60;b&#62;"),
        "{page}"
    );
    assert_eq!(server.browse(reqwest::Method::POST, path).await.0, 303);
    let (_, page) = server.browse(reqwest::Method::GET, path).await;
    assert!(page.contains("Paid.") && !page.contains("<form"), "{page}");
    let id = delayed["id"].as_str().unwrap();
    assert_eq!(server.post(&format!("/confirm/{id}")).await.0, 404);
}

#[feira_testkit::test("sandbox")]
async fn the_card_that_times_out_is_charged_and_answers_when_let_go(db: TestDb) {
    let server = Server::start(&db, None).await;
    let held = server.charge("k1", "card", Some("tok_timeout_after_charge"), 100);
    tokio::pin!(held);
    let found = loop {
        tokio::select! {
            answer = &mut held => panic!("it answered: {answer:?}"),
            (code, found) = server.get("/v1/charges?idempotency_key=k1") => {
                if code == 200 {
                    break found;
                }
            }
        }
    };
    assert_eq!(found["status"], "captured");
    // The same key again is answered at once.
    let (_, again) = server
        .charge("k1", "card", Some("tok_timeout_after_charge"), 100)
        .await;
    assert_eq!(again["id"], found["id"]);
    server.sandbox.release();
    assert_eq!(held.await.1["id"], found["id"]);
}

#[feira_testkit::test("sandbox")]
async fn one_key_is_one_charge_and_nothing_else(db: TestDb) {
    let server = Server::start(&db, None).await;
    let (_, first) = server.charge("k1", "pix", None, 1990).await;
    let (_, again) = server.charge("k1", "pix", None, 1990).await;
    assert_eq!(first, again);
    assert_eq!(server.charge("k1", "pix", None, 1991).await.0, 422);
    let body = |change: &dyn Fn(&mut Value)| {
        let mut body = json!({"method": "pix", "amount": 1, "currency": "BRL", "description": "d",
                              "expires_at": "2026-03-02T12:30:00Z"});
        change(&mut body);
        Some(body)
    };
    for bad in [
        body(&|b| b["amount"] = json!(0)),
        body(&|b| b["amount"] = json!(-5)),
        body(&|b| b["amount"] = json!(1.5)),
        body(&|b| b["amount"] = json!(1_000_000_000_000_i64)),
        body(&|b| b["amount"] = json!("1")),
        body(&|b| b["currency"] = json!("XXQ")),
        body(&|b| b["currency"] = json!("USD")),
        body(&|b| b["method"] = json!("cheque")),
        body(&|b| b["token"] = json!("tok_approved")),
        body(&|b| b["payee"] = json!("me")),
        Some(json!([])),
        None,
    ] {
        let shown = format!("{bad:?}");
        assert_eq!(
            server.send("POST", "/v1/charges", "k2", bad).await.0,
            422,
            "{shown}"
        );
    }
    assert_eq!(
        server
            .send("POST", "/v1/charges", "", body(&|_| {}))
            .await
            .0,
        422
    );
    assert_eq!(server.get("/v1/charges?idempotency_key=k2").await.0, 404);
    let anonymous = reqwest::get(format!("{}/v1/charges", server.base))
        .await
        .unwrap();
    assert_eq!(anonymous.status().as_u16(), 401);
}

#[feira_testkit::test("sandbox")]
async fn a_pix_is_paid_at_the_bank_once_in_time_or_late_on_purpose(db: TestDb) {
    let server = Server::start(&db, None).await;
    let (_, charge) = server.charge("k1", "pix", None, 1990).await;
    let txid = charge["pix"]["txid"].as_str().unwrap();
    let code = charge["pix"]["br_code"].as_str().unwrap();
    assert!(code.contains(txid) && code.contains("540519.90"), "{code}");
    let (_, page) = server
        .browse(reqwest::Method::GET, &format!("/pix/{txid}"))
        .await;
    assert!(
        page.contains("Pay by PIX") && page.contains("19.90 BRL"),
        "{page}"
    );
    let pay = format!("/pix/{txid}/pay");
    for _ in 0..2 {
        let (status, paid) = server.post(&pay).await;
        assert_eq!((status, &paid["status"]), (200, &json!("captured")));
    }
    let (_, cancelled) = server
        .post(&format!(
            "/v1/charges/{}/cancel",
            charge["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(cancelled["status"], "captured");

    for ended in ["cancelled", "expired"] {
        let (_, charge) = server.charge(ended, "pix", None, 500).await;
        let (id, txid) = (
            charge["id"].as_str().unwrap(),
            charge["pix"]["txid"].as_str().unwrap(),
        );
        if ended == "cancelled" {
            assert_eq!(
                server.post(&format!("/v1/charges/{id}/cancel")).await.1["status"],
                "cancelled"
            );
        } else {
            db.clock().advance(time::Duration::minutes(30));
        }
        assert_eq!(
            server.post(&format!("/pix/{txid}/pay")).await.0,
            409,
            "{ended}"
        );
        assert_eq!(
            server.post(&format!("/pix/{txid}/pay?late=true")).await.1["status"],
            "captured"
        );
    }
    assert_eq!(server.post("/pix/nonsense/pay").await.0, 404);
}

#[feira_testkit::test("sandbox")]
async fn refunds_are_made_once_and_never_above_the_charge(db: TestDb) {
    let server = Server::start(&db, None).await;
    let (_, charge) = server
        .charge("k1", "card", Some("tok_approved"), 1000)
        .await;
    let path = format!("/v1/charges/{}/refunds", charge["id"].as_str().unwrap());
    let refund = |key: &'static str, amount: i64| {
        server.send("POST", &path, key, Some(json!({"amount": amount})))
    };
    for _ in 0..2 {
        let (status, done) = refund("r1", 700).await;
        assert_eq!(
            (status, &done["amount"], &done["status"]),
            (201, &json!(700), &json!("completed"))
        );
    }
    assert_eq!(refund("r1", 1).await.0, 422);
    assert_eq!(refund("r2", 301).await.0, 422);
    assert_eq!(refund("r2", 300).await.0, 201);
    let (_, after) = server.get("/v1/charges?idempotency_key=k1").await;
    assert_eq!(after["refunded"], 1000);
    let (_, open) = server.charge("k2", "pix", None, 1000).await;
    let open = format!("/v1/charges/{}/refunds", open["id"].as_str().unwrap());
    assert_eq!(
        server
            .send("POST", &open, "r3", Some(json!({"amount": 1})))
            .await
            .0,
        422
    );
    let nowhere = server
        .send(
            "POST",
            "/v1/charges/ch_0/refunds",
            "r4",
            Some(json!({"amount": 1})),
        )
        .await;
    assert_eq!(nowhere.0, 404);
}

#[feira_testkit::test("sandbox")]
async fn the_record_is_read_page_by_page(db: TestDb) {
    let server = Server::start(&db, None).await;
    for n in 0..5 {
        db.clock().advance(time::Duration::seconds(1));
        server
            .charge(&format!("k{n}"), "card", Some("tok_approved"), 100 + n)
            .await;
    }
    let mut cursor = String::new();
    let mut amounts = Vec::new();
    loop {
        let (_, page) = server
            .get(&format!("/v1/charges?limit=2&cursor={cursor}"))
            .await;
        amounts.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|c| c["amount"].as_i64().unwrap()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(amounts, [100, 101, 102, 103, 104]);
}

#[feira_testkit::test("sandbox")]
async fn a_dispute_is_opened_once_answered_once_and_decided_once(db: TestDb) {
    let server = Server::start(&db, None).await;
    let (_, charge) = server
        .charge("k1", "card", Some("tok_approved"), 1990)
        .await;
    let id = charge["id"].as_str().unwrap();
    let path = format!("/bank/charges/{id}/disputes");
    let new = json!({"kind": "chargeback", "reason": "fraudulent", "fee": 1500});
    let (code, made) = server.send("POST", &path, "d1", Some(new.clone())).await;
    assert_eq!((code, &made["status"]), (201, &json!("open")));
    let (_, again) = server.send("POST", &path, "d1", Some(new)).await;
    assert_eq!(again["id"], made["id"]);
    let (_, listed) = server.get(&format!("/v1/charges/{id}/disputes")).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);

    let dispute = made["id"].as_str().unwrap();
    let evidence = format!("/v1/disputes/{dispute}/evidence");
    let sent = Some(json!({"evidence": []}));
    assert_eq!(
        server.send("POST", &evidence, "", sent.clone()).await.0,
        200
    );
    assert_eq!(server.send("POST", &evidence, "", sent).await.0, 409);
    let outcome = format!("/bank/disputes/{dispute}/outcome");
    for (status, code) in [("answered", 409), ("won", 200), ("lost", 409)] {
        let decided = Some(json!({"status": status}));
        assert_eq!(
            server.send("POST", &outcome, "", decided).await.0,
            code,
            "{status}"
        );
    }
    for wrong in [
        json!({"kind": "chargeback", "reason": "x", "amount": 1991}),
        json!({"kind": "chargeback", "reason": "x", "amount": 0}),
        json!({"kind": "chargeback", "reason": ""}),
        json!({"kind": "other", "reason": "x"}),
    ] {
        assert_eq!(server.send("POST", &path, "d2", Some(wrong)).await.0, 422);
    }
}

#[feira_testkit::test("sandbox")]
async fn a_card_is_kept_for_its_customer_until_it_is_forgotten(db: TestDb) {
    let server = Server::start(&db, None).await;
    let begin = |key: &'static str, user: &'static str| {
        server.send("POST", "/v1/setups", key, Some(json!({"user": user})))
    };
    let (status, setup) = begin("k1", "ana").await;
    assert_eq!((status, &setup["card"]), (201, &Value::Null));
    assert_eq!(begin("k1", "ana").await.1, setup);
    assert_eq!(begin("k1", "rita").await.0, 422);
    assert_eq!(begin("k2", "../x").await.0, 422);
    assert_eq!(begin("", "ana").await.0, 422);
    let (_, second) = begin("k2", "ana").await;
    assert_eq!(second["customer"], setup["customer"]);
    let confirm = |secret: &Value, token: &'static str| {
        let card = json!({"client_secret": secret, "token": token});
        server.send("POST", "/setups/confirm", "", Some(card))
    };
    assert_eq!(confirm(&json!("nobodys"), "tok_approved").await.0, 404);
    assert_eq!(confirm(&setup["client_secret"], "4242").await.0, 422);
    let (_, kept) = confirm(&setup["client_secret"], "tok_approved").await;
    let card = &kept["card"];
    assert_eq!(
        (&card["last4"], &card["expiry_year"]),
        (&json!("4242"), &json!(2030))
    );
    let (_, again) = confirm(&setup["client_secret"], "tok_declined").await;
    assert_eq!(again, kept, "it is confirmed once");
    let id = setup["id"].as_str().unwrap();
    assert_eq!(server.get(&format!("/v1/setups/{id}")).await.1, kept);

    let charge = |key: &'static str, customer: Value| {
        let body = json!({
            "method": "card", "saved": {"customer": customer, "card": kept["card"]["id"]},
            "amount": 1990, "currency": "BRL", "description": "F-1",
            "expires_at": "2026-03-02T12:30:00Z",
        });
        server.send("POST", "/v1/charges", key, Some(body))
    };
    let (_, paid) = charge("c1", setup["customer"].clone()).await;
    assert_eq!(paid["status"], "captured");
    let (_, foreign) = charge("c2", json!("cus_rita")).await;
    assert_eq!(foreign["status"], "declined");
    let card = kept["card"]["id"].as_str().unwrap();
    for _ in 0..2 {
        assert_eq!(
            server.post(&format!("/v1/cards/{card}/forget")).await.0,
            200
        );
    }
    assert_eq!(server.post("/v1/cards/card_0/forget").await.0, 404);
    let (_, late) = charge("c3", setup["customer"].clone()).await;
    assert_eq!(late["failure"], "card_token_unknown");
    let (_, again) = charge("c1", setup["customer"].clone()).await;
    assert_eq!(again["id"], paid["id"]);
    let anonymous = reqwest::get(format!("{}/v1/setups/{id}", server.base));
    assert_eq!(anonymous.await.unwrap().status().as_u16(), 401);
}
