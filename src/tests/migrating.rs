//! Two that migrate at once take turns, by a lock that lives as long as one session. One that needs
//! a table that is in use tries again and again, and those behind it come in between.

use feira_database::throwaway;
use feira_migrations::{Options, migrate, pending};
use feira_testkit::TestDb;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, TransactionTrait};
use tokio::task::JoinHandle;

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await.expect("it answers")
}

#[feira_testkit::test]
async fn who_lost_the_lock_does_not_go_on(db: TestDb) {
    let owner = db.owner().await;
    let create = "CREATE DATABASE feira_lock";
    owner.execute_unprepared(create).await.expect("a database");
    let url = throwaway::cluster().url("feira_lock");
    let options = Options {
        url: url.clone(),
        roles: Some(feira_testkit::roles()),
    };

    // It waits for us in the middle, with the lock's session idle.
    let other = connect(&url).await;
    let schema = "CREATE SCHEMA users";
    other.execute_unprepared(schema).await.expect("a schema");
    let ours = other.begin().await.expect("a transaction");
    let table = "CREATE TABLE users.seaql_migrations (version text)";
    ours.execute_unprepared(table).await.expect("a table");
    let migrating = tokio::spawn({
        let options = options.clone();
        async move { migrate(&options).await }
    });
    let end = "SELECT pg_terminate_backend(l.pid) FROM pg_locks l \
         JOIN pg_database d ON d.oid = l.database \
         JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE d.datname = 'feira_lock' AND l.locktype = 'advisory' AND a.state = 'idle' \
           AND EXISTS (SELECT 1 FROM pg_stat_activity w \
                WHERE w.datname = 'feira_lock' AND w.wait_event_type = 'Lock')";
    while owner
        .execute_unprepared(end)
        .await
        .expect("it answers")
        .rows_affected()
        == 0
    {
        assert!(!migrating.is_finished(), "it waits for us");
    }
    ours.rollback().await.expect("it answers");
    let ended = migrating.await.expect("no panic");
    assert!(ended.is_err(), "{ended:?}");

    // The next one does it all.
    migrate(&options).await.expect("it migrates");
    assert_eq!(
        pending(&options.url).await.expect("it answers"),
        Vec::<String>::new()
    );
    other.close().await.expect("closes");
}

/// The table that the migration changes which the tests undo, and what it takes of it.
const KEYS: (&str, &str) = ("gateway.idempotency", "AccessExclusiveLock");
const UNDO: &str = "ALTER TABLE gateway.idempotency DROP COLUMN holder; \
     DELETE FROM gateway.seaql_migrations WHERE version = 'm0003_holder'";

#[feira_testkit::test]
async fn who_waits_for_a_table_lets_others_through(db: TestDb) {
    let owner = db.owner().await;
    owner.execute_unprepared(UNDO).await.expect("it was there");
    let options = Options {
        url: db.url(),
        roles: Some(feira_testkit::roles()),
    };
    let read = "SELECT count(*) FROM gateway.idempotency";
    let write = "UPDATE gateway.idempotency SET body = NULL WHERE false";

    let long = connect(&options.url).await;
    let ours = long.begin().await.expect("a transaction");
    ours.execute_unprepared(read).await.expect("it answers");
    let migrating = tokio::spawn({
        let options = options.clone();
        async move { migrate(&options).await }
    });
    waits(&owner, &migrating, KEYS).await;
    // Neither is in the way of our reading, but both are behind the migration.
    tokio::join!(passes(&options.url, read), passes(&options.url, write));
    // It has not given up.
    waits(&owner, &migrating, KEYS).await;

    ours.rollback().await.expect("it answers");
    let done = migrating.await.expect("no panic").expect("it migrates");
    assert_eq!(done.applied, ["gateway.m0003_holder"]);
    assert!(pending(&options.url).await.expect("it answers").is_empty());
    long.close().await.expect("closes");
}

#[feira_testkit::test]
async fn the_victim_of_a_deadlock_tries_again(db: TestDb) {
    let owner = db.owner().await;
    owner.execute_unprepared(UNDO).await.expect("it was there");
    let options = Options {
        url: db.url(),
        roles: Some(feira_testkit::roles()),
    };
    // We have what it takes last, and want what it takes first, with more patience.
    let other = connect(&options.url).await;
    let ours = other.begin().await.expect("a transaction");
    let history = "SET LOCAL deadlock_timeout = '1min'; \
         LOCK TABLE gateway.seaql_migrations IN SHARE MODE";
    ours.execute_unprepared(history).await.expect("it is free");
    let migrating = tokio::spawn({
        let options = options.clone();
        async move { migrate(&options).await }
    });
    let last = ("gateway.seaql_migrations", "RowExclusiveLock");
    waits(&owner, &migrating, last).await;
    let read = "SELECT count(*) FROM gateway.idempotency";
    ours.execute_unprepared(read)
        .await
        .expect("we are let through");
    ours.rollback().await.expect("it answers");
    let done = migrating.await.expect("no panic").expect("it migrates");
    assert_eq!(done.applied, ["gateway.m0003_holder"]);
    other.close().await.expect("closes");
}

/// Until the migration is in the queue for the table.
async fn waits<T>(
    owner: &DatabaseConnection,
    migrating: &JoinHandle<T>,
    (table, mode): (&str, &str),
) {
    let queued = format!(
        "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database \
         WHERE d.datname = current_database() AND l.relation = '{table}'::regclass \
           AND l.mode = '{mode}' AND NOT l.granted"
    );
    loop {
        let found = owner.execute_unprepared(&queued).await.expect("it answers");
        if found.rows_affected() > 0 {
            return;
        }
        assert!(!migrating.is_finished(), "it waits for us");
    }
}

/// A statement of somebody else, who would wait for a minute if need be.
async fn passes(url: &str, sql: &str) {
    let other = connect(url).await;
    let patience = "SET statement_timeout = '1min'";
    other
        .execute_unprepared(patience)
        .await
        .expect("it is valid");
    other
        .execute_unprepared(sql)
        .await
        .expect("it is let through");
    other.close().await.expect("closes");
}
