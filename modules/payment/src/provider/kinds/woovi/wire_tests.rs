use serde_json::json;

use super::*;

const ID: &str = "00000000-0000-0000-0000-000000000001";

fn brl(minor: i64) -> Money {
    Money::from_minor(minor, Currency::BRL).unwrap()
}

fn code(merchant: Merchant) -> String {
    let code = BrCode {
        merchant,
        amount: Some(brl(1990).amount()),
        name: "ANA".to_owned(),
        city: "RECIFE".to_owned(),
        txid: Some("db85f0c5380c493b8eb3cf6b6".to_owned()),
    };
    code.write().unwrap()
}

fn dynamic() -> String {
    code(Merchant::Dynamic {
        url: "api.woovi.example/qr/v2/cob/92b4992a".to_owned(),
    })
}

fn cob(change: &Value) -> Result<Cob, serde_json::Error> {
    let mut cob = json!({
        "correlationID": ID, "status": "COMPLETED", "value": 1990, "discount": 0,
        "valueWithDiscount": 1990, "transactionID": "db85f0c5380c493b8eb3cf6b6780fd98",
        "identifier": "db85f0c5380c493b8eb3cf6b6780fd98", "globalID": "Q2hhcmdl", "customer": null,
        "brCode": dynamic(), "type": "DYNAMIC", "expiresIn": 1800, "fee": 85,
    });
    for (name, value) in change.as_object().unwrap() {
        cob[name] = value.clone();
    }
    serde_json::from_value(cob)
}

fn read(change: &Value) -> Result<Charge, Failure> {
    cob(change).unwrap().read("")
}

#[test]
fn each_status_is_a_fact() {
    for (status, fact) in [
        ("ACTIVE", Fact::Waiting),
        ("COMPLETED", Fact::Captured),
        ("EXPIRED", Fact::Cancelled),
    ] {
        let charge = read(&json!({"status": status})).unwrap();
        assert_eq!(charge.fact, fact, "{status}");
        assert_eq!((charge.id.as_str(), charge.amount), (ID, brl(1990)));
        assert_eq!(charge.payment, Some(PaymentId(Uuid::from_u128(1))));
        assert_eq!(charge.payee, "woovi");
        let pix = charge.pix.unwrap();
        assert_eq!(pix.txid, "db85f0c5380c493b8eb3cf6b6780fd98");
        assert_eq!(pix.br_code, dynamic());
    }
    let stranger = read(&json!({"correlationID": "an order of the shop's old system"})).unwrap();
    assert_eq!(stranger.payment, None);
    assert_eq!(stranger.id, "an order of the shop's old system");
}

#[test]
fn what_is_no_answer_is_none() {
    for change in [
        json!({"status": "TELEPORTED"}),
        json!({"status": null}),
        json!({"value": null}),
        json!({"value": 19.9}),
        json!({"value": "1990"}),
        json!({"correlationID": null}),
    ] {
        assert!(cob(&change).is_err(), "{change}");
    }
    for change in [
        json!({"value": 0}),
        json!({"value": -1}),
        json!({"value": i64::MAX}),
        json!({"value": 1990, "discount": 1990}),
        json!({"value": 1, "discount": i64::MIN}),
        json!({"status": "ACTIVE", "brCode": null}),
        json!({"status": "ACTIVE", "brCode": "x"}),
        json!({"status": "ACTIVE", "brCode": &dynamic()[..40]}),
        json!({"status": "ACTIVE", "transactionID": null, "identifier": null}),
    ] {
        let broken = read(&change);
        assert!(
            matches!(broken, Err(Failure::Unknown(_))),
            "{change}: {broken:?}"
        );
    }
    // Of one that is paid nobody needs a code.
    assert_eq!(read(&json!({"brCode": "x"})).unwrap().pix, None);
    let named = read(&json!({"status": "ACTIVE", "transactionID": null})).unwrap();
    assert_eq!(named.pix.unwrap().txid, "db85f0c5380c493b8eb3cf6b6780fd98");
}

#[test]
fn a_fixed_code_is_over_the_amount_and_a_discount_is_not_paid() {
    let fixed = code(Merchant::Static {
        key: "123e4567-e12b-12d1-a456-426655440000".to_owned(),
        text: None,
    });
    let right = read(&json!({"status": "ACTIVE", "brCode": fixed}));
    assert_eq!(right.unwrap().amount, brl(1990));
    let other = read(&json!({"status": "ACTIVE", "brCode": fixed, "value": 1991}));
    assert!(matches!(other, Err(Failure::Unknown(_))), "{other:?}");
    for (change, paid) in [
        (json!({"discount": 90}), 1900),
        (json!({"giftbackAppliedValue": 1}), 1989),
        (json!({"discount": 90, "giftbackAppliedValue": 900}), 1000),
        (
            json!({"discount": null, "giftbackAppliedValue": null}),
            1990,
        ),
    ] {
        assert_eq!(read(&change).unwrap().amount, brl(paid), "{change}");
    }
}

