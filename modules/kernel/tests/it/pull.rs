//! Events that another process reads: none is skipped, and what is brought over is delivered like
//! any other. The publisher here is another schema.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use async_trait::async_trait;
use feira_kernel::{
    Actor, Env, IdempotencyKey, Page, PageRequest, Runner, Runtime, Subscription, db,
    outbox::{
        self, Delivery, Envelope, Lag, LocalOutbox, Outbox, OutboxError, Position, Puller, Relay,
    },
};
use feira_testkit::{FromTestDb, TestDb};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use time::Duration;
use tokio::sync::Barrier;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::support::{
    HAPPENED, Happened, drain, effects, operator, publish, see, start, take, taker, until,
};

const READER: Actor = Actor::system("sandbox");

type Finish = Box<dyn FnOnce()>;

/// An event that is written but not committed, and the hand that commits it.
async fn slow(env: &Env) -> (tokio::task::JoinHandle<Uuid>, Finish) {
    let meet = Arc::new(Barrier::new(2));
    let go = Arc::new(tokio::sync::Semaphore::new(0));
    let input = (env.clone(), meet.clone(), go.clone());
    let pool = env.pool.clone();
    let task = tokio::spawn(async move {
        let result: Result<Uuid, db::Error> = pool
            .transaction(input, |tx, (env, meet, go)| {
                Box::pin(async move {
                    let event = Happened { thing: env.uuid() };
                    let id = outbox::publish(tx, &env, &event).await?;
                    meet.wait().await;
                    go.acquire().await.unwrap().forget();
                    Ok(id)
                })
            })
            .await;
        result.unwrap()
    });
    meet.wait().await;
    (task, Box::new(move || go.add_permits(1)))
}

#[feira_testkit::test("sandbox")]
async fn the_relay_delivers_an_older_event_that_was_committed_later(db: TestDb) {
    let (env, owner) = start(&db).await;
    let relay = Relay::new(env.clone(), "sandbox", vec![taker(&env, "sandbox.once")]);
    let (older, finish) = slow(&env).await;
    db.clock().advance(Duration::seconds(1));
    let newer = publish(&env).await;
    drain(&relay).await;
    assert_eq!(effects(&owner, "sandbox.once").await, 1);
    finish();
    assert!(older.await.unwrap() < newer);
    drain(&relay).await;
    assert_eq!(effects(&owner, "sandbox.once").await, 2);
}

async fn ids(env: &Env, after: &Position) -> Vec<Uuid> {
    let outbox = LocalOutbox::new(env.clone());
    let found = outbox.read(&READER, after.clone()).await.unwrap();
    found.into_iter().map(|(_, envelope)| envelope.id).collect()
}

/// Transactions of other tests on this cluster hold the horizon back as well.
async fn given_out(env: &Env, after: &Position, wanted: &[Uuid]) {
    until("all are given out", || async {
        ids(env, after).await == wanted
    })
    .await;
}

#[feira_testkit::test("sandbox")]
async fn a_reader_never_passes_a_transaction_that_is_still_open(db: TestDb) {
    let (env, _) = start(&db).await;
    let (older, finish) = slow(&env).await;
    let newer = publish(&env).await;
    let start = Position::default();
    assert!(
        ids(&env, &start).await.is_empty(),
        "giving out the newer one would skip the older for ever"
    );
    finish();
    let older = older.await.unwrap();
    given_out(&env, &start, &[older, newer]).await;
    let outbox = LocalOutbox::new(env.clone());
    let first = outbox.read(&READER, start).await.unwrap().remove(0).0;
    assert_eq!(ids(&env, &first).await, [newer]);
    assert_eq!(
        outbox.read(&Actor::stranger(), first).await.unwrap_err(),
        OutboxError::Forbidden,
        "events are for modules"
    );
}

/// A publisher in a schema of its own, and a module that hears it from afar.
struct Afar {
    publisher: Env,
    env: Env,
    owner: DatabaseConnection,
}

