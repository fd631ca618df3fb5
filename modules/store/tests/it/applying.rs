use feira_kernel::{Actor, ModuleError, Surface};
use feira_store::{
    Settings, ShippingPrice, StoreChanged, StoreError, StoreKey, StoreStatus, testing::application,
};
use feira_testkit::TestDb;
use feira_user::{UserStatus, testing::person};
use uuid::Uuid;

use crate::support::{World, manager, on, operator, world_with};

#[feira_testkit::test("stores")]
async fn an_application_is_a_pending_store_with_all_it_needs(db: TestDb, world: World) {
    let store = world.pending(1, "Ateliê da Ana").await;
    assert_eq!(store.status, StoreStatus::Pending);
    assert_eq!((store.slug.as_str(), store.version), ("atelie-da-ana", 1));
    assert_eq!(store.tax_id, "11222333000181");
    assert_eq!(store.address.postal_code, "01310200");
    assert_eq!(store.created_at, db.clock().now());
    let methods = world
        .api
        .shipping_methods(&manager(store.id))
        .await
        .unwrap();
    assert_eq!(methods.len(), 1);
    assert!(matches!(methods[0].price, ShippingPrice::Flat { price } if price.minor() == 1500));
    let people = world.api.people(&Actor::system("order"), store.id).await;
    assert_eq!(people.unwrap(), [store.owner]);
    let created = StoreChanged {
        store: store.id,
        owner: store.owner,
        version: 1,
        from: None,
        to: StoreStatus::Pending,
    };
    assert_eq!(world.published().await, [created]);
}

#[feira_testkit::test("stores")]
async fn a_person_applies_once_until_she_is_rejected(world: World) {
    let store = world.pending(1, "Ateliê").await;
    let her = Actor::customer(store.owner);
    let again = world.api.apply(&her, application("Other"), None).await;
    assert!(
        matches!(again, Err(StoreError::AlreadyApplied)),
        "{again:?}"
    );
    let kept = world.api.store(&her, StoreKey::Id(store.id)).await.unwrap();
    assert_eq!(kept, store, "a refused application changes nothing");

    let reason = "No photo of the tax card".to_owned();
    let rejected = world
        .api
        .reject(&operator(), store.id, reason.clone(), None)
        .await;
    assert_eq!(rejected.unwrap().status_reason, Some(reason));
    let mut better = application("Ateliê da Ana");
    better.business_name = "Ana Souza ME".to_owned();
    let submitted = world.api.apply(&her, better, None).await.unwrap();
    assert_eq!((submitted.id, submitted.version), (store.id, 3));
    assert_eq!(submitted.status, StoreStatus::Pending);
    assert_eq!(submitted.business_name, "Ana Souza ME");
    assert_eq!(
        (submitted.name.as_str(), submitted.slug.as_str()),
        ("Ateliê da Ana", "atelie")
    );
    assert_eq!(submitted.status_reason, None);

    for _ in 0..2 {
        let again = world.api.apply(&her, application("Other"), None).await;
        assert!(
            matches!(again, Err(StoreError::AlreadyApplied)),
            "{again:?}"
        );
        let _ = world.api.approve(&operator(), store.id, None).await;
    }
}

#[feira_testkit::test("stores")]
async fn one_person_applying_many_times_at_once_owns_one_store(world: World) {
    let her = Actor::customer(world.person(1));
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let (api, her) = (world.api.clone(), her.clone());
            tokio::spawn(async move {
                api.apply(&her, application(&format!("Store {n}")), None)
                    .await
            })
        })
        .collect();
    let mut made = 0;
    for attempt in tries {
        match attempt.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(matches!(error, StoreError::AlreadyApplied), "{error:?}"),
        }
    }
    assert_eq!(made, 1);
}

#[feira_testkit::test("stores")]
async fn stores_of_one_name_get_slugs_of_their_own_also_at_once(world: World) {
    let tries: Vec<_> = (1..=8)
        .map(|n| {
            let (api, who) = (world.api.clone(), Actor::customer(world.person(n)));
            tokio::spawn(async move { api.apply(&who, application("Café"), None).await })
        })
        .collect();
    let mut slugs = Vec::new();
    for attempt in tries {
        slugs.push(attempt.await.unwrap().unwrap().slug);
    }
    slugs.sort();
    let expected = [
        "cafe", "cafe-2", "cafe-3", "cafe-4", "cafe-5", "cafe-6", "cafe-7", "cafe-8",
    ];
    assert_eq!(slugs, expected);
}

#[feira_testkit::test("stores")]
async fn who_may_apply(world: World) {
    let mut blocked = person(7);
    blocked.status = UserStatus::Blocked;
    let blocked = Actor::customer(world.users.add(blocked));
    let unknown = Actor::customer(feira_kernel::UserId(Uuid::from_u128(404)));
    for actor in [Actor::stranger(), Actor::system("order"), blocked, unknown] {
        let refused = world.api.apply(&actor, application("Ateliê"), None).await;
        assert!(
            matches!(refused, Err(StoreError::Forbidden)),
            "{actor:?}: {refused:?}"
        );
    }
    let mut wrong = application("Ateliê");
    wrong.tax_id = "11.222.333/0001-82".to_owned();
    let her = Actor::customer(world.person(1));
    let refused = world.api.apply(&her, wrong, None).await.unwrap_err();
    assert_eq!(refused.fields()[0].pointer, "/tax_id");
    assert_eq!(world.published().await, []);
}

#[feira_testkit::test("stores")]
async fn approved_at_once_where_the_settings_say_so(db: TestDb) {
    let settings = Settings {
        auto_approve: true,
        ..Settings::default()
    };
    let world = world_with(&db, settings);
    let store = world.pending(1, "Ateliê").await;
    assert_eq!((store.status, store.version), (StoreStatus::Approved, 2));
    let steps: Vec<_> = world
        .published()
        .await
        .iter()
        .map(|e| (e.from, e.to))
        .collect();
    assert_eq!(
        steps,
        [
            (None, StoreStatus::Pending),
            (Some(StoreStatus::Pending), StoreStatus::Approved)
        ]
    );
}

#[feira_testkit::test("stores")]
async fn a_reserved_name_is_no_slug(world: World) {
    assert_eq!(world.pending(1, "Admin").await.slug, "admin-loja");
    let id = world.person(2).0.to_string();
    let shaped = world.pending(2, &id).await;
    assert!(Uuid::parse_str(&shaped.slug).is_err());
    let seller = on(Surface::Seller, None, &[]);
    assert!(world.api.shipping_methods(&seller).await.is_err());
}
