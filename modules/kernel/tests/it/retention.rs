//! What was delivered, read and taken long ago is removed; nothing else is.

use feira_kernel::{
    Actor, Env, db,
    outbox::{self, LocalOutbox, Outbox, Position, Relay},
    values,
};
use feira_testkit::TestDb;
use sea_orm::DatabaseConnection;
use time::Duration;

use super::support::{drain, effects, publish, see, start, take, taker, until};

const READER: Actor = Actor::system("far");

async fn events(owner: &DatabaseConnection) -> i64 {
    see(owner, "SELECT count(*) FROM sandbox.outbox_event").await
}

/// Reads until there is nothing left, and tells that by asking once more.
async fn read_all(env: &Env) {
    let outbox = LocalOutbox::new(env.clone());
    let mut at = Position::default();
    until("the event is given out", || {
        let (outbox, after) = (&outbox, at.clone());
        async move { !outbox.read(&READER, after).await.unwrap().is_empty() }
    })
    .await;
    while let Some((position, _)) = outbox.read(&READER, at.clone()).await.unwrap().pop() {
        at = position;
    }
}

#[feira_testkit::test("sandbox")]
async fn only_what_was_delivered_long_ago_is_purged(db: TestDb) {
    let (env, owner) = start(&db).await;
    let relay = Relay::new(env.clone(), "sandbox", vec![taker(&env, "sandbox.once")]);
    let delivered = publish(&env).await;
    drain(&relay).await;
    let waiting = publish(&env).await;
    db.clock().advance(Duration::days(8));
    let young = publish(&env).await;
    outbox::purge(&env).await.unwrap();
    let left: String = see(
        &owner,
        "SELECT string_agg(id::text, ' ' ORDER BY id) FROM sandbox.outbox_event",
    )
    .await;
    assert_eq!(left, format!("{waiting} {young}"), "without {delivered}");
    assert_eq!(
        drain(&relay).await,
        4,
        "two events, fanned out and delivered"
    );
    assert_eq!(effects(&owner, "sandbox.once").await, 3);
}

#[feira_testkit::test("sandbox")]
async fn what_a_reader_has_not_read_stays_for_thirty_days(db: TestDb) {
    let (env, owner) = start(&db).await;
    let relay = Relay::new(env.clone(), "sandbox", Vec::new());
    let outbox = LocalOutbox::new(env.clone());
    outbox.read(&READER, Position::default()).await.unwrap();
    publish(&env).await;
    drain(&relay).await;
    db.clock().advance(Duration::days(29));
    outbox::purge(&env).await.unwrap();
    assert_eq!(events(&owner).await, 1, "the reader may come back");
    read_all(&env).await;
    outbox::purge(&env).await.unwrap();
    assert_eq!(events(&owner).await, 0, "it has read it");

    publish(&env).await;
    drain(&relay).await;
    db.clock().advance(Duration::days(31));
    outbox::purge(&env).await.unwrap();
    assert_eq!(events(&owner).await, 0, "it is not waited for any longer");
    let readers = "SELECT count(*) FROM sandbox.outbox_reader";
    assert_eq!(see::<i64>(&owner, readers).await, 0);
}

#[feira_testkit::test("sandbox")]
async fn what_was_taken_is_known_for_ninety_days(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (old, young) = (env.uuid(), env.uuid());
    for (event, age) in [(old, 91), (young, 89)] {
        take(&env, "sandbox.once", event).await.unwrap();
        let sql = "UPDATE sandbox.inbox SET created_at = $1 WHERE event_id = $2";
        let at = env.now() - Duration::days(age);
        db::exec(&owner, sql, values![at, event]).await.unwrap();
    }
    outbox::purge(&env).await.unwrap();
    let left: String = see(
        &owner,
        "SELECT string_agg(event_id::text, ' ') FROM sandbox.inbox",
    )
    .await;
    assert_eq!(left, young.to_string());
}
