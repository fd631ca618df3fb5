use feira_kernel::{Actor, ModuleError, Surface};
use feira_store::{StoreError, StoreKey, StoreStatus};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;

use crate::support::{World, manager, on, operator};

#[feira_testkit::test("stores")]
async fn the_life_of_a_store_is_written_down(world: World) {
    let id = world.approved(1, "Ateliê").await.id;
    let why = || "Counterfeits".to_owned();
    let suspended = world
        .api
        .suspend(&operator(), id, why(), None)
        .await
        .unwrap();
    assert_eq!(suspended.status_reason.as_deref(), Some("Counterfeits"));
    let back = world.api.approve(&operator(), id, None).await.unwrap();
    assert_eq!(
        (back.status, back.status_reason, back.version),
        (StoreStatus::Approved, None, 4)
    );
    let events = world.published().await;
    let versions: Vec<_> = events.iter().map(|e| (e.version, e.to)).collect();
    assert_eq!(
        versions,
        [
            (1, StoreStatus::Pending),
            (2, StoreStatus::Approved),
            (3, StoreStatus::Suspended),
            (4, StoreStatus::Approved)
        ]
    );
}

#[feira_testkit::test("stores")]
async fn illegal_moves_are_loud_and_change_nothing(world: World) {
    let store = world.approved(1, "Ateliê").await;
    let again = world
        .api
        .approve(&operator(), store.id, None)
        .await
        .unwrap_err();
    assert!(matches!(
        again,
        StoreError::IllegalMove {
            from: StoreStatus::Approved,
            to: StoreStatus::Approved
        }
    ));
    let why = "late".to_owned();
    assert!(
        world
            .api
            .reject(&operator(), store.id, why, None)
            .await
            .is_err()
    );
    for empty in ["", "  ", &"x".repeat(1_001), "nul \0"] {
        let refused = world
            .api
            .suspend(&operator(), store.id, empty.to_owned(), None)
            .await;
        assert_eq!(refused.unwrap_err().fields()[0].pointer, "/reason");
    }
    let key = StoreKey::Id(store.id);
    assert_eq!(world.api.store(&operator(), key).await.unwrap(), store);
    assert_eq!(world.published().await.len(), 2);
}

#[feira_testkit::test("stores")]
async fn sixteen_operators_approve_once(world: World) {
    let id = world.pending(1, "Ateliê").await.id;
    let tries: Vec<_> = (0..16)
        .map(|_| {
            let api = world.api.clone();
            tokio::spawn(async move { api.approve(&operator(), id, None).await })
        })
        .collect();
    let mut approved = 0;
    for attempt in tries {
        match attempt.await.unwrap() {
            Ok(_) => approved += 1,
            Err(error) => assert!(matches!(error, StoreError::IllegalMove { .. }), "{error:?}"),
        }
    }
    assert_eq!(approved, 1);
    assert_eq!(world.published().await.len(), 2);
}

#[feira_testkit::test("stores")]
async fn only_operators_decide(world: World) {
    let store = world.pending(1, "Ateliê").await;
    let powerless = on(Surface::Admin, None, &[]);
    let wrong_surface = on(Surface::Shop, None, &[feira_store::REVIEW_STORES]);
    let her = Actor::customer(store.owner);
    let module = Actor::system("order");
    for actor in [
        powerless,
        wrong_surface,
        her,
        manager(store.id),
        module,
        Actor::stranger(),
    ] {
        let refused = world.api.approve(&actor, store.id, None).await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{actor:?}");
        let refused = world
            .api
            .suspend(&actor, store.id, "x".to_owned(), None)
            .await;
        assert!(matches!(refused, Err(StoreError::Forbidden)), "{actor:?}");
    }
    let nobody = feira_kernel::StoreId(uuid::Uuid::from_u128(404));
    let unknown = world.api.approve(&operator(), nobody, None).await;
    assert!(matches!(unknown, Err(StoreError::NotFound)));
    assert!(
        world
            .api
            .approve(&Actor::system("demo"), store.id, None)
            .await
            .is_ok()
    );
}

#[feira_testkit::test("stores")]
async fn history_cannot_be_changed_by_the_module(db: TestDb, world: World) {
    world.pending(1, "Ateliê").await;
    let env = db.env("stores");
    for sql in [
        "UPDATE store_status_history SET to_status = 'approved'",
        "DELETE FROM store_status_history",
    ] {
        let refused = env.pool.write().execute_unprepared(sql).await.unwrap_err();
        assert!(
            refused.to_string().contains("permission denied"),
            "{refused}"
        );
    }
}

#[feira_testkit::test("stores")]
async fn a_status_that_left_no_history_is_found(db: TestDb, world: World) {
    world.approved(1, "Ateliê").await;
    let owner = db.owner().await;
    for (break_it, mend_it) in [
        (
            "UPDATE stores.stores SET status = 'suspended'",
            "UPDATE stores.stores SET status = 'approved'",
        ),
        (
            "UPDATE stores.store_status_history SET from_status = 'draft' WHERE version = 2",
            "UPDATE stores.store_status_history SET from_status = 'pending' WHERE version = 2",
        ),
        (
            "UPDATE stores.store_status_history SET version = 9 WHERE version = 2",
            "UPDATE stores.store_status_history SET version = 2 WHERE version = 9",
        ),
    ] {
        assert_eq!(
            feira_testkit::violations(&db.url(), Some("stores")).await,
            []
        );
        owner.execute_unprepared(break_it).await.unwrap();
        let found = feira_testkit::violations(&db.url(), Some("stores")).await;
        let found: Vec<_> = found.iter().map(|v| v.invariant.as_str()).collect();
        assert_eq!(
            found,
            ["i14_store_status_is_its_last_history"],
            "{break_it}"
        );
        owner.execute_unprepared(mend_it).await.unwrap();
    }
}
