//! A store that is paid at the simulated provider: opened on its owner's page, completed there, paid by transfer,
//! and taken back when the buyer's money goes back.

use serde_json::json;
use time::Duration;

use crate::support::{
    Answer, Browser, Market, PASSWORD, Seller, card, cart_with, choose_shipping, one_seller,
};

const ACCOUNTS: &str = "/api/v1/seller/provider-accounts";
const ACCOUNT: &str = "/api/v1/seller/payout-account";
const PAGE: &str = "/seller/payouts/account";
const OPERATOR: &str = "operator@test.example";

#[feira_testkit::test]
async fn a_store_is_paid_at_its_provider_and_owes_there(market: Market) {
    let (_, ana) = one_seller(&market, 10).await;
    let path = opened(&market, &ana).await;
    completed(&market, &ana, &path).await;
    let (placed, id) = paid(&market, &ana).await;
    taken_back(&market, &ana, &placed, &id).await;
}

fn there(password: &str) -> serde_json::Value {
    json!({"account": {"kind": "provider", "provider": "sandbox"}, "password": password})
}

async fn state(ana: &Seller) -> String {
    let told = ana.client.get(ACCOUNTS).await.expect(200);
    told.str("/items/0/state")
}

/// The provider's page: nothing is paid there before it is completed, whoever says so.
async fn opened(market: &Market, ana: &Seller) -> String {
    let early = ana.client.post(ACCOUNT, there(PASSWORD)).await;
    early.problem(409, "payment.store_account_not_ready");
    assert_eq!(state(ana).await, "none");
    let nobody = json!({"provider": "nobody"});
    let nobody = ana.client.post(ACCOUNTS, nobody).await;
    let nobody = nobody.problem(422, "payment.invalid");
    assert_eq!(nobody.str("/errors/0/pointer"), "/provider");
    assert_eq!(nobody.str("/errors/0/code"), "payment.provider_not_found");
    let opened = ana.client.post(ACCOUNTS, json!({"provider": "sandbox"}));
    let url = opened.await.expect(200).str("/url");
    assert_eq!(state(ana).await, "incomplete");
    let browser = Browser::sign_in(market, "/seller/login", &ana.email).await;
    let shown = browser.open(PAGE).await.text;
    assert!(shown.contains("A bank account"), "{shown}");
    let (_, path) = url.split_once("/sandbox/").expect("the provider's page");
    format!("/sandbox/{path}")
}

/// Its holder gives there what is missing, and comes back.
async fn completed(market: &Market, ana: &Seller, path: &str) {
    let page = market.client().get(path).await.expect(200).text;
    assert!(page.contains("Give what is missing"), "{page}");
    let back = market.client().form(path, &[]).await.expect(303);
    let back = back.header("location").unwrap_or_default();
    assert!(back.ends_with(PAGE), "{back}");
    market.pass(Duration::seconds(20)).await;
    assert_eq!(state(ana).await, "ready");
    let refused = ana.client.post(ACCOUNT, there("not hers")).await;
    refused.problem(422, "store.invalid");
    let given = ana.client.post(ACCOUNT, there(PASSWORD)).await;
    assert_eq!(given.expect(200).str("/kind"), "provider");
}

/// An order whose return window is over, and the payout of it.
async fn paid(market: &Market, ana: &Seller) -> (Answer, String) {
    let (guest, cart) = cart_with(market, &[(ana.variant(0), 1)]).await;
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
    for days in [8, 8] {
        market.pass(Duration::days(days)).await;
    }
    market.pass(Duration::minutes(6)).await;
    let payouts = "SELECT p.id::text AS id, p.status, t.state FROM payments.payouts p \
                   JOIN payments.payout_transfers t ON t.payout_id = p.id";
    let paid = market.rows(payouts).await;
    assert_eq!(paid.len(), 1, "{paid:?}");
    let states = (&paid[0]["status"], &paid[0]["state"]);
    assert_eq!(states, (&json!("paid"), &json!("made")));
    let sent = "SELECT count(*) FROM sandbox.transfers";
    assert_eq!(market.count(sent).await, 1);
    let id = paid[0]["id"].as_str().expect("an id").to_owned();
    (placed, id)
}

/// A part goes back to the buyer: what the store was paid of it is taken back, and both are told.
async fn taken_back(market: &Market, ana: &Seller, placed: &Answer, id: &str) {
    let operator = market.log_in(OPERATOR, "admin").await;
    let order = placed.str("/order/id");
    let amount = json!({"amount": "1.00", "currency": "BRL"});
    let refund = json!({"amount": amount, "reason": "damaged"});
    let keyed = operator.with("idempotency-key", "back");
    let path = format!("/api/v1/admin/orders/{order}/refunds");
    keyed.post(&path, refund).await.expect(201);
    market.pass(Duration::minutes(12)).await;
    let back = "SELECT count(*) FROM sandbox.reversals";
    assert_eq!(market.count(back).await, 1);
    let seller = market.log_in(&ana.email, "seller").await;
    let told = seller.get(&format!("/api/v1/seller/payouts/{id}")).await;
    let told = told.expect(200);
    assert_eq!(told.str("/transfer/state"), "made");
    assert_eq!(told.str("/transfer/reversals/0/state"), "made");
    let browser = Browser::sign_in(market, "/seller/login", &ana.email).await;
    let shown = browser.open(&format!("/seller/payouts/{id}")).await.text;
    assert!(shown.contains("sandbox"), "{shown}");
    let browser = Browser::sign_in(market, "/admin/login", OPERATOR).await;
    let shown = browser.open(&format!("/admin/payouts/{id}")).await.text;
    assert!(
        shown.contains("sandbox") && !shown.contains("/returned"),
        "{shown}"
    );
}
