use feira_kernel::outbox::Event;
use feira_store::{
    StoreChanged, StoreStatus,
    testing::{FakeStores, Subjects, contract, store},
};

use crate::support::{World, operator};

#[feira_testkit::test("stores")]
async fn the_real_module_keeps_the_contract(world: World) {
    let open = world.approved(1, "Ateliê").await;
    let other = world.approved(2, "Brinquedos").await;
    let reason = "fakes".to_owned();
    world
        .api
        .suspend(&operator(), other.id, reason, None)
        .await
        .unwrap();
    let subjects = Subjects {
        open: open.id,
        suspended: other.id,
        owner: other.owner,
    };
    contract(&*world.api, subjects).await;
}

#[tokio::test]
async fn the_fake_keeps_the_contract() {
    let fake = FakeStores::new();
    let other = store("Brinquedos");
    let subjects = Subjects {
        open: fake.add(store("Ateliê")),
        suspended: other.id,
        owner: other.owner,
    };
    fake.add(other);
    fake.set_status(subjects.suspended, StoreStatus::Suspended);
    contract(&fake, subjects).await;
}

#[test]
fn a_recorded_event_goes_on_decoding() {
    let recorded = serde_json::json!({
        "store": "01900000-0000-7000-8000-000000015703",
        "owner": "01900000-0000-7000-8000-000000020a01",
        "version": 2,
        "from": "pending",
        "to": "approved"
    });
    let event: StoreChanged = serde_json::from_value(recorded.clone()).unwrap();
    assert_eq!(
        (event.from, event.to),
        (Some(StoreStatus::Pending), StoreStatus::Approved)
    );
    insta::assert_json_snapshot!(StoreChanged::NAME, event);
    assert_eq!(serde_json::to_value(event).unwrap(), recorded);
}
