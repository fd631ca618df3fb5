use std::time::Duration;

use feira_kernel::Currency;

use super::*;
use crate::testing::NOW;

const CERT: &str = "https://api.paypal.com/v1/notifications/certs/CERT-1";

pub(super) fn settings() -> PaypalSettings {
    PaypalSettings {
        base_url: "http://127.0.0.1:9".to_owned(),
        client_id: "client-of-nobody".to_owned(),
        client_secret: "secret-of-nobody-at-all".to_owned(),
        account: "MERCHANT1".to_owned(),
        takes: vec![Money::from_minor(100, Currency::BRL).unwrap()],
        authorize: false,
        return_url: "https://shop.example/back".to_owned(),
        cancel_url: "https://shop.example/cart".to_owned(),
        webhook_id: "WH-1".to_owned(),
        refund_window: time::Duration::days(180),
        holds_inquiries: true,
        dispute_outcome: "outcome_code".to_owned(),
        dispute_won: vec!["RESOLVED_SELLER_FAVOUR".to_owned()],
        dispute_lost: vec!["RESOLVED_BUYER_FAVOUR".to_owned()],
        timeout: Duration::from_secs(1),
    }
}

fn start(settings: PaypalSettings) -> Result<PaypalProvider, StartError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let clock = Clock::test(NOW).clock();
    PaypalProvider::new("paypal".to_owned(), settings, clock)
}

fn changed(change: impl FnOnce(&mut PaypalSettings)) -> Result<PaypalProvider, StartError> {
    let mut settings = settings();
    change(&mut settings);
    start(settings)
}

#[test]
fn what_must_be_there_must_be_and_secrets_are_not_shown() {
    let shown = format!("{:?}", settings());
    assert!(!shown.contains("of-nobody"), "{shown}");
    let short = changed(|settings| settings.client_secret = "short".to_owned());
    assert!(matches!(short.err(), Some(StartError::ShortSecret(_))));
    let forint = |text: &str| Money::parse(text, "HUF".parse().unwrap()).unwrap();
    let cents = changed(|settings| settings.takes = vec![forint("1.50")]);
    for refused in [
        changed(|settings| settings.client_id.clear()),
        changed(|settings| settings.account = " ".to_owned()),
        changed(|settings| settings.return_url.clear()),
        changed(|settings| settings.cancel_url.clear()),
        changed(|settings| settings.webhook_id.clear()),
        cents,
    ] {
        assert!(matches!(refused.err(), Some(StartError::Unusable(..))));
    }
    let whole = changed(|settings| settings.takes = vec![forint("200")]).unwrap();
    let limits = |method, code: &str| whole.capabilities.limits(method, code.parse().unwrap());
    assert_eq!(
        limits(MethodKind::Paypal, "HUF").map(|limits| limits.least),
        Some(forint("200"))
    );
    assert_eq!(limits(MethodKind::Paypal, "BRL"), None);
    assert_eq!(limits(MethodKind::Card, "HUF"), None);
}

fn told(change: &[(&str, Option<&str>)], body: &str) -> ProviderWebhook {
    let usual = [
        ("paypal-auth-algo", "SHA256withRSA"),
        ("paypal-cert-url", CERT),
        (
            "paypal-transmission-id",
            "b2e9d1f0-6a3f-11ee-8c99-0242ac120002",
        ),
        ("paypal-transmission-sig", "c2lnbmVk"),
        ("paypal-transmission-time", "2026-03-02T11:59:58Z"),
    ];
    let headers = usual.into_iter().filter_map(|(name, value)| {
        let other = change.iter().find(|(changed, _)| *changed == name);
        let value = other.map_or(Some(value), |(_, value)| *value)?;
        Some((name.to_owned(), value.to_owned()))
    });
    ProviderWebhook {
        provider: "paypal".to_owned(),
        path: String::new(),
        headers: headers.collect(),
        body: body.as_bytes().to_vec(),
    }
}

const APPROVED: &str =
    r#"{"id":"WH-E1","event_type":"CHECKOUT.ORDER.APPROVED","resource":{"id":"5O19"}}"#;
