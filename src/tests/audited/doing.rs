//! What people do, each of which is written down.

use reqwest::Method;
use serde_json::json;
use time::Duration;

use crate::support::{
    Answer, Browser, Client, Market, Seller, access_key, application, bank_transfer, card,
    cart_with, choose_shipping, picture, save_card,
};

/// A paid order of one unit: its id, who holds it, and the id of its part.
pub(super) async fn bought(
    market: &Market,
    seller: &Seller,
    key: &str,
) -> (String, Client, String) {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    market.settle().await;
    let order = placed.str("/order/id");
    let part = format!("SELECT id::text AS id FROM orders.store_orders WHERE order_id = '{order}'");
    let part = market.rows(&part).await[0]["id"].clone();
    let part = part.as_str().expect("an id").to_owned();
    (order, market.holder(&placed), part)
}

/// Gives one up, and has another one sent back by the bank, of which each is seen whole.
pub(super) async fn undo_payouts(
    market: &Market,
    operator: &Client,
    browser: &Browser,
    store: &str,
) {
    let twice = async |path: &str, body: &serde_json::Value| {
        // Said again it is so already.
        for key in ["once", "twice"] {
            let keyed = operator.with("idempotency-key", key);
            keyed.post(path, body.clone()).await.expect(200);
        }
    };
    let paid = "SELECT id::text AS id FROM payments.payouts WHERE status = 'paid'";
    let paid = market.rows(paid).await[0]["id"].clone();
    let paid = paid.as_str().expect("an id");
    let reason = json!({"reason": "account closed"});
    let back = format!("/api/v1/admin/payouts/{paid}/returned");
    twice(&back, &reason).await;
    let keyed = operator.with("idempotency-key", "this store");
    let again = format!("/api/v1/admin/stores/{store}/payouts");
    let made = keyed.post(&again, json!({})).await.expect(200);
    let made = made.str("/items/0/id");
    let page = format!("/admin/payouts/{made}");
    let shown = browser.submit(&page, &format!("{page}/account"), &[]).await;
    assert!(shown.expect(200).text.contains("52998224725"));
    let keyed = operator.with("idempotency-key", "file");
    let file = keyed.post("/api/v1/admin/payout-files", json!({})).await;
    assert!(file.expect(200).str("/csv").contains("52998224725"));
    let cancel = format!("/api/v1/admin/payouts/{made}/cancelled");
    let filed = operator.with("idempotency-key", "filed");
    let refused = filed.post(&cancel, reason.clone()).await;
    refused.problem(409, "payment.payout_filed");
    let unpaid = json!({"reason": "account closed", "bank_did_not_pay": true});
    twice(&cancel, &unpaid).await;
}

/// A fiscal document, and the same once more.
pub(super) async fn document(seller: &Seller, part: &str) {
    let path = format!(
        "/api/v1/seller/orders/{part}/fiscal-document?key={}",
        access_key(1)
    );
    for _ in 0..2 {
        let set = seller.client.post(&path, json!({})).await;
        set.problem(415, "request.unsupported_media_type");
        let plain = seller.client.request(Method::POST, &path);
        seller.client.send(plain).await.expect(200);
    }
}

pub(super) async fn pay_out(operator: &Client) {
    let keyed = operator.with("idempotency-key", "run");
    let made = keyed.post("/api/v1/admin/payouts", json!({})).await;
    let payout = made.expect(200).str("/items/0/id");
    let path = format!("/api/v1/admin/payouts/{payout}/paid");
    let reference = json!({"reference": "TED 1"});
    operator.post(&path, reference).await.expect(200);
}

