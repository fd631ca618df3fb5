//! Which payment providers are taken, and what of each must be set.

use super::*;

#[test]
fn providers_are_ordered_and_those_not_named_take_nothing_new() {
    let key = "k".repeat(32);
    let provider = |name: &str, url: &str| {
        format!(
            "[payments.providers.{name}]\nkind = \"sandbox\"\nurl = \"{url}\"\n\
             api_key = \"{key}\"\nwebhook_secret = \"{key}\"\n"
        )
    };
    let elsewhere = provider("a", "http://127.0.0.1:9") + &provider("z", "http://127.0.0.1:9");
    let ordered = elsewhere.clone() + "[payments]\norder = [\"z\", \"sandbox\"]";
    let config = load(Profile::Development, &ordered).unwrap();
    let order = config.payments.in_order();
    let order: Vec<_> = order.map(|(name, _, new)| (name.as_str(), new)).collect();
    assert_eq!(order, [("z", true), ("sandbox", true), ("a", false)]);
    let (name, _) = config.payments.built_in().unwrap();
    assert_eq!(name, "sandbox");

    for twice in ["[\"sandbox\", \"sandbox\"]", "[\"nobody\"]"] {
        let refused = refusal(
            Profile::Development,
            &format!("[payments]\norder = {twice}"),
        );
        assert!(refused.contains("payments.order"), "{refused}");
    }
    let second = refusal(Profile::Development, &provider("second", ""));
    assert!(second.contains("payments.providers.second.url"), "{second}");
    let old = refusal(
        Profile::Development,
        "[payments]\nsandbox_url = \"http://x\"",
    );
    assert!(
        old.contains("payments.sandbox_url (from a test) is payments.providers.sandbox.url now"),
        "{old}"
    );
}

/// A bank with all that its kind needs, but for what is said here.
fn bank(change: &[(&str, &str)]) -> String {
    let token = "t".repeat(32);
    let mut settings = BTreeMap::from([
        ("kind", "pix_api"),
        ("url", "https://pix.bank.example/api"),
        ("token_url", "https://pix.bank.example/oauth/token"),
        ("client_id", "Client_Id_1"),
        ("client_secret", "hunter2"),
        ("certificate", "/etc/feira/hunter2.pem"),
        ("certificate_key", "/etc/feira/hunter2.key"),
        ("pix_key", "loja@example.com"),
        ("pix_name", "Loja"),
        ("pix_city", "Recife"),
        ("webhook_secret", token.as_str()),
    ]);
    settings.extend(change.iter().copied());
    let line = |(key, value): (&str, &str)| format!("{key} = \"{value}\"\n");
    let lines: String = settings.into_iter().map(line).collect();
    format!("[payments.providers.bank]\n{lines}")
}

