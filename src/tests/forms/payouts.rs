//! Payouts: made, put in the bank's file, given up, made again, paid, come back.

use super::OPERATOR;
use crate::{
    ledger::sold,
    support::{Browser, Market, one_seller, payable},
};

const PAGE: &str = "/admin/payouts";

/// The addresses of those in this state.
async fn all(market: &Market, state: &str) -> Vec<String> {
    let operator = market.log_in(OPERATOR, "admin").await;
    let path = format!("/api/v1/admin/payouts?status={state}");
    let found = operator.get(&path).await.expect(200);
    let items = found.json["items"].as_array().expect("payouts").iter();
    let ids = items.map(|one| one["id"].as_str().expect("an id"));
    ids.map(|id| format!("{PAGE}/{id}")).collect()
}

/// The address of the one that waits.
async fn waiting(market: &Market) -> String {
    let [one] = <[String; 1]>::try_from(all(market, "pending").await).expect("one");
    one
}

#[feira_testkit::test]
async fn a_payout_is_made_filed_given_up_made_again_paid_and_sent_back(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    payable(&market, &seller, &placed.str("/order/store_orders/0/id")).await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let run = format!("{PAGE}/run");
    let shown = browser.fill(PAGE, &run, &[]).await.text;
    let first = waiting(&market).await;
    assert!(
        shown.contains(&first) && shown.contains("To be paid"),
        "{shown}"
    );

    // The file has it once, and again for who asks for it.
    let file = async |again: &str| {
        let opened = browser.open(PAGE).await;
        let file = format!("{PAGE}/file");
        let made = browser.save(&opened, &file, &[("again", again)]).await;
        let made = made.expect(200);
        assert_eq!(made.header("content-type"), Some("text/csv; charset=utf-8"));
        made.text.lines().count()
    };
    assert_eq!((file("").await, file("yes").await), (2, 2));
    assert_eq!(file("").await, 1, "only its names");
    let shown = browser.open(&first).await.text;
    assert!(shown.contains("In a file for the bank since"), "{shown}");

    // Who gives up what the bank has says that it did not pay it.
    let cancel = format!("{first}/cancelled");
    let opened = browser.open(&first).await;
    let unsure = [("reason", "wrong key"), ("bank_did_not_pay", "")];
    let refused = browser.save(&opened, &cancel, &unsure).await;
    refused.expect(422);
    let shown = browser
        .fill(&first, &cancel, &[("reason", "wrong key")])
        .await;
    assert!(
        shown.text.contains("Given up") && shown.text.contains("wrong key"),
        "{}",
        shown.text
    );
    browser.fill(&first, &format!("{first}/again"), &[]).await;
    let second = waiting(&market).await;
    assert_ne!(second, first);

    let pay = format!("{second}/pay");
    let opened = browser.open(&second).await;
    let unnamed = browser.save(&opened, &pay, &[("reference", "")]).await;
    unnamed.expect(422);
    let shown = browser
        .fill(&second, &pay, &[("reference", "TED 4711")])
        .await;
    assert!(shown.text.contains("TED 4711"), "{}", shown.text);
    let returned = format!("{second}/returned");
    let shown = browser
        .fill(&second, &returned, &[("reason", "account closed")])
        .await;
    assert!(shown.text.contains("Came back"), "{}", shown.text);
    browser.fill(&second, &format!("{second}/again"), &[]).await;
    let third = waiting(&market).await;

    // The list has a form for each that waits.
    let paid = format!("{third}/paid");
    let shown = browser
        .fill(PAGE, &paid, &[("reference", "TED 4712")])
        .await
        .text;
    assert!(
        shown.contains("TED 4712") && !shown.contains(&paid),
        "{shown}"
    );
    assert_eq!(all(&market, "paid").await, [third]);
    market.stop().await;
}
