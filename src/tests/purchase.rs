//! A stranger buys from two sellers: the whole road, over HTTP.

use feira_testkit::run_system;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{Answer, Client, Market, Seller, address};

/// A cart with three lines from both stores and shipping chosen for each.
pub(crate) async fn fill_cart(guest: &Client, a: &Seller, b: &Seller) -> (String, Value) {
    let made = guest.post("/api/v1/carts", json!({})).await.expect(201);
    let id = made.str("/id");
    let guest = match made.json["cart_token"].as_str() {
        Some(token) => guest.with("x-cart-token", token),
        None => guest.clone(),
    };
    for (variant, quantity) in [(a.variant(0), 2), (a.variant(1), 1), (b.variant(0), 1)] {
        guest
            .post(
                &format!("/api/v1/carts/{id}/items"),
                json!({"variant_id": variant, "quantity": quantity}),
            )
            .await
            .expect(200);
    }
    let cart = choose_shipping(&guest, &id).await;
    (
        made.json["cart_token"]
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        cart.json,
    )
}

pub(crate) async fn choose_shipping(client: &Client, cart: &str) -> Answer {
    let to = json!({"country": "BR", "state": "SP", "postal_code": "01304-001"});
    client
        .put(&format!("/api/v1/carts/{cart}/shipping"), to)
        .await
        .expect(200)
}

pub(crate) fn checkout_body(cart: &Value, payment: Value) -> Value {
    json!({
        "cart_id": cart["id"], "email": "guest@test.example", "shipping_address": address(),
        "payment": payment, "expected_total": cart["totals"]["total"]
    })
}

pub(crate) fn pix() -> Value {
    json!({"method": "pix"})
}

pub(crate) fn card(token: &str) -> Value {
    json!({"method": "card", "token": token})
}

/// The buyer's bank pays the code at the simulated provider.
pub(crate) async fn pay_pix(market: &Market, payment: &Value) {
    let br_code = payment["next_action"]["br_code"]
        .as_str()
        .expect("a PIX code");
    assert!(br_code.starts_with("000201"), "{br_code}");
    assert!(
        payment["next_action"]["qr_svg"]
            .as_str()
            .expect("a QR picture")
            .contains("<svg")
    );
    let charge = market
        .rows(&format!(
            "SELECT txid FROM sandbox.charges WHERE idempotency_key = '{}'",
            payment["id"].as_str().expect("an id")
        ))
        .await;
    let txid = charge[0]["txid"].as_str().expect("a txid");
    let paid = market
        .client()
        .post(&format!("/sandbox/pix/{txid}/pay"), json!({}))
        .await;
    assert!(paid.status < 400, "{}", paid.text);
    // The provider tells of it within seconds.
    market.pass(Duration::seconds(3)).await;
}

pub(crate) async fn two_sellers(market: &Market) -> (Client, Seller, Seller) {
    let operator = market.operator().await;
    let a = market
        .seller(&operator, "Ana Ceramica", 0, "49.90", 10)
        .await;
    let b = market.seller(&operator, "Bento Cafe", 1, "39.90", 10).await;
    (operator, a, b)
}

