//! The rows: an event, and what it makes for whom.

use feira_kernel::{StoreId, Surface, UserId, outbox::Event};
use feira_store::{StoreChanged, StoreStatus};
use feira_user::{
    AccountLinkId, ConfirmationId, EmailChangeAsked, PasswordChanged, PasswordForgotten,
    Registered, SignInLinkRequested,
};
use serde_json::{Value, json, to_value};
use uuid::Uuid;

use super::words::Words;

pub(super) const REASON: &str = "Copies of a brand.";
pub(super) const CODE: &str = "00020126FEIRA6304ABCD";
/// By which the bank of a store that is paid itself tells of it.
pub(super) const TXID: &str = "00000000000000000000000AB";
const GUEST: &[&str] = &["guest@example.com"];
const PERSON: &[&str] = &["person7@feira.example"];
pub(super) const OPERATOR: &[&str] = &["person9@feira.example"];
/// The address that a link of the fake goes to.
const LINKED: &[&str] = &["linked@feira.example"];
const OWNER: &[&str] = &["person1@feira.example"];
const STORE: &[&str] = &[
    "person1@feira.example",
    "person2@feira.example",
    "person3@feira.example",
];
/// Those of the store who see its money: a link of money answers its staff 403.
pub(super) const MONEY: &[&str] = &["person1@feira.example", "person3@feira.example"];

/// Something that happens, and all that anybody is told of it.
pub(super) struct Row {
    pub(super) event: &'static str,
    pub(super) payload: Value,
    pub(super) told: Vec<Told>,
}

/// Of this kind, to whom, what it names, where its link leads.
pub(super) struct Told(
    pub(super) &'static str,
    pub(super) &'static [&'static str],
    pub(super) Vec<&'static str>,
    pub(super) String,
);

pub(super) fn row(event: &'static str, payload: Value, told: Vec<Told>) -> Row {
    Row {
        event,
        payload,
        told,
    }
}

pub(super) fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// A guest's order, that of a person, one of a guest who never paid, and one that pays its store itself.
pub(super) fn orders() -> [Uuid; 4] {
    [1, 2, 3, 4].map(|n| id(n << 64))
}

pub(super) fn part(order: Uuid) -> Uuid {
    id(order.as_u128() + 1)
}

pub(super) fn table(words: &Words, store: StoreId, owner: UserId, person: UserId) -> Vec<Row> {
    let mut rows = of_accounts(person);
    rows.extend(of_stores(store, owner));
    let [guests, persons, ..] = orders();
    let told = |order, to, token| of_an_order(words, store, (order, to, token));
    rows.extend(told(guests, GUEST, "guest-token_1.x"));
    rows.extend(told(persons, PERSON, "her-token"));
    rows.extend(that_ends_unpaid(words));
    rows.extend(that_pays_its_store(words, store));
    rows.extend(of_money(words, store));
    rows
}

/// What becomes of the account of a person.
fn of_accounts(user: UserId) -> Vec<Row> {
    let forgot = || "/account/forgot".to_owned();
    let by = |path: &str, n| format!("/l/{path}/fake-token-of-{}", id(n));
    let one = |kind, to, link| Told(kind, to, Vec::new(), link);
    let registered = Registered {
        user,
        version: 1,
        confirmation: ConfirmationId(id(8)),
    };
    let [reset, change, sign_in] = [9, 10, 11].map(|n| AccountLinkId(id(n)));
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
    let row = |name, payload: serde_json::Result<Value>, told| row(name, payload.unwrap(), told);
    vec![
        row(
            Registered::NAME,
            to_value(registered),
            vec![one("verify_email", PERSON, by("verify-email", 8))],
        ),
        row(
            PasswordForgotten::NAME,
            to_value(forgotten),
            vec![one("reset_password", PERSON, by("reset-password", 9))],
        ),
        row(
            EmailChangeAsked::NAME,
            to_value(asked),
            vec![
                one("change_email", LINKED, by("verify-email", 10)),
                one("email_change_asked", PERSON, forgot()),
            ],
        ),
        row(
            PasswordChanged::NAME,
            to_value(changed),
            vec![one("password_changed", PERSON, forgot())],
        ),
        row(
            SignInLinkRequested::NAME,
            to_value(requested),
            vec![one("sign_in_link", PERSON, by("sign-in", 11))],
        ),
    ]
}

