//! Callers and connections that go away: no session stays in a transaction, no acknowledged
//! write is lost, and the next user of the connection notices nothing.

use feira_kernel::{Entropy, db, values};
use feira_testkit::{Proxy, TestDb};
use futures::future::join_all;
use sea_orm::DatabaseConnection;

use super::support::{insert, narrow_pool, rows, see, start, until};

async fn in_transaction(owner: &DatabaseConnection) -> i64 {
    see(
        owner,
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
           AND state LIKE 'idle in transaction%'",
    )
    .await
}

#[feira_testkit::test("sandbox")]
async fn a_caller_that_goes_away_during_begin_or_commit_cuts_neither(db: TestDb) {
    let (_, owner) = start(&db).await;
    let proxy = Proxy::start(&db.url()).await;
    let pool = narrow_pool(proxy.url());
    for (n, moment) in [(10, "BEGIN"), (20, "COMMIT")] {
        let held = proxy.hold(moment);
        let line = tokio::select! {
            _ = insert(&pool, n) => panic!("{moment} is held"),
            line = held => line.unwrap(),
        };
        line.release();
        insert(&pool, n + 1).await.unwrap();
        let plain = "INSERT INTO scratch (n) VALUES ($1)";
        db::exec(pool.write(), plain, values![n + 2]).await.unwrap();
        let seen: i64 = see(
            &owner,
            &format!("SELECT count(*) FROM sandbox.scratch WHERE n BETWEEN {n} AND {n} + 2"),
        )
        .await;
        assert_eq!(
            seen, 3,
            "{moment}: the unit that nobody awaits ran to its end as well"
        );
        assert_eq!(in_transaction(&owner).await, 0, "{moment}");
    }
}

#[feira_testkit::test("sandbox")]
async fn a_connection_that_breaks_during_begin_or_commit_is_said_and_replaced(db: TestDb) {
    let (_, owner) = start(&db).await;
    let proxy = Proxy::start(&db.url()).await;
    let pool = narrow_pool(proxy.url());
    for (n, moment) in [(10, "BEGIN"), (20, "COMMIT")] {
        let held = proxy.hold(moment);
        let cut = async { held.await.unwrap().cut() };
        let (result, ()) = tokio::join!(insert(&pool, n), cut);
        let error = result.expect_err("the answer never came");
        assert!(error.is_unavailable(), "{moment}: {error}");
        insert(&pool, n + 1).await.unwrap();
    }
    // Of the two cut ones only the one whose COMMIT had arrived is there.
    until("the server has noticed the broken lines", || async {
        in_transaction(&owner).await == 0
    })
    .await;
    let seen: String = see(
        &owner,
        "SELECT string_agg(n::text, ' ' ORDER BY n) FROM sandbox.scratch",
    )
    .await;
    assert_eq!(seen, "11 20 21");
}

#[feira_testkit::test("sandbox")]
async fn what_waits_for_the_commit_runs_though_nobody_awaits_its_answer(db: TestDb) {
    let (_, _owner) = start(&db).await;
    let proxy = Proxy::start(&db.url()).await;
    let pool = narrow_pool(proxy.url());
    for cut in [false, true] {
        let (told, mut heard) = tokio::sync::mpsc::channel(1);
        let unit = pool.transaction(told, |tx, told| {
            Box::pin(async move {
                tx.on_commit(move || told.try_send(()).unwrap());
                Ok::<_, db::Error>(())
            })
        });
        let held = proxy.hold("COMMIT");
        let line = tokio::select! {
            _ = unit => panic!("COMMIT is held"),
            line = held => line.unwrap(),
        };
        heard.try_recv().expect_err("the commit is on its way");
        if cut {
            line.cut();
        } else {
            line.release();
        }
        heard.recv().await.expect("once");
        assert_eq!(heard.recv().await, None, "and not again");
    }
}

/// Cuts callers after a random number of turns of the scheduler, anywhere from before BEGIN to
/// after COMMIT; whoever got an answer must find the row.
#[feira_testkit::test("sandbox")]
async fn what_was_acknowledged_is_there_whoever_else_went_away(db: TestDb) {
    const CALLERS: i32 = 8;
    const CALLS: i32 = 60;
    let (env, owner) = start(&db).await;
    let calls = (0..CALLERS).map(|caller| {
        let pool = env.pool.clone();
        let cuts = Entropy::seeded(u64::try_from(caller).unwrap());
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            for call in 0..CALLS {
                let n = caller * CALLS + call;
                let turns = cuts.below(3_000);
                let gone = async {
                    for _ in 0..turns {
                        tokio::task::yield_now().await;
                    }
                };
                tokio::select! {
                    result = insert(&pool, n) => {
                        result.unwrap_or_else(|e| panic!("caller {caller}, {turns} turns: {e}"));
                        acknowledged.push(n);
                    }
                    () = gone => {}
                }
            }
            acknowledged
        })
    });
    let ended = join_all(calls).await;
    let acknowledged: Vec<i32> = ended.into_iter().flat_map(Result::unwrap).collect();
    // One more unit per connection: none of them is still inside somebody's transaction.
    for n in 0..8 {
        insert(&env.pool, 1_000_000 + n).await.unwrap();
    }
    until("abandoned units have ended", || async {
        in_transaction(&owner).await == 0
    })
    .await;
    let sql = "SELECT count(*) FROM sandbox.scratch WHERE n = ANY($1)";
    let count = i64::try_from(acknowledged.len()).unwrap();
    let found: Option<i64> = db::scalar(&owner, sql, values![acknowledged])
        .await
        .unwrap();
    assert_eq!(found, Some(count), "no acknowledged write is lost");
    assert!(count > 0, "some callers stayed");
    assert!(rows(&owner).await < i64::from(CALLERS * CALLS) + 9);
}