#[test]
fn a_bank_is_for_production_and_hides_its_secrets() {
    let config = load(Profile::Production, &bank(&[])).unwrap();
    let provider = &config.payments.providers["bank"];
    assert_eq!(provider.text("token_request"), "basic");
    let scopes = provider.text("scopes");
    assert_eq!(scopes, "cob.write cob.read pix.write pix.read");
    let hidden = config
        .settings
        .iter()
        .filter(|s| s.shown == "\"(a secret)\"");
    let hidden: Vec<_> = hidden.map(|s| s.key.as_str()).collect();
    for field in [
        "certificate",
        "certificate_key",
        "client_secret",
        "webhook_secret",
    ] {
        let key = format!("payments.providers.bank.{field}");
        assert!(hidden.contains(&key.as_str()), "{field}: {hidden:?}");
    }
    assert!(!config.settings.iter().any(|s| s.shown.contains("hunter2")));
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn a_bank_without_what_it_needs_is_refused_by_name() {
    let not_a_path = "t/".repeat(16);
    for (field, value) in [
        ("url", ""),
        ("url", "pix.bank.example"),
        ("url", "http://pix.bank.example"),
        ("token_url", ""),
        ("token_url", "http://pix.bank.example/token"),
        ("token_request", "post"),
        ("client_id", " "),
        ("client_secret", ""),
        ("pix_key", ""),
        ("pix_name", ""),
        ("pix_city", ""),
        ("certificate", ""),
        ("api_key_header", "x-bank-key"),
        ("webhook_secret", "hunter2"),
        ("webhook_secret", not_a_path.as_str()),
    ] {
        let refused = refusal(Profile::Production, &bank(&[(field, value)]));
        let key = format!("payments.providers.bank.{field}");
        assert!(refused.contains(&key), "{field} = {value}: {refused}");
        assert!(!refused.contains("hunter2"), "{refused}");
    }
    let plain = |url, token_url| {
        bank(&[
            ("url", url),
            ("token_url", token_url),
            ("certificate", ""),
            ("certificate_key", ""),
        ])
    };
    let here = plain("http://127.0.0.1:9", "http://localhost:9/token");
    load(Profile::Production, &here).unwrap();
    // Its credentials would be read on the way.
    for (url, token_url, named) in [
        ("http://pix.bank.example", "https://pix.bank.example", "url"),
        ("https://a.example", "http://b.example", "token_url"),
        ("http://localhost.example", "https://b.example", "url"),
        ("http://127.0.0.1.example", "https://b.example", "url"),
    ] {
        let refused = refusal(Profile::Development, &plain(url, token_url));
        let key = format!("payments.providers.bank.{named} ");
        assert!(
            refused.contains(&key) && refused.contains("must be https"),
            "{refused}"
        );
    }
}

#[test]
fn one_pix_key_is_enough_for_production_and_a_wrong_one_is_named() {
    const KIND: &str = "FEIRA_PAYMENTS__PROVIDERS__PIX__KIND";
    const KEY: &str = "FEIRA_PAYMENTS__PROVIDERS__PIX__PIX_KEY";
    const NAME: &str = "FEIRA_PAYMENTS__PROVIDERS__PIX__PIX_NAME";
    const CITY: &str = "FEIRA_PAYMENTS__PROVIDERS__PIX__PIX_CITY";
    const TRANSFER: &str = "FEIRA_PAYMENTS__PROVIDERS__PIX__TRANSFER";
    let load = |given: &[(&str, &str)]| {
        let order = ("FEIRA_PAYMENTS__ORDER", "[pix]");
        let all = [order, (KIND, "manual")].into_iter();
        let all = all.chain(given.iter().copied());
        let sources = Sources {
            profile: Some(Profile::Production),
            environment: all.map(|(k, v)| (k.to_owned(), v.to_owned())).collect(),
            ..Sources::default()
        };
        Config::load(&sources, PathBuf::from("data"))
    };
    let key = [(KEY, "529.982.247-25"), (NAME, "Ana"), (CITY, "Recife")];
    let config = load(&key).unwrap();
    let installation = feira_payment::Installation {
        production: true,
        ..feira_payment::Installation::default()
    };
    let made = config.payments.providers["pix"].provider(&installation);
    let feira_payment::ProviderKind::Manual(manual) = made.unwrap() else {
        panic!("it is by hand");
    };
    assert_eq!(manual.pix.unwrap().key(), "52998224725");
    let shown = config
        .settings
        .iter()
        .find(|one| one.key.ends_with(".pix_key"));
    assert_eq!(shown.unwrap().shown, "\"529.982.247-25\"");
    load(&[(TRANSFER, "Bank 001, account 5678-9")]).unwrap();

    let long = "n".repeat(1_001);
    for (given, variable, said) in [
        (&[][..], KEY, "must be set, or transfer"),
        (
            &[(KEY, "529.982.247-24"), key[1], key[2]][..],
            KEY,
            "check digits",
        ),
        (
            &[(KEY, "+5511812345678"), key[1], key[2]][..],
            KEY,
            "+5511912345678",
        ),
        (&[key[0], key[2]][..], NAME, "at most 25 letters"),
        (
            &[key[0], key[1], (CITY, "São José do Rio Preto")][..],
            CITY,
            "at most 15",
        ),
        (
            &[(TRANSFER, &*long)][..],
            TRANSFER,
            "at most 1000 characters",
        ),
    ] {
        let told = load(given).unwrap_err().to_string();
        let (_, name) = variable.split_once('_').unwrap();
        let name = name.to_lowercase().replace("__", ".");
        let begins = format!("the setting {name} ");
        assert!(told.starts_with(&begins) && told.contains(said), "{told}");
    }
}

/// A table of Stripe's with these keys.
fn stripe(api_key: &str, webhook_secret: &str, rest: &str) -> String {
    format!(
        "[payments.providers.cards]\nkind = \"stripe\"\napi_key = \"{api_key}\"\n\
         webhook_secret = \"{webhook_secret}\"\n{rest}"
    )
}

#[test]
fn stripe_is_configured_by_keys_that_say_what_they_are() {
    let rest = "0123456789abcdefghijklmn";
    let [live, test, restricted] =
        ["sk_live_", "sk_test_", "rk_test_"].map(|kind| format!("{kind}{rest}"));
    let hook = format!("whsec_{rest}xy");
    let takes = "takes = [\"BRL 0.50\", \"JPY 50\"]";
    let good = stripe(&live, &hook, takes);
    let config = load(Profile::Production, &good).unwrap();
    assert!(!config.settings.iter().any(|one| one.shown.contains(rest)));
    let installation = feira_payment::Installation::default();
    let made = config.payments.providers["cards"].provider(&installation);
    let feira_payment::ProviderKind::Stripe(made) = made.unwrap() else {
        panic!("it is Stripe");
    };
    let least: Vec<_> = made.takes.iter().map(|money| money.minor()).collect();
    assert_eq!(least, [50, 50]);
    for key in [&test, &restricted] {
        let tried = stripe(key, &hook, takes);
        assert!(load(Profile::Development, &tried).is_ok());
        let refused = refusal(Profile::Production, &tried);
        assert!(
            refused.contains("payments.providers.cards.api_key")
                && refused.contains("test mode")
                && !refused.contains(rest),
            "{refused}"
        );
    }
    let published = format!("pk_live_{rest}");
    for (table, key) in [
        (stripe(&published, &hook, takes), "api_key"),
        (stripe(&live, &live, takes), "webhook_secret"),
        (stripe(&live, &hook, ""), "takes"),
        (stripe(&live, &hook, "takes = [\"BRL\"]"), "takes"),
        (stripe(&live, &hook, "takes = [\"JPY 0.50\"]"), "takes"),
        (stripe(&live, &hook, "takes = [\"BRL 0.00\"]"), "takes"),
        (
            stripe(
                &live,
                &hook,
                &format!("{takes}\nurl = \"http://stripe.example\""),
            ),
            "url",
        ),
        (
            stripe(&live, &hook, &format!("{takes}\nreturn_url = \"shop\"")),
            "return_url",
        ),
        (
            stripe(&live, &hook, &format!("{takes}\ncapture = \"later\"")),
            "capture",
        ),
    ] {
        let refused = refusal(Profile::Production, &table);
        let key = format!("payments.providers.cards.{key}");
        assert!(refused.contains(&key), "{refused}");
    }
}

#[test]
fn what_no_kind_knows_is_refused_by_name_and_not_shown() {
    let good = stripe(
        "sk_live_0123456789abcdefghijklmn",
        "whsec_0123456789abcdefghijklmn",
        "",
    );
    let takes = "takes = [\"BRL 0.50\"]";
    for (field, lines) in [
        ("pix_kee", format!("{takes}\npix_kee = \"hunter2\"")),
        ("takes", "takes = \"BRL 0.50\"".to_owned()),
        ("return_url", format!("{takes}\nreturn_url = [\"hunter2\"]")),
    ] {
        let refused = refusal(Profile::Production, &format!("{good}{lines}"));
        let key = format!("payments.providers.cards.{field} ");
        assert!(refused.contains(&key), "{field}: {refused}");
        assert!(!refused.contains("hunter2"), "{refused}");
    }
}
