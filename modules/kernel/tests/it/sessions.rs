//! What a session of a module is: its role, its settings, and what a statement may change of them.

use feira_kernel::{
    db::{self, Pool, PoolSettings, Purpose},
    values,
};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::support::{insert, narrow_pool, start};

async fn setting(db: &impl ConnectionTrait, name: &str) -> String {
    let found = db::scalar(db, "SELECT current_setting($1)", values![name]).await;
    found.unwrap().unwrap()
}

/// What a session says of itself, each name with its value.
async fn all(db: &impl ConnectionTrait, purpose: Purpose) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, _) in db::settings("sandbox", purpose) {
        found.push((name.to_owned(), setting(db, name).await));
    }
    found
}

fn wanted(purpose: Purpose) -> Vec<(String, String)> {
    let settings = db::settings("sandbox", purpose).into_iter();
    settings
        .map(|(name, value)| (name.to_owned(), value.replace(',', ", ")))
        .collect()
}

#[feira_testkit::test("sandbox")]
async fn the_role_brings_its_settings(db: TestDb) {
    let pool = narrow_pool(db.url());
    for (purpose, way) in [
        (Purpose::Commands, pool.read()),
        (Purpose::Searches, pool.search()),
    ] {
        assert_eq!(all(way, purpose).await, wanted(purpose));
    }
    pool.check_session().await.expect("its own");
}

#[feira_testkit::test("sandbox")]
async fn where_there_are_no_roles_the_session_says_what_it_is(db: TestDb) {
    let settings = PoolSettings::new(db.url(), "sandbox", None);
    let pool = Pool::connect(&settings).unwrap();
    for (purpose, way) in [
        (Purpose::Commands, pool.read()),
        (Purpose::Searches, pool.search()),
    ] {
        let found = all(way, purpose).await;
        let found = found.into_iter().map(|(name, value)| match &*name {
            "search_path" => (name, value.replace(',', ", ")),
            _ => (name, value),
        });
        assert_eq!(Vec::from_iter(found), wanted(purpose));
    }
    pool.check_session().await.expect("the owner's");
}

#[feira_testkit::test("sandbox")]
async fn a_transaction_does_not_wait_for_the_disk_only_if_it_says_so(db: TestDb) {
    // The test's server waits for no disk unless it is told to.
    set(&db, "SET synchronous_commit TO on").await;
    start(&db).await;
    let pool = narrow_pool(db.url());
    let commit = "synchronous_commit";
    assert_eq!(setting(pool.write(), commit).await, "on");
    assert_eq!(setting(&pool.write_relaxed(), commit).await, "off");
    assert_eq!(
        setting(pool.write(), commit).await,
        "on",
        "the same session"
    );
    // In a condition of a change, for that change only.
    insert(&pool, 1).await.unwrap();
    let say = format!(
        "UPDATE scratch SET value = 1 WHERE {} RETURNING current_setting('synchronous_commit')",
        "set_config('synchronous_commit', 'off', true) = 'off'"
    );
    let said = db::scalar(pool.write(), &say, values![]).await;
    assert_eq!(said.unwrap(), Some("off".to_owned()));
    assert_eq!(
        setting(pool.write(), commit).await,
        "on",
        "the same session"
    );
    let relaxed: Result<String, db::Error> = pool
        .transaction_relaxed((), |tx, ()| {
            Box::pin(async move { Ok(setting(&**tx, "synchronous_commit").await) })
        })
        .await;
    assert_eq!(relaxed.unwrap(), "off");
    let durable: Result<String, db::Error> = pool
        .transaction((), |tx, ()| {
            Box::pin(async move { Ok(setting(&**tx, "synchronous_commit").await) })
        })
        .await;
    assert_eq!(durable.unwrap(), "on");
}

