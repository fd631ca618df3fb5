//! A refund of which its provider says that as much was given back there: an operator looks, and says which it was.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use super::{OPERATOR, not_done};
use crate::support::{
    BY_HAND, Browser, Client, Market, Seller, bank_transfer, cart_with, choose_shipping, one_seller,
};

/// A payment whose refund runs, and the page of it. Its provider is not one for which a person speaks.
async fn given_back_there(
    market: &Market,
    operator: &Client,
    seller: &Seller,
    key: &str,
) -> (String, String) {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, bank_transfer()).await;
    let placed = placed.expect(201);
    let page = format!("/admin/payments/{}", placed.str("/payment/id"));
    let keyed = operator.with("idempotency-key", key);
    let paid = format!("/api/v1{page}/mark-paid");
    keyed.post(&paid, json!({})).await.expect(200);
    market.settle().await;
    let refunds = format!("/api/v1/admin/orders/{}/refunds", placed.str("/order/id"));
    let why = json!({"reason": "damaged"});
    keyed.post(&refunds, why).await.expect(201);
    market.pass(Duration::minutes(1)).await;
    let told = format!(
        "WITH r AS (UPDATE payments.refunds SET given_back_at = now() WHERE payment_id = '{id}' RETURNING id), \
              p AS (UPDATE payments.payments SET gateway = 'sandbox' WHERE id = '{id}') \
         SELECT id::text AS id FROM r",
        id = placed.str("/payment/id")
    );
    let refund = market.rows(&told).await[0]["id"].clone();
    let refund = refund.as_str().expect("an id").to_owned();
    (page, refund)
}

#[feira_testkit::test]
async fn a_refund_is_settled_as_the_one_there_or_as_another(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (operator, seller) = one_seller(&market, 10).await;
    let (page, refund) = given_back_there(&market, &operator, &seller, "this").await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let status = |refund: &str| {
        format!(
            "SELECT count(*) FROM payments.refunds WHERE id = '{refund}' AND status = 'completed'"
        )
    };
    let settled = format!("{page}/refunds/{refund}/settled");
    let opened = browser.open(&page).await;
    assert!(opened.text.contains(&settled), "{}", opened.text);
    let unnamed = [("outcome", "this_refund"), ("reference", "")];
    let unnamed = browser.save(&opened, &settled, &unnamed).await;
    let unnamed = unnamed.expect(422).text;
    assert!(unnamed.contains("aria-invalid=\"true\""), "{unnamed}");
    let named = [
        ("outcome", "this_refund"),
        ("reference", "RE-THERE-1"),
        ("sure", ""),
    ];
    let unsure = browser.save(&opened, &settled, &named).await;
    not_done(&browser, unsure, &settled).await;
    assert_eq!(market.count(&status(&refund)).await, 0);
    let named = [("outcome", "this_refund"), ("reference", "RE-THERE-1")];
    let saved = browser.save(&opened, &settled, &named).await;
    let shown = browser.led_on(&saved).await.text;
    assert!(shown.contains("RE-THERE-1"), "{shown}");
    assert!(!shown.contains(&settled), "{shown}");
    assert_eq!(market.count(&status(&refund)).await, 1);

    // Of another one this one is not made any more.
    let (page, refund) = given_back_there(&market, &operator, &seller, "another").await;
    let settled = format!("{page}/refunds/{refund}/settled");
    let opened = browser.open(&page).await;
    let another = browser
        .save(&opened, &settled, &[("outcome", "another")])
        .await;
    let shown = browser.led_on(&another).await.text;
    assert!(!shown.contains(&settled), "{shown}");
    assert_eq!(market.count(&status(&refund)).await, 0);
    let failed = format!(
        "SELECT count(*) FROM payments.refunds WHERE id = '{refund}' AND status = 'failed'"
    );
    assert_eq!(market.count(&failed).await, 1);
    let back = "WITH p AS (UPDATE payments.payments SET gateway = 'hand' RETURNING 1) SELECT count(*) FROM p";
    assert_eq!(market.count(back).await, 2);
    market.stop().await;
}
