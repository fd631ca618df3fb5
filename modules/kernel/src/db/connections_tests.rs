//! The driver's defect and the guard against it, both at exactly the moment that matters: the
//! caller of `begin` goes away while BEGIN is on the wire.

use std::{str::FromStr, time::Duration};

use feira_testkit::{Proxy, TestDb};
use sea_orm::{ConnectionTrait, SqlxPostgresConnector, TransactionTrait};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

use super::{Connections, DiskHealth, MAX_AGE, MAX_IDLE, is_stale};
use crate::{db, values};

const SHOWN: &str = "SELECT count(*) FROM sandbox.scratch";
const OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND state LIKE 'idle in transaction%'";
const WHO: &str = "SELECT pg_backend_pid()";
const INSERT: &str = "INSERT INTO sandbox.scratch VALUES (1)";

async fn scratch(db: &TestDb) -> sea_orm::DatabaseConnection {
    let owner = db.owner().await;
    let table = "CREATE TABLE sandbox.scratch (n int)";
    owner.execute_unprepared(table).await.unwrap();
    owner
}

fn one_connection(url: &str) -> Connections {
    let options = PgConnectOptions::from_str(url).unwrap();
    Connections::new(options, 1, Duration::from_secs(30), &DiskHealth::default()).unwrap()
}

/// What another session sees: rows, and transactions that are open.
async fn seen(owner: &sea_orm::DatabaseConnection) -> (i64, i64) {
    let rows = db::scalar(owner, SHOWN, values![]).await.unwrap();
    let open = db::scalar(owner, OPEN, values![]).await.unwrap();
    (rows.unwrap(), open.unwrap())
}

/// Drops the future of `begin` while the server's answer to it is held.
async fn cut_begin<T>(proxy: &Proxy, begin: impl Future<Output = T>) {
    let held = proxy.hold("BEGIN");
    let line = tokio::select! {
        _ = begin => panic!("the answer to BEGIN is held"),
        line = held => line.unwrap(),
    };
    line.release();
}

/// If this fails, the driver is mended.
#[feira_testkit::test("sandbox")]
async fn the_bare_driver_loses_an_acknowledged_write(db: TestDb) {
    let owner = scratch(&db).await;
    let proxy = Proxy::start(&db.url()).await;
    let options = PgConnectOptions::from_str(&proxy.url()).unwrap();
    let pool = PgPoolOptions::new().max_connections(1);
    let pool = pool.connect_lazy_with(options);
    let bare = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    cut_begin(&proxy, bare.begin()).await;
    let inserted = db::exec(&bare, INSERT, values![]).await;
    assert_eq!(inserted.unwrap(), 1, "the insert is acknowledged");
    assert_eq!(seen(&owner).await, (0, 1));
}

#[feira_testkit::test("sandbox")]
async fn a_connection_whose_begin_was_cut_is_not_used_again(db: TestDb) {
    let owner = scratch(&db).await;
    let proxy = Proxy::start(&db.url()).await;
    let connections = one_connection(&proxy.url());
    cut_begin(&proxy, connections.begin("BEGIN")).await;
    let inserted = db::exec(&connections, INSERT, values![]).await;
    assert_eq!(inserted.unwrap(), 1, "the insert is acknowledged");
    assert_eq!(seen(&owner).await.0, 1);
}

async fn pid(connection: &impl ConnectionTrait) -> i32 {
    let pid = db::scalar(connection, WHO, values![]).await.unwrap();
    pid.unwrap()
}

#[feira_testkit::test("sandbox")]
async fn what_was_answered_goes_back_in_line_and_nothing_else(db: TestDb) {
    let owner = scratch(&db).await;
    let connections = one_connection(&db.url());
    let first = pid(&connections).await;
    for word in ["COMMIT", "ROLLBACK"] {
        let session = connections.begin("BEGIN").await.unwrap();
        db::exec(&session, INSERT, values![]).await.unwrap();
        session.end(word).await.unwrap();
        assert_eq!(pid(&connections).await, first, "after {word}");
    }
    db::exec(&connections, "SELECT 'x'::text::integer", values![])
        .await
        .unwrap_err();
    assert_eq!(pid(&connections).await, first, "after a refusal");

    let session = connections.begin("BEGIN").await.unwrap();
    db::exec(&session, INSERT, values![]).await.unwrap();
    drop(session);
    let second = pid(&connections).await;
    assert_ne!(second, first, "after a transaction that nobody ended");
    assert_eq!(seen(&owner).await.0, 1, "the committed row only");

    let end = "SELECT pg_terminate_backend($1)";
    db::exec(&owner, end, values![second]).await.unwrap();
    let broken = db::exec(&connections, "SELECT 1", values![]).await;
    assert!(broken.unwrap_err().is_unavailable());
    assert_ne!(pid(&connections).await, second, "after the line broke");
}

#[feira_testkit::test("sandbox")]
async fn text_that_opens_a_transaction_leaves_the_next_user_outside_it(db: TestDb) {
    let owner = scratch(&db).await;
    let connections = one_connection(&db.url());
    connections.execute_unprepared("BEGIN").await.unwrap();
    db::exec(&connections, INSERT, values![]).await.unwrap();
    assert_eq!(seen(&owner).await, (1, 0));
}

#[test]
fn a_connection_is_replaced_when_unused_for_minutes_or_old() {
    let moment = Duration::from_nanos(1);
    assert!(!is_stale(MAX_IDLE, MAX_AGE));
    assert!(is_stale(MAX_IDLE + moment, Duration::ZERO));
    assert!(is_stale(Duration::ZERO, MAX_AGE + moment));
}
