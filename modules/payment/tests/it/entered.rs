//! What operators do with providers that are there: switch off, remove, put in order; several processes, keys
//! of the installation that change, and settings that win.

use feira_kernel::{Actor, Currency, IdempotencyKey, StoreId, UserId, Versions};
use feira_payment::{
    CheckOutcome, KindName, Method, MethodKind, PaymentError, PaymentStatus, ProviderChange,
    ProviderMove, ProviderSource, ProviderTrouble, RefundStatus,
    testing::{self, brl, card},
};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::{
    entering::{
        PIX, add, cards, change, check, chief, dump, entered, key, new, off, pointers, remove,
        with_key,
    },
    provider::Stub as Sandbox,
    stripe_book::KEY,
    stripe_stub::SECRET,
    world::{World, at, operator, seller},
};

#[feira_testkit::test("payments")]
async fn one_that_is_switched_off_goes_on_with_what_it_has(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    let (stub, _) = cards(&world).await;
    let paid = world.captured(&[1_000]).await;
    assert_eq!(paid.payment.gateway, "cards");
    let changed = change(&world, "cards", off()).await.unwrap();
    assert!(!changed.takes_new && changed.used);
    let order = testing::order();
    let stores = vec![paid.store(0)];
    let payments = &world.payments;
    let refused = payments.accepts(&order, card("tok_approved"), brl(500), stores, None);
    assert!(matches!(refused.await, Err(PaymentError::NotOffered)));
    let refund = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    assert_eq!(refund.status, RefundStatus::Completed);
    assert_eq!(stub.refunds().len(), 1);

    // With payments it stays; without, its name does.
    let kept = remove(&world, "cards", None).await;
    assert!(matches!(kept, Err(PaymentError::ProviderUsed)));
    add(&world, new("pix", KindName::Manual, PIX))
        .await
        .unwrap();
    let stale = remove(&world, "pix", Some(Versions::from(7))).await;
    assert!(matches!(stale, Err(PaymentError::VersionMismatch)));
    remove(&world, "pix", None).await.unwrap();
    for taken in ["pix", "cards"] {
        let refused = add(&world, new(taken, KindName::Manual, PIX))
            .await
            .unwrap_err();
        assert_eq!(pointers(&refused), [("/name", "request.taken")]);
    }
    let nobody = change(&world, "pix", off()).await;
    assert!(matches!(nobody, Err(PaymentError::NoSuchProvider)));
}

#[feira_testkit::test("payments")]
async fn one_that_keeps_cards_is_not_removed(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    let (stub, made) = cards(&world).await;
    assert!(!made.used);
    let payments = &world.payments;
    let who = Actor::customer(UserId(testing::random()));
    let adding = payments.add_saved_method(&who, None).await.unwrap();
    stub.confirm_card(&adding.client_secret, (7, 2031));
    let card = payments.finish_saved_method(&who, adding.id).await.unwrap();
    let kept = remove(&world, "cards", None).await;
    assert!(matches!(kept, Err(PaymentError::ProviderUsed)), "{kept:?}");
    assert!(payments.providers(&chief()).await.unwrap()[0].used);
    let removed = payments.remove_saved_method(&who, card.id, None).await;
    removed.unwrap();
    assert!(!payments.providers(&chief()).await.unwrap()[0].used);
    remove(&world, "cards", None).await.unwrap();
}

#[feira_testkit::test("payments")]
async fn another_process_sees_a_change_within_five_seconds(db: TestDb) {
    let (here, there) = (
        World::with(&db, with_key(1)).await,
        World::with(&db, with_key(1)).await,
    );
    let methods = async |world: &World| {
        let actor = Actor::system("gateway");
        let found = world.payments.methods(&actor, Currency::BRL).await;
        found.unwrap()
    };
    assert_eq!(
        (methods(&here).await.len(), methods(&there).await.len()),
        (0, 0)
    );
    add(&here, new("pix", KindName::Manual, PIX)).await.unwrap();
    assert_eq!(methods(&here).await, [MethodKind::Pix]);
    assert!(methods(&there).await.is_empty(), "it has asked just now");
    db.clock().advance(Duration::seconds(5));
    assert_eq!(methods(&there).await, [MethodKind::Pix]);
    change(&there, "pix", off()).await.unwrap();
    assert!(methods(&there).await.is_empty());
    db.clock().advance(Duration::seconds(5));
    assert!(methods(&here).await.is_empty());
}