#[test]
fn a_customer_buys_from_two_sellers_and_everybody_is_paid() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let (operator, a, b) = two_sellers(&market).await;

        // A guest fills a cart, logs in, and the carts merge.
        let guest = market.client();
        let (cart_token, guest_cart) = fill_cart(&guest, &a, &b).await;
        let groups = guest_cart["groups"].as_array().expect("groups");
        assert_eq!(groups.len(), 2);
        assert!(groups.iter().all(|g| {
            !g["shipping_options"]
                .as_array()
                .expect("options")
                .is_empty()
        }));
        let clara = market.customer("clara@test.example").await;
        let claimed = clara
            .with("x-cart-token", &cart_token)
            .post(
                &format!(
                    "/api/v1/carts/{}/claim",
                    guest_cart["id"].as_str().expect("id")
                ),
                json!({}),
            )
            .await
            .expect(200);
        assert_eq!(
            claimed.json["report"].as_array().expect("a report").len(),
            3
        );
        let cart_id = claimed.str("/cart/id");
        let cart = choose_shipping(&clara, &cart_id).await.json;

        // Check out with PIX.
        let mut body = checkout_body(&cart, pix());
        body.as_object_mut().expect("an object").remove("email");
        let buyer = clara.with("idempotency-key", "purchase-1");
        let placed = buyer
            .post("/api/v1/checkouts", body.clone())
            .await
            .expect(201);
        assert_eq!(placed.str("/order/status"), "pending");
        let replayed = buyer
            .post("/api/v1/checkouts", body.clone())
            .await
            .expect(201);
        assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
        assert_eq!(replayed.text, placed.text);

        // The bank pays, the webhook confirms.
        pay_pix(&market, &placed.json["payment"]).await;
        market.settle().await;
        let order_path = format!("/api/v1/orders/{}", placed.str("/order/id"));
        let order = clara.get(&order_path).await.expect(200);
        assert_eq!(order.str("/status"), "confirmed", "{}", order.text);
        assert_eq!(
            order.json["store_orders"]
                .as_array()
                .expect("store orders")
                .len(),
            2
        );

        check_stock_ledger_and_mail(&market, &a, &b).await;
        deliver_and_pay_out(&market, &operator, &clara, [&a, &b], &order_path).await;
        market.stop().await;
    });
}

async fn check_stock_ledger_and_mail(market: &Market, a: &Seller, b: &Seller) {
    for (variant, left) in [
        (a.variant(0), 8),
        (a.variant(1), 9),
        (b.variant(0), 9),
        (b.variant(1), 10),
    ] {
        let stock = market
            .rows(&format!(
                "SELECT on_hand, reserved FROM catalog.inventory WHERE variant_id = '{variant}'"
            ))
            .await;
        assert_eq!(stock[0], json!({"on_hand": left, "reserved": 0}));
    }
    let unbalanced = "SELECT count(*) FROM (SELECT transaction_id FROM payments.ledger_entries GROUP BY transaction_id, currency HAVING sum(amount) <> 0) t";
    assert_eq!(market.count(unbalanced).await, 0);
    assert!(
        market
            .count("SELECT count(*) FROM payments.ledger_entries")
            .await
            >= 5
    );
    // One message to the buyer and one to each seller about the purchase; one per Message-ID.
    let purchase = "SELECT kind, recipient FROM notifications.notifications WHERE kind IN ('order_confirmed', 'new_order') ORDER BY recipient";
    let rows = market.rows(purchase).await;
    let expected = json!([
        {"kind": "order_confirmed", "recipient": "clara@test.example"},
        {"kind": "new_order", "recipient": a.email},
        {"kind": "new_order", "recipient": b.email},
    ]);
    assert_eq!(json!(rows), expected);
    for email in ["clara@test.example", &a.email, &b.email] {
        let mails = market.mail(email);
        let mut ids: Vec<&str> = mails.iter().map(|m| m.id.as_str()).collect();
        ids.dedup();
        assert_eq!(
            ids.len(),
            mails.len(),
            "a Message-ID twice in the mailbox of {email}"
        );
        assert!(!mails.is_empty());
    }
}