/// What becomes of a store: an application is its owner's affair.
fn of_stores(store: StoreId, owner: UserId) -> Vec<Row> {
    use StoreStatus::{Approved, Pending, Rejected, Suspended};
    let (casa, why) = (|| vec!["Casa"], || vec!["Casa", REASON]);
    let home = || "/seller".to_owned();
    let mut rows = Vec::new();
    for (version, from, to, told) in [
        (1, None, Pending, None),
        (
            2,
            Some(Pending),
            Rejected,
            Some(("application_rejected", OWNER, why())),
        ),
        (3, Some(Rejected), Pending, None),
        (
            4,
            Some(Pending),
            Approved,
            Some(("application_approved", OWNER, casa())),
        ),
        (
            5,
            Some(Approved),
            Suspended,
            Some(("store_suspended", STORE, why())),
        ),
        (
            6,
            Some(Suspended),
            Approved,
            Some(("store_reinstated", STORE, casa())),
        ),
    ] {
        let changed = StoreChanged {
            store,
            owner,
            version,
            from,
            to,
        };
        let told = told.map(|(kind, to, names)| Told(kind, to, names, home()));
        let payload = to_value(changed).unwrap();
        rows.push(row(StoreChanged::NAME, payload, told.into_iter().collect()));
    }
    let account = "/seller/payouts/account".to_owned();
    rows.push(row(
        "store.payout_account_changed.v1",
        json!({"store": store, "owner": owner, "version": 2}),
        vec![Told("payout_account_changed", OWNER, casa(), account)],
    ));
    let profile = "/seller/profile".to_owned();
    rows.push(row(
        "store.phone_changed.v1",
        json!({"store": store, "owner": owner, "version": 2}),
        vec![Told("phone_changed", OWNER, casa(), profile)],
    ));
    rows
}

/// From the payment that waits to the money that goes back: of a guest and of a person the same, each
/// with the link that opens her order.
fn of_an_order(
    words: &Words,
    store: StoreId,
    (order, to, token): (Uuid, &'static [&'static str], &str),
) -> Vec<Row> {
    let (open, part) = (|| format!("/l/order/{token}"), part(order));
    let of_store = || format!("/seller/orders/{part}");
    let product = "Rede de algodão";
    let of_part = json!({"store_order": part, "store": store});
    let ten = json!({"amount": "10.00", "currency": "BRL"});
    let refunded = |refund: Uuid, by_operator: bool| {
        let part = json!({"store_order": part, "store": store, "amount": ten});
        json!({"order": order, "version": 5, "user": null, "refund": refund, "amount": ten, "parts": [part],
               "by_operator": by_operator})
    };
    let back = || Told("order_refunded", to, vec!["F-1001", words.ten], open());
    let placed = vec!["F-1001", words.total, words.until, CODE];
    let confirmed = vec!["F-1001", "Casa", product, words.total];
    let new = vec!["F-1001-1", "Casa", product, "Rua das Flores, 12"];
    let shipped = vec!["F-1001", "Casa", "Correios BR123456789BR"];
    let ended = vec!["F-1001", words.total, words.asked];
    let cancelled = vec!["F-1001-1", "Casa", product, words.total];
    let part_refunded = vec!["F-1001-1", "Casa", words.ten];
    let of_refund = |n| id(order.as_u128() + n);
    vec![
        row(
            "order.payment_awaited.v1",
            json!({"order": order, "version": 1, "user": null, "attempt": 1}),
            vec![Told("order_placed", to, placed, open())],
        ),
        row(
            "order.confirmed.v1",
            json!({"order": order, "version": 2, "user": null, "parts": [of_part]}),
            vec![
                Told("order_confirmed", to, confirmed, open()),
                Told("new_order", STORE, new, of_store()),
            ],
        ),
        row(
            "order.store_order_shipped.v1",
            json!({"order": order, "version": 3, "user": null, "part": of_part}),
            vec![Told("order_shipped", to, shipped, open())],
        ),
        row(
            "order.cancelled.v1",
            json!({"order": order, "version": 4, "user": null, "parts": [of_part], "reason": "buyer"}),
            vec![
                Told("order_cancelled", to, ended, open()),
                Told("part_cancelled", STORE, cancelled, of_store()),
            ],
        ),
        // A store that gave it back itself knows.
        row(
            "order.refunded.v1",
            refunded(of_refund(12), false),
            vec![back()],
        ),
        row(
            "order.refunded.v1",
            refunded(of_refund(13), true),
            vec![
                back(),
                Told("part_refunded", STORE, part_refunded, of_store()),
            ],
        ),
    ]
}

