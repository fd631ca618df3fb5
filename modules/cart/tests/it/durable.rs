//! Which changes of a cart wait for the disk: seen by what is set where the row is written.

use feira_cart::{ShippingSelection, testing::item_of};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::support::{ana, variant, world};

/// Notes of each change of a line whether its session waits for the disk. The throw-away cluster
/// waits for nothing unless it is told to.
const WATCH: &str = "\
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database()); END $$; \
CREATE TABLE carts.noted (seq bigint GENERATED ALWAYS AS IDENTITY, waits text NOT NULL); \
CREATE FUNCTION carts.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN \
    INSERT INTO carts.noted (waits) VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$; \
CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON carts.cart_items \
    FOR EACH ROW EXECUTE FUNCTION carts.note()";

#[test]
fn the_first_line_of_a_cart_waits_for_the_disk() {
    feira_testkit::run_module("carts", |db| async move {
        let owner = db.owner().await;
        owner.execute_unprepared(WATCH).await.unwrap();
        let world = world(&db);
        let noted = async || {
            let sql = "SELECT coalesce(string_agg(waits, ' ' ORDER BY seq), '') FROM carts.noted";
            let statement = Statement::from_string(DbBackend::Postgres, sql);
            let row = owner.query_one_raw(statement).await.unwrap().unwrap();
            owner
                .execute_unprepared("TRUNCATE carts.noted")
                .await
                .unwrap();
            row.try_get_by_index::<String>(0).unwrap()
        };
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
    });
}
