//! The payer's bank disputes a card payment of two stores: by the simulated provider, its signed
//! notifications, the pages of operators and stores, and the order's own state.

use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{
    Answer, Browser, Client, Market, Seller, card, fill_cart, give_payout_account,
    numbered_picture, two_sellers,
};

const OPERATOR: &str = "operator@test.example";

/// A paid order of two stores' parts.
async fn bought(market: &Market, a: &Seller, b: &Seller, key: &str) -> Answer {
    let (guest, cart) = fill_cart(market, a, b).await;
    let placed = guest.check_out(key, &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    market.settle().await;
    placed
}

/// The payer's bank disputes its payment; the id by which the provider knows it.
pub(crate) async fn dispute(market: &Market, placed: &Answer, new: Value) -> String {
    let charge = format!(
        "SELECT id FROM sandbox.charges WHERE idempotency_key = '{}'",
        placed.str("/payment/id")
    );
    let charge = market.rows(&charge).await[0]["id"].clone();
    let charge = charge.as_str().expect("an id").to_owned();
    let bank = market.client().with("idempotency-key", &charge);
    let path = format!("/sandbox/bank/charges/{charge}/disputes");
    let opened = bank.post(&path, new).await.expect(201);
    // The provider tells of it within seconds.
    market.pass(Duration::seconds(3)).await;
    opened.str("/id")
}

/// A receipt is added to the evidence of the dispute at this path.
pub(crate) async fn receipt(client: &Client, path: &str) -> Answer {
    let path = format!("{path}/evidence/file?kind=receipt&name=receipt.png");
    let file = client.request(Method::POST, &path);
    let file = file.header("content-type", "image/png");
    client.send(file.body(numbered_picture(1))).await
}

async fn decide(market: &Market, id: &str, status: &str) {
    let path = format!("/sandbox/bank/disputes/{id}/outcome");
    let bank = market.client();
    bank.post(&path, json!({"status": status}))
        .await
        .expect(200);
    market.pass(Duration::seconds(3)).await;
}

async fn balanced(operator: &Client) {
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
}

async fn settlements(market: &Market, placed: &Answer) -> Vec<Value> {
    let sql = format!(
        "SELECT settlement FROM orders.store_orders WHERE order_id = '{}' ORDER BY position",
        placed.str("/order/id")
    );
    let rows = market.rows(&sql).await.into_iter();
    rows.map(|mut row| row["settlement"].take()).collect()
}

#[feira_testkit::test]
async fn a_lost_chargeback_is_told_kept_back_and_gone(market: Market) {
    let (operator, a, b) = two_sellers(&market).await;
    let placed = bought(&market, &a, &b, "lost").await;
    let new = json!({"kind": "chargeback", "reason": "fraudulent", "fee": 1500});
    let id = dispute(&market, &placed, new).await;

    let list = operator.get("/api/v1/admin/disputes?state=opened").await;
    let list = list.expect(200);
    assert_eq!(list.str("/items/0/provider_id"), id);
    assert_eq!(
        list.str("/items/0/order_number"),
        placed.str("/order/number")
    );
    let own = a.client.get("/api/v1/seller/disputes").await.expect(200);
    assert_eq!(own.json["items"][0]["fee"], Value::Null);
    let path = format!("/api/v1/seller/disputes/{}", own.str("/items/0/id"));
    let written = json!({"kind": "explanation", "text": "She has the cup."});
    let evidence = a.client.post(&format!("{path}/evidence"), written).await;
    assert_eq!(
        evidence.expect(200).json["evidence"][0]["kind"],
        "explanation"
    );
    let sends = a.client.with("idempotency-key", "send");
    let sent = sends
        .post(&format!("{path}/send-evidence"), json!({}))
        .await;
    sent.problem(403, "payment.forbidden");
    let mails = market.mail(&a.email);
    assert!(
        mails
            .iter()
            .any(|mail| mail.text.contains("/seller/disputes/"))
    );

    // Nothing of it goes back to the buyer meanwhile.
    let holder = market.holder(&placed);
    let cancel = format!("/api/v1/orders/{}/cancel", placed.str("/order/id"));
    let refused = holder.post(&cancel, json!({"reason": ""})).await;
    refused.problem(409, "order.refund_not_possible");

    let page = format!("/admin/disputes/{}", own.str("/items/0/id"));
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    assert!(browser.open(&page).await.text.contains("She has the cup."));
    let (send, count) = (
        format!("{page}/send"),
        "SELECT count(*) FROM payments.disputes",
    );
    let sent = format!("{count} WHERE evidence_sent_at IS NOT NULL");
    let unsure = browser.submit(&page, &send, &[]).await.expect(303);
    assert_eq!(unsure.header("location"), Some(&*page));
    assert_eq!(market.count(&sent).await, 0, "nobody said to be sure");
    let sure = browser.submit(&page, &send, &[("sure", "yes")]).await;
    sure.expect(303);
    market.settle().await;
    let kept = market.rows("SELECT evidence FROM sandbox.disputes").await;
    assert!(
        kept[0]["evidence"]
            .as_str()
            .expect("sent")
            .contains("She has the cup.")
    );
    balanced(&operator).await;

    decide(&market, &id, "lost").await;
    assert_eq!(
        settlements(&market, &placed).await,
        ["refunded", "refunded"]
    );
    let order = market.order(&placed).await;
    assert_eq!(order.str("/status"), "refunded");
    assert_eq!(order.str("/payment/status"), "refunded");
    balanced(&operator).await;
    let pages = Browser::sign_in(&market, "/seller/login", &a.email).await;
    let shown = pages.open("/seller/disputes").await;
    assert!(shown.text.contains(&placed.str("/order/number")));
    market.stop().await;
}

#[feira_testkit::test]
async fn what_is_won_is_an_order_as_any_other(market: Market) {
    let (operator, a, b) = two_sellers(&market).await;
    let placed = bought(&market, &a, &b, "won").await;
    let new = json!({"kind": "chargeback", "reason": "general"});
    let id = dispute(&market, &placed, new).await;
    decide(&market, &id, "won").await;
    assert_eq!(settlements(&market, &placed).await, ["paid", "paid"]);
    assert_eq!(
        market.order(&placed).await.str("/payment/status"),
        "completed"
    );

    let part = bought(&market, &a, &b, "part").await;
    let new = json!({"kind": "chargeback", "reason": "general", "amount": 200});
    let id = dispute(&market, &part, new).await;
    decide(&market, &id, "lost").await;
    let expected = ["partially_refunded", "partially_refunded"];
    assert_eq!(settlements(&market, &part).await, expected);
    assert_eq!(market.order(&part).await.str("/status"), "confirmed");
    balanced(&operator).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn after_a_part_was_lost_the_rest_goes_back_and_no_more(market: Market) {
    let (operator, a, b) = two_sellers(&market).await;
    let new = json!({"kind": "chargeback", "reason": "general", "amount": 200});
    let refunded = bought(&market, &a, &b, "refunded").await;
    let id = dispute(&market, &refunded, new.clone()).await;
    decide(&market, &id, "lost").await;
    let path = format!("/api/v1/admin/orders/{}/refunds", refunded.str("/order/id"));
    let rest = operator.with("idempotency-key", "rest");
    let rest = rest.post(&path, json!({"reason": "goodwill"})).await;
    rest.expect(201);
    market.settle().await;
    assert_eq!(
        settlements(&market, &refunded).await,
        ["refunded", "refunded"]
    );
    assert_eq!(
        market.order(&refunded).await.str("/payment/status"),
        "refunded"
    );

    let ended = bought(&market, &a, &b, "ended").await;
    let id = dispute(&market, &ended, new).await;
    decide(&market, &id, "lost").await;
    let cancel = format!("/api/v1/orders/{}/cancel", ended.str("/order/id"));
    let cancelled = market
        .holder(&ended)
        .post(&cancel, json!({"reason": "mine"}))
        .await;
    cancelled.expect(200);
    // The sweeper sees to the money.
    market.pass(Duration::minutes(1)).await;
    assert_eq!(settlements(&market, &ended).await, ["refunded", "refunded"]);
    assert_eq!(
        market.order(&ended).await.str("/payment/status"),
        "refunded"
    );
    balanced(&operator).await;
    market.stop().await;
}

#[feira_testkit::test]
async fn a_store_learns_nothing_of_disputes_and_evidence_of_others(market: Market) {
    let (operator, a, b) = two_sellers(&market).await;
    let other = market.seller(&operator, "Casa", 2, "5.00", 10).await;
    let placed = bought(&market, &a, &b, "foreign").await;
    let new = json!({"kind": "chargeback", "reason": "general"});
    dispute(&market, &placed, new).await;
    let own = a.client.get("/api/v1/seller/disputes").await.expect(200);
    let id = own.str("/items/0/id");
    let path = format!("/api/v1/seller/disputes/{id}");
    receipt(&a.client, &path).await.expect(200);
    let file = format!("{path}/evidence/file?kind=receipt");
    a.client.get(&file).await.expect(200);

    // To a store without a part in it, it is not there, whatever is asked.
    let written = json!({"kind": "explanation", "text": "Not hers."});
    let keyed = other.client.with("idempotency-key", "foreign");
    for answer in [
        other.client.get(&path).await,
        other.client.get(&file).await,
        receipt(&other.client, &path).await,
        keyed.post(&format!("{path}/evidence"), written).await,
        keyed
            .post(&format!("{path}/send-evidence"), json!({}))
            .await,
    ] {
        answer.problem(404, "payment.not_found");
    }
    let none = other.client.get("/api/v1/seller/disputes").await;
    assert_eq!(none.expect(200).json["items"], json!([]));
    let pages = Browser::sign_in(&market, "/seller/login", &other.email).await;
    let page = format!("/seller/disputes/{id}");
    for hidden in [page.clone(), format!("{page}/evidence/receipt")] {
        pages.client.get(&hidden).await.expect(404);
    }

    // The other store of the order sees the dispute, and not what the first one says to it.
    let beside = b.client.get(&path).await.expect(200);
    assert_eq!(beside.json["evidence"], json!([]));
    let hidden = b.client.get(&file).await;
    hidden.problem(404, "payment.not_found");
    market.stop().await;
}

/// A store that has closed is owed what is won, and paid it: by the real module of stores, which reads it as closed.
/// There is no act that closes a store yet, so its row is written as one would.
#[feira_testkit::test]
async fn what_is_won_after_a_store_closed_is_paid_to_it(market: Market) {
    let (operator, a, b) = two_sellers(&market).await;
    give_payout_account(&a.client).await;
    let placed = bought(&market, &a, &b, "won").await;
    let part = format!(
        "SELECT id::text AS id FROM orders.store_orders WHERE store_id = '{}'",
        a.store
    );
    let part = market.rows(&part).await[0]["id"].clone();
    let part = format!("/api/v1/seller/orders/{}", part.as_str().expect("an id"));
    for (step, body) in [
        ("ship", json!({"carrier": "Courier"})),
        ("deliver", json!({})),
    ] {
        a.client
            .post(&format!("{part}/{step}"), body)
            .await
            .expect(200);
    }
    let new = json!({"kind": "chargeback", "reason": "fraudulent"});
    let id = dispute(&market, &placed, new).await;
    let suspend = format!("/api/v1/admin/stores/{}/suspend", a.store);
    let reason = json!({"reason": "it closes"});
    operator.post(&suspend, reason).await.expect(200);
    let closed = format!(
        "WITH s AS (UPDATE stores.stores SET status = 'closed', version = version + 1 WHERE id = '{}' \
                    RETURNING id, version), \
              h AS (INSERT INTO stores.store_status_history (id, store_id, version, from_status, to_status, actor, at) \
                    SELECT gen_random_uuid(), id, version, 'suspended', 'closed', 'test', now() FROM s RETURNING 1) \
         SELECT count(*) FROM h",
        a.store
    );
    assert_eq!(market.count(&closed).await, 1);
    decide(&market, &id, "won").await;
    let sum = |account: &str| {
        format!(
            "SELECT -(coalesce(sum(amount), 0) * 100)::bigint FROM payments.ledger_entries \
             WHERE store_id = '{}' AND account = '{account}'",
            a.store
        )
    };
    assert_eq!(market.count(&sum("seller_disputed")).await, 0);
    let earned = market.count(&sum("seller_pending")).await;
    assert!(earned > 0);
    balanced(&operator).await;
    // It was sent and arrived before the store closed: once its return window is over, that is payable, and paid.
    market.pass(Duration::days(9)).await;
    let operator = market.log_in(OPERATOR, "admin").await;
    let keyed = operator.with("idempotency-key", "closed");
    keyed
        .post("/api/v1/admin/payouts", json!({}))
        .await
        .expect(200);
    let paid = format!(
        "SELECT coalesce(sum(amount) * 100, 0)::bigint FROM payments.payouts \
         WHERE store_id = '{}' AND status = 'pending'",
        a.store
    );
    assert_eq!(market.count(&paid).await, earned);
    balanced(&operator).await;
}
