//! The table of who must hear of what, and what that must name and link to: every kind of message has
//! its row, in both languages.

use std::collections::BTreeSet;

use feira_kernel::{StoreId, Surface, UserId, outbox::Event};
use feira_notification::{PayFacts, kinds, testing::order_facts};
use feira_store::{Role, StoreChanged, StoreStatus};
use feira_user::{
    AccountLinkId, ConfirmationId, EmailChangeAsked, PasswordChanged, PasswordForgotten,
    SignInLinkRequested,
};
use serde_json::{json, to_value};
use uuid::Uuid;

use crate::support::World;

const BASE: &str = "https://shop.example.com:8443";
const REASON: &str = "Copies of a brand.";
const CODE: &str = "00020126FEIRA6304ABCD";
const BUYER: &[&str] = &["guest@example.com"];
const PERSON: &[&str] = &["person7@feira.example"];
/// The address that a link of the fake goes to.
const LINKED: &[&str] = &["linked@feira.example"];
const OWNER: &[&str] = &["person1@feira.example"];
const STORE: &[&str] = &[
    "person1@feira.example",
    "person2@feira.example",
    "person3@feira.example",
];
/// Those of the store who see its money: a link of money answers its staff 403.
const MONEY: &[&str] = &["person1@feira.example", "person3@feira.example"];

/// What a language writes in its own way.
struct Words {
    locale: &'static str,
    footer: &'static str,
    total: &'static str,
    ten: &'static str,
    until: &'static str,
    day: &'static str,
    left: &'static str,
}

const ENGLISH: Words = Words {
    locale: "en",
    footer: "sent you this message",
    total: "R$1,244.50",
    ten: "R$10.00",
    until: "March 2, 2026 at 14:30 (UTC-03:00)",
    day: "March 2, 2026",
    left: "3 units are left",
};

const PORTUGUESE: Words = Words {
    locale: "pt-BR",
    footer: "enviou esta mensagem",
    total: "R$\u{a0}1.244,50",
    ten: "R$ 10,00",
    until: "2 de março de 2026 às 14:30 (UTC-03:00)",
    day: "2 de março de 2026",
    left: "restam 3 unidades",
};

/// Kind, who hears it, what it names, where its link leads.
struct Row(
    &'static str,
    &'static [&'static str],
    Vec<&'static str>,
    String,
);

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn order() -> Uuid {
    id(1 << 64)
}

fn part() -> Uuid {
    id((1 << 64) + 1)
}

fn table(words: &Words) -> Vec<Row> {
    let mut rows = of_accounts();
    let mut stores = of_stores(words);
    stores.splice(4..4, of_orders(words)).for_each(drop);
    rows.extend(stores);
    rows
}

fn of_accounts() -> Vec<Row> {
    let forgot = || "/account/forgot".to_owned();
    let by = |path: &str, n| format!("/l/{path}/fake-token-of-{}", id(n));
    let row = |kind, to, link| Row(kind, to, Vec::new(), link);
    vec![
        row("verify_email", PERSON, by("verify-email", 8)),
        row("reset_password", PERSON, by("reset-password", 9)),
        row("change_email", LINKED, by("verify-email", 10)),
        row("email_change_asked", PERSON, forgot()),
        row("password_changed", PERSON, forgot()),
        row("sign_in_link", PERSON, by("sign-in", 11)),
    ]
}

fn of_orders(words: &Words) -> Vec<Row> {
    let (open, product) = ("/l/order/guest-token_1.x".to_owned(), "Rede de algodão");
    let of_store = format!("/seller/orders/{}", part());
    let placed = vec!["F-1001", words.total, words.until, CODE];
    let confirmed = vec!["F-1001", "Casa", product, words.total];
    let shipped = vec!["F-1001", "Casa", "Correios BR123456789BR"];
    let new = vec!["F-1001-1", "Casa", product, "Rua das Flores, 12"];
    let cancelled = vec!["F-1001-1", "Casa", product, words.total];
    vec![
        Row("order_placed", BUYER, placed, open.clone()),
        Row("order_confirmed", BUYER, confirmed, open.clone()),
        Row("order_shipped", BUYER, shipped, open.clone()),
        Row(
            "order_cancelled",
            BUYER,
            vec!["F-1001", words.total],
            open.clone(),
        ),
        Row("order_refunded", BUYER, vec!["F-1001", words.ten], open),
        Row("new_order", STORE, new, of_store.clone()),
        Row("part_cancelled", STORE, cancelled, of_store.clone()),
        Row(
            "part_refunded",
            STORE,
            vec!["F-1001-1", "Casa", words.ten],
            of_store,
        ),
    ]
}

