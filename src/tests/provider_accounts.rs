//! A store that is paid at the simulated provider: opened on its owner's page, completed there, paid by transfer,
//! and taken back when the buyer's money goes back.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use crate::support::{
    Browser, Market, PASSWORD, card, cart_with, choose_shipping, give_payout_account, two_sellers,
};

const ACCOUNTS: &str = "/api/v1/seller/provider-accounts";
const ACCOUNT: &str = "/api/v1/seller/payout-account";
const PAGE: &str = "/seller/payouts/account";
const OPERATOR: &str = "operator@test.example";

#[feira_testkit::test]
async fn a_store_is_paid_at_its_provider_and_owes_there(db: TestDb) {
    let market = Market::start(&db).await;
    let (_, ana, bento) = two_sellers(&market).await;
    // Not before it is completed, whoever says so.
    let there =
        json!({"account": {"kind": "provider", "provider": "sandbox"}, "password": PASSWORD});
    let early = ana.client.post(ACCOUNT, there.clone()).await;
    early.problem(409, "payment.store_account_not_ready");
    let state = async || {
        let told = ana.client.get(ACCOUNTS).await.expect(200);
        told.str("/items/0/state")
    };
    assert_eq!(state().await, "none");
    let nobody = ana
        .client
        .post(ACCOUNTS, json!({"provider": "nobody"}))
        .await;
    nobody.problem(404, "payment.no_such_provider");
    let opened = ana.client.post(ACCOUNTS, json!({"provider": "sandbox"}));
    let url = opened.await.expect(200).str("/url");
    assert_eq!(state().await, "incomplete");
    let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let shown = browser.open(PAGE).await.text;
    assert!(shown.contains("bank_account"), "{shown}");

    // Its holder gives there what is missing, and comes back.
    let (_, path) = url.split_once("/sandbox/").expect("the provider's page");
    let path = format!("/sandbox/{path}");
    let page = market.client().get(&path).await.expect(200).text;
    assert!(page.contains("Give what is missing"), "{page}");
    let back = market.client().form(&path, &[]).await.expect(303);
    let back = back.header("location").unwrap_or_default().to_owned();
    assert!(back.ends_with(PAGE), "{back}");
    market.pass(Duration::seconds(20)).await;
    assert_eq!(state().await, "ready");
    let wrong = json!({"account": there["account"], "password": "not hers"});
    let refused = ana.client.post(ACCOUNT, wrong).await;
    refused.problem(422, "store.invalid");
    let given = ana.client.post(ACCOUNT, there).await.expect(200);
    assert_eq!(given.str("/kind"), "provider");

    give_payout_account(&bento.client).await;
    let (guest, cart) = cart_with(&market, &[(ana.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("paid", &cart, card("tok_approved")).await;
    let placed = placed.expect(201);
    market.settle().await;
    let part = placed.str("/order/store_orders/0/id");
    let sent = json!({"carrier": "Correios", "tracking_number": "BR1"});
    for (step, body) in [("ship", sent), ("deliver", json!({}))] {
        let path = format!("/api/v1/seller/orders/{part}/{step}");
        ana.client.post(&path, body).await.expect(200);
    }
    market.pass(Duration::days(8)).await;
    market.pass(Duration::days(8)).await;
    market.pass(Duration::minutes(6)).await;
    let payouts = "SELECT p.id::text AS id, p.status, p.provider, t.state FROM payments.payouts p \
                   JOIN payments.payout_transfers t ON t.payout_id = p.id";
    let paid = market.rows(payouts).await;
    assert_eq!(paid.len(), 1, "{paid:?}");
    assert_eq!(
        (&paid[0]["status"], &paid[0]["state"]),
        (&json!("paid"), &json!("made"))
    );
    let id = paid[0]["id"].as_str().expect("an id").to_owned();
    let kept = "SELECT count(*) FROM sandbox.transfers";
    assert_eq!(market.count(kept).await, 1);

    // The buyer's money goes back: what the store was paid is taken back, and both are told.
    let operator = market.log_in(OPERATOR, "admin").await;
    let order = placed.str("/order/id");
    let amount = json!({"amount": "1.00", "currency": "BRL"});
    let refund = json!({"amount": amount, "reason": "damaged"});
    let keyed = operator.with("idempotency-key", "back");
    let asked = keyed.post(&format!("/api/v1/admin/orders/{order}/refunds"), refund);
    asked.await.expect(201);
    market.pass(Duration::minutes(12)).await;
    let back = "SELECT count(*) FROM sandbox.reversals";
    assert_eq!(market.count(back).await, 1);
    let seller = market.log_in(&ana.email, "seller").await;
    let path = format!("/api/v1/seller/payouts/{id}");
    let told = seller.get(&path).await.expect(200);
    assert_eq!(told.str("/transfer/state"), "made");
    assert_eq!(told.str("/transfer/reversals/0/state"), "made");
    let browser = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let shown = browser.open(&format!("/seller/payouts/{id}")).await.text;
    assert!(shown.contains("sandbox"), "{shown}");
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let shown = browser.open(&format!("/admin/payouts/{id}")).await.text;
    assert!(
        shown.contains("sandbox") && !shown.contains("/returned"),
        "{shown}"
    );
}