#[test]
fn one_that_names_another_key_is_anothers() {
    let of = |told: Value, ours: &str| {
        let charge = cob(&json!({"pixKey": told})).unwrap().read(ours);
        charge.unwrap().payee
    };
    assert_eq!(
        of(json!("a@shop.example"), "A@shop.example"),
        "A@shop.example"
    );
    assert_eq!(of(json!(null), "a@shop.example"), "a@shop.example");
    assert_eq!(
        of(json!("b@shop.example"), "a@shop.example"),
        "b@shop.example"
    );
    assert_eq!(of(json!("b@shop.example"), ""), payee(""));
}

fn refunds(text: &str) -> Result<Returns, serde_json::Error> {
    serde_json::from_str(text)
}

#[test]
fn a_refund_is_known_by_our_id_and_its_amount() {
    let (ours, other) = (RefundId(Uuid::from_u128(7)), RefundId(Uuid::from_u128(8)));
    for (status, fact) in [
        ("IN_PROCESSING", RefundFact::Waiting),
        ("CONFIRMED", RefundFact::Completed),
        ("REJECTED", RefundFact::Failed),
    ] {
        let text = format!(
            r#"{{"refunds":[{{"status":"{status}","value":555,"correlationID":"{ours}",
            "endToEndId":"D1","time":"2026-03-02T12:00:00Z","comment":null}}]}}"#
        );
        let page = refunds(&text).unwrap();
        let one = &page.refunds[0];
        assert!(one.is(ours) && !one.is(other) && !page.has_more());
        let answer = one.read(ours, brl(555)).unwrap();
        assert_eq!((answer.fact, answer.amount), (fact, brl(555)), "{status}");
        assert_eq!(answer.gateway_id, ours.to_string());
        let dearer = one.read(ours, brl(556));
        assert!(matches!(dearer, Err(Failure::Refused(_))), "{dearer:?}");
        let mixed_up = one.read(other, brl(555));
        assert!(matches!(mixed_up, Err(Failure::Unknown(_))), "{mixed_up:?}");
    }
    for bad in [
        r#"{"refunds":[{"status":"TELEPORTED","value":555}]}"#,
        r#"{"refunds":[{"status":"CONFIRMED","value":5.55}]}"#,
        r#"{"refunds":{}}"#,
        r#"{}"#,
    ] {
        assert!(refunds(bad).is_err(), "{bad}");
    }
    let more = refunds(r#"{"refunds":[],"pageInfo":{"skip":0,"hasNextPage":true}}"#).unwrap();
    assert!(more.has_more());
}

#[test]
fn what_is_left_is_what_came_and_did_not_go_back() {
    let back = |status: &str, value: i64| json!({"status": status, "value": value});
    let left = |change: Value, given: Value| {
        let page = refunds(&json!({ "refunds": given }).to_string()).unwrap();
        cob(&change).unwrap().left(&page.refunds)
    };
    assert_eq!(left(json!({}), json!([])), Ok(Some(1990)));
    let some = json!([
        back("CONFIRMED", 500),
        back("IN_PROCESSING", 90),
        back("REJECTED", 1000)
    ]);
    assert_eq!(left(json!({}), some.clone()), Ok(Some(1400)));
    assert_eq!(left(json!({"discount": 400}), some.clone()), Ok(Some(1000)));
    assert_eq!(left(json!({"status": "ACTIVE"}), some), Ok(None));
    let odd = left(json!({}), json!([back("CONFIRMED", i64::MIN)]));
    assert!(matches!(odd, Err(Failure::Unknown(_))), "{odd:?}");
}

#[test]
fn a_notification_is_about_a_charge_that_may_be_ours() {
    let of = |text: &str| serde_json::from_str::<Webhook>(text).unwrap();
    let ours = Some(PaymentId(Uuid::from_u128(1)));
    let charge = format!(r#"{{"charge":{{"correlationID":"{ID}","value":1}}}}"#);
    assert_eq!((of(&charge).about(), of(&charge).kind()), (ours, "charge"));
    let event = "OPENPIX:TRANSACTION_RECEIVED";
    let named = format!(r#"{{"event":"{event}","charge":null,"pix":{charge}}}"#);
    assert_eq!(of(&named).about(), ours);
    assert_eq!(of(&named).kind(), event);
    for other in [
        r#"{"evento":"teste_webhook","event":"OPENPIX:CHARGE_COMPLETED"}"#,
        r#"{"event":"PIX_TRANSACTION_REFUND_SENT_CONFIRMED","refundTransaction":{"value":1}}"#,
        r#"{"charge":{"correlationID":"order-1042"}}"#,
        r#"{"charge":"00000000-0000-0000-0000-000000000001"}"#,
        "[]",
        "null",
    ] {
        assert_eq!(of(other).about(), None, "{other}");
    }
}

#[test]
fn the_pix_that_came_is_named_where_it_is_told() {
    let id = "E12345678202009091221kkkkkkkkkkk";
    let paid = read(&json!({"endToEndId": id})).unwrap().paid_by;
    assert_eq!(paid.end_to_end_id.as_deref(), Some(id));
    assert_eq!(read(&json!({})).unwrap().paid_by.end_to_end_id, None);
}
