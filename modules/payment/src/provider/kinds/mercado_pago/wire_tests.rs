use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

/// Without its checksum.
const CODE: &str = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-42665544000052040000\
    5303986540519.905802BR5903ANA6006RECIFE62070503***6304";

fn brl(text: &str) -> Money {
    Money::parse(text, Currency::BRL).unwrap()
}

fn code(amount: &str) -> String {
    let code = BrCode {
        merchant: Merchant::Static {
            key: "123e4567-e12b-12d1-a456-426655440000".to_owned(),
            text: None,
        },
        amount: Some(amount.parse().unwrap()),
        name: "ANA".to_owned(),
        city: "RECIFE".to_owned(),
        txid: Some("mpqrinter123456789".to_owned()),
    };
    code.write().unwrap()
}

fn payment(change: &Value) -> Result<Payment, serde_json::Error> {
    let mut payment = json!({
        "id": 123_456_789, "status": "approved", "status_detail": "accredited",
        "currency_id": "BRL", "transaction_amount": 19.9, "transaction_amount_refunded": 0,
        "collector_id": 987_654_321, "external_reference": Uuid::from_u128(1),
        "payment_method_id": "master", "live_mode": true, "captured": true,
    });
    for (name, value) in change.as_object().unwrap() {
        payment[name] = value.clone();
    }
    serde_json::from_str(&payment.to_string())
}

fn read(change: &Value) -> Result<Charge, Failure> {
    payment(change).unwrap().read()
}

#[test]
fn each_status_is_a_fact() {
    let declined = |code: &str, said| {
        let failure = PaymentFailure::parse(code).unwrap();
        Fact::Declined(Declined::said(failure, Some(said)))
    };
    for (status, detail, fact) in [
        ("pending", "pending_contingency", Fact::Waiting),
        ("in_process", "pending_review_manual", Fact::Waiting),
        ("authorized", "pending_capture", Fact::Authorized),
        ("approved", "accredited", Fact::Captured),
        ("in_mediation", "pending", Fact::Captured),
        ("refunded", "refunded", Fact::Cancelled),
        ("charged_back", "settled", Fact::Captured),
        ("cancelled", "expired", Fact::Cancelled),
        (
            "rejected",
            "cc_rejected_insufficient_amount",
            declined("insufficient_funds", "cc_rejected_insufficient_amount"),
        ),
        (
            "rejected",
            "cc_rejected_bad_filled_security_code",
            declined("incorrect_cvc", "cc_rejected_bad_filled_security_code"),
        ),
        (
            "rejected",
            "cc_rejected_bad_filled_date",
            declined("expired_card", "cc_rejected_bad_filled_date"),
        ),
        (
            "rejected",
            "cc_rejected_high_risk",
            declined("card_declined", "cc_rejected_high_risk"),
        ),
        (
            "rejected",
            "cc_rejected_of_tomorrow",
            declined("card_declined", "cc_rejected_of_tomorrow"),
        ),
        ("rejected", "<b>", declined("card_declined", "<b>")),
    ] {
        let charge = read(&json!({"status": status, "status_detail": detail})).unwrap();
        assert_eq!(charge.fact, fact, "{detail}");
        assert_eq!(charge.id, "123456789");
        assert_eq!(charge.payment, Some(PaymentId(Uuid::from_u128(1))));
        assert_eq!((charge.amount, &*charge.payee), (brl("19.90"), "987654321"));
    }
    let by_pix = json!({"status": "rejected", "status_detail": null, "payment_method_id": "pix"});
    assert_eq!(
        read(&by_pix).unwrap().fact,
        Fact::declined(PaymentFailure::PaymentDeclined)
    );
}

#[test]
fn what_is_no_answer_is_none() {
    for change in [
        json!({"status": "teleported"}),
        json!({"currency_id": "doubloons"}),
        json!({"transaction_amount": 19.901}),
        json!({"transaction_amount": "19,90"}),
        json!({"transaction_amount": 1e30}),
        json!({"transaction_amount": null}),
        json!({"collector_id": null}),
        json!({"status": "pending", "payment_method_id": "pix"}),
    ] {
        let broken = read(&change);
        assert!(matches!(broken, Err(Failure::Unknown(_))), "{change}");
    }
    for change in [json!({"id": null}), json!({"status": 7})] {
        assert!(payment(&change).is_err(), "{change}");
    }
    let stranger = read(&json!({"external_reference": "an order of the shop's old system"}));
    assert_eq!(stranger.unwrap().payment, None);
}