fn of_stores(words: &Words) -> Vec<Row> {
    let home = || "/seller".to_owned();
    let (casa, why) = (|| vec!["Casa"], || vec!["Casa", REASON]);
    let options = "Size: Large, Colour: Blue";
    let low = vec!["Casa", "Rede de algodão", options, "REDE-G-AZ", words.left];
    let product = format!("/seller/products/{}", id(6));
    let payouts = "/seller/payouts".to_owned();
    let dispute = |n| format!("/seller/disputes/{}", id(n));
    vec![
        Row("application_approved", OWNER, casa(), home()),
        Row("application_rejected", OWNER, why(), home()),
        Row("store_suspended", STORE, why(), home()),
        Row("store_reinstated", STORE, casa(), home()),
        Row("payout_paid", MONEY, vec!["Casa", words.day], payouts),
        Row(
            "payout_returned",
            MONEY,
            casa(),
            "/seller/payouts".to_owned(),
        ),
        Row(
            "debt_invoiced",
            MONEY,
            casa(),
            "/seller/invoices".to_owned(),
        ),
        Row(
            "payout_account_changed",
            OWNER,
            casa(),
            "/seller/payouts/account".to_owned(),
        ),
        Row(
            "payment_disputed",
            MONEY,
            vec!["Casa", words.day],
            dispute(12),
        ),
        Row("dispute_closed", MONEY, casa(), dispute(12)),
        Row("stock_low", STORE, low, product),
    ]
}

/// What becomes of the account of a person.
async fn of_her_account(world: &World, user: UserId) {
    let [reset, change, sign_in] = [9, 10, 11].map(|n| AccountLinkId(id(n)));
    world.registered(user, ConfirmationId(id(8))).await;
    let forgotten = PasswordForgotten {
        user,
        version: 2,
        link: reset,
    };
    let asked = EmailChangeAsked {
        user,
        version: 3,
        link: change,
    };
    let changed = PasswordChanged { user, version: 4 };
    let requested = SignInLinkRequested {
        link: sign_in,
        version: 1,
        user,
        surface: Surface::Seller,
    };
    for (name, payload) in [
        (PasswordForgotten::NAME, to_value(forgotten)),
        (EmailChangeAsked::NAME, to_value(asked)),
        (PasswordChanged::NAME, to_value(changed)),
        (SignInLinkRequested::NAME, to_value(requested)),
    ] {
        world.event(name, payload.unwrap()).await;
    }
}

/// One event of each kind that anybody is told of.
async fn everything_happens(world: &World, locale: &str) {
    use StoreStatus::{Approved, Pending, Rejected, Suspended};
    let [owner, staff, manager, person] = [1, 2, 3, 7].map(|n| world.person(n, locale));
    let mut casa = feira_store::testing::store("Casa");
    casa.owner = owner;
    casa.status_reason = Some(REASON.to_owned());
    let store = world.stores.add(casa);
    world.stores.add_member(store, staff, Role::Staff);
    world.stores.add_member(store, manager, Role::Manager);
    let mut facts = order_facts(order(), locale, &[(store, "Casa")]);
    facts.pay = Some(PayFacts::Pix {
        code: CODE.to_owned(),
    });
    facts.parts[0].shipments = vec![("Correios".to_owned(), "BR123456789BR".to_owned())];
    world.orders.put(facts);

    of_her_account(world, person).await;
    for (version, from, to) in [
        (2, Pending, Rejected),
        (3, Pending, Approved),
        (4, Approved, Suspended),
        (5, Suspended, Approved),
    ] {
        let changed = StoreChanged {
            store,
            owner,
            version,
            from: Some(from),
            to,
        };
        let payload = to_value(changed).unwrap();
        world.event(StoreChanged::NAME, payload).await;
    }
    let payload = json!({"store": store, "owner": owner, "version": 2});
    world
        .event("store.payout_account_changed.v1", payload)
        .await;
    of_the_order(world, store).await;
}

