use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

fn read(change: Value) -> Result<Charge, Failure> {
    let mut intent = json!({
        "id": "pi_1", "object": "payment_intent", "amount": 1990, "currency": "brl",
        "status": "succeeded", "client_secret": "pi_1_secret_x", "next_action": null,
        "metadata": {"feira_payment": Uuid::from_u128(1)}, "last_payment_error": null,
    });
    for (name, value) in change.as_object().unwrap() {
        intent[name] = value.clone();
    }
    let intent: Intent = serde_json::from_value(intent).unwrap();
    intent.read()
}

#[test]
fn each_status_is_a_fact() {
    let error = |code: &str| json!({"type": "card_error", "code": code});
    let declined = |failure, said| Fact::Declined(Declined::said(failure, said));
    for (change, fact) in [
        (json!({"status": "requires_payment_method"}), Fact::Waiting),
        (
            json!({"status": "requires_payment_method", "last_payment_error": error("expired_card")}),
            declined(PaymentFailure::ExpiredCard, Some("expired_card")),
        ),
        (
            json!({"status": "requires_payment_method", "last_payment_error": error("<b>")}),
            declined(PaymentFailure::CardDeclined, Some("b")),
        ),
        (json!({"status": "requires_confirmation"}), Fact::Waiting),
        (json!({"status": "requires_action"}), Fact::Waiting),
        (json!({"status": "processing"}), Fact::Waiting),
        (json!({"status": "requires_capture"}), Fact::Authorized),
        (json!({"status": "succeeded"}), Fact::Captured),
        (json!({"status": "canceled"}), Fact::Cancelled),
    ] {
        let charge = read(change.clone()).unwrap();
        assert_eq!(charge.fact, fact, "{change}");
        let acts = change["status"] == "requires_action";
        assert_eq!(charge.client_secret.is_some(), acts, "{change}");
        assert_eq!(charge.payment, Some(PaymentId(Uuid::from_u128(1))));
    }
}

#[test]
fn what_is_no_answer_and_whose_money_it_is() {
    for change in [
        json!({"status": "teleported"}),
        json!({"id": ""}),
        json!({"currency": "doubloons"}),
    ] {
        let broken = read(change.clone());
        assert!(matches!(broken, Err(Failure::Unknown(_))), "{change}");
    }
    let minor = |change| read(change).unwrap().amount.minor();
    assert_eq!(minor(json!({"amount_received": 1000})), 1000);
    let held = json!({"status": "requires_capture", "amount_received": 0});
    assert_eq!(minor(held), 1990);
    let payee = |change| read(change).unwrap().payee;
    assert_eq!(payee(json!({})), PAYEE);
    assert_eq!(payee(json!({"on_behalf_of": "acct_1"})), "acct_1");
    let transfer = json!({"transfer_data": {"destination": "acct_2"}});
    assert_eq!(payee(transfer), "acct_2");
    let stranger = read(json!({"metadata": {"feira_payment": "x"}}));
    assert_eq!(stranger.unwrap().payment, None);
}

#[test]
fn a_payer_is_sent_to_addresses_of_the_web_only() {
    for (url, sent) in [
        ("https://hooks.stripe.example/x", true),
        ("javascript:x", false),
    ] {
        let next = json!({"type": "redirect_to_url", "redirect_to_url": {"url": url}});
        let charge = read(json!({"status": "requires_action", "next_action": next}));
        assert_eq!(charge.unwrap().action_url.is_some(), sent, "{url}");
    }
}

#[test]
fn the_card_is_told_by_the_charge() {
    let card = json!({"brand": "visa", "last4": "4242", "exp_month": 7, "exp_year": 2031});
    let details = json!({"type": "card", "card": card});
    let charge = json!({"refunded": false, "payment_method_details": details});
    let read = read(json!({"latest_charge": charge})).unwrap();
    let card = read.paid_by.card.unwrap();
    let told = (card.brand.as_deref(), &*card.last4, card.expires.as_deref());
    assert_eq!(told, (Some("visa"), "4242", Some("2031-07")));
    for untold in [json!("ch_1"), json!({"refunded": false}), json!(null)] {
        let read = self::read(json!({"latest_charge": untold})).unwrap();
        assert_eq!(read.paid_by, PaidBy::default());
    }
}
