//! What a store owes: billed, the bill's paper, ended; a part written off.

use serde_json::{Value, json};
use time::Duration;

use super::OPERATOR;
use crate::{
    ledger::{given_back, paid_out, sold},
    support::{Browser, Client, Market, one_seller, payable},
};

async fn owed(operator: &Client) -> Value {
    let found = operator.get("/api/v1/admin/ledger/debts").await.expect(200);
    found.json["items"][0]["owed"]["amount"].clone()
}

#[feira_testkit::test]
async fn a_debt_is_billed_paid_and_written_off(market: Market) {
    let (_, seller) = one_seller(&market, 10).await;
    let placed = sold(&market, &seller.variant(0)).await;
    payable(&market, &seller, &placed.str("/order/store_orders/0/id")).await;
    let operator = market.log_in(OPERATOR, "admin").await;
    paid_out(&operator).await;
    given_back(&market, &operator, &placed).await;
    let before = owed(&operator).await;
    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let store = format!("/admin/books/stores/{}", seller.store);
    let page = format!("{store}/invoices");
    let due = (market.clock().now() + Duration::days(10))
        .date()
        .to_string();
    let typed = |amount: &'static str| {
        [
            ("amount", amount),
            ("due_on", due.as_str()),
            ("note", "By PIX, please"),
        ]
    };
    let opened = browser.open(&page).await;
    let much = browser.save(&opened, &page, &typed("99999.00")).await;
    much.expect(422);
    let mut shown = browser.fill(&page, &page, &typed("2.00")).await.text;
    assert!(
        shown.contains("R$2.00") && shown.contains(">Open<"),
        "{shown}"
    );

    // Its paper, and each of its ends; what is withdrawn is still owed.
    for (outcome, word, left) in [
        ("withdrawn", "Withdrawn", None),
        ("paid", "Paid", Some("2.00")),
        ("written_off", "Written off", Some("2.00")),
    ] {
        if outcome != "withdrawn" {
            shown = browser.fill(&page, &page, &typed("2.00")).await.text;
        }
        let (_, rest) = shown
            .split_once(&format!("action=\"{page}/"))
            .expect("one is open");
        let (invoice, _) = rest.split_once("/end\"").expect("its end");
        let paper = format!("{page}/{invoice}/pdf");
        assert!(shown.contains(&format!("href=\"{paper}\"")), "{shown}");
        let paper = browser.client.get(&paper).await.expect(200);
        assert_eq!(paper.header("content-type"), Some("application/pdf"));
        assert!(paper.text.starts_with("%PDF-"));
        let was = owed(&operator).await;
        let end = format!("{page}/{invoice}/end");
        let ended = [("outcome", outcome), ("note", "as agreed")];
        shown = browser.fill(&page, &end, &ended).await.text;
        assert!(shown.contains(&format!(">{word}<")), "{outcome}: {shown}");
        assert!(
            shown.contains("as agreed") && !shown.contains(&end),
            "{shown}"
        );
        let cents = |amount: &Value| {
            let text = amount.as_str().expect("an amount").replace('.', "");
            text.parse::<i64>().expect("digits")
        };
        let less = cents(&was) - cents(&owed(&operator).await);
        assert_eq!(
            less,
            left.map_or(0, |left| cents(&json!(left))),
            "{outcome}"
        );
    }

    let rest = owed(&operator).await;
    assert_ne!(rest, before);
    let action = format!("{store}/write-off");
    let rest = rest.as_str().expect("an amount").to_owned();
    let opened = browser.open(&store).await;
    let unsaid = browser
        .save(&opened, &action, &[("amount", &rest), ("reason", "")])
        .await;
    unsaid.expect(422);
    let typed = [("amount", rest.as_str()), ("reason", "the store is gone")];
    let shown = browser.fill(&store, &action, &typed).await.text;
    assert!(
        shown.contains("Written off: the store owes less"),
        "{shown}"
    );
    assert_eq!(owed(&operator).await, Value::Null);
    let shown = browser.open(&page).await.text;
    assert!(shown.contains("the store is gone"), "{shown}");
    market.stop().await;
}
