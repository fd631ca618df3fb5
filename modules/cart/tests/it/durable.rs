//! Which changes of a cart wait for the disk: seen by what is set where the row is written.

use feira_cart::{ShippingSelection, testing::item_of};
use feira_kernel::IdempotencyKey;
use feira_testkit::{FromTestDb, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

use crate::support::{World, ana, bia, variant};

/// Notes of each change of a row whether its session waits for the disk. The throw-away cluster
/// waits for nothing unless it is told to.
const WATCH: &str = "\
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$; \
CREATE TABLE carts.noted (seq bigint GENERATED ALWAYS AS IDENTITY, waits text NOT NULL); \
CREATE FUNCTION carts.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN \
    INSERT INTO carts.noted (waits) VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$; \
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON carts.{table} \
    FOR EACH ROW EXECUTE FUNCTION carts.note()";

async fn watch(db: &TestDb, table: &str) -> DatabaseConnection {
    let owner = db.owner().await;
    let watch = WATCH.replace("{table}", table);
    owner.execute_unprepared(&watch).await.unwrap();
    owner
}

/// What was noted since.
async fn noted(owner: &DatabaseConnection) -> String {
    let sql = "SELECT coalesce(string_agg(waits, ' ' ORDER BY seq), '') FROM carts.noted";
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = owner.query_one_raw(statement).await.unwrap().unwrap();
    let forget = "TRUNCATE carts.noted";
    owner.execute_unprepared(forget).await.unwrap();
    row.try_get_by_index(0).unwrap()
}

#[feira_testkit::test("carts")]
async fn the_first_line_of_a_cart_waits_for_the_disk(db: TestDb) {
    let owner = watch(&db, "cart_items").await;
    let world = World::start(&db).await;
    let noted = async || noted(&owner).await;
    let (guest, guests) = world.guest().await;
    let hers = world.open(&ana()).await;
    for (who, id) in [(ana(), hers), (guest, guests)] {
        let shipping = ShippingSelection {
            destination: None,
            choices: Vec::new(),
        };
        world
            .api
            .set_shipping(&who, id, shipping, None)
            .await
            .unwrap();
        let cart = world.add(&who, id, 1, 1).await.unwrap();
        assert_eq!(noted().await, "on", "the first line");
        let item = item_of(&cart, variant(1)).unwrap();
        world.add(&who, id, 1, 1).await.unwrap();
        world.add(&who, id, 2, 1).await.unwrap();
        world
            .api
            .set_quantity(&who, id, item, 5, None)
            .await
            .unwrap();
        world.api.remove_item(&who, id, item, None).await.unwrap();
        assert_eq!(noted().await, "off off off off", "later changes");
        let second = world.api.cart(&who, id).await.unwrap();
        let second = item_of(&second, variant(2)).unwrap();
        world.api.remove_item(&who, id, second, None).await.unwrap();
        world.add(&who, id, 3, 1).await.unwrap();
        assert_eq!(noted().await, "off on", "the first line once more");
    }
}

/// The client forgets the guest's token when it is answered.
#[feira_testkit::test("carts")]
async fn what_is_claimed_waits_for_the_disk(db: TestDb) {
    let owner = watch(&db, "carts").await;
    let world = World::start(&db).await;
    let key = IdempotencyKey {
        route: "claim".to_owned(),
        key: "k".to_owned(),
        fingerprint: "f".to_owned(),
    };
    for (who, key) in [(ana(), None), (bia(), Some(key))] {
        // Given at first, when she has no cart; then merged into that one.
        for (writes, expected) in [("given", "on"), ("merged", "on on")] {
            let (guest, id) = world.guest().await;
            world.add(&guest, id, 1, 1).await.unwrap();
            noted(&owner).await;
            let key = key.clone().map(|key| IdempotencyKey {
                key: writes.to_owned(),
                ..key
            });
            let token = guest.guest_token().unwrap().clone();
            world.api.claim(&who, id, token, key).await.unwrap();
            assert_eq!(noted(&owner).await, expected, "{writes}");
        }
        let (guest, held) = world.guest().await;
        world.hold(&guest, held, Uuid::from_u128(1)).await;
        noted(&owner).await;
        let token = guest.guest_token().unwrap().clone();
        world.api.claim(&who, held, token, None).await.unwrap();
        assert_eq!(noted(&owner).await, "on", "held");
    }
}
