//! A marketplace in production without any provider: one PIX key sells. An operator looks at the bank, says
//! what came, and sends back by hand.

use feira_payment::br_code::{BrCode, Merchant};
use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::support::{
    Answer, Browser, Client, Market, Seller, cart_with, choose_shipping, one_seller, pix,
};

const ONE_KEY: &str = "[payments]\norder = [\"pix\"]\n\
    [payments.providers.pix]\nkind = \"manual\"\npix_key = \"Ana@feira.example\"\n\
    pix_name = \"Ateliê da Ana\"\npix_city = \"São Paulo\"";
const OPERATOR: &str = "operator@test.example";

/// A guest's order of one unit that waits for its PIX.
async fn bought(market: &Market, seller: &Seller, key: &str) -> Answer {
    let (guest, cart) = cart_with(market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out(key, &cart, pix()).await.expect(201);
    assert_eq!(placed.str("/payment/status"), "pending");
    placed
}

/// The code has all that the payer's bank needs, and her page shows it.
async fn asked_to_pay(market: &Market, placed: &Answer) {
    let code = placed.str("/payment/next_action/br_code");
    let read = BrCode::parse(&code).expect("a code that banks read");
    let key = "ana@feira.example".to_owned();
    assert_eq!(read.merchant, Merchant::Static { key, text: None });
    assert_eq!(
        (read.name.as_str(), read.city.as_str()),
        ("Atelie da Ana", "Sao Paulo")
    );
    let amount = read.amount.expect("an amount").to_string();
    assert_eq!(amount, placed.str("/payment/amount/amount"));
    assert_eq!(read.txid.expect("a txid").len(), 25);
    let picture = placed.str("/payment/next_action/qr_svg");
    assert!(picture.contains("<svg"), "{picture}");
    let page = format!("/l/order/{}", placed.str("/order_token"));
    let page = market.client().get(&page).await.expect(200).text;
    assert!(page.contains(&code) && page.contains("data:image/svg+xml;base64,"));
}

async fn mark(operator: &Client, path: &str, key: &str) -> Answer {
    let keyed = operator.with("idempotency-key", key);
    keyed.post(path, json!({"reference": "E1"})).await
}

async fn balanced(operator: &Client, transactions: u64) {
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
    assert_eq!(books.json["transactions"], transactions, "{}", books.text);
}

#[feira_testkit::test]
async fn one_pix_key_sells_in_production(db: TestDb) {
    let market = Market::start_in_production(&db, ONE_KEY).await;
    let (_, seller) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let overview = browser.open("/admin").await.text;
    assert!(!overview.contains("payments.order"), "{overview}");

    let paid = bought(&market, &seller, "paid").await;
    asked_to_pay(&market, &paid).await;
    let told = market.client().post("/webhooks/pix", json!({})).await;
    told.problem(401, "payment.bad_signature");
    // Longer than a provider's PIX may take.
    market.pass(Duration::hours(47)).await;
    assert_eq!(market.order(&paid).await.str("/status"), "pending");
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let page = format!("/admin/payments/{}", paid.str("/payment/id"));
    let done = browser.submit(&page, &format!("{page}/paid"), &[]).await;
    done.expect(303);
    market.settle().await;
    assert_eq!(market.order(&paid).await.str("/status"), "confirmed");
    let operator = market.log_in(OPERATOR, "admin").await;
    balanced(&operator, 1).await;
    let api = format!("/api/v1{page}");
    let unkeyed = operator.post(&format!("{api}/mark-paid"), json!({})).await;
    let unkeyed = unkeyed.problem(400, "request.idempotency_key_missing");
    assert!(!unkeyed.text.contains("purchase"), "{}", unkeyed.text);
    for _ in 0..2 {
        let again = mark(&operator, &format!("{api}/mark-paid"), "again").await;
        assert_eq!(again.expect(200).str("/status"), "completed");
    }
    balanced(&operator, 1).await;

    // Nothing is given back before somebody sent it.
    let holder = market.holder(&paid);
    let cancel = format!("/api/v1/orders/{}/cancel", paid.str("/order/id"));
    holder
        .post(&cancel, json!({"reason": ""}))
        .await
        .expect(200);
    market.pass(Duration::minutes(5)).await;
    let details = operator.get(&api).await.expect(200);
    assert_eq!(details.str("/payment/status"), "completed");
    assert_eq!(details.str("/refunds/0/status"), "pending");
    balanced(&operator, 1).await;
    let sent = format!("/refunds/{}", details.str("/refunds/0/id"));
    let sent = mark(&operator, &format!("/api/v1/admin{sent}/mark-sent"), "sent").await;
    assert_eq!(sent.expect(200).str("/status"), "completed");
    balanced(&operator, 2).await;
    market.pass(Duration::hours(2)).await;
    let order = market.order(&paid).await;
    assert_eq!(order.str("/payment/status"), "refunded", "{}", order.text);

    // What is not paid in time ends as any other payment.
    let late = bought(&market, &seller, "late").await;
    market.pass(Duration::hours(49)).await;
    assert_eq!(market.order(&late).await.str("/status"), "cancelled");
    let operator = market.log_in(OPERATOR, "admin").await;
    let payment = format!("/api/v1/admin/payments/{}", late.str("/payment/id"));
    let refused = mark(&operator, &format!("{payment}/mark-paid"), "late").await;
    let refused = refused.problem(409, "payment.paid_too_late");
    assert!(refused.text.contains("send it back by hand"));
    balanced(&operator, 2).await;
    market.stop().await;
}
