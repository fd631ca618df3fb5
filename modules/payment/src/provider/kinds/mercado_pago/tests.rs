use std::time::Duration;

use feira_kernel::{
    Clock, Entropy,
    db::{Pool, PoolSettings},
};
use serde_json::json;

use super::*;
use crate::{
    KindName,
    provider::{config::ProviderConfig, fields::Installation, kinds::ProviderKind},
};

pub(super) fn settings() -> MercadoPagoSettings {
    MercadoPagoSettings {
        base_url: "http://127.0.0.1:9".to_owned(),
        access_token: "APP_USR-of-nobody-at-all".to_owned(),
        live: false,
        webhook_secrets: vec!["a-signing-secret-of-nobody-at-all-".to_owned()],
        account: "987654321".to_owned(),
        takes: vec![Money::from_minor(50, Currency::BRL).unwrap()],
        instalments: 1,
        instalment_least: Vec::new(),
        instalment_plans: None,
        manual_capture: false,
        payer_email: "payer@shop.example".to_owned(),
        pix_lasts: time::Duration::minutes(31),
        keys_kept: time::Duration::hours(24),
        refund_window: time::Duration::days(180),
        timeout: Duration::from_secs(1),
    }
}

fn start(settings: MercadoPagoSettings) -> Result<MercadoPagoProvider, StartError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let nowhere = PoolSettings::new("postgres://localhost/nowhere", "payments", None);
    let env = Env {
        clock: Clock::test(crate::testing::NOW).clock(),
        entropy: Entropy::system(),
        pool: Pool::connect(&nowhere).unwrap(),
    };
    MercadoPagoProvider::new("mp".to_owned(), settings, env)
}

#[tokio::test]
async fn pix_is_taken_where_it_is_paid_and_cards_in_each_currency() {
    let money = |minor, code: &str| Money::from_minor(minor, code.parse().unwrap()).unwrap();
    let provider = start(MercadoPagoSettings {
        takes: vec![money(50, "BRL"), money(1000, "ARS")],
        ..settings()
    });
    let provider = provider.unwrap();
    let least = |method, code: &str| {
        let limits = provider.capabilities.limits(method, code.parse().unwrap());
        limits.map(|limits| limits.least.minor())
    };
    assert_eq!(least(MethodKind::Pix, "BRL"), Some(50));
    assert_eq!(least(MethodKind::Card, "BRL"), Some(50));
    assert_eq!(least(MethodKind::Card, "ARS"), Some(1000));
    assert_eq!(least(MethodKind::Pix, "ARS"), None);
    assert_eq!(least(MethodKind::Card, "USD"), None);
    assert_eq!(least(MethodKind::Paypal, "BRL"), None);
}

#[tokio::test]
async fn what_must_be_there_must_be_and_secrets_are_not_shown() {
    let good = settings();
    let shown = format!("{good:?}");
    assert!(
        !shown.contains("of-nobody") && !shown.contains("payer@"),
        "{shown}"
    );
    let bad = |change: fn(&mut MercadoPagoSettings)| {
        let mut settings = settings();
        change(&mut settings);
        start(settings).err().unwrap()
    };
    for refused in [
        bad(|settings| settings.access_token.clear()),
        bad(|settings| settings.webhook_secrets.clear()),
        bad(|settings| settings.webhook_secrets = vec!["short".to_owned()]),
    ] {
        assert!(matches!(refused, StartError::ShortSecret(_)), "{refused}");
    }
    for refused in [
        bad(|settings| settings.account.clear()),
        bad(|settings| settings.payer_email = " ".to_owned()),
    ] {
        assert!(matches!(refused, StartError::Unusable(..)), "{refused}");
    }
}

/// By the rule of all addresses.
#[test]
fn the_payers_address_is_one_that_mail_can_be_sent_to() {
    let secret = "0123456789abcdefghijklmnopqrstuv";
    let told = |email: &str| {
        let empty = ProviderConfig::new(KindName::MercadoPago);
        let fields = [
            ("api_key", secret),
            ("webhook_secret", secret),
            ("account", "987654321"),
            ("takes", "BRL 0.50"),
            ("payer_email", email),
        ];
        let config = fields
            .iter()
            .fold(empty, |config, (name, text)| config.with(name, text));
        match config.provider(&Installation::default()) {
            Ok(ProviderKind::MercadoPago(settings)) => Ok(settings.payer_email),
            Ok(other) => panic!("{other:?}"),
            Err(refusal) => Err((refusal.field, refusal.code.as_str())),
        }
    };
    for (typed, kept) in [
        ("payer@shop.example", "payer@shop.example"),
        ("payer@exämple.example", "payer@xn--exmple-cua.example"),
    ] {
        assert_eq!(told(typed).as_deref(), Ok(kept));
    }
    for wrong in [
        "nobody",
        "a@b",
        "a b@shop.example",
        "\"a\"@shop.example",
        "a@shop.1",
    ] {
        let expected = ("payer_email".to_owned(), "request.email");
        assert_eq!(told(wrong), Err(expected), "{wrong}");
    }
}

#[tokio::test]
async fn a_notification_is_told_apart_before_and_after_its_signature() {
    let provider = start(settings()).unwrap();
    let now = crate::testing::NOW;
    let at = now.unix_timestamp();
    let told = |body: &str, signed: &str| {
        let text = format!("{signed}request-id:r-1;ts:{at};");
        let hash = crate::signature::of_text(&text, "a-signing-secret-of-nobody-at-all-");
        let headers = [
            ("x-signature", format!("ts={at},v1={hash}")),
            ("x-request-id", "r-1".to_owned()),
        ];
        let webhook = ProviderWebhook {
            provider: "mp".to_owned(),
            path: String::new(),
            headers: headers
                .map(|(name, value)| (name.to_owned(), value))
                .to_vec(),
            body: body.as_bytes().to_vec(),
        };
        provider.hints(&webhook, now)
    };
    let body = |kind: &str, id: &str| json!({"type": kind, "action": "payment.updated", "data": {"id": id}});
    let hints = told(&body("payment", "77").to_string(), "id:77;").unwrap();
    let [hint] = hints.as_slice() else {
        panic!("{hints:?}");
    };
    assert_eq!((&*hint.charge_id, &*hint.kind), ("77", "payment.updated"));
    assert_eq!(hint.event_id, format!("77:{at}:r-1"));
    let other = told(&body("payment", "78").to_string(), "id:77;");
    assert_eq!(other, Err(HintError::Signature));
    let claim = told(&body("claim", "77").to_string(), "id:77;");
    assert_eq!(claim, Ok(Vec::new()));
    for (text, signed) in [
        ("", ""),
        ("[", ""),
        (r#"{"type":"payment"}"#, ""),
        (r#"{"type":"payment","data":{"id":"../x"}}"#, "id:../x;"),
        (r#"{"type":"payment","data":{"id":"x"}}"#, "id:x;"),
    ] {
        let unreadable = told(text, signed);
        assert!(
            matches!(unreadable, Err(HintError::Unreadable(_))),
            "{text}: {unreadable:?}"
        );
    }
}