#[feira_testkit::test("payments")]
async fn keys_go_over_to_a_new_key_and_a_lost_one_is_named(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    let (_stub, _) = cards(&world).await;
    add(&world, new("pix", KindName::Manual, PIX))
        .await
        .unwrap();
    let sealed = dump(&world).await;
    // Read with the previous key, they are sealed under the present one.
    let rotated = World::with(&db, |settings| {
        settings.providers.clear();
        settings.installation.key = Some(key(2).after(key(1)));
    })
    .await;
    let seen = rotated.payments.providers(&chief()).await.unwrap();
    assert!(seen.iter().all(|one| one.trouble.is_none()), "{seen:?}");
    assert_ne!(dump(&rotated).await, sealed);
    let later = World::with(&db, with_key(2)).await;
    assert_eq!(check(&later, "cards").await.outcome, CheckOutcome::Good);

    // Without its key one is out, and the others go on.
    let lost = World::with(&db, with_key(3)).await;
    let seen = lost.payments.providers(&chief()).await.unwrap();
    assert_eq!(seen[0].trouble, Some(ProviderTrouble::KeysLost {}));
    assert_eq!(
        (seen[1].name.as_str(), seen[1].trouble.clone()),
        ("pix", None)
    );
    assert_eq!(lost.started(Method::Pix {}, 700).await.gateway, "pix");
    let half = ProviderChange {
        settings: Some(entered(&[("api_key", KEY)])),
        ..ProviderChange::default()
    };
    let refused = change(&lost, "cards", half).await.unwrap_err();
    let expected = [("/settings/webhook_secret", "request.required")];
    assert_eq!(pointers(&refused), expected);
    let whole = ProviderChange {
        settings: Some(entered(&[("api_key", KEY), ("webhook_secret", SECRET)])),
        ..ProviderChange::default()
    };
    let again = change(&lost, "cards", whole).await.unwrap();
    assert_eq!(again.trouble, None);
}

#[feira_testkit::test("payments")]
async fn the_settings_win_and_say_so(db: TestDb) {
    let first = World::with(&db, with_key(1)).await;
    add(&first, new("sandbox", KindName::Manual, PIX))
        .await
        .unwrap();
    let stub = Sandbox::start().await;
    let world = World::with(&db, |settings| {
        settings.providers = vec![at("sandbox", &stub)];
        settings.installation.key = Some(key(1));
    })
    .await;
    let seen = world.payments.providers(&chief()).await.unwrap();
    let [settings, entered] = &seen[..] else {
        panic!("{seen:?}");
    };
    assert_eq!(settings.source, ProviderSource::Settings);
    assert_eq!(settings.kind, Some(KindName::Sandbox));
    assert_eq!(entered.trouble, Some(ProviderTrouble::Overridden {}));
    let names = world.payments.provider_names(&operator()).await.unwrap();
    assert_eq!(names, ["sandbox"]);
    for blind in [seller(StoreId(uuid::Uuid::nil())), Actor::stranger()] {
        let names = world.payments.provider_names(&blind).await;
        assert!(matches!(names, Err(PaymentError::Forbidden)), "{blind:?}");
    }
    for refused in [
        change(&world, "sandbox", off()).await.map(|_| ()),
        remove(&world, "sandbox", None).await,
    ] {
        assert!(matches!(refused, Err(PaymentError::ProviderConfigured)));
    }
    let payment = world.started(Method::Pix {}, 700).await;
    assert_eq!(payment.status, PaymentStatus::Pending);
    assert_eq!(stub.charges().len(), 1, "the one of the settings took it");
}

#[feira_testkit::test("payments")]
async fn new_payments_go_by_the_order_that_was_chosen(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    for name in ["a", "b", "c"] {
        add(&world, new(name, KindName::Manual, PIX)).await.unwrap();
    }
    let order = async || {
        let seen = world.payments.providers(&chief()).await.unwrap();
        seen.into_iter().map(|one| one.name).collect::<String>()
    };
    let to = |moved| ProviderChange {
        moved: Some(moved),
        ..ProviderChange::default()
    };
    for (name, moved, expected) in [
        ("c", ProviderMove::Up, "acb"),
        ("c", ProviderMove::Up, "cab"),
        ("c", ProviderMove::Up, "cab"),
        ("c", ProviderMove::Down, "acb"),
        ("b", ProviderMove::Down, "acb"),
        ("a", ProviderMove::Down, "cab"),
    ] {
        change(&world, name, to(moved)).await.unwrap();
        assert_eq!(order().await, expected, "{name} {moved:?}");
    }
    assert_eq!(world.started(Method::Pix {}, 700).await.gateway, "c");
    // Entered twice with one key it is there once.
    let key = || IdempotencyKey {
        route: "providers".to_owned(),
        key: "1".to_owned(),
        fingerprint: String::new(),
    };
    let actor = chief();
    for _ in 0..2 {
        let new = new("d", KindName::Manual, PIX);
        let made = world.payments.add_provider(&actor, new, Some(key())).await;
        assert_eq!(made.unwrap().name, "d");
    }
    assert_eq!(order().await, "cabd");
}