#[feira_testkit::test("sandbox")]
async fn a_search_is_planned_for_its_values_and_writes_nothing(db: TestDb) {
    let (env, owner) = start(&db).await;
    let pool = narrow_pool(db.url());
    let mode = "plan_cache_mode";
    assert_eq!(setting(pool.search(), mode).await, "force_custom_plan");
    assert_eq!(setting(pool.read(), mode).await, "force_generic_plan");
    for way in ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"] {
        assert_eq!(setting(pool.search(), way).await, "on", "{way}");
        assert_eq!(setting(pool.read(), way).await, "off", "{way}");
    }
    let alike = "BEGIN READ ONLY; SET LOCAL pg_trgm.word_similarity_threshold TO 0.38";
    let threshold = "pg_trgm.word_similarity_threshold";
    assert_eq!(setting(&pool.search_with(alike), threshold).await, "0.38");
    let insert_one = "INSERT INTO scratch (n) VALUES (1)";
    let refused = db::exec(pool.search(), insert_one, values![]).await;
    assert!(refused.unwrap_err().to_string().contains("read-only"));
    let writing = pool.search_with("BEGIN READ WRITE");
    let refused = db::exec(&writing, insert_one, values![]).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("permission denied"), "{refused}");
    // The refusal cost no connection, and what is written relaxed is there.
    db::exec(&pool.write_relaxed(), insert_one, values![])
        .await
        .unwrap();
    let twice = db::exec(&pool.write_relaxed(), insert_one, values![]).await;
    assert_eq!(twice.unwrap_err().class(), db::Class::Unique);
    insert(&env.pool, 2).await.unwrap();
    assert_eq!(super::support::rows(&owner).await, 2);
}

/// A module's searches have connections of their own, so however slow they are, commands go on.
#[feira_testkit::test("sandbox")]
async fn who_searches_keeps_nobody_else_waiting(db: TestDb) {
    let mut settings = PoolSettings::new(
        db.url(),
        "sandbox",
        Some(feira_testkit::roles().logins("sandbox")),
    );
    settings.size = 3;
    settings.searches = 2;
    settings.acquire_timeout = std::time::Duration::from_millis(300);
    let pool = Pool::connect(&settings).unwrap();
    let owner = db.owner().await;
    let lock = "SELECT pg_advisory_xact_lock(77)";
    let held = owner.begin().await.unwrap();
    db::exec(&held, lock, values![]).await.unwrap();
    let waits = "SELECT 1 FROM pg_advisory_xact_lock(77)";
    let slow = || db::scalar::<i32>(pool.search(), waits, values![]);
    let third = async {
        // Asked after the first two, which have the two connections.
        let refused = slow().await;
        assert!(refused.unwrap_err().is_unavailable());
        let read = db::scalar::<i32>(pool.read(), "SELECT 1", values![]).await;
        assert_eq!(read.unwrap(), Some(1));
        held.rollback().await.unwrap();
    };
    let (first, second, ()) = tokio::join!(slow(), slow(), third);
    assert_eq!((first.unwrap(), second.unwrap()), (Some(1), Some(1)));
}

async fn set(db: &TestDb, settings: &str) {
    let name = feira_testkit::roles().login("sandbox").name;
    let sql = format!(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE {name} IN DATABASE %I {settings}', current_database()); END $$"
    );
    db.owner().await.execute_unprepared(&sql).await.unwrap();
}

#[feira_testkit::test("sandbox")]
async fn a_session_that_is_not_its_own_is_refused(db: TestDb) {
    let refused = async || {
        let error = narrow_pool(db.url()).check_session().await.unwrap_err();
        error.to_string()
    };
    // As a pooler that signs in for others, or that keeps a session from before.
    let own = feira_testkit::roles().login("sandbox").name;
    set(&db, "SET search_path TO extensions").await;
    let said = refused().await;
    assert!(
        said.contains(&own) && said.contains("schema extensions"),
        "{said}"
    );
    set(&db, "RESET search_path").await;
    set(&db, "SET role TO test_sandbox").await;
    let said = refused().await;
    assert!(said.contains("role test_sandbox"), "{said}");
    set(&db, "RESET role").await;
    narrow_pool(db.url()).check_session().await.unwrap();
}
