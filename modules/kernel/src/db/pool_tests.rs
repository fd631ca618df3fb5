//! The driver's defect and the net under it, both at exactly the moment that matters: the
//! caller of `begin` goes away while BEGIN is on the wire.

use feira_testkit::{Proxy, TestDb};
use sea_orm::{ConnectionTrait, TransactionTrait};

use super::PoolSettings;
use crate::{db, values};

const SHOWN: &str = "SELECT count(*) FROM sandbox.scratch";
const OPEN: &str = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                    AND state LIKE 'idle in transaction%'";

/// What another session sees after an acknowledged insert that followed a cut BEGIN.
struct Seen {
    rows: i64,
    open_transactions: i64,
}

async fn insert_after_a_cut_begin(db: TestDb, guarded: bool) -> Seen {
    let owner = db.owner().await;
    owner
        .execute_unprepared("CREATE TABLE sandbox.scratch (n int)")
        .await
        .unwrap();
    let proxy = Proxy::start(&db.url()).await;
    let pool = PoolSettings::new(proxy.url(), "sandbox", None)
        .connect(1, true, guarded)
        .unwrap();
    let held = proxy.hold("BEGIN");
    let line = tokio::select! {
        _ = pool.begin() => panic!("the answer to BEGIN is held"),
        line = held => line.unwrap(),
    };
    line.release();
    let inserted = db::exec(&pool, "INSERT INTO scratch VALUES (1)", values![]).await;
    assert_eq!(inserted.unwrap(), 1, "the insert is acknowledged");
    Seen {
        rows: db::scalar(&owner, SHOWN, values![]).await.unwrap().unwrap(),
        open_transactions: db::scalar(&owner, OPEN, values![]).await.unwrap().unwrap(),
    }
}

/// If this fails, the driver is mended and the guard can go.
#[test]
fn the_bare_driver_loses_an_acknowledged_write() {
    feira_testkit::run_module("sandbox", |db| async move {
        let seen = insert_after_a_cut_begin(db, false).await;
        assert_eq!((seen.rows, seen.open_transactions), (0, 1));
    });
}

#[test]
fn the_guard_ends_a_transaction_that_nobody_holds() {
    feira_testkit::run_module("sandbox", |db| async move {
        let seen = insert_after_a_cut_begin(db, true).await;
        assert_eq!((seen.rows, seen.open_transactions), (1, 0));
    });
}
