//! Money that a person moves, and what she takes away or decides, is written down with who did it.

mod methods;

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::audit::Act;
use feira_testkit::TestDb;
use reqwest::Method;
use serde_json::json;
use time::Duration;

use crate::support::{
    Answer, BY_HAND, Browser, Client, Market, Seller, application, bank_transfer, card, cart_with,
    choose_shipping, picture, two_sellers,
};

fn acts() -> Vec<Act> {
    feira_web::modules::ACTS.concat()
}

/// A paid order of one unit: its id, who holds it, and the id of its part.
async fn bought(market: &Market, seller: &Seller, key: &str) -> (String, Client, String) {
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

/// Somebody has so much to be paid, and no job pays it.
async fn payable(market: &Market, seller: &Seller, part: &str) {
    let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
    for (step, body) in [("ship", sent), ("deliver", json!({}))] {
        let path = format!("/api/v1/seller/orders/{part}/{step}");
        seller.client.post(&path, body).await.expect(200);
    }
    let lease = "WITH leased AS (UPDATE payments.job SET lease_until = now() + interval '50 seconds' \
                                 WHERE name = 'payment.payouts' RETURNING 1) SELECT count(*) FROM leased";
    assert_eq!(market.count(lease).await, 1);
    market.pass(Duration::days(40)).await;
}

async fn pay_out(operator: &Client) {
    let keyed = operator.with("idempotency-key", "run");
    let made = keyed.post("/api/v1/admin/payouts", json!({})).await;
    let payout = made.expect(200).str("/items/0/id");
    let path = format!("/api/v1/admin/payouts/{payout}/paid");
    let reference = json!({"reference": "TED 1"});
    operator.post(&path, reference).await.expect(200);
}

/// A transfer that came, and went back because its order was cancelled.
async fn by_hand(market: &Market, operator: &Client, seller: &Seller) {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("by hand", &cart, bank_transfer()).await;
    let placed = placed.expect(201);
    let payment = format!("/api/v1/admin/payments/{}", placed.str("/payment/id"));
    let twice = async |path: &str, body: &serde_json::Value| {
        // Said again it is so already.
        for key in ["once", "twice"] {
            let keyed = operator.with("idempotency-key", key);
            keyed.post(path, body.clone()).await.expect(200);
        }
    };
    twice(&format!("{payment}/mark-paid"), &json!({})).await;
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
    let refund = details.str("/refunds/0/id");
    let sent = format!("/api/v1/admin/refunds/{refund}/mark-sent");
    twice(&sent, &json!({"reference": "E1"})).await;
}

async fn retry_and_resend(market: &Market, operator: &Client, browser: &Browser) {
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

async fn decide(market: &Market, operator: &Client, seller: &Seller) {
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

async fn delete(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::DELETE, path)).await
}

/// Takes away what a store has: an image, a variant, a way of shipping.
async fn take_away(market: &Market, seller: &Seller) {
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

async fn archive(market: &Market, seller: &Seller) {
    let client = market.log_in(&seller.email, "seller").await;
    let id = seller.product["id"].as_str().expect("an id");
    let path = format!("/api/v1/seller/products/{id}");
    let archived = json!({"status": "archived"});
    // Said again it is archived already.
    for _ in 0..2 {
        client.patch(&path, archived.clone()).await.expect(200);
    }
}

/// The acts of all schemas, each with who did it and how often.
async fn written(market: &Market) -> BTreeMap<(String, String), i64> {
    let mut all = BTreeMap::new();
    for schema in feira_migrations::schemas() {
        let rows = format!(
            "SELECT action, concat_ws(' ', actor, module, surface) AS who, count(*) AS times \
             FROM {schema}.audit GROUP BY 1, 2"
        );
        for row in market.rows(&rows).await {
            let text = |field: &str| row[field].as_str().expect(field).to_owned();
            let times = row["times"].as_i64().expect("a number");
            all.insert((text("action"), text("who")), times);
        }
    }
    all
}

async fn the_page_finds_them(market: &Market, browser: &Browser, order: &str, store: &str) {
    let operator = "SELECT id::text AS id FROM users.users WHERE email = 'operator@test.example'";
    let operator = market.rows(operator).await[0]["id"].clone();
    let operator = operator.as_str().expect("an id");
    let shown = async |filter: &str| {
        let page = browser.open(&format!("/admin/audit?{filter}")).await;
        [order, store].map(|id| page.text.contains(&format!("<code>{id}</code>")))
    };
    assert_eq!(shown("").await, [true, true]);
    assert_eq!(shown("module=order").await, [true, false]);
    assert_eq!(shown(&format!("user={operator}")).await, [false, true]);
    assert_eq!(shown(&format!("subject={store}")).await, [false, true]);
    assert_eq!(shown("user=nobody").await, [false, false]);
    assert_eq!(shown("until=2001-01-01").await, [false, false]);
    assert_eq!(shown("until=tomorrow").await, [true, true]);
}

#[feira_testkit::test]
async fn each_act_is_written_down_with_who_did_it(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, ana, bento) = two_sellers(&market).await;
    let (order, holder, _) = bought(&market, &ana, "cancelled").await;
    let cancel = format!("/api/v1/orders/{order}/cancel");
    // Said again it is cancelled already.
    for _ in 0..2 {
        let cancelled = holder.post(&cancel, json!({"reason": "mine"})).await;
        cancelled.expect(200);
    }
    let (_, _, part) = bought(&market, &ana, "paid").await;
    payable(&market, &ana, &part).await;
    let email = "operator@test.example";
    let operator = market.log_in(email, "admin").await;
    let browser = Browser::sign_in(&market, "/admin/login", email).await;
    pay_out(&operator).await;
    by_hand(&market, &operator, &bento).await;
    retry_and_resend(&market, &operator, &browser).await;
    take_away(&market, &ana).await;
    archive(&market, &ana).await;
    decide(&market, &operator, &bento).await;

    let expected = [
        ("catalog.category_added", "person admin", 1),
        ("catalog.category_changed", "person admin", 1),
        ("catalog.category_removed", "person admin", 1),
        ("catalog.image_removed", "person seller", 1),
        ("catalog.product_archived", "person seller", 1),
        ("catalog.variant_removed", "person seller", 1),
        ("event.retried", "person admin", 1),
        ("notification.message_resent", "person admin", 1),
        ("order.cancelled", "guest", 2),
        ("payment.marked_paid", "person admin", 1),
        ("payment.payout_made", "person admin", 1),
        ("payment.payout_paid", "person admin", 1),
        ("payment.refund_sent", "person admin", 1),
        ("store.approved", "person admin", 2),
        ("store.commission_rule_added", "person admin", 1),
        ("store.commission_rule_changed", "person admin", 1),
        ("store.commission_rule_removed", "person admin", 1),
        ("store.rejected", "person admin", 1),
        ("store.shipping_method_removed", "person seller", 1),
        ("store.suspended", "person admin", 1),
        ("user.operator_made", "system cli", 1),
    ];
    let every = acts().iter().map(|act| act.name).collect::<BTreeSet<_>>();
    assert_eq!(every, expected.iter().map(|(act, ..)| *act).collect());
    let expected = expected.map(|(act, who, n)| ((act.to_owned(), who.to_owned()), n));
    assert_eq!(written(&market).await, BTreeMap::from(expected));
    the_page_finds_them(&market, &browser, &order, &bento.store).await;
    market.stop().await;
}