/// A reserve that is released before its day, and debts that are given up and paid.
pub(super) async fn settle(market: &Market, operator: &Client, store: &str) {
    let owes = format!(
        "WITH t AS (INSERT INTO payments.ledger_transactions (id, kind, source_id, at) \
                    VALUES (gen_random_uuid(), 'netting', gen_random_uuid(), now()) RETURNING id), \
              e AS (INSERT INTO payments.ledger_entries (id, transaction_id, kind, account, store_id, amount, currency, at) \
                    SELECT gen_random_uuid(), t.id, 'netting', side.account, '{store}'::uuid, side.amount, 'BRL', now() \
                    FROM t, (VALUES ('seller_receivable', 5), ('write_offs', -5)) AS side (account, amount) RETURNING 1) \
         SELECT count(*) FROM e"
    );
    assert_eq!(market.count(&owes).await, 2);
    let post = async |path: &str, key: &str, body: &serde_json::Value| {
        let keyed = operator.with("idempotency-key", key);
        let path = format!("/api/v1/admin/ledger/{path}");
        keyed.post(&path, body.clone()).await
    };
    let amount = |amount: &str| json!({"amount": amount, "currency": "BRL"});
    let written = json!({"store_id": store, "amount": amount("2.00"), "reason": "closed"});
    let paid = json!({"store_id": store, "amount": amount("3.00"), "reference": "E1"});
    let due = market.clock().now().date() + Duration::days(9);
    let bill = json!({"store_id": store, "amount": amount("5.00"), "due_on": due.to_string(), "note": "refunds"});
    let billed = post("invoices", "a", &bill).await.expect(200).str("/id");
    let withdrawn = json!({"outcome": "withdrawn", "reason": "a mistake"});
    // Said again it is so already.
    for key in ["once", "twice"] {
        let end = format!("invoices/{billed}/end");
        post(&end, key, &withdrawn).await.expect(200);
    }
    post("write-offs", "a", &written).await.expect(200);
    post("settlements", "a", &paid).await.expect(200);
    // Nothing is owed any more.
    let more = post("settlements", "b", &paid).await;
    more.problem(409, "payment.more_than_owed");
    let at = market.clock().now() + Duration::days(30);
    let at = at.format(&time::format_description::well_known::Rfc3339);
    let reserve = json!({"store_id": store, "amount": amount("1.00"), "reason": "returns", "release_at": at.expect("a time")});
    let held = post("reserves", "a", &reserve).await.expect(200);
    let release = format!("reserves/{}/release", held.str("/id"));
    // Said again it is released already.
    for key in ["once", "twice"] {
        post(&release, key, &json!({})).await.expect(200);
    }
}

/// The same refund, asked for once more.
pub(super) async fn refund_twice(operator: &Client, order: &str) {
    let amount = json!({"amount": "1.00", "currency": "BRL"});
    for _ in 0..2 {
        let keyed = operator.with("idempotency-key", "refund");
        let path = format!("/api/v1/admin/orders/{order}/refunds");
        let body = json!({"amount": amount, "reason": "goodwill", "borne_by": "marketplace"});
        keyed.post(&path, body).await.expect(201);
    }
}

/// Transfers that came, and go back because their orders were cancelled: one is sent, and comes back; of the second it is
/// said that it was given back already; of the third, that nobody will send it.
pub(super) async fn by_hand(market: &Market, operator: &Client, seller: &Seller) {
    let sent = to_send_back(market, operator, seller, "by hand").await;
    let given = to_send_back(market, operator, seller, "given back").await;
    let withdrawn = to_send_back(market, operator, seller, "withdrawn").await;
    let told = format!(
        "WITH told AS (UPDATE payments.refunds SET given_back_at = now() WHERE id = '{given}' RETURNING 1) \
         SELECT count(*) AS told FROM told"
    );
    assert_eq!(market.rows(&told).await[0]["told"], 1);
    let settled = json!({"outcome": "this_refund", "reference": "E2"});
    for (path, body) in [
        (
            format!("/api/v1/admin/refunds/{sent}/mark-sent"),
            json!({"reference": "E1"}),
        ),
        (format!("/api/v1/admin/refunds/{given}/settled"), settled),
        (
            format!("/api/v1/admin/refunds/{withdrawn}/withdrawn"),
            json!({}),
        ),
        (format!("/api/v1/admin/refunds/{sent}/returned"), json!({})),
    ] {
        // Said again it is so already.
        for key in ["once", "twice"] {
            let keyed = operator.with("idempotency-key", key);
            keyed.post(&path, body.clone()).await.expect(200);
        }
    }
}

