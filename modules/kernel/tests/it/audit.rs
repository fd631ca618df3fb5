//! Who did what is written exactly if it is done, and read newest first by who may.

use std::{borrow::Cow, collections::BTreeSet};

use feira_kernel::{
    Actor, Env, PageRequest, Permission, Surface, UserId,
    audit::{self, Act, AuditError, AuditFilter, AuditLog, Entry, LocalAuditLog, SEE_AUDIT},
    db, values,
};
use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;
use uuid::Uuid;

use super::support::{insert, operator, rows, see, start};

const MOVED: Act = Act {
    name: "sandbox.moved",
    subject: "thing",
};

fn reader() -> Actor {
    Actor::Person {
        user: UserId(Uuid::from_u128(2)),
        surface: Surface::Admin,
        store: None,
        permissions: BTreeSet::from([Permission(Cow::Borrowed(SEE_AUDIT))]),
    }
}

/// Writes down that somebody moved a thing, beside a row that may be there already.
async fn moved(env: &Env, who: &Actor, n: i32) -> Result<(), db::Error> {
    let input = (env.clone(), who.clone(), n);
    env.pool
        .transaction(input, |tx, (env, who, n)| {
            Box::pin(async move {
                let thing = Uuid::from_u128(n.unsigned_abs().into());
                audit::record(tx, &env, &who, MOVED, thing, json!({"by": n})).await?;
                let sql = "INSERT INTO scratch (n) VALUES ($1)";
                db::exec(&**tx, sql, values![n]).await?;
                Ok(())
            })
        })
        .await
}

async fn entries(env: &Env, filter: AuditFilter) -> Vec<Entry> {
    let (log, page) = (LocalAuditLog::new(env.clone()), PageRequest::default());
    log.entries(&reader(), filter, page).await.unwrap().items
}

#[feira_testkit::test("sandbox")]
async fn what_is_rolled_back_was_done_by_nobody(db: TestDb) {
    let (env, owner) = start(&db).await;
    insert(&env.pool, 1).await.unwrap();
    moved(&env, &reader(), 1).await.expect_err("it is there");
    let all = "SELECT count(*) FROM sandbox.audit";
    assert_eq!(see::<i64>(&owner, all).await, 0);
    moved(&env, &reader(), 2).await.unwrap();
    assert_eq!(see::<i64>(&owner, all).await, 1);
    assert_eq!(rows(&owner).await, 2);
    let same = "SELECT (SELECT xmin::text FROM sandbox.scratch WHERE n = 2) = \
                       (SELECT xmin::text FROM sandbox.audit)";
    assert!(see::<bool>(&owner, same).await);
}

#[feira_testkit::test("sandbox")]
async fn acts_are_read_newest_first_by_whom_about_what_and_before(db: TestDb) {
    let (env, _) = start(&db).await;
    let began = env.now();
    let people = [reader(), operator(), Actor::stranger()];
    for (n, who) in (1..).zip(people.iter().cycle().take(6)) {
        moved(&env, who, n).await.unwrap();
        db.clock().advance(Duration::minutes(1));
    }
    let told = async |filter| {
        let found = entries(&env, filter).await;
        let by = |entry: Entry| entry.details["by"].as_i64().unwrap();
        found.into_iter().map(by).collect::<Vec<_>>()
    };
    let all = AuditFilter::default;
    assert_eq!(told(all()).await, [6, 5, 4, 3, 2, 1]);
    let user = operator().user();
    assert_eq!(told(AuditFilter { user, ..all() }).await, [5, 2]);
    let subject = Some(Uuid::from_u128(3));
    assert_eq!(told(AuditFilter { subject, ..all() }).await, [3]);
    let before = Some(began + Duration::minutes(2));
    assert_eq!(told(AuditFilter { before, ..all() }).await, [2, 1]);

    let log = LocalAuditLog::new(env.clone());
    let first = PageRequest::new(Some(4), None).unwrap();
    let first = log.entries(&reader(), all(), first).await.unwrap();
    assert_eq!(first.items.len(), 4);
    let rest = PageRequest::new(Some(4), first.next_cursor).unwrap();
    let rest = log.entries(&reader(), all(), rest).await.unwrap();
    assert_eq!(rest.items.len(), 2);
    assert_eq!(rest.next_cursor, None);
    assert!(rest.items[0].id < first.items[3].id);
}

#[feira_testkit::test("sandbox")]
async fn an_old_day_is_found_by_the_time_in_its_ids(db: TestDb) {
    let (env, _) = start(&db).await;
    let midnight = env.now() + Duration::hours(12);
    db.clock()
        .advance(Duration::hours(12) - Duration::MILLISECOND);
    moved(&env, &reader(), 1).await.unwrap();
    db.clock().advance(Duration::MILLISECOND);
    assert_eq!(env.now(), midnight);
    moved(&env, &reader(), 2).await.unwrap();
    let before = Some(midnight);
    let filter = AuditFilter {
        before,
        ..AuditFilter::default()
    };
    let found = entries(&env, filter).await;
    let [old] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(old.details["by"], 1);
}

#[feira_testkit::test("sandbox")]
async fn an_entry_says_who_did_it_where_and_to_what(db: TestDb) {
    let (env, _) = start(&db).await;
    moved(&env, &reader(), 7).await.unwrap();
    moved(&env, &Actor::system("sandbox"), 8).await.unwrap();
    let mut found = entries(&env, AuditFilter::default()).await;
    found.sort_by_key(|entry| entry.subject);
    let [person, system] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(person.who.user, reader().user());
    assert_eq!(person.who.surface, Some(Surface::Admin));
    assert_eq!(person.action, "sandbox.moved");
    assert_eq!(person.subject_kind, "thing");
    assert_eq!((person.at, person.who.kind.as_str()), (env.now(), "person"));
    assert_eq!(system.who.module.as_deref(), Some("sandbox"));
    assert_eq!(system.who.user, None);
}

#[feira_testkit::test("sandbox")]
async fn nobody_reads_the_log_without_the_right(db: TestDb) {
    let (env, _) = start(&db).await;
    let log = LocalAuditLog::new(env);
    for who in [operator(), Actor::stranger(), Actor::system("gateway")] {
        let asked = log.entries(&who, AuditFilter::default(), PageRequest::default());
        assert_eq!(asked.await.unwrap_err(), AuditError::Forbidden);
    }
}
