//! A module in miniature: one table, one event, and a consumer whose effects can be counted.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};

use feira_kernel::{
    Actor, Env, Permission, Subscription, Surface, UserId,
    db::{self, Pool, PoolSettings},
    inbox, outbox,
    outbox::{Event, MANAGE_EVENTS, Relay},
    values,
};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, DatabaseConnection, TryGetable};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use uuid::Uuid;

pub(super) const HAPPENED: &[&str] = &[Happened::NAME];

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Happened {
    pub(super) thing: Uuid,
}

impl Event for Happened {
    const NAME: &'static str = "sandbox.happened.v1";
    fn aggregate_id(&self) -> Uuid {
        self.thing
    }
    fn aggregate_version(&self) -> i64 {
        1
    }
}

/// The module's environment, and the owner's eyes, on a database with the tables below.
pub(super) async fn start(db: &TestDb) -> (Env, DatabaseConnection) {
    let owner = db.owner().await;
    owner
        .execute_unprepared(
            "CREATE TABLE sandbox.scratch (n int PRIMARY KEY, value int NOT NULL DEFAULT 0); \
             CREATE TABLE sandbox.scratch_effect (consumer text NOT NULL, event_id uuid NOT NULL); \
             GRANT SELECT, INSERT, UPDATE, DELETE ON sandbox.scratch, sandbox.scratch_effect TO test_sandbox",
        )
        .await
        .unwrap();
    (db.env("sandbox"), owner)
}

/// A pool with one connection, through the given URL.
pub(super) fn narrow_pool(url: String) -> Pool {
    let mut settings = PoolSettings::new(
        url,
        "sandbox",
        Some(feira_testkit::roles().logins("sandbox")),
    );
    settings.size = 1;
    Pool::connect(&settings).unwrap()
}

pub(super) async fn see<T: TryGetable>(owner: &DatabaseConnection, sql: &str) -> T {
    db::scalar(owner, sql, values![]).await.unwrap().unwrap()
}

pub(super) async fn rows(owner: &DatabaseConnection) -> i64 {
    see(owner, "SELECT count(*) FROM sandbox.scratch").await
}

pub(super) async fn effects(owner: &DatabaseConnection, consumer: &str) -> i64 {
    let sql = "SELECT count(*) FROM sandbox.scratch_effect WHERE consumer = $1";
    let found = db::scalar(owner, sql, values![consumer]).await.unwrap();
    found.unwrap()
}

/// `pending`, `done` or `dead`, and how often it was tried.
pub(super) async fn delivery(owner: &DatabaseConnection, consumer: &str) -> String {
    let sql = "SELECT state || ' ' || attempts FROM sandbox.outbox_delivery WHERE subscriber = $1";
    let found = db::scalar(owner, sql, values![consumer]).await.unwrap();
    found.unwrap_or_else(|| "absent".to_owned())
}

pub(super) async fn insert(pool: &Pool, n: i32) -> Result<(), db::Error> {
    pool.transaction(n, |tx, n| {
        Box::pin(async move {
            db::exec(&**tx, "INSERT INTO scratch (n) VALUES ($1)", values![n])
                .await
                .map(|_| ())
        })
    })
    .await
}

pub(super) async fn publish(env: &Env) -> Uuid {
    let event = Happened { thing: env.uuid() };
    let sent = env
        .pool
        .transaction((env.clone(), event.thing), |tx, (env, thing)| {
            Box::pin(async move { outbox::publish(tx, &env, &Happened { thing }).await })
        })
        .await;
    let sent: Result<Uuid, db::Error> = sent;
    sent.unwrap()
}

/// Writes one row per event, with its inbox row, as every consumer should.
pub(super) async fn take(env: &Env, consumer: &'static str, event: Uuid) -> Result<(), db::Error> {
    env.pool
        .transaction((consumer, event), |tx, (consumer, event)| {
            Box::pin(async move {
                if inbox::first(tx, consumer, event).await? {
                    let sql = "INSERT INTO scratch_effect (consumer, event_id) VALUES ($1, $2)";
                    db::exec(&**tx, sql, values![consumer, event]).await?;
                }
                Ok(())
            })
        })
        .await
}

pub(super) fn taker(env: &Env, consumer: &'static str) -> Subscription {
    let env = env.clone();
    Subscription::new(consumer, "sandbox", HAPPENED, move |envelope| {
        let env = env.clone();
        async move { take(&env, consumer, envelope.id).await }
    })
}

/// Somebody who may see and retry deliveries.
pub(super) fn operator() -> Actor {
    Actor::Person {
        user: UserId(Uuid::from_u128(1)),
        surface: Surface::Admin,
        store: None,
        permissions: BTreeSet::from([Permission(Cow::Borrowed(MANAGE_EVENTS))]),
    }
}

/// Ticks until there is nothing left that is due.
pub(super) async fn drain(relay: &Relay) -> usize {
    let mut total = 0;
    loop {
        match relay.tick().await.unwrap() {
            0 => return total,
            done => total += done,
        }
    }
}

/// Waits for something that other tasks bring about.
pub(super) async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let waiting = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waiting)
        .await
        .unwrap_or_else(|_| panic!("waited in vain: {what}"));
}

/// Takes events as long as its door is open.
pub(super) fn behind(env: &Env, door: &Arc<Semaphore>) -> (Subscription, Arc<AtomicU32>) {
    let (env, door) = (env.clone(), door.clone());
    let calls = Arc::new(AtomicU32::new(0));
    let seen = calls.clone();
    let subscription = Subscription::new("sandbox.slow", "sandbox", HAPPENED, move |envelope| {
        let (env, door) = (env.clone(), door.clone());
        calls.fetch_add(1, SeqCst);
        async move {
            let _open = door.acquire().await.map_err(|e| e.to_string())?;
            take(&env, "sandbox.slow", envelope.id)
                .await
                .map_err(|e| e.to_string())
        }
    });
    (subscription, seen)
}
