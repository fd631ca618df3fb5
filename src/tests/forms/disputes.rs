//! A dispute that an operator opens by hand, with evidence of her and of the store, and its ends.

use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use super::OPERATOR;
use crate::support::{
    BY_HAND, Browser, Market, bank_transfer, cart_with, choose_shipping, one_seller,
};

#[feira_testkit::test]
async fn a_dispute_by_hand_is_opened_answered_and_closed(db: TestDb) {
    let market = Market::start_with(&db, BY_HAND).await;
    let (operator, seller) = one_seller(&market, 10).await;
    let (guest, cart) = cart_with(&market, &[(seller.variant(0), 1)]).await;
    let cart = choose_shipping(&guest, &cart).await.json;
    let placed = guest.check_out("transfer", &cart, bank_transfer()).await;
    let placed = placed.expect(201);
    let payment = format!("/admin/payments/{}", placed.str("/payment/id"));
    let keyed = operator.with("idempotency-key", "paid");
    let paid = format!("/api/v1{payment}/mark-paid");
    keyed
        .post(&paid, json!({"note": "by transfer"}))
        .await
        .expect(200);
    market.settle().await;

    let browser = Browser::sign_in(&market, "/admin/login", OPERATOR).await;
    let page = format!("{payment}/dispute");
    let due = (market.clock().now() + Duration::days(7))
        .date()
        .to_string();
    let typed = |amount: &'static str| {
        [
            ("amount", amount),
            ("reason", "not received"),
            ("bank_reference", "MED-1"),
            ("evidence_due_at", due.as_str()),
        ]
    };
    let opened = browser.open(&page).await;
    let much = browser.save(&opened, &page, &typed("99999.00")).await;
    much.expect(422);
    let shown = browser.fill(&page, &page, &typed("2.00")).await.text;
    assert!(shown.contains("The dispute is opened"), "{shown}");
    assert!(
        shown.contains("MED-1") && shown.contains("R$2.00"),
        "{shown}"
    );
    let found = operator.get("/api/v1/admin/disputes").await.expect(200);
    let id = found.str("/items/0/id");

    // Evidence of the store, with a file and without, and one that is taken away again.
    let hers = format!("/seller/disputes/{id}");
    let own = Browser::sign_in(&market, "/seller/login", &seller.email).await;
    let write = format!("{hers}/evidence");
    let empty = own
        .upload(&hers, &write, &[("kind", "explanation")], "")
        .await;
    empty.expect(422);
    for (kind, text) in [
        ("explanation", "It arrived on Monday."),
        ("policy", "No returns."),
    ] {
        let typed = [("kind", kind), ("text", text)];
        let written = own.upload(&hers, &write, &typed, "").await.expect(303);
        let shown = own.led_on(&written).await;
        assert!(shown.text.contains(text), "{}", shown.text);
    }
    let remove = format!("{write}/policy/remove");
    let shown = own.fill(&hers, &remove, &[]).await.text;
    assert!(
        !shown.contains("No returns.") && shown.contains("on Monday"),
        "{shown}"
    );

    // The operator reads it and adds hers.
    let dispute = format!("/admin/disputes/{id}");
    let write = format!("{dispute}/evidence");
    let typed = [
        ("kind", "communication"),
        ("text", "She wrote that it came."),
    ];
    let written = browser.upload(&dispute, &write, &typed, "").await;
    written.expect(303);
    let shown = browser.open(&dispute).await.text;
    assert!(
        shown.contains("on Monday") && shown.contains("She wrote that it came."),
        "{shown}"
    );

    // The store says that its evidence is complete.
    let send = format!("{hers}/send");
    let unsure = own.open(&hers).await;
    let unsure = own.save(&unsure, &send, &[("sure", "")]).await.expect(303);
    assert_eq!(unsure.header("location"), Some(&*hers));
    let shown = own.fill(&hers, &send, &[]).await.text;
    assert!(shown.contains("The evidence is"), "{shown}");

    let close = format!("{dispute}/close/won");
    let unsure = browser.open(&dispute).await;
    let unsure = browser.save(&unsure, &close, &[("sure", "")]).await;
    unsure.expect(303);
    let state = async || {
        let path = format!("/api/v1/admin/disputes/{id}");
        operator.get(&path).await.expect(200).str("/dispute/state")
    };
    assert_ne!(state().await, "won", "nobody said to be sure");
    let shown = browser.fill(&dispute, &close, &[]).await.text;
    assert!(
        shown.contains(">Won<") && !shown.contains(&close),
        "{shown}"
    );
    assert_eq!(state().await, "won");
    let books = operator.get("/api/v1/admin/books").await.expect(200);
    assert_eq!(books.json["balanced"], true, "{}", books.text);
    market.stop().await;
}
