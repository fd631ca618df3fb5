use std::time::Duration;

use super::*;

fn settings() -> WooviSettings {
    WooviSettings {
        base_url: "http://127.0.0.1:9".to_owned(),
        app_id: "Q2xpZW50X0lkX29mX25vYm9keQ==".to_owned(),
        webhook_key: String::new(),
        webhook_token: String::new(),
        webhook_token_previous: String::new(),
        pix_key: String::new(),
        refund_window: time::Duration::days(90),
        tells_disputes: true,
        dispute_path: "dispute".to_owned(),
        dispute_won: vec!["REJECTED".to_owned()],
        dispute_lost: vec!["ACCEPTED".to_owned()],
        splits: false,
        accounts_refund: false,
        timeout: Duration::from_secs(1),
    }
}

fn start(change: impl FnOnce(&mut WooviSettings)) -> Result<WooviProvider, StartError> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut settings = settings();
    change(&mut settings);
    WooviProvider::new("woovi".to_owned(), settings)
}

#[test]
fn it_takes_pix_in_brl_and_nothing_else() {
    let provider = start(|_| {}).unwrap();
    for method in MethodKind::ALL {
        for currency in [Currency::BRL, Currency::USD, Currency::JPY] {
            let taken = provider.capabilities.limits(method, currency).is_some();
            let pix = method == MethodKind::Pix && currency == Currency::BRL;
            assert_eq!(taken, pix, "{method:?} {currency}");
        }
    }
    assert_eq!(provider.payee(), "woovi");
    let keyed = start(|settings| "a@shop.example".clone_into(&mut settings.pix_key));
    assert_eq!(keyed.unwrap().payee(), "a@shop.example");
}

#[test]
fn what_must_be_there_must_be_and_the_app_id_is_not_shown() {
    let shown = format!("{:?}", settings());
    assert!(!shown.contains("Q2xpZW50"), "{shown}");
    for short in [
        start(|settings| settings.app_id.clear()),
        start(|settings| settings.app_id.truncate(15)),
        start(|settings| "short".clone_into(&mut settings.webhook_token)),
    ] {
        let refused = short.err().unwrap();
        assert!(matches!(refused, StartError::ShortSecret(_)), "{refused}");
    }
    for odd in [
        start(|settings| settings.app_id.push('\n')),
        start(|settings| "nothing".clone_into(&mut settings.webhook_key)),
    ] {
        let refused = odd.err().unwrap();
        assert!(matches!(refused, StartError::Unusable(..)), "{refused}");
        assert!(!refused.to_string().contains("Q2xpZW50"), "{refused}");
    }
}

/// An id is part of an address: one that is none of ours is not asked for.
#[test]
fn only_our_ids_are_asked_for() {
    let id = "0198f6a0-0000-7000-8000-000000000001";
    assert_eq!(ours(id).unwrap().to_string(), id);
    for other in [
        "",
        "nobodys",
        "../account",
        "order-1042",
        "0198f6a0",
        "Q2hhcmdlOjYw==",
    ] {
        assert_eq!(ours(other), Err(Failure::NotFound), "{other}");
    }
}