/// Its store never heard of it.
fn that_ends_unpaid(words: &Words) -> Vec<Row> {
    let [_, _, order, _] = orders();
    let names = vec!["F-1001", words.total, words.expired];
    vec![row(
        "order.cancelled.v1",
        json!({"order": order, "version": 2, "user": null, "parts": [], "reason": "expired"}),
        vec![Told(
            "order_cancelled",
            GUEST,
            names,
            "/l/order/guest-token_1.x".to_owned(),
        )],
    )]
}

/// Its store hears of it before it is paid: it says when it has the money. It hears of a cancel too, whether it has it
/// or waits for it.
fn that_pays_its_store(words: &Words, store: StoreId) -> Vec<Row> {
    let [.., order] = orders();
    let part = part(order);
    let placed = vec!["F-1001", words.total, words.until, CODE];
    let expected = vec!["F-1001-1", "Casa", words.total, words.until, TXID];
    let cancelled = vec!["F-1001-1", "Casa", words.total, words.send_it_back];
    let open = || "/l/order/guest-token_1.x".to_owned();
    let of_store = || format!("/seller/orders/{part}");
    let of_part = json!({"store_order": part, "store": store});
    vec![
        row(
            "order.payment_awaited.v1",
            json!({"order": order, "version": 1, "user": null, "attempt": 1, "to_stores": [of_part]}),
            vec![
                Told("order_placed", GUEST, placed, open()),
                Told("payment_expected", STORE, expected, of_store()),
            ],
        ),
        row(
            "order.cancelled.v1",
            json!({"order": order, "version": 2, "user": null, "parts": [of_part], "reason": "buyer"}),
            vec![
                Told(
                    "order_cancelled",
                    GUEST,
                    vec!["F-1001", words.total, words.asked],
                    open(),
                ),
                Told("part_cancelled", STORE, cancelled, of_store()),
            ],
        ),
    ]
}

/// Payouts, bills and stock.
fn of_money(words: &Words, store: StoreId) -> Vec<Row> {
    let casa = || vec!["Casa"];
    let payouts = || "/seller/payouts".to_owned();
    let low = vec![
        "Casa",
        "Rede de algodão",
        "Size: Large, Colour: Blue",
        "REDE-G-AZ",
        words.left,
    ];
    vec![
        row(
            "payment.payout_paid.v1",
            json!({"payout": id(4), "version": 2, "store": store}),
            vec![Told(
                "payout_paid",
                MONEY,
                vec!["Casa", words.day],
                payouts(),
            )],
        ),
        row(
            "payment.payout_returned.v1",
            json!({"payout": id(4), "version": 3, "store": store}),
            vec![Told("payout_returned", MONEY, casa(), payouts())],
        ),
        row(
            "payment.debt_invoiced.v1",
            json!({"invoice": id(14), "version": 1, "store": store}),
            vec![Told(
                "debt_invoiced",
                MONEY,
                casa(),
                "/seller/invoices".to_owned(),
            )],
        ),
        row(
            "catalog.stock_low.v1",
            json!({"variant": id(5), "product": id(6), "store": store, "version": 9, "available": 3}),
            vec![Told(
                "stock_low",
                STORE,
                low,
                format!("/seller/products/{}", id(6)),
            )],
        ),
    ]
}