const CAPTURED: &str = r#"{"id":"WH-E2","event_type":"PAYMENT.CAPTURE.COMPLETED","resource":
    {"id":"2GG2","supplementary_data":{"related_ids":{"order_id":"5O19"}}}}"#;
const REFUNDED: &str =
    r#"{"id":"WH-E3","event_type":"PAYMENT.CAPTURE.REFUNDED","resource":{"id":"1JU0"}}"#;

#[test]
fn a_notification_is_about_the_order_that_it_names() {
    for (body, about) in [(APPROVED, "5O19"), (CAPTURED, "5O19"), (REFUNDED, "1JU0")] {
        let hints = webhook::hints(&told(&[], body), NOW).unwrap();
        let [hint] = hints.as_slice() else {
            panic!("{hints:?}");
        };
        assert_eq!(hint.charge_id, about, "{body}");
        assert!(body.contains(&hint.event_id) && body.contains(&hint.kind));
    }
    let none = r#"{"id":"WH-E4","event_type":"X","resource":{}}"#;
    assert_eq!(webhook::hints(&told(&[], none), NOW), Ok(Vec::new()));
    for body in [
        "",
        "[]",
        r#"{"id":"WH-E5"}"#,
        r#"{"id":"","event_type":"X","resource":{"id":"x"}}"#,
    ] {
        let unreadable = webhook::hints(&told(&[], body), NOW);
        assert!(
            matches!(unreadable, Err(HintError::Unreadable(_))),
            "{body}"
        );
    }
}

#[test]
fn what_paypal_cannot_have_sent_is_not_asked_about() {
    for change in [
        ("paypal-auth-algo", None),
        ("paypal-cert-url", None),
        ("paypal-transmission-id", None),
        ("paypal-transmission-sig", Some("")),
        ("paypal-transmission-time", Some("yesterday")),
        ("paypal-transmission-time", Some("2026-02-26T11:59:59Z")),
        ("paypal-transmission-time", Some("2026-03-02T12:05:01Z")),
        ("paypal-cert-url", Some("http://api.paypal.com/certs/1")),
        (
            "paypal-cert-url",
            Some("https://api.paypal.com.thief.example/certs/1"),
        ),
        ("paypal-cert-url", Some("https://thiefpaypal.com/certs/1")),
        (
            "paypal-cert-url",
            Some("https://thief.example/?.paypal.com"),
        ),
    ] {
        let forged = webhook::hints(&told(&[change], APPROVED), NOW);
        assert_eq!(forged, Err(HintError::Signature), "{change:?}");
    }
    for time in ["2026-02-26T12:00:00Z", "2026-03-02T12:05:00Z"] {
        let changed = told(&[("paypal-transmission-time", Some(time))], APPROVED);
        assert!(webhook::hints(&changed, NOW).is_ok(), "{time}");
    }
    let mut twice = told(&[], APPROVED);
    twice.headers.push(twice.headers[2].clone());
    assert_eq!(webhook::hints(&twice, NOW), Err(HintError::Signature));
}

#[test]
fn paypal_is_asked_about_the_body_as_it_came() {
    // A number that would be written in another way, and a text with a letter in two ways.
    let body = "{ \"id\":\"WH-E1\", \"amount\": 19.90, \"name\":\"Caf\\u00e9 \u{e9}\" }";
    let question = webhook::question(&told(&[], body), "WH-1").unwrap();
    assert!(
        question.ends_with(&format!("\"webhook_event\":{body}}}")),
        "{question}"
    );
    let asked: serde_json::Value = serde_json::from_str(&question).unwrap();
    for (field, value) in [
        ("auth_algo", "SHA256withRSA"),
        ("cert_url", CERT),
        ("transmission_id", "b2e9d1f0-6a3f-11ee-8c99-0242ac120002"),
        ("transmission_sig", "c2lnbmVk"),
        ("transmission_time", "2026-03-02T11:59:58Z"),
        ("webhook_id", "WH-1"),
    ] {
        assert_eq!(asked[field], value);
    }
    assert_eq!(asked.as_object().unwrap().len(), 7);
    assert!(webhook::question(&told(&[], "{"), "WH-1").is_none());
}
