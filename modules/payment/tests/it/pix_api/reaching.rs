//! Tokens, certificates, and settings that cannot be.

use std::sync::Arc;

use feira_payment::{
    Deps, Method, PaymentStatus as S, PixApiSettings, ProviderKind, ProviderSettings, Settings,
    testing,
};
use feira_store::testing::FakeStores;
use feira_testkit::TestDb;
use tokio::task::JoinSet;

use super::{
    at_bank,
    bank::{Bank, Fault, Ways},
    location,
};
use crate::world::{World, documents};

/// Several payments at once, each with its code.
async fn several(world: &World) {
    let mut starts = JoinSet::new();
    for _ in 0..8 {
        let (payments, asked) = (world.payments.clone(), world.asked(Method::Pix {}, 900));
        starts.spawn(async move { payments.start(&testing::order(), asked).await.unwrap() });
    }
    for payment in starts.join_all().await {
        assert!(location(&payment).is_some());
    }
}

#[feira_testkit::test("payments")]
async fn a_token_is_kept_until_shortly_before_its_end(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    several(&world).await;
    assert_eq!(bank.calls("POST token"), 1);
    for (seconds, fetched) in [(3539, 1), (1, 2)] {
        db.clock().advance(time::Duration::seconds(seconds));
        let payment = world.started(Method::Pix {}, 900).await;
        assert!(location(&payment).is_some());
        assert_eq!(bank.calls("POST token"), fetched);
    }
    // Taken back before its time, it is fetched once for all, and what was asked is asked again.
    bank.forget_token();
    several(&world).await;
    assert_eq!(bank.calls("POST token"), 3);

    for fault in [
        Fault::Refuse,
        Fault::Before(401),
        Fault::Before(429),
        Fault::Page(200),
        Fault::GarbageAfter,
    ] {
        db.clock().advance(time::Duration::hours(1));
        bank.next("POST token", fault);
        let payment = world.started(Method::Pix {}, 900).await;
        assert_eq!(
            (payment.status, location(&payment)),
            (S::Pending, None),
            "{fault:?}"
        );
        world.after(time::Duration::seconds(30)).await;
        let seen = world.payment(payment.id).await;
        assert!(location(&seen).is_some(), "{fault:?}");
    }
    // One that is refused at once is not tried for ever.
    bank.next("PUT cob", Fault::Before(401));
    bank.next("PUT cob", Fault::Before(401));
    let before = bank.calls("PUT cob");
    let payment = world.started(Method::Pix {}, 900).await;
    assert_eq!(payment.status, S::Pending);
    assert_eq!(bank.calls("PUT cob") - before, 2);
}

#[feira_testkit::test("payments")]
async fn without_its_certificate_nothing_reaches_the_bank(db: TestDb) {
    let bank = Bank::start_tls(db.clock().clock()).await;
    let unknown = PixApiSettings {
        certificate: String::new(),
        certificate_key: String::new(),
        ..bank.settings()
    };
    let stranger = PixApiSettings {
        authority: String::new(),
        ..bank.settings()
    };
    for settings in [unknown, stranger] {
        let provider = ProviderSettings::new("bank", ProviderKind::PixApi(Box::new(settings)));
        let world = World::at(&db, vec![provider]).await;
        let payment = world.started(Method::Pix {}, 900).await;
        assert_eq!((payment.status, location(&payment)), (S::Pending, None));
        assert_eq!(bank.calls("POST token"), 0);
    }
    let world = World::at(&db, vec![bank.provider()]).await;
    let payment = world.started(Method::Pix {}, 900).await;
    assert!(location(&payment).is_some());
}

#[feira_testkit::test("payments")]
async fn a_bank_that_cannot_be_reached_so_stops_the_start(db: TestDb) {
    let bank = Bank::start_tls(db.clock().clock()).await;
    let right = bank.settings();
    let refusal = |change: &dyn Fn(&mut PixApiSettings)| {
        let mut settings = right.clone();
        change(&mut settings);
        let provider = ProviderSettings::new("bank", ProviderKind::PixApi(Box::new(settings)));
        let settings = Settings {
            providers: vec![provider],
            ..Settings::default()
        };
        let deps = Deps {
            stores: Arc::new(FakeStores::new()),
            documents: documents(),
        };
        let started = feira_payment::start(db.env("payments"), deps, settings);
        started.err().map(|error| error.to_string())
    };
    assert_eq!(refusal(&|_| {}), None);
    let key = "-----BEGIN PRIVATE KEY-----\n!hunter2!\n-----END PRIVATE KEY-----\n";
    type Change<'a> = &'a dyn Fn(&mut PixApiSettings);
    let changes: [(&str, Change<'_>); 10] = [
        ("webhook token", &|s| s.webhook_token.truncate(31)),
        ("api_key_header", &|s| s.api_key_header = "x y".to_owned()),
        ("api_key", &|s| s.api_key = "hunter2\n".to_owned()),
        ("token_url", &|s| s.token_url = "elsewhere".to_owned()),
        ("pix_name", &|s| s.pix_name = "L".repeat(26)),
        ("pix_city", &|s| s.pix_city = String::new()),
        ("certificate", &|s| {
            s.certificate = "/nowhere/hunter2".to_owned()
        }),
        ("certificate", &|s| s.certificate_key = key.to_owned()),
        ("certificate_key", &|s| {
            s.certificate_key = "hunter2".to_owned()
        }),
        ("authority", &|s| {
            s.authority = "-----BEGIN hunter2".to_owned()
        }),
    ];
    for (named, change) in changes {
        let said = refusal(change).unwrap_or_else(|| panic!("{named}: it starts"));
        let both = said.contains(named) && said.contains("\"bank\"");
        assert!(both, "{named}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}
