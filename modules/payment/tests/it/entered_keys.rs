//! Keys of providers that operators enter: kept sealed, and told to nobody.

use feira_payment::{CheckOutcome, KindName, Method, NewProvider, PaymentError, ProviderChange};
use feira_testkit::TestDb;

use crate::{
    entering::{add, cards, change, check, chief, dump, entered, new, pointers, with_key},
    stripe_book::{Instead, KEY, error},
    stripe_stub::SECRET,
    world::World,
};

#[feira_testkit::test("payments")]
async fn keys_are_nowhere_in_clear_and_never_told(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    let (stub, made) = cards(&world).await;
    let told = format!("{made:?}");
    let sent = serde_json::to_string(&made).unwrap();
    assert!(made.settings.contains_key("takes") && made.settings.contains_key("url"));
    let set: Vec<_> = made.secrets.iter().map(|set| set.field.as_str()).collect();
    assert_eq!(set, ["api_key", "webhook_secret"]);
    let kept = dump(&world).await;
    assert!(kept.contains("cards") && kept.contains("v1."), "{kept}");
    for secret in [KEY, SECRET] {
        assert!(!told.contains(secret) && !sent.contains(secret));
        assert!(!kept.contains(secret), "{secret} is in a table");
    }
    // They work, and what does not is told without them.
    assert_eq!(check(&world, "cards").await.outcome, CheckOutcome::Good);
    let (status, body) = error(401, "invalid_request_error", "", "");
    stub.next("GET balance", Instead::Answer(status, body));
    let refused = check(&world, "cards").await;
    assert_eq!(refused.outcome, CheckOutcome::Refused);
    assert!(!refused.said.contains(KEY), "{}", refused.said);
    let seen = world.payments.providers(&chief()).await.unwrap();
    assert!(
        seen[0]
            .failure
            .as_deref()
            .is_some_and(|text| text.contains("401"))
    );
    assert!(seen[0].failed_at.is_some());

    // An empty field keeps what is there; a new one replaces it.
    let again = ProviderChange {
        settings: Some(entered(&[("takes", "BRL 1.00"), ("api_key", "")])),
        ..ProviderChange::default()
    };
    let changed = change(&world, "cards", again).await.unwrap();
    assert_eq!(changed.settings["takes"], "BRL 1.00");
    assert_eq!(check(&world, "cards").await.outcome, CheckOutcome::Good);
    let wrong = ProviderChange {
        settings: Some(entered(&[("api_key", "sk_test_9999999999abcdefghijklmn")])),
        ..ProviderChange::default()
    };
    change(&world, "cards", wrong).await.unwrap();
    assert_eq!(check(&world, "cards").await.outcome, CheckOutcome::Refused);

    // They are not sent to another address than the one that they were entered for.
    let moved = |more: &[(&str, &str)]| {
        let fields = [&[("url", "http://127.0.0.1:9")][..], more].concat();
        ProviderChange {
            settings: Some(entered(&fields)),
            ..ProviderChange::default()
        }
    };
    for more in [&[][..], &[("api_key", KEY)][..]] {
        let refused = change(&world, "cards", moved(more)).await.unwrap_err();
        let expected = [("/settings/url", "payment.keys_again")];
        assert_eq!(pointers(&refused), expected);
    }
    let both = [("api_key", KEY), ("webhook_secret", SECRET)];
    change(&world, "cards", moved(&both)).await.unwrap();
    assert_eq!(
        check(&world, "cards").await.outcome,
        CheckOutcome::Unreachable
    );
}

/// An account for tests, of each provider that has one that can be told from another; a bank's Pix API has none.
fn for_tests() -> [(NewProvider, &'static str, &'static str); 5] {
    let secret = "0123456789abcdefghijklmnopqrstuv";
    let stripe = |name, api_key| {
        let fields = [
            ("api_key", api_key),
            ("webhook_secret", SECRET),
            ("takes", "BRL 0.50"),
        ];
        new(name, KindName::Stripe, &fields)
    };
    let mercado_pago = [
        ("api_key", "TEST-0123456789-abcdefghijklmnop"),
        ("webhook_secret", secret),
        ("account", "987654321"),
        ("takes", "BRL 0.50"),
        ("payer_email", "payer@shop.example"),
    ];
    let paypal = [
        ("url", "https://api-m.sandbox.paypal.com"),
        ("client_id", "client"),
        ("client_secret", secret),
        ("account", "MERCHANT1"),
        ("takes", "BRL 1.00"),
        ("return_url", "https://shop.example/back"),
        ("webhook_id", "WH-1"),
    ];
    let woovi = [
        ("url", "https://api.woovi-sandbox.com"),
        ("api_key", secret),
    ];
    let (key, url) = ("/settings/api_key", "/settings/url");
    [
        (stripe("cards", KEY), key, "sk_test_"),
        (
            stripe("restricted", "rk_test_0123456789abcdefghijklmn"),
            key,
            "rk_test_",
        ),
        (
            new("mp", KindName::MercadoPago, &mercado_pago),
            key,
            "TEST-",
        ),
        (new("paypal", KindName::Paypal, &paypal), url, "PayPal"),
        (new("woovi", KindName::Woovi, &woovi), url, "Woovi"),
    ]
}

#[feira_testkit::test("payments")]
async fn an_account_for_tests_is_refused_in_production_and_nothing_is_kept(db: TestDb) {
    let production = World::with(&db, |settings| {
        with_key(1)(settings);
        settings.installation.production = true;
    })
    .await;
    for (given, pointer, which) in for_tests() {
        let refused = add(&production, given).await.unwrap_err();
        assert_eq!(
            pointers(&refused),
            [(pointer, "payment.test_key")],
            "{which}"
        );
    }
    let kept = production.payments.providers(&chief()).await.unwrap();
    assert!(kept.is_empty(), "{kept:?}");
    assert_eq!(production.count("audit").await, 0);
    let nobody = production
        .begin(production.asked(Method::Pix {}, 900))
        .await;
    assert!(
        matches!(nobody, Err(PaymentError::NotOffered)),
        "{nobody:?}"
    );
    assert_eq!(production.count("payments").await, 0);

    // It is for that alone that they are refused.
    let elsewhere = World::with(&db, with_key(1)).await;
    for (given, _, which) in for_tests() {
        assert!(add(&elsewhere, given).await.is_ok(), "{which}");
    }
}