async fn deliver_and_pay_out(
    market: &Market,
    operator: &Client,
    clara: &Client,
    sellers: [&Seller; 2],
    order_path: &str,
) {
    for (number, seller) in sellers.iter().enumerate() {
        let orders = seller.client.get("/api/v1/seller/orders").await.expect(200);
        let id = orders.str("/items/0/id");
        let shipment =
            json!({"carrier": "Correios", "tracking_number": format!("QB00000000{number}BR")});
        let sent = seller
            .client
            .post(
                &format!("/api/v1/seller/orders/{id}/ship"),
                shipment.clone(),
            )
            .await
            .expect(200);
        assert_eq!(sent.str("/fulfilment"), "shipped");
        seller
            .client
            .post(&format!("/api/v1/seller/orders/{id}/ship"), shipment)
            .await
            .expect(200);
        let other = sellers[1 - number];
        other
            .client
            .get(&format!("/api/v1/seller/orders/{id}"))
            .await
            .problem(404, "order.not_found");
    }
    market.settle().await;
    assert_eq!(
        market
            .mail("clara@test.example")
            .iter()
            .filter(|m| m.text.contains("QB0000000"))
            .count(),
        2
    );
    let delivered = clara
        .post(&format!("{order_path}/confirm-delivery"), json!({}))
        .await
        .expect(200);
    assert_eq!(delivered.str("/status"), "delivered");

    // Nothing is payable within the return window.
    market.pass(Duration::days(6)).await;
    operator
        .with("idempotency-key", "early")
        .post("/api/v1/admin/payouts", json!({}))
        .await
        .problem(401, "user.token_invalid");
    let operator = market.log_in("operator@test.example", "admin").await;
    let early = operator
        .with("idempotency-key", "early")
        .post("/api/v1/admin/payouts", json!({}))
        .await
        .expect(200);
    assert_eq!(early.json["items"], json!([]));
    // After it the earning is, and the weekly job makes the payouts.
    market.pass(Duration::days(9)).await;
    let operator = market.log_in("operator@test.example", "admin").await;
    let payouts = operator.get("/api/v1/admin/payouts").await.expect(200);
    let items = payouts.json["items"].as_array().expect("payouts").clone();
    assert_eq!(items.len(), 2, "{}", payouts.text);
    for payout in items {
        let path = format!(
            "/api/v1/admin/payouts/{}/paid",
            payout["id"].as_str().expect("id")
        );
        let paid = operator
            .post(&path, json!({"reference": "bank-1"}))
            .await
            .expect(200);
        assert_eq!(paid.str("/status"), "paid");
        operator
            .post(&path, json!({"reference": "bank-1"}))
            .await
            .expect(200);
        operator
            .post(&path, json!({"reference": "another"}))
            .await
            .problem(409, "payment.payout_illegal_move");
    }
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], json!(true), "{}", books.text);
    for seller in sellers {
        let client = market.log_in(&seller.email, "seller").await;
        let balance = client.get("/api/v1/seller/balance").await.expect(200);
        assert_eq!(balance.str("/items/0/payable/amount"), "0.00");
        assert_ne!(balance.str("/items/0/paid/amount"), "0.00");
    }
    // What the stores were paid and the commission is exactly what the buyer paid.
    let kept = "SELECT sum(amount)::text AS sum FROM payments.ledger_entries WHERE account = 'provider_clearing'";
    let commission = "SELECT sum(-amount)::text AS sum FROM payments.ledger_entries WHERE account = 'platform_commission'";
    assert_eq!(market.rows(kept).await, market.rows(commission).await);
}

#[test]
fn a_guest_buys_without_an_account() {
    run_system(|db| async move {
        let market = Market::start(&db).await;
        let (_, a, b) = two_sellers(&market).await;
        let guest = market.client();
        let (token, cart) = fill_cart(&guest, &a, &b).await;
        let guest = guest
            .with("x-cart-token", &token)
            .with("idempotency-key", "guest-1");
        let placed = guest
            .post(
                "/api/v1/checkouts",
                checkout_body(&cart, card("tok_approved")),
            )
            .await
            .expect(201);
        assert_eq!(placed.str("/order/status"), "confirmed", "{}", placed.text);
        let path = format!("/api/v1/orders/{}", placed.str("/order/id"));
        market
            .client()
            .get(&path)
            .await
            .problem(404, "order.not_found");
        let holder = market
            .client()
            .with("x-order-token", &placed.str("/order_token"));
        assert_eq!(
            holder.get(&path).await.expect(200).str("/status"),
            "confirmed"
        );
        market.settle().await;
        // The link in the mail opens the same order.
        let mails = market.mail("guest@test.example");
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert_eq!(mails[0].link_after("/l/order/"), placed.str("/order_token"));
        market.stop().await;
    });
}