#[test]
fn a_pix_has_a_code_that_a_bank_reads_over_its_amount() {
    let with = |code: &str| {
        let data = json!({"transaction_data": {"qr_code": code}});
        json!({"status": "pending", "payment_method_id": "pix", "point_of_interaction": data})
    };
    let pix = read(&with(&code("19.90"))).unwrap().pix.unwrap();
    assert_eq!((&*pix.txid, &*pix.br_code), ("123456789", &*code("19.90")));
    for bad in [code("19.91").as_str(), "", "x", CODE] {
        let broken = read(&with(bad));
        assert!(matches!(broken, Err(Failure::Unknown(_))), "{bad}");
    }
    // One that is paid needs none.
    let mut paid = with("x");
    paid["status"] = json!("approved");
    assert_eq!(read(&paid).unwrap().pix, None);
}

#[test]
fn what_is_left_is_what_was_captured_and_did_not_go_back() {
    let left = |change: &Value| payment(change).unwrap().left().unwrap();
    let back = |amount: Value| json!({"transaction_amount_refunded": amount});
    assert_eq!(left(&back(json!(0))), Some(brl("19.90")));
    assert_eq!(left(&back(json!(null))), Some(brl("19.90")));
    assert_eq!(left(&back(json!(5.55))), Some(brl("14.35")));
    let whole = json!({"status": "refunded", "transaction_amount_refunded": 19.9});
    assert_eq!(left(&whole), Some(brl("0.00")));
    assert_eq!(left(&json!({"status": "pending"})), None);
    let of = |text: &str| {
        serde_json::from_str::<Refund>(text)
            .unwrap()
            .read(Currency::BRL)
    };
    for (status, fact) in [
        ("\"approved\"", RefundFact::Completed),
        ("\"in_process\"", RefundFact::Waiting),
        ("null", RefundFact::Waiting),
        ("\"rejected\"", RefundFact::Failed),
    ] {
        let text = format!(r#"{{"id":7,"payment_id":1,"amount":5.55,"status":{status}}}"#);
        let answer = of(&text).unwrap();
        assert_eq!(
            (answer.fact, answer.amount),
            (fact, brl("5.55")),
            "{status}"
        );
    }
    let broken = of(r#"{"id":7,"amount":5.55,"status":"teleported"}"#);
    assert!(matches!(broken, Err(Failure::Unknown(_))), "{broken:?}");
}

proptest::proptest! {
    #[test]
    fn an_amount_is_read_with_or_without_its_last_zeros(minor in 0_i64..9_999_999_999_900) {
        let amount = Money::from_minor(minor, Currency::BRL).unwrap();
        let decimal = amount.amount();
        for text in [decimal.to_string(), decimal.normalize().to_string()] {
            let number = RawValue::from_string(text).unwrap();
            assert_eq!(money(&number, Currency::BRL), Ok(amount));
        }
    }
}

#[test]
fn by_what_it_was_paid() {
    let card = json!({"last_four_digits": "6351", "expiration_month": 11, "expiration_year": 2030});
    let paid = read(&json!({"card": card})).unwrap().paid_by;
    let card = paid.card.unwrap();
    let told = (card.brand.as_deref(), &*card.last4, card.expires.as_deref());
    assert_eq!(told, (Some("master"), "6351", Some("2030-11")));
    let id = "E12345678202009091221kkkkkkkkkkk";
    for data in [
        json!({"e2e_id": id}),
        json!({"transaction_id": id}),
        json!({"e2e_id": null, "transaction_id": format!("PIX{id}")}),
        json!({"e2e_id": "123", "transaction_id": id}),
    ] {
        let point = json!({"transaction_data": data});
        let pix = json!({"payment_method_id": "pix", "point_of_interaction": point, "card": {}});
        let paid = read(&pix).unwrap().paid_by;
        assert_eq!((paid.end_to_end_id.as_deref(), paid.card), (Some(id), None));
    }
    for (details, wanted) in [
        (json!(id), Some(id)),
        (json!("60000001"), None),
        (json!(null), None),
    ] {
        let details = json!({"transaction_id": details});
        let pix = json!({"payment_method_id": "pix", "transaction_details": details});
        let paid = read(&pix).unwrap().paid_by;
        assert_eq!(paid.end_to_end_id.as_deref(), wanted);
    }
}
