//! Which event makes which message, to whom, in which language.

use feira_kernel::{StoreId, Surface, UserId, outbox::Event};
use feira_notification::{PayFacts, testing::order_facts};
use feira_store::{Role, StoreChanged, StoreStatus};
use feira_user::{
    AccountLinkId, ConfirmationId, EmailChangeAsked, PasswordChanged, PasswordForgotten,
    SignInLinkRequested,
};
use serde_json::{json, to_value};
use time::macros::datetime;
use uuid::Uuid;

use crate::support::{World, operator};

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
            "change_email linked@feira.example Written 1",
            "email_change_asked person7@feira.example Written 1",
            "password_changed person7@feira.example Written 1",
            "reset_password person7@feira.example Written 1",
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

#[feira_testkit::test("notifications")]
async fn what_lets_somebody_in_is_mailed_to_her_and_shown_to_nobody(world: World) {
    let user = world.person(7, "en");
    for (n, surface) in [(1, Surface::Seller), (2, Surface::Shop)] {
        let link = AccountLinkId(Uuid::from_u128(n));
        let event = SignInLinkRequested {
            link,
            version: 1,
            user,
            surface,
        };
        let payload = to_value(event).unwrap();
        world.event(SignInLinkRequested::NAME, payload).await;
        world.settle().await;
    }
    let forgotten = PasswordForgotten {
        user,
        version: 1,
        link: AccountLinkId(Uuid::from_u128(3)),
    };
    let payload = to_value(forgotten).unwrap();
    world.event(PasswordForgotten::NAME, payload).await;
    let asked = EmailChangeAsked {
        user,
        version: 1,
        link: AccountLinkId(Uuid::from_u128(4)),
    };
    let payload = to_value(asked).unwrap();
    world.event(EmailChangeAsked::NAME, payload).await;
    let confirmation = ConfirmationId(Uuid::from_u128(5));
    world.registered(user, confirmation).await;
    for _ in 0..2 {
        world.settle().await;
    }
    let letters = world.letters();
    let texts: Vec<&str> = letters.iter().map(|l| l.text.as_str()).collect();
    assert_eq!(letters.len(), 6);
    let url = "https://shop.example.com:8443/l/sign-in/fake-token-of-";
    assert!(texts.iter().any(|text| text.contains(url)), "{texts:?}");
    let code = "> fake-token-of-";
    assert!(texts.iter().any(|text| text.contains(code)), "{texts:?}");
    for summary in world.all().await {
        let seen = world.module.api.message(&operator(), summary.id).await;
        let seen = seen.unwrap();
        let told = summary.kind == "email_change_asked";
        assert_eq!(seen.text.is_empty(), !told, "{}", summary.kind);
        assert_eq!(seen.html.is_empty(), !told, "{}", summary.kind);
    }
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
async fn an_applicant_hears_of_each_decision(world: World) {
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
            "application_approved person7@feira.example Written 1",
            "application_rejected person7@feira.example Written 1",
            "application_rejected person7@feira.example Written 1",
            "store_reinstated person7@feira.example Written 1",
            "store_suspended person7@feira.example Written 1",
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
    // Casa was told to send its part; Barro's was never paid.
    let mut facts = order_facts(order, "en", &[(casa, "Casa"), (barro, "Barro")]);
    facts.parts[1].paid = false;
    world.orders.put(facts);
    let payload =
        json!({"order": order, "version": 4, "user": null, "parts": [], "reason": "buyer"});
    world.event("order.cancelled.v1", payload).await;
    world.settle().await;
    let letters = world.letters();
    let told: Vec<_> = letters
        .iter()
        .map(|l| (l.to.as_str(), l.subject.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("guest@example.com", "On its way: order F-1001"),
            ("guest@example.com", "Order F-1001 is cancelled"),
            ("person1@feira.example", "Order F-1001-1 is cancelled"),
        ]
    );
    assert!(letters[0].text.contains("Barro") && !letters[0].text.contains("Casa"));
    assert!(letters[1].text.contains("as you asked"));
    assert!(!letters[2].text.contains("Barro") && !letters[2].text.contains("/l/order/"));
}

/// A code that waits is told of once per attempt, and one that is paid is not.
#[feira_testkit::test("notifications")]
async fn who_is_to_pay_hears_it_once_per_attempt(world: World) {
    let casa = world.store("Casa", &[1]);
    let order = world.order(1, "en", &[(casa, "Casa")]);
    let awaited = |order: Uuid, attempt: i32| {
        let payload = json!({"order": order, "version": 1, "user": null, "attempt": attempt});
        world.event("order.payment_awaited.v1", payload)
    };
    let mut facts = order_facts(order, "en", &[(casa, "Casa")]);
    facts.pay = Some(PayFacts::OnPage {});
    world.orders.put(facts);
    for attempt in [1, 1, 2] {
        awaited(order, attempt).await;
    }
    let paid = world.order(2, "en", &[(casa, "Casa")]);
    awaited(paid, 1).await;
    world.settle().await;
    let sent = "order_placed guest@example.com Written 1";
    assert_eq!(world.shown().await, [sent, sent]);
    let letter = &world.letters()[0];
    assert!(!letter.text.contains("PIX"), "it is paid on the page");
}

#[feira_testkit::test("notifications")]
async fn the_people_of_a_store_hear_of_money_and_of_stock(world: World) {
    let casa = world.store("Casa", &[1, 2]);
    let manager = world.person(3, "pt-BR");
    world.stores.add_member(casa, manager, Role::Manager);
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
            "payout_paid person1@feira.example Written 1",
            "payout_paid person3@feira.example Written 1",
            "stock_low person1@feira.example Written 1",
            "stock_low person1@feira.example Written 1",
            "stock_low person2@feira.example Written 1",
            "stock_low person2@feira.example Written 1",
            "stock_low person3@feira.example Written 1",
            "stock_low person3@feira.example Written 1",
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
        all.contains("De Rede de algodão (Size: Large, Colour: Blue, SKU REDE-G-AZ) de Casa resta uma unidade."),
        "{all}"
    );
}

#[feira_testkit::test("notifications")]
async fn a_dispute_is_told_to_its_stores_and_to_operators(world: World) {
    let casa = world.store("Casa", &[1]);
    let operator = feira_user::testing::person(9);
    world.users.add(feira_user::User {
        roles: vec!["admin".to_owned()],
        ..operator
    });
    let dispute = Uuid::from_u128(4);
    let opened = json!({"payment": Uuid::from_u128(5), "version": 2, "reference": Uuid::from_u128(6), "dispute": dispute,
        "kind": "med", "stores": [casa], "evidence_due_at": null});
    let closed = json!({"payment": Uuid::from_u128(5), "version": 3, "reference": Uuid::from_u128(6), "dispute": dispute,
        "won": true, "stores": [casa]});
    for _ in 0..2 {
        for (name, payload) in [
            ("payment.dispute_opened.v1", &opened),
            ("payment.dispute_closed.v1", &closed),
        ] {
            world.event(name, payload.clone()).await;
            world.settle().await;
        }
    }
    let letters = world.letters();
    assert_eq!(letters.len(), 4, "each is told once of each");
    for (path, times) in [("/seller/disputes/", 2), ("/admin/disputes/", 2)] {
        let link = format!("{path}{dispute}");
        let of = letters.iter().filter(|letter| letter.text.contains(&link));
        assert_eq!(of.count(), times);
    }
}