/// The refund of a transfer that came, which nobody has sent.
async fn to_send_back(market: &Market, operator: &Client, seller: &Seller, key: &str) -> String {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, bank_transfer()).await;
    let placed = placed.expect(201);
    let payment = format!("/api/v1/admin/payments/{}", placed.str("/payment/id"));
    if key == "by hand" {
        for _ in 0..2 {
            let noted = json!({"notes": "The buyer called"});
            operator.patch(&payment, noted).await.expect(200);
        }
    }
    // Said again it is so already.
    for time in ["once", "twice"] {
        let keyed = operator.with("idempotency-key", &format!("{key} {time}"));
        let paid = format!("{payment}/mark-paid");
        keyed.post(&paid, json!({})).await.expect(200);
    }
    market.settle().await;
    let cancel = format!("/api/v1/orders/{}/cancel", placed.str("/order/id"));
    let holder = market.holder(&placed);
    holder
        .post(&cancel, json!({"reason": ""}))
        .await
        .expect(200);
    // Until the refund is begun.
    market.pass(Duration::minutes(5)).await;
    let details = operator.get(&payment).await.expect(200);
    details.str("/refunds/0/id")
}

/// A bank statement with a line that is none of a payment's.
pub(super) async fn statement(operator: &Client) {
    let csv = "Data;Historico;Valor\n17/03/2026;JUROS;0,10\n";
    let file = operator.request(Method::POST, "/api/v1/admin/bank-statements");
    let file = file.header("content-type", "text/csv").body(csv);
    let report = operator.send(file).await.expect(200);
    let line = report.str("/first/0/id");
    let ignore = format!("/api/v1/admin/bank-statement-lines/{line}/ignore");
    // Said again it is ignored already.
    for _ in 0..2 {
        operator.post(&ignore, json!({})).await.expect(200);
    }
}

/// The bank took money of a transfer back: evidence is written, taken away and sent, and it is lost.
pub(super) async fn disputed(market: &Market, operator: &Client, seller: &Seller) {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("disputed", &cart, bank_transfer()).await;
    let payment = placed.expect(201).str("/payment/id");
    let paid = format!("/api/v1/admin/payments/{payment}/mark-paid");
    let keyed = |key: &str| operator.with("idempotency-key", key);
    keyed("came").post(&paid, json!({})).await.expect(200);
    market.settle().await;
    let new = json!({
        "payment_id": payment, "kind": "chargeback", "amount": {"amount": "1.00", "currency": "BRL"},
        "reason": "fraud", "bank_reference": "CB 1",
    });
    let opened = keyed("opened").post("/api/v1/admin/disputes", new).await;
    let dispute = format!(
        "/api/v1/admin/disputes/{}",
        opened.expect(201).str("/dispute/id")
    );
    let written = json!({"kind": "other", "text": "It arrived."});
    let removed = json!({"kind": "other", "remove": true});
    let lost = json!({"won": false});
    let steps = [
        ("evidence", written),
        ("evidence", removed.clone()),
        ("evidence", removed),
        ("send-evidence", json!({})),
        ("send-evidence", json!({})),
        ("close", lost.clone()),
        ("close", lost),
    ];
    for (step, (path, body)) in steps.into_iter().enumerate() {
        let key = format!("step {step}");
        let path = format!("{dispute}/{path}");
        keyed(&key).post(&path, body).await.expect(200);
    }
    market.settle().await;
}

pub(super) async fn retry_and_resend(market: &Market, operator: &Client, browser: &Browser) {
    let died = "UPDATE orders.outbox_delivery SET state = 'dead', done_at = NULL \
         WHERE (event_id, subscriber) = (SELECT event_id, subscriber FROM orders.outbox_delivery \
                                         WHERE state = 'done' ORDER BY 1 DESC LIMIT 1) \
         RETURNING event_id::text AS event, subscriber";
    let died = &market.rows(died).await[0];
    let [event, subscriber] = ["event", "subscriber"].map(|f| died[f].as_str().expect(f));
    let path = format!("/api/v1/admin/events/order/{event}/{subscriber}/retry");
    operator.post(&path, json!({})).await.expect(204);

    let failed = "UPDATE notifications.notifications SET status = 'failed', sent_at = NULL \
         WHERE id = (SELECT id FROM notifications.notifications \
                     WHERE status = 'written' AND kind = 'order_confirmed' ORDER BY id LIMIT 1) \
         RETURNING id::text AS id";
    let failed = market.rows(failed).await[0]["id"].clone();
    let page = format!("/admin/mailbox/{}", failed.as_str().expect("an id"));
    let resend = format!("{page}/resend");
    browser.submit(&page, &resend, &[]).await.expect(303);
}

