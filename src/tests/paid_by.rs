//! By what a payment was paid: operators see a card's end and the name that a PIX has at all banks, and find the
//! order by that.

use serde_json::json;

use crate::{
    ledger::sold,
    support::{Browser, Market, cart_with, choose_shipping, one_seller, pay_pix, pix},
};

#[feira_testkit::test]
async fn a_card_has_its_end_and_a_pix_its_name_at_all_banks(market: Market) {
    let (operator, seller) = one_seller(&market, 10).await;
    let browser = Browser::sign_in(&market, "/admin/login", "operator@test.example").await;
    let by_card = sold(&market, &seller.variant(0)).await;
    let page = format!("/admin/payments/{}", by_card.str("/payment/id"));
    let details = operator.get(&format!("/api/v1{page}")).await.expect(200);
    let card = json!({"brand": "visa", "last4": "4242", "expires": "2034-12"});
    assert_eq!(details.json["card"], card);
    assert_eq!(details.json["end_to_end_id"], json!(null));
    let shown = browser.open(&page).await.text;
    assert!(shown.contains("•••• 4242"), "{shown}");

    let (guest, cart) = cart_with(&market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("pix", &cart, pix()).await.expect(201);
    pay_pix(&market, &placed.json["payment"]).await;
    market.settle().await;
    let page = format!("/admin/payments/{}", placed.str("/payment/id"));
    let details = operator.get(&format!("/api/v1{page}")).await.expect(200);
    let id = details.str("/end_to_end_id");
    assert!(id.starts_with('E') && id.len() == 32, "{id}");
    assert_eq!(details.json["card"], json!(null));
    assert!(browser.open(&page).await.text.contains(&id));
    let found = operator.get(&format!("/api/v1/admin/orders?q={id}")).await;
    let found = found.expect(200);
    assert_eq!(found.json["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(found.json["items"][0]["id"], placed.json["order"]["id"]);
    // The buyer is not told.
    let hers = format!("/api/v1/payments/{}", placed.str("/payment/id"));
    let hers = market.holder(&placed).get(&hers).await.expect(200);
    assert!(!hers.text.contains(&id), "{}", hers.text);
    market.stop().await;
}
