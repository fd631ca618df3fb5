use feira_kernel::{
    db::{self, Class},
    values,
};
use feira_testkit::TestDb;

use super::support::{insert, rows, see, start};

#[feira_testkit::test("sandbox")]
async fn no_room_no_memory_and_a_broken_disk_are_unavailable_and_counted(db: TestDb) {
    let (env, _) = start(&db).await;
    for (code, class, counted) in [
        ("53100", Class::Unavailable, 1),
        ("53200", Class::Unavailable, 2),
        ("58030", Class::Unavailable, 3),
        ("53000", Class::Unavailable, 4),
        // As a host makes a server whose disk is full.
        ("25006", Class::Unavailable, 5),
        // These have nothing to do with room.
        ("53300", Class::Unavailable, 5),
        ("58P01", Class::Other, 5),
        ("XX000", Class::Other, 5),
    ] {
        let sql = format!("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$");
        let refused = db::exec(env.pool.write(), &sql, values![]).await;
        assert_eq!(refused.expect_err(code).class(), class, "{code}");
        assert_eq!(env.pool.disk_health().failures(), counted, "{code}");
    }
}

#[feira_testkit::test("sandbox")]
async fn a_unit_of_work_without_room_leaves_nothing_and_the_next_one_goes_on(db: TestDb) {
    let (env, owner) = start(&db).await;
    for table in ["sandbox.scratch", "sandbox.inbox"] {
        db.fill_up(table, "53100").await;
    }
    let refused = insert(&env.pool, 1).await.expect_err("no room");
    assert!(refused.is_unavailable(), "{refused}");
    let tried = env.pool.try_write().await.expect_err("no room yet");
    assert!(tried.is_unavailable(), "{tried}");
    assert_eq!(env.pool.disk_health().failures(), 2);
    for table in ["sandbox.scratch", "sandbox.inbox"] {
        db.mend(table).await;
    }
    env.pool.try_write().await.expect("room");
    insert(&env.pool, 1).await.expect("room");
    assert_eq!(rows(&owner).await, 1);
    let left: i64 = see(&owner, "SELECT count(*) FROM sandbox.inbox").await;
    assert_eq!(left, 0);
}
