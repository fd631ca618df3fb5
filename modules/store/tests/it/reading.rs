use feira_kernel::{Actor, Cursor, ErrorKind, ModuleError, PageRequest, StoreId};
use feira_store::{Role, StoreError, StoreFilter, StoreKey, StoreStatus, Stores};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::support::{World, operator};

async fn names(
    api: &dyn Stores,
    actor: &Actor,
    status: Option<StoreStatus>,
    q: Option<&str>,
) -> Vec<String> {
    let filter = StoreFilter {
        status,
        q: q.map(str::to_owned),
    };
    let page = api.list(actor, filter, PageRequest::default()).await;
    page.unwrap().items.into_iter().map(|s| s.name).collect()
}

#[feira_testkit::test("stores")]
async fn a_flood_of_applications_hides_no_suspended_store(db: TestDb, world: World) {
    let bad = world.approved(1, "Ateliê").await.id;
    let owner = db.owner().await;
    // Older than it, and more than are told.
    let flood = "WITH ids AS (SELECT lpad(to_hex(n), 32, '0')::uuid AS id FROM generate_series(1001, 11000) n), \
         owners AS (INSERT INTO stores.store_owners (user_id, business_name, tax_id, phone) \
                    SELECT id, 'Flood', '1', '1' FROM ids) \
         INSERT INTO stores.stores (id, owner_id, name, slug, description, status, currency, time_zone, version) \
         SELECT id, id, 'Flood', 'flood-' || row_number() OVER (), '', 'pending', 'BRL', 'UTC', 1 FROM ids";
    // Rows and their owners in one statement: the reference is looked at when it ends.
    owner.execute_unprepared(flood).await.unwrap();
    let why = "Counterfeits".to_owned();
    world
        .api
        .suspend(&operator(), bad, why, None)
        .await
        .unwrap();
    let told = world.api.not_purchasable(&Actor::system("catalog")).await;
    let told = told.unwrap();
    assert_eq!((told.len(), told.first()), (10_000, Some(&bad)));
    let dry = "DELETE FROM stores.stores WHERE name = 'Flood'; \
               DELETE FROM stores.store_owners WHERE business_name = 'Flood'";
    owner.execute_unprepared(dry).await.unwrap();
}

#[feira_testkit::test("stores")]
async fn lists_are_filtered_and_hide_what_does_not_sell(db: TestDb, world: World) {
    for (number, name) in [(1, "Ateliê"), (2, "Café 100%"), (3, "café norte")] {
        world.approved(number, name).await;
        db.clock().advance(time::Duration::seconds(1));
    }
    world.pending(4, "Café de amanhã").await;
    let api = &*world.api;
    let stranger = Actor::stranger();
    assert_eq!(
        names(api, &stranger, None, None).await,
        ["café norte", "Café 100%", "Ateliê"]
    );
    assert_eq!(
        names(api, &stranger, None, Some("CAF")).await,
        ["café norte", "Café 100%"]
    );
    assert_eq!(
        names(api, &stranger, None, Some("Café 100%")).await,
        ["Café 100%"]
    );
    assert_eq!(names(api, &stranger, None, Some("%")).await.len(), 0);
    assert_eq!(names(api, &stranger, None, Some("_")).await.len(), 0);
    assert_eq!(
        names(api, &stranger, Some(StoreStatus::Pending), None)
            .await
            .len(),
        0
    );
    let pending = Some(StoreStatus::Pending);
    assert_eq!(
        names(api, &operator(), pending, None).await,
        ["Café de amanhã"]
    );
    assert_eq!(names(api, &operator(), None, None).await.len(), 4);
}

#[feira_testkit::test("stores")]
async fn pages_follow_each_other_without_a_gap(db: TestDb, world: World) {
    for number in 1..=5 {
        world.approved(number, &format!("Store {number}")).await;
        db.clock().advance(time::Duration::seconds(1));
    }
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let page = PageRequest::new(Some(2), cursor).unwrap();
        let page = world
            .api
            .list(&Actor::stranger(), StoreFilter::default(), page)
            .await
            .unwrap();
        seen.extend(page.items.into_iter().map(|s| s.name));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(
        seen,
        ["Store 5", "Store 4", "Store 3", "Store 2", "Store 1"]
    );
    let foreign = PageRequest::new(None, Some(Cursor("e30".to_owned()))).unwrap();
    let refused = world
        .api
        .list(&Actor::stranger(), StoreFilter::default(), foreign)
        .await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Invalid);
    let nul = StoreFilter {
        status: None,
        q: Some("a\0".to_owned()),
    };
    let refused = world
        .api
        .list(&Actor::stranger(), nul, PageRequest::default())
        .await;
    assert_eq!(refused.unwrap_err().fields()[0].pointer, "/q");
}

#[feira_testkit::test("stores")]
async fn odd_keys_are_not_found_and_long_batches_are_refused(world: World) {
    for slug in ["", "nul\0", "' OR 1=1", &"x".repeat(10_000)] {
        let key = StoreKey::Slug(slug.to_owned());
        let missing = world.api.store(&operator(), key).await;
        assert!(matches!(missing, Err(StoreError::NotFound)), "{slug:?}");
    }
    let module = Actor::system("cart");
    let many = vec![StoreId(Uuid::nil()); 101];
    let refused = world.api.stores(&module, many).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Invalid);
    assert_eq!(world.api.stores(&module, Vec::new()).await.unwrap(), []);
}

#[feira_testkit::test("stores")]
async fn a_member_of_two_stores_has_two_roles(db: TestDb, world: World) {
    let own = world.approved(1, "Ateliê").await;
    let other = world.approved(2, "Brinquedos").await;
    let owner = db.owner().await;
    owner
        .execute_unprepared(&format!(
            "INSERT INTO stores.store_members (store_id, user_id, role) \
             VALUES ('{}', '{}', 'staff')",
            other.id, own.owner
        ))
        .await
        .unwrap();
    let her = Actor::customer(own.owner);
    let found = world.api.memberships(&her, own.owner).await.unwrap();
    let mut roles: Vec<_> = found
        .iter()
        .map(|m| (m.store, m.role, m.permissions.len()))
        .collect();
    roles.sort_by_key(|(store, ..)| *store);
    let mut expected = vec![(own.id, Role::Owner, 7), (other.id, Role::Staff, 3)];
    expected.sort_by_key(|(store, ..)| *store);
    assert_eq!(roles, expected);
    let people = world
        .api
        .people(&Actor::system("notification"), other.id)
        .await
        .unwrap();
    assert_eq!(people.len(), 2);
    // Who works there without seeing its money is not told of that.
    for (permission, told) in [
        ("balance.see", vec![other.owner]),
        ("payout_account.manage", vec![other.owner]),
        ("orders.fulfil", people.clone()),
        ("no.such", Vec::new()),
    ] {
        let module = Actor::system("notification");
        let may = world
            .api
            .people_who_may(&module, other.id, permission.to_owned());
        assert_eq!(may.await.unwrap(), told, "{permission}");
    }
}
