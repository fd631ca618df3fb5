//! Providers and rules that operators enter while the process runs.

use std::collections::BTreeMap;

use feira_kernel::{Actor, Permission, Surface, UserId, Versions, db, token::TokenKey, values};
use feira_payment::{
    CONFIGURE_PAYMENTS, CheckOutcome, Entered, KindName, Method, NewProvider, PaymentError,
    ProviderChange, ProviderCheck, ProviderOverview, ProviderSource, Settings,
    testing::{self, brl},
};
use feira_testkit::TestDb;

use crate::{
    stripe_book::KEY,
    stripe_stub::{SECRET, Stub},
    world::{World, operator},
};

pub(crate) fn key(byte: u8) -> TokenKey {
    TokenKey::new(vec![byte; 32]).unwrap()
}

pub(crate) fn with_key(byte: u8) -> impl FnOnce(&mut Settings) {
    move |settings| {
        settings.providers.clear();
        settings.installation.key = Some(key(byte));
    }
}

pub(crate) fn chief() -> Actor {
    Actor::Person {
        user: UserId(testing::random()),
        surface: Surface::Admin,
        store: None,
        permissions: [Permission::new(CONFIGURE_PAYMENTS)].into(),
    }
}

pub(crate) fn entered(fields: &[(&str, &str)]) -> Entered {
    let fields = fields
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Some((*text).to_owned())));
    Entered(fields.collect())
}

pub(crate) fn new(name: &str, kind: KindName, fields: &[(&str, &str)]) -> NewProvider {
    NewProvider {
        name: name.to_owned(),
        kind,
        settings: entered(fields),
    }
}

pub(crate) const PIX: &[(&str, &str)] = &[
    ("pix_key", "529.982.247-25"),
    ("pix_name", "Ana"),
    ("pix_city", "Recife"),
];

pub(crate) async fn add(world: &World, new: NewProvider) -> Result<ProviderOverview, PaymentError> {
    world.payments.add_provider(&chief(), new, None).await
}

pub(crate) async fn change(
    world: &World,
    name: &str,
    change: ProviderChange,
) -> Result<ProviderOverview, PaymentError> {
    let name = name.to_owned();
    world.payments.change_provider(&chief(), name, change).await
}

pub(crate) async fn check(world: &World, name: &str) -> ProviderCheck {
    let name = name.to_owned();
    let checked = world.payments.check_provider(&chief(), name).await;
    checked.unwrap()
}

pub(crate) async fn remove(
    world: &World,
    name: &str,
    expected: Option<Versions>,
) -> Result<(), PaymentError> {
    let name = name.to_owned();
    world
        .payments
        .remove_provider(&chief(), name, expected)
        .await
}

pub(crate) fn off() -> ProviderChange {
    ProviderChange {
        takes_new: Some(false),
        ..ProviderChange::default()
    }
}

/// Cards at the stub.
pub(crate) async fn cards(world: &World) -> (Stub, ProviderOverview) {
    let stub = Stub::start(world.db.clock().clock()).await;
    let fields = [
        ("api_key", KEY),
        ("webhook_secret", SECRET),
        ("takes", "BRL 0.50"),
        ("url", stub.base_url.as_str()),
    ];
    let made = add(world, new("cards", KindName::Stripe, &fields)).await;
    (stub, made.unwrap())
}

pub(crate) fn pointers(refused: &PaymentError) -> Vec<(&str, &str)> {
    let PaymentError::Invalid(fields) = refused else {
        panic!("{refused:?}");
    };
    let told = fields.iter();
    told.map(|field| (field.pointer.as_str(), field.code.as_str()))
        .collect()
}

/// All that the database says, as one text.
pub(crate) async fn dump(world: &World) -> String {
    let tables: Option<Vec<String>> = db::scalar(
        world.env.pool.read(),
        "SELECT array_agg(format('%I.%I', schemaname, tablename)) FROM pg_tables WHERE schemaname = 'payments'",
        values![],
    )
    .await
    .unwrap();
    let mut all = String::new();
    for table in tables.unwrap_or_default() {
        let rows = format!("SELECT string_agg(t::text, chr(10)) FROM {table} t");
        let rows: Option<Option<String>> = db::scalar(world.env.pool.read(), &rows, values![])
            .await
            .unwrap();
        all.push_str(&rows.flatten().unwrap_or_default());
    }
    all
}

#[feira_testkit::test("payments")]
async fn one_pix_key_sells(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    let order = testing::order();
    let stores = vec![world.store()];
    let accepts = |method| {
        let payments = &world.payments;
        payments.accepts(&order, method, brl(1_000), stores.clone(), None)
    };
    let nobody = accepts(Method::Pix {}).await;
    assert!(matches!(nobody, Err(PaymentError::NotOffered)));
    let made = add(&world, new("pix", KindName::Manual, PIX))
        .await
        .unwrap();
    assert_eq!(
        (made.source, made.takes_new),
        (ProviderSource::Operator, true)
    );
    assert!(accepts(Method::Pix {}).await.unwrap().by_hand);
    let payment = world.started(Method::Pix {}, 1_000).await;
    assert_eq!(payment.gateway, "pix");
    assert_eq!(check(&world, "pix").await.outcome, CheckOutcome::Good);
    let seen = world.payments.providers(&chief()).await.unwrap();
    assert_eq!((seen.len(), seen[0].open, seen[0].used), (1, 1, true));
    assert_eq!(seen[0].settings["pix_key"], "529.982.247-25");
    for person in [operator(), testing::order()] {
        let refused = world.payments.providers(&person).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
    }
}

