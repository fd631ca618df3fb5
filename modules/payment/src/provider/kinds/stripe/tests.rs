use std::time::Duration;

use super::*;

fn settings(least: &[(i64, &str)]) -> StripeSettings {
    let takes = least.iter();
    let takes = takes.map(|(minor, code)| Money::from_minor(*minor, code.parse().unwrap()));
    StripeSettings {
        instalments: 1,
        instalment_least: Vec::new(),
        base_url: "http://127.0.0.1:9".to_owned(),
        secret_key: "sk_test_of_nobody".to_owned(),
        webhook_secrets: vec!["whsec_of_nobody_but_of_32_letters".to_owned()],
        takes: takes.collect::<Result<_, _>>().unwrap(),
        manual_capture: false,
        return_url: None,
        connect: None,
        timeout: Duration::from_secs(1),
    }
}

fn start(settings: StripeSettings) -> Result<StripeProvider, StartError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    StripeProvider::new("cards".to_owned(), settings)
}

#[test]
fn what_is_taken_is_what_the_settings_name_and_can_be_counted() {
    let provider = start(settings(&[(50, "BRL"), (50, "JPY")])).unwrap();
    let limits = |method, code: &str| {
        let limits = provider.capabilities.limits(method, code.parse().unwrap());
        limits.map(|Limits { least, most }| (least.minor(), most.minor()))
    };
    assert_eq!(limits(MethodKind::Card, "BRL"), Some((50, 99_999_999)));
    assert_eq!(limits(MethodKind::Card, "JPY"), Some((50, 99_999_999)));
    assert_eq!(limits(MethodKind::Card, "USD"), None);
    assert_eq!(limits(MethodKind::Pix, "BRL"), None);
    for code in ["UGX", "MGA"] {
        let refused = start(settings(&[(50, "BRL"), (500, code)])).err().unwrap();
        assert!(refused.to_string().contains(code), "{refused}");
    }
}

#[test]
fn secrets_must_be_there_and_are_not_shown() {
    let good = settings(&[(50, "BRL")]);
    let shown = format!("{good:?}");
    assert!(!shown.contains("of_nobody"), "{shown}");
    for bad in [
        StripeSettings {
            secret_key: String::new(),
            ..good.clone()
        },
        StripeSettings {
            webhook_secrets: Vec::new(),
            ..good.clone()
        },
        StripeSettings {
            webhook_secrets: vec!["whsec_".to_owned()],
            ..good
        },
    ] {
        let refused = start(bad).err().unwrap();
        assert!(matches!(refused, StartError::ShortSecret(_)), "{refused}");
    }
}

#[test]
fn no_file_ends_its_part_of_the_form() {
    let provider = start(settings(&[(50, "BRL")])).unwrap();
    let boundary = |file: &[u8]| {
        let request = provider
            .api
            .upload("dispute_evidence", "application/pdf", file);
        let request = request.build().unwrap();
        let kind = request.headers()["content-type"].to_str().unwrap();
        kind.split_once("boundary=").unwrap().1.to_owned()
    };
    let known = boundary(b"%PDF-1.7");
    assert!(known.len() <= 70, "{known}");
    let forged = format!("%PDF-1.7\r\n--{known}\r\ncontent-disposition: form-data\r\n");
    assert!(!forged.contains(&boundary(forged.as_bytes())));
}
