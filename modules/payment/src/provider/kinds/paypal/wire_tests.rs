use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const ACCOUNT: &str = "MERCHANT1";
const PLACE: &str = "https://www.paypal.example/checkoutnow?token=ORDER1";

fn usd(text: &str) -> Money {
    Money::parse(text, "USD".parse().unwrap()).unwrap()
}

/// An order with these payments; what is named besides is another.
fn order(payments: &Value, change: &Value) -> Order {
    let mut order = json!({
        "id": "5O190127TN364715T", "intent": "CAPTURE", "status": "COMPLETED",
        "purchase_units": [{
            "reference_id": "default", "custom_id": Uuid::from_u128(1), "payments": payments,
            "amount": {"currency_code": "USD", "value": "19.90"},
            "payee": {"email_address": "shop@example.com", "merchant_id": ACCOUNT},
        }],
        "links": [
            {"href": "https://api.example/v2/checkout/orders/5O", "rel": "self", "method": "GET"},
            {"href": PLACE, "rel": "payer-action", "method": "GET"},
        ],
    });
    for (name, value) in change.as_object().unwrap() {
        order[name] = value.clone();
    }
    serde_json::from_value(order).unwrap()
}

fn of(payments: &Value, change: &Value) -> Result<Charge, Failure> {
    order(payments, change).read(ACCOUNT)
}

fn status(text: &str) -> Value {
    json!({"status": text})
}

fn capture(status: &str, value: &str) -> Value {
    let amount = json!({"currency_code": "USD", "value": value});
    json!({"id": format!("C{value}"), "status": status, "amount": amount})
}

#[test]
fn before_money_is_taken_the_order_says_what_is_true() {
    for (text, fact) in [
        ("CREATED", Fact::Waiting),
        ("SAVED", Fact::Waiting),
        ("PAYER_ACTION_REQUIRED", Fact::Waiting),
        ("APPROVED", Fact::Authorized),
        ("VOIDED", Fact::Cancelled),
    ] {
        let charge = of(&json!({}), &status(text)).unwrap();
        let sent = (fact == Fact::Waiting).then_some(PLACE);
        assert_eq!(
            (charge.fact, charge.action_url.as_deref()),
            (fact, sent),
            "{text}"
        );
        assert_eq!(charge.payment, Some(PaymentId(Uuid::from_u128(1))));
        assert_eq!((charge.amount, &*charge.payee), (usd("19.90"), ACCOUNT));
    }
}

#[test]
fn money_that_is_held_or_taken_counts_whatever_the_order_is_called() {
    let declined = || Fact::declined(PaymentFailure::PaymentDeclined);
    let held = |status: &str| json!({"authorizations": [{"id": "A1", "status": status}]});
    let taken = |status: &str| json!({"captures": [capture(status, "19.90")]});
    for (payments, fact) in [
        (held("CREATED"), Fact::Authorized),
        (held("PENDING"), Fact::Waiting),
        (held("DENIED"), declined()),
        (held("VOIDED"), Fact::Cancelled),
        (taken("COMPLETED"), Fact::Captured),
        (taken("PARTIALLY_REFUNDED"), Fact::Captured),
        (taken("REFUNDED"), Fact::Cancelled),
        (taken("PENDING"), Fact::Waiting),
        (taken("DECLINED"), declined()),
        (taken("FAILED"), declined()),
    ] {
        for text in ["COMPLETED", "APPROVED"] {
            let charge = of(&payments, &status(text)).unwrap();
            assert_eq!(charge.fact, fact, "{payments} {text}");
            assert_eq!(charge.action_url, None, "{payments}");
        }
    }
    // As much as came.
    let parts = json!({"captures": [capture("COMPLETED", "10.00"), capture("COMPLETED", "5.00")]});
    assert_eq!(of(&parts, &json!({})).unwrap().amount, usd("15.00"));
    let tried = json!({"captures": [capture("DECLINED", "1.00"), capture("COMPLETED", "19.90")]});
    assert_eq!(of(&tried, &json!({})).unwrap().amount, usd("19.90"));
}

