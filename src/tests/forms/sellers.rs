//! A seller's forms about her money: where she is paid, what she gives back, and what a buyer did not pay at her door.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use super::OPERATOR;
use crate::{
    ledger::sold,
    support::{
        BY_HAND, Browser, Market, PASSWORD, cart_with, cash_on_delivery, choose_shipping,
        one_seller,
    },
};

const ACCOUNT: &str = "/seller/payouts/account";

#[feira_testkit::test]
async fn a_store_says_where_it_is_paid(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let own = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let kind = async || {
        let path = "/api/v1/seller/payout-account";
        let found = seller.client.get(path).await;
        found.expect(200).json["account"]["kind"].clone()
    };
    let wrong = own.open(ACCOUNT).await;
    let pix = format!("{ACCOUNT}/pix");
    for typed in [
        [("key", "529.982.247-24"), ("password", PASSWORD)],
        [("key", "529.982.247-25"), ("password", "not hers")],
    ] {
        own.save(&wrong, &pix, &typed).await.expect(422);
    }
    assert_eq!(kind().await, json!(null));
    let typed = [("key", "529.982.247-25"), ("password", PASSWORD)];
    own.fill(ACCOUNT, &pix, &typed).await;
    assert_eq!(kind().await, "pix");
    let bank = [
        ("bank", "001"),
        ("branch", "1234"),
        ("account", "56789-0"),
        ("holder", "Ana Souza"),
        ("holder_tax_id", "529.982.247-25"),
        ("password", PASSWORD),
    ];
    own.fill(ACCOUNT, &format!("{ACCOUNT}/bank"), &bank).await;
    assert_eq!(kind().await, "bank_account");
    let iban = [
        ("iban", "DE89 3704 0044 0532 0130 00"),
        ("bic", "COBADEFFXXX"),
        ("holder", "Ana Souza"),
        ("password", PASSWORD),
    ];
    own.fill(ACCOUNT, &format!("{ACCOUNT}/iban"), &iban).await;
    assert_eq!(kind().await, "iban");

    // An account at a provider is opened there, completed there, and taken with the password.
    let opened = own.open(ACCOUNT).await;
    let away = own.save(&opened, &format!("{ACCOUNT}/open"), &[]).await;
    let away = away.expect(200).text;
    let (_, path) = away.split_once("/sandbox/").expect("the provider's page");
    let (path, _) = path.split_once('"').expect("its end");
    let done = market.client().form(&format!("/sandbox/{path}"), &[]).await;
    done.expect(303);
    market.pass(Duration::seconds(20)).await;
    let provider = format!("{ACCOUNT}/provider");
    own.fill(ACCOUNT, &provider, &[("password", PASSWORD)])
        .await;
    assert_eq!(kind().await, "provider");
    market.stop().await;
}

#[feira_testkit::test]
async fn a_seller_gives_back_on_her_page(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    let own = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let order = format!("/seller/orders/{}", placed.str("/order/store_orders/0/id"));
    let page = format!("{order}/refund");
    assert!(own.open(&order).await.text.contains(&page));
    let opened = own.open(&page).await;
    let typed = [("amount", "1.50"), ("reason", "damaged"), ("step", "look")];
    let figures = own.save(&opened, &page, &typed).await.expect(200);
    assert!(
        figures.text.contains("Give R$1.50 back"),
        "{}",
        figures.text
    );
    let shown = market.order(&placed).await;
    assert_eq!(shown.str("/payment/refunded/amount"), "0.00");
    let done = own.save(&figures, &page, &[("step", "give")]).await;
    let done = done.expect(303);
    let shown = own.led_on(&done).await;
    assert!(shown.text.contains("R$1.50"), "{}", shown.text);
    market.settle().await;
    let shown = market.order(&placed).await;
    assert_eq!(shown.str("/payment/refunded/amount"), "1.50");
    market.stop().await;
}

#[feira_testkit::test]
async fn what_was_paid_or_not_at_the_door_is_said_on_the_page(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, seller) = one_seller(&market, 10).await;
    let own = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let mut orders = Vec::new();
    for key in ["gone", "paid"] {
        let (guest, cart) = cart_with(&market, &[(seller.variant(0), 1)]).await;
        let cart = choose_shipping(&guest, &cart).await.json;
        let placed = guest.check_out(key, &cart, cash_on_delivery()).await;
        market.settle().await;
        let placed = placed.expect(201);
        let order = format!("/seller/orders/{}", placed.str("/order/store_orders/0/id"));
        let ship = [("carrier", "Courier"), ("tracking_number", "1")];
        own.fill(&order, &format!("{order}/ship"), &ship).await;
        orders.push((order, placed));
    }
    let (order, placed) = &orders[0];
    let gone = format!("{order}/not-collected");
    let shown = own
        .fill(order, &gone, &[("note", "nobody at home")])
        .await
        .text;
    assert!(!shown.contains(&gone), "{shown}");
    market.settle().await;
    let part = market.order(placed).await;
    let part = (
        part.str("/store_orders/0/fulfilment"),
        part.str("/store_orders/0/settlement"),
    );
    assert_eq!(part, ("returned".to_owned(), "unpaid".to_owned()));

    // One that was paid goes back: she says under which reference she sent it.
    let (order, placed) = &orders[1];
    own.fill(order, &format!("{order}/collected"), &[]).await;
    market.settle().await;
    let operator = market.log_in(OPERATOR, "admin").await;
    let refunds = format!("/api/v1/admin/orders/{}/refunds", placed.str("/order/id"));
    let keyed = operator.with("idempotency-key", "back");
    keyed
        .post(&refunds, json!({"reason": "damaged"}))
        .await
        .expect(201);
    market.pass(Duration::minutes(1)).await;
    let opened = own.open(order).await;
    let (_, rest) = opened
        .text
        .split_once(&format!("action=\"{order}/refunds/"))
        .expect("one to send");
    let (refund, _) = rest.split_once("/sent\"").expect("its form");
    let sent = format!("{order}/refunds/{refund}/sent");
    let shown = own
        .fill(order, &sent, &[("reference", "PIX 99")])
        .await
        .text;
    assert!(
        shown.contains("The refund is marked as sent.") && !shown.contains(&sent),
        "{shown}"
    );
    market.settle().await;
    assert_eq!(
        market.order(placed).await.str("/payment/status"),
        "refunded"
    );
    market.stop().await;
}
