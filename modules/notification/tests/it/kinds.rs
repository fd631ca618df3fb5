//! Which event makes which message, to whom, in which language.

use feira_kernel::{StoreId, UserId, outbox::Event};
use feira_store::{StoreChanged, StoreStatus};
use feira_user::{
    AccountLinkId, ConfirmationId, EmailChangeAsked, PasswordChanged, PasswordForgotten,
};
use serde_json::{json, to_value};
use time::macros::datetime;
use uuid::Uuid;

use crate::support::World;

#[feira_testkit::test("notifications")]
async fn who_registered_gets_the_link(world: World) {
    let user = world.person(7, "pt-BR");
    for n in [1, 1, 2] {
        world
            .registered(user, ConfirmationId(Uuid::from_u128(n)))
            .await;
        world.settle().await;
    }
    // One for each confirmation, because only the last link is good.
    let letters = world.letters();
    assert_eq!(letters.len(), 2);
    assert!(
        letters
            .iter()
            .all(|l| l.subject == "Confirme seu e-mail" && l.to_name.is_none())
    );
    let link = format!(
        "https://shop.example.com:8443/l/verify-email/fake-token-of-{}",
        Uuid::from_u128(2)
    );
    assert!(
        letters
            .iter()
            .any(|l| l.text.contains(&link) && l.html.contains(&link))
    );
}

#[feira_testkit::test("notifications")]
async fn a_person_hears_what_becomes_of_her_account(world: World) {
    let user = world.person(7, "en");
    let link = AccountLinkId(Uuid::from_u128(5));
    let version = 2;
    let forgotten = PasswordForgotten {
        user,
        version,
        link,
    };
    let asked = EmailChangeAsked {
        user,
        version,
        link,
    };
    let changed = PasswordChanged { user, version };
    for _ in 0..2 {
        for (name, payload) in [
            (PasswordForgotten::NAME, to_value(&forgotten)),
            (EmailChangeAsked::NAME, to_value(&asked)),
            (PasswordChanged::NAME, to_value(&changed)),
        ] {
            world.event(name, payload.unwrap()).await;
            world.settle().await;
        }
    }
    assert_eq!(
        world.shown().await,
        [
            "change_email linked@feira.example Sent 1",
            "email_change_asked person7@feira.example Sent 1",
            "password_changed person7@feira.example Sent 1",
            "reset_password person7@feira.example Sent 1",
        ]
    );
    let letters = world.letters();
    let confirms = letters.iter().find(|l| l.to == "linked@feira.example");
    let confirms = confirms.unwrap();
    let token = format!("fake-token-of-{link}");
    assert!(confirms.text.contains(&format!("/l/verify-email/{token}")));
    assert!(confirms.to_name.is_none(), "it may be somebody else's");
    let resets = format!("/l/reset-password/{token}");
    assert!(letters.iter().any(|l| l.text.contains(&resets)));
}

async fn changed(
    world: &World,
    store: StoreId,
    owner: UserId,
    version: i64,
    from: Option<StoreStatus>,
    to: StoreStatus,
) {
    let event = StoreChanged {
        store,
        owner,
        version,
        from,
        to,
    };
    world
        .event(StoreChanged::NAME, to_value(event).unwrap())
        .await;
    world.settle().await;
}

#[feira_testkit::test("notifications")]
async fn an_applicant_hears_of_each_decision_and_of_nothing_else(world: World) {
    use StoreStatus::{Approved, Pending, Rejected, Suspended};
    let owner = world.person(7, "en");
    let mut store = feira_store::testing::store("Casa");
    store.owner = owner;
    store.status_reason = Some("No photo.\r\nNo address.".to_owned());
    let id = world.stores.add(store);
    changed(&world, id, owner, 1, None, Pending).await;
    changed(&world, id, owner, 2, Some(Pending), Rejected).await;
    changed(&world, id, owner, 3, Some(Rejected), Pending).await;
    changed(&world, id, owner, 4, Some(Pending), Rejected).await;
    changed(&world, id, owner, 5, Some(Rejected), Pending).await;
    changed(&world, id, owner, 6, Some(Pending), Approved).await;
    changed(&world, id, owner, 7, Some(Approved), Suspended).await;
    changed(&world, id, owner, 8, Some(Suspended), Approved).await;
    assert_eq!(
        world.shown().await,
        [
            "application_approved person7@feira.example Sent 1",
            "application_rejected person7@feira.example Sent 1",
            "application_rejected person7@feira.example Sent 1",
        ]
    );
    let letters = world.letters();
    let rejected = letters
        .iter()
        .find(|l| l.subject.contains("application"))
        .unwrap();
    assert!(
        rejected.text.contains("> No photo.\n> No address.\n"),
        "{}",
        rejected.text
    );
    assert!(
        rejected
            .text
            .contains("https://shop.example.com:8443/seller\n")
    );
}

#[feira_testkit::test("notifications")]
async fn the_buyer_hears_of_shipping_and_of_the_end(world: World) {
    let casa = world.store("Casa", &[1]);
    let barro = world.store("Barro", &[2]);
    let order = world.order(1, "en", &[(casa, "Casa"), (barro, "Barro")]);
    let part = Uuid::from_u128(order.as_u128() + 2);
    let payload = json!({"order": order, "version": 3, "user": null, "part": {"store_order": part, "store": barro}});
    world
        .event("order.store_order_shipped.v1", payload.clone())
        .await;
    world.event("order.store_order_shipped.v1", payload).await;
    let payload =
        json!({"order": order, "version": 4, "user": null, "parts": [], "reason": "buyer"});
    world.event("order.cancelled.v1", payload).await;
    world.settle().await;
    let letters = world.letters();
    let subjects: Vec<_> = letters.iter().map(|l| l.subject.as_str()).collect();
    assert_eq!(
        subjects,
        ["On its way: order F-1001", "Order F-1001 is cancelled"]
    );
    assert!(letters[0].text.contains("Barro") && !letters[0].text.contains("Casa"));
    assert!(letters[1].text.contains("as you asked"));
    assert!(letters.iter().all(|l| l.to == "guest@example.com"));
}

#[feira_testkit::test("notifications")]
async fn the_people_of_a_store_hear_of_money_and_of_stock(world: World) {
    let casa = world.store("Casa", &[1, 2]);
    world.person(2, "pt-BR");
    // Half past one in UTC is still the day before in São Paulo.
    world.db.clock().set(datetime!(2026-03-03 01:30 UTC));
    let payout = json!({"payout": Uuid::from_u128(4), "version": 2, "store": casa});
    world.event("payment.payout_paid.v1", payout).await;
    for version in [8, 8, 9] {
        let stock = json!({"variant": Uuid::from_u128(5), "product": Uuid::from_u128(6), "store": casa, "version": version, "available": 1});
        world.event("catalog.stock_low.v1", stock).await;
    }
    world.settle().await;
    assert_eq!(
        world.shown().await,
        [
            "payout_paid person1@feira.example Sent 1",
            "payout_paid person2@feira.example Sent 1",
            "stock_low person1@feira.example Sent 1",
            "stock_low person1@feira.example Sent 1",
            "stock_low person2@feira.example Sent 1",
            "stock_low person2@feira.example Sent 1",
        ]
    );
    let all = world
        .letters()
        .iter()
        .map(|l| l.text.clone())
        .collect::<String>();
    assert!(all.contains("On March 2, 2026 we paid"), "{all}");
    assert!(all.contains("Em 2 de março de 2026 repassamos"), "{all}");
    assert!(
        all.contains("De um produto de Casa resta uma unidade."),
        "{all}"
    );
}