#[test]
fn what_is_no_answer_is_none() {
    let none = json!({});
    for (payments, change) in [
        (none.clone(), status("COMPLETED")),
        (none.clone(), status("TELEPORTED")),
        (none.clone(), json!({"id": "x"})),
        (none.clone(), json!({"purchase_units": []})),
        (
            json!({"captures": [capture("TELEPORTED", "19.90")]}),
            none.clone(),
        ),
        (
            json!({"captures": [capture("COMPLETED", "19.905")]}),
            none.clone(),
        ),
        (
            json!({"captures": [{"id": "C1", "status": "COMPLETED"}]}),
            none.clone(),
        ),
        (
            json!({"authorizations": [{"id": "A1", "status": "CAPTURED"}]}),
            none,
        ),
    ] {
        let broken = of(&payments, &change);
        assert!(
            matches!(broken, Err(Failure::Unknown(_))),
            "{payments} {change}"
        );
    }
}

#[test]
fn whose_it_is_must_be_said_of_what_was_taken() {
    let unit = |payee: Value, payments: Value| {
        json!({"status": "APPROVED", "purchase_units": [{
            "payee": payee, "payments": payments, "custom_id": "an old shop's",
            "amount": {"currency_code": "USD", "value": "19.90"},
        }]})
    };
    let read = |payee: Value, payments: Value| of(&json!({}), &unit(payee, payments));
    let other = read(json!({"merchant_id": "OTHER"}), json!({})).unwrap();
    assert_eq!((&*other.payee, other.payment), ("OTHER", None));
    assert_eq!(read(json!(null), json!({})).unwrap().payee, ACCOUNT);
    let taken = json!({"captures": [capture("COMPLETED", "19.90")]});
    let broken = read(json!(null), taken);
    assert!(matches!(broken, Err(Failure::Unknown(_))), "{broken:?}");
    // The payment may say whose it is alone.
    let mut marked = capture("COMPLETED", "19.90");
    marked["custom_id"] = json!(Uuid::from_u128(2));
    let unmarked = json!({"purchase_units": [{
        "payee": {"merchant_id": ACCOUNT}, "payments": {"captures": [marked]},
        "amount": {"currency_code": "USD", "value": "19.90"},
    }]});
    let payment = of(&json!({}), &unmarked).unwrap().payment;
    assert_eq!(payment, Some(PaymentId(Uuid::from_u128(2))));
}

#[test]
fn a_payer_is_sent_to_addresses_of_the_web_only() {
    for (rel, href, sent) in [
        ("payer-action", PLACE, true),
        ("approve", PLACE, true),
        ("capture", PLACE, false),
        ("approve", "javascript:x", false),
    ] {
        let links = json!([{"rel": rel, "href": href}]);
        let charge = of(&json!({}), &json!({"status": "CREATED", "links": links}));
        assert_eq!(charge.unwrap().action_url.is_some(), sent, "{rel} {href}");
    }
}

#[test]
fn what_goes_back_is_found_by_its_mark_and_counted_unless_it_failed() {
    let refund = |id: &str, status: &str, value: &str, mark: &str| {
        json!({
            "id": id, "status": status, "custom_id": mark,
            "amount": {"currency_code": "USD", "value": value},
        })
    };
    let order = order(
        &json!({
            "captures": [capture("PARTIALLY_REFUNDED", "19.90")],
            "refunds": [
                refund("R1", "COMPLETED", "5.00", "a"), refund("R2", "PENDING", "1.00", "b"),
                refund("R3", "FAILED", "9.00", "c"), refund("R4", "CANCELLED", "9.00", "d"),
            ],
        }),
        &json!({}),
    );
    for (mark, fact) in [
        ("a", RefundFact::Completed),
        ("b", RefundFact::Waiting),
        ("c", RefundFact::Failed),
        ("d", RefundFact::Failed),
    ] {
        let found = order.refunded(mark).unwrap().read().unwrap();
        assert_eq!(found.fact, fact, "{mark}");
    }
    assert!(order.refunded("e").is_none());
    assert_eq!(order.left(), Ok(usd("13.90")));
    assert_eq!(order.captured(), Some("C19.90"));
}

#[test]
fn a_card_is_told_where_one_paid() {
    let captures = json!({"captures": [capture("COMPLETED", "19.90")]});
    let card = json!({"brand": "VISA", "last_digits": "7704", "expiry": "2031-07"});
    let source = json!({"payment_source": {"card": card}});
    let card = of(&captures, &source).unwrap().paid_by.card.unwrap();
    let told = (card.brand.as_deref(), &*card.last4, card.expires.as_deref());
    assert_eq!(told, (Some("visa"), "7704", Some("2031-07")));
    let wallet = json!({"payment_source": {"paypal": {"account_id": "PAYER"}}});
    assert_eq!(of(&captures, &wallet).unwrap().paid_by, PaidBy::default());
}