#[feira_testkit::test("payments")]
async fn what_the_settings_would_refuse_is_refused(db: TestDb) {
    let world = World::with(&db, |settings| {
        with_key(1)(settings);
        settings.installation.production = true;
    })
    .await;
    let live = "sk_live_0123456789abcdefghijklmn";
    let stripe = |api_key: &'static str, webhook: &'static str, takes: &'static str| {
        let fields = [
            ("api_key", api_key),
            ("webhook_secret", webhook),
            ("takes", takes),
        ];
        new("cards", KindName::Stripe, &fields)
    };
    let bank = |field: &'static str, value: &'static str| {
        let mut fields = BTreeMap::from([
            ("url", "https://pix.bank.example"),
            ("token_url", "https://pix.bank.example/token"),
            ("client_id", "client"),
            ("client_secret", "hunter2"),
            ("pix_key", "ana@feira.example"),
            ("pix_name", "Ana"),
            ("pix_city", "Recife"),
            ("webhook_secret", "the-secret-path-of-notifications-1"),
        ]);
        fields.insert(field, value);
        let fields: Vec<_> = fields.into_iter().collect();
        new("bank", KindName::PixApi, &fields)
    };
    let manual = |field: &'static str, value: &'static str| {
        let mut fields: BTreeMap<_, _> = PIX.iter().copied().collect();
        fields.insert(field, value);
        let fields: Vec<_> = fields.into_iter().collect();
        new("pix", KindName::Manual, &fields)
    };
    for (given, pointer, code) in [
        (
            stripe(KEY, SECRET, "BRL 0.50"),
            "/settings/api_key",
            "payment.test_key",
        ),
        (
            stripe("pk_live_0123456789abcdefghijklmn", SECRET, "BRL 0.50"),
            "/settings/api_key",
            "payment.key_kind",
        ),
        (
            stripe(live, live, "BRL 0.50"),
            "/settings/webhook_secret",
            "payment.key_kind",
        ),
        (
            stripe(live, SECRET, ""),
            "/settings/takes",
            "request.required",
        ),
        (
            stripe(live, SECRET, "BRL"),
            "/settings/takes",
            "payment.least_amounts",
        ),
        (
            bank("url", "http://pix.bank.example"),
            "/settings/url",
            "payment.address_near",
        ),
        (
            bank("client_secret", ""),
            "/settings/client_secret",
            "request.required",
        ),
        (
            bank("webhook_secret", "hunter2"),
            "/settings/webhook_secret",
            "payment.key_too_short",
        ),
        // What answers on this machine, or beside it, is not for who enters an address.
        (
            bank("url", "http://127.0.0.1:5432"),
            "/settings/url",
            "payment.address_near",
        ),
        (
            bank("token_url", "https://169.254.169.254/latest"),
            "/settings/token_url",
            "payment.address_near",
        ),
        (
            bank("url", "https://2130706433"),
            "/settings/url",
            "payment.address_near",
        ),
        (
            bank("url", "https://[::1]:8443"),
            "/settings/url",
            "payment.address_near",
        ),
        (
            bank("url", "https://database"),
            "/settings/url",
            "payment.address_near",
        ),
        (
            bank("url", "https://metadata.google.internal."),
            "/settings/url",
            "payment.address_near",
        ),
        // No header takes these, and PostgreSQL keeps no NUL.
        (
            bank("client_secret", "hunter2\n"),
            "/settings/client_secret",
            "request.control_character",
        ),
        (
            bank("client_id", "a\0b"),
            "/settings/client_id",
            "request.control_character",
        ),
        (
            manual("transfer", "Bank\n001\0"),
            "/settings/transfer",
            "request.control_character",
        ),
        // A file of this machine is not read for who enters its name.
        (
            bank("certificate", "/etc/passwd"),
            "/settings/certificate",
            "payment.pem",
        ),
        (
            bank("colour", "blue"),
            "/settings/colour",
            "request.unknown",
        ),
        (
            manual("pix_key", "529.982.247-24"),
            "/settings/pix_key",
            "payment.pix_key",
        ),
        (
            manual("pix_key", ""),
            "/settings/pix_key",
            "payment.pix_key",
        ),
        (
            manual("pix_city", "São José do Rio Preto"),
            "/settings/pix_city",
            "payment.pix_city",
        ),
    ] {
        let refused = add(&world, given).await.unwrap_err();
        assert_eq!(pointers(&refused), [(pointer, code)]);
        assert!(!format!("{refused:?}").contains("hunter2"), "{refused:?}");
    }
    let simulated = [("api_key", live), ("webhook_secret", live)];
    let simulated = new("sandbox", KindName::Sandbox, &simulated);
    let refused = add(&world, simulated).await.unwrap_err();
    assert!(matches!(refused, PaymentError::Invalid(_)), "{refused:?}");
    for name in ["", "Pix", "a b", &"x".repeat(33)[..]] {
        let refused = add(&world, new(name, KindName::Manual, PIX))
            .await
            .unwrap_err();
        assert_eq!(pointers(&refused), [("/name", "payment.provider_name")]);
    }
    assert_eq!(world.count("providers").await, 0);
    let audit = world.count("audit").await;
    assert_eq!(audit, 0, "what was refused was not done");
}