pub(super) async fn decide(market: &Market, operator: &Client, seller: &Seller) {
    let customer = market.customer("applicant@test.example").await;
    let applied = customer
        .post("/api/v1/stores", application("Third", 2))
        .await;
    let store = applied.expect(201).str("/id");
    let no = json!({"reason": "no"});
    let rule = json!({"store_id": null, "category_id": null, "value": {"kind": "percentage", "percent": "7"}});
    for decision in [
        format!("{store}/reject"),
        format!("{}/suspend", seller.store),
    ] {
        let path = format!("/api/v1/admin/stores/{decision}");
        operator.post(&path, no.clone()).await.expect(200);
    }
    // Added, changed and removed; what is gone cannot be removed again.
    for (path, body, change) in [
        (
            "categories",
            json!({"name": "Bowls"}),
            json!({"name": "Deep bowls"}),
        ),
        (
            "commission-rules",
            rule.clone(),
            json!({"value": rule["value"]}),
        ),
    ] {
        let path = format!("/api/v1/admin/{path}");
        let added = operator.post(&path, body).await.expect(201);
        let path = format!("{path}/{}", added.str("/id"));
        operator.patch(&path, change).await.expect(200);
        for status in [204, 404] {
            delete(operator, &path).await.expect(status);
        }
    }
}

/// A provider and a rule are entered, changed, and removed.
pub(super) async fn take_payments(operator: &Client) {
    let providers = "/api/v1/admin/providers";
    let hand = json!({"name": "hand2", "kind": "manual", "settings": {"transfer": "Bank 001"}});
    operator.post(providers, hand).await.expect(201);
    let hand = format!("{providers}/hand2");
    let off = json!({"takes_new": false});
    operator.patch(&hand, off).await.expect(200);
    let limits = "/api/v1/admin/method-limits";
    let rule = json!({"method": "pix", "currency": "BRL", "enabled": true});
    let rule = operator.post(limits, rule).await.expect(200).str("/id");
    for path in [hand, format!("{limits}/{rule}")] {
        for status in [204, 404] {
            delete(operator, &path).await.expect(status);
        }
    }
}

/// A card is saved, and removed.
pub(super) async fn save_and_remove(market: &Market) {
    let buyer = market.customer("clara@test.example").await;
    let card = save_card(market, &buyer, "tok_approved").await;
    let card = format!("/api/v1/me/payment-methods/{card}");
    for status in [204, 404] {
        delete(&buyer, &card).await.expect(status);
    }
}

async fn delete(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::DELETE, path)).await
}

/// Takes away what a store has: an image, a variant, a way of shipping.
pub(super) async fn take_away(market: &Market, seller: &Seller) {
    let client = market.log_in(&seller.email, "seller").await;
    let id = seller.product["id"].as_str().expect("an id");
    let product = format!("/api/v1/seller/products/{id}");
    let added = client.request(Method::POST, &format!("{product}/images"));
    let added = added.header("content-type", "image/png").body(picture());
    let image = client.send(added).await.expect(201).str("/id");
    let methods = "/api/v1/seller/shipping-methods";
    let method = client.get(methods).await.expect(200).str("/items/0/id");
    for (path, status) in [
        (format!("{product}/images/{image}"), 200),
        (format!("{product}/variants/{}", seller.variant(1)), 200),
        (format!("{methods}/{method}"), 204),
    ] {
        delete(&client, &path).await.expect(status);
        delete(&client, &path).await.expect(404);
    }
    let last = format!("{product}/variants/{}", seller.variant(0));
    let last = delete(&client, &last).await;
    last.problem(409, "catalog.last_variant");
}

pub(super) async fn archive(market: &Market, seller: &Seller) {
    let client = market.log_in(&seller.email, "seller").await;
    let id = seller.product["id"].as_str().expect("an id");
    let path = format!("/api/v1/seller/products/{id}");
    let archived = json!({"status": "archived"});
    // Said again it is archived already.
    for _ in 0..2 {
        client.patch(&path, archived.clone()).await.expect(200);
    }
}
