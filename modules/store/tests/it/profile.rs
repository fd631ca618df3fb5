use feira_kernel::{Actor, ModuleError, Surface};
use feira_store::{Address, ProfileChange, StoreError, StoreKey, testing};

use crate::support::{World, manager, on};

fn named(name: &str) -> ProfileChange {
    ProfileChange {
        name: Some(name.to_owned()),
        ..ProfileChange::default()
    }
}

#[feira_testkit::test("stores")]
async fn a_store_says_of_itself_what_its_managers_say(world: World) {
    let before = world.approved(1, "Ateliê").await;
    let (api, own) = (&*world.api, manager(before.id));
    let change = ProfileChange {
        expected_version: Some(before.version.into()),
        description: Some("Tudo à mão.".to_owned()),
        phone: Some("+55 21 98888-0000".to_owned()),
        time_zone: Some("America/Manaus".to_owned()),
        address: Some(Address {
            city: "Campinas".to_owned(),
            ..testing::address()
        }),
        ..named("Ateliê da Ana")
    };
    let after = api.update_store(&own, change.clone()).await.unwrap();
    assert_eq!(after.version, before.version + 1);
    assert_eq!((&*after.name, &after.slug), ("Ateliê da Ana", &before.slug));
    assert_eq!(after.address.city, "Campinas");
    assert_eq!(
        (&*after.phone, &*after.time_zone),
        ("+55 21 98888-0000", "America/Manaus")
    );
    let key = StoreKey::Id(before.id);
    let seen = api.store(&Actor::stranger(), key).await.unwrap();
    assert_eq!(seen, after);

    let late = api.update_store(&own, change).await;
    assert!(matches!(late, Err(StoreError::VersionMismatch)));
    for zone in ["America/Nowhere", "UTC+3", "brasil", "posixrules"] {
        let wrong = ProfileChange {
            time_zone: Some(zone.to_owned()),
            ..ProfileChange::default()
        };
        let refused = api.update_store(&own, wrong).await.unwrap_err();
        assert_eq!(refused.fields()[0].pointer, "/time_zone", "{zone}");
    }
    // What somebody decides of it later follows on the versions of its profile.
    api.suspend(
        &crate::support::operator(),
        before.id,
        "no".to_owned(),
        None,
    )
    .await
    .unwrap();
    assert_eq!(
        world.published().await.last().unwrap().version,
        after.version + 1
    );
}

#[feira_testkit::test("stores")]
async fn nobody_else_changes_a_profile(world: World) {
    let store = world.approved(1, "Ateliê").await.id;
    let staff = on(Surface::Seller, Some(store), &["products.edit"]);
    let buyer = on(Surface::Shop, Some(store), &[feira_store::MANAGE_STORE]);
    for actor in [staff, buyer, Actor::stranger(), Actor::system("cart")] {
        let refused = world.api.update_store(&actor, named("Mine")).await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{actor:?}");
    }
}