#[feira_testkit::test("payments")]
async fn i49_a_key_that_is_not_sealed(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    cards(&world).await;
    let found = async || feira_testkit::violations(&db.url(), Some("payments")).await;
    assert_eq!(found().await, []);
    let owner = db.owner().await;
    for (harm, right) in [
        (
            "UPDATE payments.providers SET secrets = jsonb_set(secrets, '{api_key,sealed}', '\"sk_live_1\"')",
            "UPDATE payments.providers SET secrets = '{}'",
        ),
        (
            "UPDATE payments.providers SET settings = settings || '{\"api_key\": \"sk_live_1\"}'",
            "UPDATE payments.providers SET settings = settings - 'api_key'",
        ),
    ] {
        owner.execute_unprepared(harm).await.unwrap();
        let broken = found().await;
        assert_eq!(broken.len(), 1, "{harm}");
        assert_eq!(broken[0].invariant, "i49_provider_keys_are_sealed");
        owner.execute_unprepared(right).await.unwrap();
    }
}

#[feira_testkit::test("payments")]
async fn what_is_kept_and_not_acceptable_any_more_is_named(db: TestDb) {
    let first = World::with(&db, with_key(1)).await;
    add(&first, new("pix", KindName::Manual, PIX))
        .await
        .unwrap();
    let owner = db.owner().await;
    for (change, told) in [
        (
            "settings = settings || '{\"pix_key\": \"nobody\"}'",
            Some("payment.pix_key"),
        ),
        ("kind = 'of_another_release'", None),
    ] {
        let changed = format!("UPDATE payments.providers SET {change}");
        owner.execute_unprepared(&changed).await.unwrap();
        let world = World::with(&db, with_key(1)).await;
        let seen = world.payments.providers(&chief()).await.unwrap();
        match (&seen[0].trouble, told) {
            (Some(ProviderTrouble::Refused { field, code, .. }), Some(told)) => {
                assert_eq!((field.as_str(), code.as_str()), ("pix_key", told));
            }
            (Some(ProviderTrouble::UnknownKind {}), None) => {}
            (other, _) => panic!("{change}: {other:?}"),
        }
    }
    let right = "UPDATE payments.providers SET kind = 'manual', settings = settings || \
                 '{\"pix_key\": \"ana@feira.example\"}'";
    owner.execute_unprepared(right).await.unwrap();
}

#[feira_testkit::test("payments")]
async fn whom_it_pays_stays_while_a_payment_is_open(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    // Nobody answers there: what is begun stays open.
    let fields = [
        ("api_key", "an-app-id-of-more-than-32-characters"),
        ("pix_key", "ana@feira.example"),
        ("url", "http://127.0.0.1:9"),
    ];
    let made = add(&world, new("woovi", KindName::Woovi, &fields)).await;
    made.unwrap();
    let to = |field: &str, text: &str| ProviderChange {
        settings: Some(entered(&[(field, text)])),
        ..ProviderChange::default()
    };
    let (bia, eva) = ("bia@feira.example", "eva@feira.example");
    change(&world, "woovi", to("pix_key", bia)).await.unwrap();
    let open = world.started(Method::Pix {}, 1_000).await;
    assert_eq!(open.gateway, "woovi");
    assert_eq!(open.status, PaymentStatus::Pending);
    let refused = change(&world, "woovi", to("pix_key", eva)).await;
    let refused = refused.unwrap_err();
    let expected = [("/settings/pix_key", "payment.payee_in_use")];
    assert_eq!(pointers(&refused), expected);
    let seen = world.payments.providers(&chief()).await.unwrap();
    assert_eq!(seen[0].settings["pix_key"], bia);
    change(&world, "woovi", to("refund_days", "30"))
        .await
        .unwrap();
    let ended = "UPDATE payments.payments SET status = 'cancelled', next_poll_at = NULL";
    db.owner().await.execute_unprepared(ended).await.unwrap();
    let changed = change(&world, "woovi", to("pix_key", eva)).await;
    assert_eq!(changed.unwrap().settings["pix_key"], eva);
}
