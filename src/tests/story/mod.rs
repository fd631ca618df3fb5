//! The whole road in one test: two people apply to sell, an operator approves, they offer, a guest
//! fills a cart, logs in and pays, another buys without an account, everything is sent, arrives
//! and is paid out.

mod buying;
mod messages;
mod selling;
mod settling;

use crate::support::{Browser, Market};

const OPERATOR: &str = "operator@test.example";

#[feira_testkit::test]
async fn from_the_first_application_to_the_payout(market: Market) {
    let api_operator = market.operator().await;
    let operator = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let category = selling::category(&api_operator).await;

    let ana = selling::apply_by_link(&market, &operator, "Ana Ceramica").await;
    let ana = selling::offer_on_a_page(ana, &market, &category).await;
    let bento = selling::apply(&market, &operator, "Bento Cafe").await;
    let bento = selling::offer_by_the_api(bento, &market, &category).await;
    let tray = selling::import_by_command(&market, "bento-cafe").await;

    let clara = buying::Buyer::from_guest(&market, &ana, &bento).await;
    let order = clara.check_out_with_pix(&market).await;
    let guest = buying::guest_buys(&market, &tray).await;

    settling::one_order_of_two_stores(&market, &api_operator, &order).await;
    settling::stock_has_moved(&market, &ana, &bento).await;
    settling::books_are_balanced(&market).await;
    messages::everybody_was_told_once(&market, &ana, &bento).await;

    settling::send(&market, &ana, &bento, "QB000000001BR").await;
    settling::send(&market, &bento, &ana, "QB000000002BR").await;
    settling::arrive(&market, &clara, &order, &guest).await;
    settling::pay_out(&market, [&ana, &bento]).await;
    messages::each_was_sent_once(&market).await;
    market.stop().await;
}
