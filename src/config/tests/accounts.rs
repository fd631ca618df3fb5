//! Accounts at Mercado Pago, PayPal and Woovi: what of each must be set.

use super::*;

/// A table of a kind that needs all of these, but for what is said here.
fn account(kind: &str, rest: &[(&str, &str)], change: &[(&str, &str)]) -> String {
    let mut settings = BTreeMap::from([("kind", format!("\"{kind}\""))]);
    let quoted = |text: &str| {
        if text.starts_with('[') {
            text.to_owned()
        } else {
            format!("\"{text}\"")
        }
    };
    let given = rest.iter().chain(change);
    settings.extend(given.map(|(key, value)| (*key, quoted(value))));
    let lines = settings.into_iter();
    let lines: String = lines
        .map(|(key, value)| format!("{key} = {value}\n"))
        .collect();
    format!("[payments.providers.one]\n{lines}")
}

const TAKES: (&str, &str) = ("takes", "[\"BRL 0.50\", \"JPY 50\"]");

const MERCADO_PAGO: &[(&str, &str)] = &[
    TAKES,
    ("api_key", "APP_USR-hunter2-0123456789abcdefgh"),
    ("webhook_secret", "hunter2-0123456789abcdefghijklmnop"),
    ("account", "987654321"),
    ("payer_email", "payer@shop.example"),
];

const PAYPAL: &[(&str, &str)] = &[
    TAKES,
    ("client_id", "AaBbCc"),
    ("client_secret", "hunter2-0123456789abcdefghijklmnop"),
    ("account", "MERCHANT1"),
    ("webhook_id", "WH-1"),
    ("return_url", "https://shop.example/back"),
];

#[test]
fn accounts_that_collect_are_configured_and_hide_their_secrets() {
    for (kind, rest, secrets) in [
        ("mercado_pago", MERCADO_PAGO, ["api_key", "webhook_secret"]),
        ("paypal", PAYPAL, ["client_secret", "client_secret"]),
    ] {
        let config = load(Profile::Production, &account(kind, rest, &[])).unwrap();
        let provider = &config.payments.providers["one"];
        assert_eq!(provider.text("refund_days"), "180");
        assert_eq!(provider.text("capture"), "automatic");
        assert!(
            !config.settings.iter().any(|s| s.shown.contains("hunter2")),
            "{kind}"
        );
        assert!(!format!("{config:?}").contains("hunter2"), "{kind}");
        for field in secrets {
            let key = format!("payments.providers.one.{field}");
            let shown = config.settings.iter().find(|s| s.key == key);
            assert_eq!(shown.unwrap().shown, "\"(a secret)\"", "{field}");
        }
        let days = account(kind, rest, &[("refund_days", "90")]);
        let config = load(Profile::Production, &days).unwrap();
        assert_eq!(config.payments.providers["one"].text("refund_days"), "90");
    }
}

#[test]
fn an_account_without_what_it_needs_is_refused_by_name() {
    let test = "TEST-0123456789abcdefghijklmnopqrstuv";
    let sandbox = "https://api-m.sandbox.paypal.com";
    for (kind, rest, field, value) in [
        ("mercado_pago", MERCADO_PAGO, "url", "http://mp.example"),
        ("mercado_pago", MERCADO_PAGO, "api_key", "hunter2"),
        ("mercado_pago", MERCADO_PAGO, "api_key", test),
        ("mercado_pago", MERCADO_PAGO, "webhook_secret", "hunter2"),
        ("mercado_pago", MERCADO_PAGO, "account", ""),
        ("mercado_pago", MERCADO_PAGO, "account", "me"),
        ("mercado_pago", MERCADO_PAGO, "payer_email", ""),
        ("mercado_pago", MERCADO_PAGO, "payer_email", "payer"),
        ("mercado_pago", MERCADO_PAGO, "payer_email", "a@b@c.example"),
        ("mercado_pago", MERCADO_PAGO, "takes", "[]"),
        ("mercado_pago", MERCADO_PAGO, "takes", "[\"JPY 0.50\"]"),
        ("mercado_pago", MERCADO_PAGO, "capture", "later"),
        ("mercado_pago", MERCADO_PAGO, "pix_minutes", "0"),
        ("mercado_pago", MERCADO_PAGO, "keys_hours", "a day"),
        ("mercado_pago", MERCADO_PAGO, "refund_days", "9999"),
        ("paypal", PAYPAL, "url", "http://paypal.example"),
        ("paypal", PAYPAL, "url", sandbox),
        ("paypal", PAYPAL, "client_id", " "),
        ("paypal", PAYPAL, "client_secret", "hunter2"),
        ("paypal", PAYPAL, "account", ""),
        ("paypal", PAYPAL, "webhook_id", ""),
        ("paypal", PAYPAL, "return_url", ""),
        ("paypal", PAYPAL, "return_url", "shop"),
        ("paypal", PAYPAL, "cancel_url", "shop"),
        ("paypal", PAYPAL, "takes", "[\"USD\"]"),
        ("paypal", PAYPAL, "refund_days", "-1"),
    ] {
        let table = account(kind, rest, &[(field, value)]);
        let refused = refusal(Profile::Production, &table);
        let key = format!("payments.providers.one.{field} ");
        assert!(
            refused.contains(&key),
            "{kind} {field} = {value}: {refused}"
        );
        assert!(!refused.contains("hunter2"), "{refused}");
    }
    // For trying out they are right.
    let tried = account("mercado_pago", MERCADO_PAGO, &[("api_key", test)]);
    assert!(load(Profile::Development, &tried).is_ok());
    let tried = account("paypal", PAYPAL, &[("url", sandbox)]);
    assert!(load(Profile::Development, &tried).is_ok());
}

const WOOVI: &[(&str, &str)] = &[("api_key", "hunter2-Q2xpZW50X0lkXzAxMjM0NTY3ODk=")];

#[test]
fn woovi_needs_its_app_id_and_takes_pix() {
    let order = "[payments]\norder = [\"one\"]\n";
    let token = "t".repeat(32);
    let changes: [&[(&str, &str)]; 3] = [
        &[],
        &[("webhook_secret", token.as_str())],
        &[
            ("pix_key", "payments@market.example"),
            ("refund_days", "30"),
        ],
    ];
    for change in changes {
        let table = account("woovi", WOOVI, change);
        let config = load(Profile::Production, &(table + order)).unwrap();
        let provider = &config.payments.providers["one"];
        let given = change.iter().any(|(key, _)| *key == "refund_days");
        assert_eq!(
            provider.text("refund_days"),
            if given { "30" } else { "90" }
        );
        assert!(!config.settings.iter().any(|s| s.shown.contains("hunter2")));
        assert!(!format!("{config:?}").contains("hunter2"));
    }
    let sandbox = "https://api.woovi-sandbox.com";
    let slashed = "t/".repeat(16);
    for (field, value) in [
        ("url", "http://woovi.example"),
        ("url", sandbox),
        ("api_key", ""),
        ("api_key", "hunter2"),
        ("webhook_secret", "hunter2"),
        ("webhook_secret", slashed.as_str()),
        ("refund_days", "0"),
        ("refund_days", "9999"),
    ] {
        let refused = refusal(
            Profile::Production,
            &account("woovi", WOOVI, &[(field, value)]),
        );
        let key = format!("payments.providers.one.{field} ");
        assert!(refused.contains(&key), "{field} = {value}: {refused}");
        assert!(!refused.contains("hunter2"), "{refused}");
    }
    let tried = account("woovi", WOOVI, &[("url", sandbox)]);
    assert!(load(Profile::Development, &tried).is_ok());
}