impl FromTestDb for Afar {
    async fn start(db: &TestDb) -> Self {
        let (env, owner) = start(db).await;
        Self {
            publisher: db.env("gateway"),
            env,
            owner,
        }
    }
}

impl Afar {
    fn hears(&self, subscriptions: Vec<Subscription>) -> Runtime {
        let source = "afar";
        let from_afar = |s| Subscription { source, ..s };
        Runtime {
            name: "sandbox",
            env: self.env.clone(),
            subscriptions: subscriptions.into_iter().map(from_afar).collect(),
            jobs: Vec::new(),
        }
    }

    fn outbox(&self) -> Arc<dyn Outbox> {
        Arc::new(LocalOutbox::new(self.publisher.clone()))
    }

    fn runner(&self, subscriptions: Vec<Subscription>) -> Runner {
        Runner::with_remote(&[self.hears(subscriptions)], &[("afar", self.outbox())])
    }

    async fn publish(&self, before: &[Uuid]) -> Uuid {
        let event = publish(&self.publisher).await;
        let all: Vec<Uuid> = before.iter().copied().chain([event]).collect();
        given_out(&self.publisher, &Position::default(), &all).await;
        event
    }
}

#[feira_testkit::test("sandbox")]
async fn a_pulled_event_that_is_refused_delays_nothing_and_dies_in_sight(db: TestDb, afar: Afar) {
    let refused = afar.publish(&[]).await;
    afar.publish(&[refused]).await;
    let (inside, calls) = (afar.env.clone(), Arc::new(AtomicU32::new(0)));
    let broken = Subscription::new("sandbox.broken", "", HAPPENED, move |envelope| {
        let env = inside.clone();
        let fails = envelope.id == refused && calls.fetch_add(1, SeqCst) < 12;
        async move {
            if fails {
                return Err("not today".to_owned());
            }
            take(&env, "sandbox.broken", envelope.id)
                .await
                .map_err(|e| e.to_string())
        }
    });
    let runner = afar.runner(vec![broken, taker(&afar.env, "sandbox.well")]);
    runner.settle().await.unwrap();
    assert_eq!(effects(&afar.owner, "sandbox.well").await, 2);
    assert_eq!(effects(&afar.owner, "sandbox.broken").await, 1);

    for _ in 1..12 {
        db.clock().advance(Duration::hours(1));
        runner.settle().await.unwrap();
    }
    let own = LocalOutbox::new(afar.env.clone());
    let page = PageRequest::default();
    let dead = own.deliveries(&operator(), true, page).await.unwrap();
    let [dead] = dead.items.as_slice() else {
        panic!("one waits for an operator: {dead:?}");
    };
    assert_eq!((dead.event_id, dead.attempts), (refused, 12));
    assert_eq!(dead.last_error.as_deref(), Some("not today"));
    own.retry(&operator(), refused, dead.subscriber.clone(), None)
        .await
        .unwrap();
    runner.settle().await.unwrap();
    assert_eq!(effects(&afar.owner, "sandbox.broken").await, 2);
}

#[feira_testkit::test("sandbox")]
async fn what_is_pulled_and_the_place_after_it_are_one_transaction(afar: Afar) {
    afar.publish(&[]).await;
    let runtime = afar.hears(vec![taker(&afar.env, "sandbox.once")]);
    assert!(Puller::new(&runtime, "elsewhere", afar.outbox()).is_none());
    let puller = Puller::new(&runtime, "afar", afar.outbox()).unwrap();
    assert_eq!(puller.tick().await.unwrap(), 1);
    let same: bool = see(
        &afar.owner,
        "SELECT (SELECT xmin::text FROM sandbox.outbox_event) = (SELECT xmin::text FROM sandbox.outbox_cursor)",
    )
    .await;
    assert!(same);
    assert_eq!(puller.tick().await.unwrap(), 0);
    assert!(
        ids(&afar.env, &Position::default()).await.is_empty(),
        "it is not this module's to give out"
    );
    // Two replicas at once, or a cursor that was lost: what is there stays as it is.
    let lost = "DELETE FROM sandbox.outbox_cursor";
    afar.owner.execute_unprepared(lost).await.unwrap();
    let other = puller.clone();
    let (one, two) = tokio::join!(puller.tick(), other.tick());
    assert!(one.unwrap() + two.unwrap() > 0);
    let events: i64 = see(&afar.owner, "SELECT count(*) FROM sandbox.outbox_event").await;
    assert_eq!(events, 1);
    drain(&Relay::new(
        afar.env.clone(),
        "sandbox",
        runtime.subscriptions,
    ))
    .await;
    assert_eq!(effects(&afar.owner, "sandbox.once").await, 1);
}