/// What becomes of an order, its money and its goods.
async fn of_the_order(world: &World, store: StoreId) {
    let (order, of_store) = (order(), json!({"store_order": part(), "store": store}));
    let ten = json!({"amount": "10.00", "currency": "BRL"});
    let refunded = json!({"store_order": part(), "store": store, "amount": ten});
    for (name, payload) in [
        (
            "order.payment_awaited.v1",
            json!({"order": order, "version": 1, "user": null, "attempt": 1}),
        ),
        (
            "order.confirmed.v1",
            json!({"order": order, "version": 2, "user": null, "parts": [of_store]}),
        ),
        (
            "order.store_order_shipped.v1",
            json!({"order": order, "version": 3, "user": null, "part": of_store}),
        ),
        (
            "order.cancelled.v1",
            json!({"order": order, "version": 4, "user": null, "parts": [of_store], "reason": "buyer"}),
        ),
        (
            "order.refunded.v1",
            json!({"order": order, "version": 5, "user": null, "refund": id(12), "amount": ten, "parts": [refunded], "by_operator": true}),
        ),
        (
            "payment.payout_paid.v1",
            json!({"payout": id(4), "version": 2, "store": store}),
        ),
        (
            "payment.payout_returned.v1",
            json!({"payout": id(4), "version": 3, "store": store}),
        ),
        (
            "payment.debt_invoiced.v1",
            json!({"invoice": id(14), "version": 1, "store": store}),
        ),
        (
            "payment.dispute_opened.v1",
            json!({"payment": id(13), "version": 2, "reference": order, "dispute": id(12), "kind": "chargeback",
                   "stores": [store], "evidence_due_at": "2026-03-02T15:00:00Z"}),
        ),
        (
            "payment.dispute_closed.v1",
            json!({"payment": id(13), "version": 3, "reference": order, "dispute": id(12), "won": false, "stores": [store]}),
        ),
        (
            "catalog.stock_low.v1",
            json!({"variant": id(5), "product": id(6), "store": store, "version": 9, "available": 3}),
        ),
    ] {
        world.event(name, payload).await;
    }
}

async fn everybody_is_told(world: &World, words: &Words) {
    world
        .db
        .clock()
        .set(time::macros::datetime!(2026-03-02 15:00 UTC));
    everything_happens(world, words.locale).await;
    world.settle().await;
    let (messages, letters) = (world.all().await, world.letters());
    let rows = table(words);
    let of_table: Vec<_> = rows.iter().map(|Row(kind, ..)| *kind).collect();
    assert_eq!(of_table, kinds().collect::<Vec<_>>(), "a row for each kind");
    for Row(kind, to, names, link) in rows {
        let of_kind: Vec<_> = messages.iter().filter(|m| m.kind == kind).collect();
        let told: BTreeSet<_> = of_kind.iter().map(|m| m.recipient.as_str()).collect();
        assert_eq!(told, to.iter().copied().collect(), "{kind}");
        for message in of_kind {
            let own = message.id.to_string();
            let letter = letters.iter().find(|l| l.id.starts_with(&own)).unwrap();
            let said = format!("{}\n{}", letter.subject, letter.text);
            for name in names.iter().chain([&words.footer]) {
                assert!(said.contains(name), "{kind}: {name:?} is not in {said}");
            }
            let link = format!("{BASE}{link}");
            assert!(said.contains(&format!("{link}\n")), "{kind}: {said}");
            assert!(letter.html.contains(&format!("\"{link}\"")), "{kind}");
        }
    }
}

#[feira_testkit::test("notifications")]
async fn everybody_is_told_in_english(world: World) {
    everybody_is_told(&world, &ENGLISH).await;
}

#[feira_testkit::test("notifications")]
async fn everybody_is_told_in_portuguese(world: World) {
    everybody_is_told(&world, &PORTUGUESE).await;
}
