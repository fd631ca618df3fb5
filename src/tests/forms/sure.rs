//! What moves money asks whether she is sure: without the tick nothing is done.

use feira_testkit::TestDb;

use super::{OPERATOR, not_done};
use crate::support::{
    BY_HAND, Browser, Market, bank_transfer, cart_with, cash_on_delivery, choose_shipping,
    two_sellers,
};

const PAID: &str = "SELECT (SELECT count(*) FROM payments.payments WHERE status = 'completed') \
    + (SELECT count(*) FROM payments.payment_legs WHERE status <> 'open')";

#[feira_testkit::test]
async fn money_that_came_is_said_by_who_is_sure(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (_, ana, bento) = two_sellers(&market).await;
    let (guest, cart) = cart_with(&market, &[(ana.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let transfer = guest.check_out("transfer", &cart, bank_transfer()).await;
    let transfer = transfer.expect(201);
    let both = [(ana.variant(0), 1), (bento.variant(0), 1)];
    let (guest, cart) = cart_with(&market, &both).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let door = guest.check_out("door", &cart, cash_on_delivery()).await;
    let door = door.expect(201);
    market.settle().await;
    let parts = door.json["order"]["store_orders"].as_array();
    let of = |store: &str| {
        let mut parts = parts.expect("its parts").iter();
        let part = parts.find(|part| part["store_id"] == store).expect("one");
        part["id"].as_str().expect("an id").to_owned()
    };
    let (of_ana, of_bento) = (of(&ana.store), of(&bento.store));

    let own = Browser::sign_in(&market, "/seller/login", &ana.email).await;
    let order = format!("/seller/orders/{of_ana}");
    let ship = [("carrier", "Courier"), ("tracking_number", "1")];
    own.fill(&order, &format!("{order}/ship"), &ship).await;
    let operator = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let payment =
        |of: &crate::support::Answer| format!("/admin/payments/{}", of.str("/payment/id"));
    let (by_transfer, at_the_door) = (payment(&transfer), payment(&door));
    let legs = format!("{at_the_door}/legs/{of_bento}");
    for (browser, page, action) in [
        (&own, &order, format!("{order}/collected")),
        (&operator, &by_transfer, format!("{by_transfer}/paid")),
        (&operator, &at_the_door, format!("{legs}/paid")),
        (&operator, &at_the_door, format!("{legs}/unpaid")),
    ] {
        let sent = browser.submit(page, &action, &[]).await;
        not_done(browser, sent, &action).await;
        assert_eq!(market.count(PAID).await, 0, "{action}");
    }
    // The form as its page gives it asks for the tick.
    operator
        .fill(&by_transfer, &format!("{by_transfer}/paid"), &[])
        .await;
    assert_eq!(market.count(PAID).await, 1);
    own.fill(&order, &format!("{order}/collected"), &[]).await;
    assert_eq!(market.count(PAID).await, 2);
    market.settle().await;
    market.stop().await;
}