#[feira_testkit::test("sandbox")]
async fn after_a_restore_elsewhere_nothing_is_hidden_or_happens_twice(db: TestDb, afar: Afar) {
    let runner = afar.runner(vec![taker(&afar.env, "sandbox.once")]);
    let taken = afar.publish(&[]).await;
    runner.settle().await.unwrap();
    assert_eq!(effects(&afar.owner, "sandbox.once").await, 1);
    let unread = afar.publish(&[taken]).await;
    // The old cluster had counted much further, and the reader's own copy is purged.
    afar.owner
        .execute_unprepared(
            "UPDATE gateway.outbox_event SET transaction_id = transaction_id + 1000000000000; \
             UPDATE sandbox.outbox_cursor SET transaction_id = transaction_id + 1000000000000; \
             DELETE FROM sandbox.outbox_event",
        )
        .await
        .unwrap();
    runner.settle().await.unwrap();
    assert_eq!(effects(&afar.owner, "sandbox.once").await, 1, "hidden");

    feira_migrations::restored(&db.url()).await.unwrap();
    let mut before = [taken, unread];
    before.sort();
    afar.publish(&before).await;
    runner.settle().await.unwrap();
    assert_eq!(effects(&afar.owner, "sandbox.once").await, 3);
}

/// Panics the first times that it is read.
struct Falling {
    outbox: LocalOutbox,
    falls: AtomicU32,
}

#[async_trait]
impl Outbox for Falling {
    async fn lag(&self, actor: &Actor) -> Result<Lag, OutboxError> {
        self.outbox.lag(actor).await
    }

    async fn deliveries(
        &self,
        actor: &Actor,
        dead_only: bool,
        page: PageRequest,
    ) -> Result<Page<Delivery>, OutboxError> {
        self.outbox.deliveries(actor, dead_only, page).await
    }

    async fn retry(
        &self,
        actor: &Actor,
        event: Uuid,
        to: String,
        key: Option<IdempotencyKey>,
    ) -> Result<(), OutboxError> {
        self.outbox.retry(actor, event, to, key).await
    }

    async fn read(
        &self,
        actor: &Actor,
        after: Position,
    ) -> Result<Vec<(Position, Envelope)>, OutboxError> {
        let fall = self.falls.fetch_add(1, SeqCst);
        assert!(fall > 1, "a task that ends early, as this test wants it");
        self.outbox.read(actor, after).await
    }
}

#[feira_testkit::test("sandbox")]
async fn a_background_task_that_ends_early_is_started_again(afar: Afar) {
    afar.publish(&[]).await;
    let falling: Arc<dyn Outbox> = Arc::new(Falling {
        outbox: LocalOutbox::new(afar.publisher.clone()),
        falls: AtomicU32::new(0),
    });
    let runtime = afar.hears(vec![taker(&afar.env, "sandbox.once")]);
    let runner = Runner::with_remote(&[runtime], &[("afar", falling)]);
    let stop = CancellationToken::new();
    let told = stop.clone();
    let running = tokio::spawn(async move { runner.run_until(told).await });
    until("it is delivered after all", || async {
        effects(&afar.owner, "sandbox.once").await == 1
    })
    .await;
    stop.cancel();
    running.await.unwrap();
}
