use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use feira_kernel::{
    db::{self, Class},
    values,
};
use feira_testkit::TestDb;
use tokio::sync::Barrier;

use super::support::{insert, rows, see, start};

const RAISE: &str = "UPDATE scratch SET value = value + 1 WHERE n = $1";

#[feira_testkit::test("sandbox")]
async fn of_two_units_that_lock_crosswise_the_loser_is_repeated(db: TestDb) {
    let (env, owner) = start(&db).await;
    insert(&env.pool, 1).await.unwrap();
    insert(&env.pool, 2).await.unwrap();
    let (meet, tries) = (Arc::new(Barrier::new(2)), Arc::new(AtomicU32::new(0)));
    let cross = |first: i32, second: i32| {
        let input = (first, second, meet.clone(), tries.clone());
        env.pool
            .transaction(input, |tx, (first, second, meet, tries)| {
                Box::pin(async move {
                    let attempt = tries.fetch_add(1, SeqCst);
                    db::exec(&**tx, RAISE, values![first]).await?;
                    if attempt < 2 {
                        meet.wait().await;
                    }
                    db::exec(&**tx, RAISE, values![second]).await
                })
            })
    };
    let (one, two): (Result<_, db::Error>, Result<_, db::Error>) =
        tokio::join!(cross(1, 2), cross(2, 1));
    assert_eq!((one.unwrap(), two.unwrap()), (1, 1));
    assert!(tries.load(SeqCst) >= 3, "one was repeated");
    let sum: i64 = see(&owner, "SELECT sum(value) FROM sandbox.scratch").await;
    assert_eq!(sum, 4, "the loser's first try left nothing");
}

#[feira_testkit::test("sandbox")]
async fn a_serialization_failure_is_repeated_on_fresh_input_up_to_five_times(db: TestDb) {
    let (env, _) = start(&db).await;
    let fail =
        |times: u32| {
            let tries = Arc::new(AtomicU32::new(0));
            let input = (times, tries.clone(), vec![1]);
            let unit = env.pool.transaction(input, |tx, (times, tries, mut fresh)| {
            Box::pin(async move {
                fresh.push(2);
                assert_eq!(fresh.len(), 2, "each try has the input to itself");
                if tries.fetch_add(1, SeqCst) < times {
                    let sql =
                        "DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$";
                    db::exec(&**tx, sql, values![]).await?;
                }
                Ok(())
            })
        });
            async move {
                let result: Result<(), db::Error> = unit.await;
                (result, tries.load(SeqCst))
            }
        };
    let (result, tries) = fail(4).await;
    assert!(result.is_ok());
    assert_eq!(tries, 5);
    let (result, tries) = fail(5).await;
    let error = result.expect_err("five times are enough");
    assert_eq!((error.class(), tries), (Class::Retry, 5));
    assert!(error.is_unavailable(), "the caller may come again");
}

#[derive(Debug)]
enum Refused {
    Rule,
    Database(db::Error),
}

impl From<db::Error> for Refused {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

#[feira_testkit::test("sandbox")]
async fn an_error_or_a_panic_rolls_back(db: TestDb) {
    let (env, owner) = start(&db).await;
    for panics in [false, true] {
        let result: Result<(), Refused> = env
            .pool
            .transaction(panics, |tx, panics| {
                Box::pin(async move {
                    db::exec(&**tx, "INSERT INTO scratch (n) VALUES (1)", values![]).await?;
                    assert!(!panics, "a unit of work that panics, as this test wants it");
                    Err(Refused::Rule)
                })
            })
            .await;
        match result {
            Err(Refused::Rule) => assert!(!panics),
            Err(Refused::Database(error)) => assert!(panics, "{error}"),
            Ok(()) => panic!("it cannot succeed"),
        }
        assert_eq!(rows(&owner).await, 0);
    }
    insert(&env.pool, 1).await.unwrap();
    assert_eq!(rows(&owner).await, 1, "the connection is usable");
}

#[feira_testkit::test("sandbox")]
async fn a_violated_constraint_is_named(db: TestDb) {
    let (env, _) = start(&db).await;
    insert(&env.pool, 1).await.unwrap();
    let error = insert(&env.pool, 1).await.unwrap_err();
    assert_eq!(error.class(), Class::Unique);
    assert!(error.violates("scratch_pkey"), "{error:?}");
}

/// PostgreSQL answers COMMIT of a failed transaction with a rollback and no error.
#[feira_testkit::test("sandbox")]
async fn a_unit_that_swallows_a_failed_statement_is_not_acknowledged(db: TestDb) {
    let (env, owner) = start(&db).await;
    insert(&env.pool, 1).await.unwrap();
    let result: Result<(), db::Error> = env
        .pool
        .transaction((), |tx, ()| {
            Box::pin(async move {
                db::exec(&**tx, "INSERT INTO scratch (n) VALUES (2)", values![]).await?;
                let twice = db::exec(&**tx, "INSERT INTO scratch (n) VALUES (1)", values![]).await;
                assert!(twice.is_err());
                Ok(())
            })
        })
        .await;
    assert_eq!(rows(&owner).await, 1);
    let error = result.expect_err("what was not committed is not acknowledged");
    assert_eq!(error.class(), Class::Other);
    assert!(error.to_string().contains("failed statement"), "{error}");
}

#[feira_testkit::test("sandbox")]
async fn what_waits_for_the_commit_runs_before_the_answer_not_after_rollback(db: TestDb) {
    let (env, owner) = start(&db).await;
    let seen = Arc::new(AtomicU32::new(0));
    let unit = |n: i32, fails: bool| {
        env.pool.transaction(seen.clone(), move |tx, seen| {
            Box::pin(async move {
                tx.on_commit(move || {
                    seen.fetch_add(1, SeqCst);
                });
                let add = "INSERT INTO scratch (n) VALUES ($1)";
                db::exec(&**tx, add, values![n]).await?;
                if fails {
                    db::exec(&**tx, add, values![n]).await?;
                }
                Ok::<_, db::Error>(())
            })
        })
    };
    unit(1, true).await.unwrap_err();
    assert_eq!(seen.load(SeqCst), 0);
    unit(1, false).await.unwrap();
    assert_eq!((seen.load(SeqCst), rows(&owner).await), (1, 1));
}
