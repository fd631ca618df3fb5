//! An event exists exactly if its change does, and has exactly one effect per consumer.

use feira_kernel::{db, outbox, values};
use feira_testkit::TestDb;
use futures::future::join_all;

use super::support::{Happened, effects, insert, publish, see, start, take};

const EVENTS: &str = "SELECT count(*) FROM sandbox.outbox_event";
const SAME_TRANSACTION: &str = "SELECT (SELECT xmin::text FROM sandbox.scratch) = \
                                       (SELECT xmin::text FROM sandbox.outbox_event)";

#[feira_testkit::test("sandbox")]
async fn what_is_rolled_back_publishes_nothing(db: TestDb) {
    let (env, owner) = start(&db).await;
    let result: Result<(), db::Error> = env
        .pool
        .transaction(env.clone(), |tx, env| {
            Box::pin(async move {
                outbox::publish(tx, &env, &Happened { thing: env.uuid() }).await?;
                db::exec(&**tx, "INSERT INTO scratch (n) VALUES (NULL)", values![]).await?;
                Ok(())
            })
        })
        .await;
    assert!(result.is_err());
    assert_eq!(see::<i64>(&owner, EVENTS).await, 0);
}

#[feira_testkit::test("sandbox")]
async fn a_change_and_its_event_are_one_transaction(db: TestDb) {
    let (env, owner) = start(&db).await;
    let result: Result<(), db::Error> = env
        .pool
        .transaction(env.clone(), |tx, env| {
            Box::pin(async move {
                db::exec(&**tx, "INSERT INTO scratch (n) VALUES (1)", values![]).await?;
                outbox::publish(tx, &env, &Happened { thing: env.uuid() }).await?;
                Ok(())
            })
        })
        .await;
    result.unwrap();
    assert!(see::<bool>(&owner, SAME_TRANSACTION).await);
}

#[feira_testkit::test("sandbox")]
async fn the_oracle_of_one_transaction_sees_two(db: TestDb) {
    let (env, owner) = start(&db).await;
    insert(&env.pool, 1).await.unwrap();
    publish(&env).await;
    assert!(!see::<bool>(&owner, SAME_TRANSACTION).await);
}

#[feira_testkit::test("sandbox")]
async fn an_event_that_comes_sixteen_times_at_once_has_one_effect(db: TestDb) {
    let (env, owner) = start(&db).await;
    let event = env.uuid();
    let calls = (0..16).map(|_| {
        let env = env.clone();
        tokio::spawn(async move { take(&env, "sandbox.once", event).await })
    });
    for ended in join_all(calls).await {
        ended.unwrap().unwrap();
    }
    take(&env, "sandbox.other", event).await.unwrap();
    assert_eq!(effects(&owner, "sandbox.once").await, 1);
    assert_eq!(effects(&owner, "sandbox.other").await, 1);
}
