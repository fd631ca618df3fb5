//! What a session of a module is: its role, its settings, and what a statement may change of them.

use feira_kernel::{
    db::{self, Pool, PoolSettings},
    values,
};
use feira_testkit::{TestDb, run_module};
use sea_orm::ConnectionTrait;

use super::support::{insert, narrow_pool, start};

async fn setting(db: &impl ConnectionTrait, name: &str) -> String {
    let found = db::scalar(db, "SELECT current_setting($1)", values![name]).await;
    found.unwrap().unwrap()
}

/// What a session says of itself, each name with its value.
async fn all(db: &impl ConnectionTrait) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, _) in db::settings("sandbox") {
        found.push((name.to_owned(), setting(db, name).await));
    }
    found
}

fn wanted() -> Vec<(String, String)> {
    let settings = db::settings("sandbox").into_iter();
    settings
        .map(|(name, value)| (name.to_owned(), value.replace(',', ", ")))
        .collect()
}

#[test]
fn the_role_brings_its_settings() {
    run_module("sandbox", |db| async move {
        let pool = narrow_pool(db.url());
        assert_eq!(all(pool.read()).await, wanted());
        pool.check_session().await.expect("its own");
    });
}

#[test]
fn where_there_are_no_roles_the_session_says_what_it_is() {
    run_module("sandbox", |db| async move {
        let settings = PoolSettings::new(db.url(), "sandbox", None);
        let pool = Pool::connect(&settings).unwrap();
        let found = all(pool.read()).await;
        let found = found.into_iter().map(|(name, value)| match &*name {
            "search_path" => (name, value.replace(',', ", ")),
            _ => (name, value),
        });
        assert_eq!(Vec::from_iter(found), wanted());
        pool.check_session().await.expect("the owner's");
    });
}

#[test]
fn a_transaction_does_not_wait_for_the_disk_only_if_it_says_so() {
    run_module("sandbox", |db| async move {
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
    });
}

#[test]
fn a_search_is_planned_for_its_values_and_writes_nothing() {
    run_module("sandbox", |db| async move {
        let (env, owner) = start(&db).await;
        let pool = narrow_pool(db.url());
        assert_eq!(setting(&pool.search(), "plan_cache_mode").await, "auto");
        for way in ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"] {
            assert_eq!(setting(&pool.search(), way).await, "on", "{way}");
            assert_eq!(setting(pool.read(), way).await, "off", "{way}");
        }
        let usual = setting(pool.read(), "plan_cache_mode").await;
        assert_eq!(usual, "force_generic_plan", "the same session");
        let insert_one = "INSERT INTO scratch (n) VALUES (1)";
        let refused = db::exec(&pool.search(), insert_one, values![]).await;
        assert!(refused.unwrap_err().to_string().contains("read-only"));
        // The refusal cost no connection, and what is written relaxed is there.
        db::exec(&pool.write_relaxed(), insert_one, values![])
            .await
            .unwrap();
        let twice = db::exec(&pool.write_relaxed(), insert_one, values![]).await;
        assert_eq!(twice.unwrap_err().class(), db::Class::Unique);
        insert(&env.pool, 2).await.unwrap();
        assert_eq!(super::support::rows(&owner).await, 2);
    });
}

#[test]
fn who_searches_waits_for_a_place_so_long_and_keeps_nobody_else_waiting() {
    run_module("sandbox", |db| async move {
        let role = Some(feira_testkit::roles().login("sandbox"));
        let mut settings = PoolSettings::new(db.url(), "sandbox", role);
        settings.size = 3;
        settings.acquire_timeout = std::time::Duration::from_secs(1);
        let pool = Pool::connect(&settings).unwrap();
        let one = "SELECT 1";
        let place = pool.search_place().await.unwrap();
        let refused = db::scalar::<i32>(&pool.search(), one, values![]).await;
        assert!(refused.unwrap_err().is_unavailable());
        let read = db::scalar::<i32>(pool.read(), one, values![]).await;
        assert_eq!(read.unwrap(), Some(1));
        drop(place);
        for _ in 0..2 {
            let found = db::scalar::<i32>(&pool.search(), one, values![]).await;
            assert_eq!(found.unwrap(), Some(1), "its place is free again");
        }
    });
}

async fn set(db: &TestDb, settings: &str) {
    let name = feira_testkit::roles().login("sandbox").name;
    let sql = format!(
        "DO $$ BEGIN EXECUTE format('ALTER ROLE {name} IN DATABASE %I {settings}', current_database()); END $$"
    );
    db.owner().await.execute_unprepared(&sql).await.unwrap();
}

#[test]
fn a_session_that_is_not_its_own_is_refused() {
    run_module("sandbox", |db| async move {
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
    });
}
