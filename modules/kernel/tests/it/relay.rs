//! One subscriber's trouble is its own: failure, panic, slowness, death of the worker.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use feira_kernel::{
    Actor, Env, PageRequest, Subscription, db,
    outbox::{DeliveryState, LocalOutbox, Outbox, OutboxError, Relay},
    values,
};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use time::Duration;
use tokio::sync::{Barrier, Semaphore};
use tokio_util::sync::CancellationToken;

use super::support::{
    HAPPENED, behind, delivery, drain, effects, operator, publish, see, start, take, taker, until,
};

/// As if the worker that holds the leases had died a while ago.
async fn end_leases(owner: &DatabaseConnection) {
    owner
        .execute_unprepared(
            "UPDATE sandbox.outbox_delivery SET lease_until = now() - interval '1 second' \
             WHERE lease_until IS NOT NULL",
        )
        .await
        .unwrap();
}

/// Fails the first so many times, then takes the event.
fn failing(env: &Env, consumer: &'static str, times: u32) -> (Subscription, Arc<AtomicU32>) {
    let (env, calls) = (env.clone(), Arc::new(AtomicU32::new(0)));
    let seen = calls.clone();
    let subscription = Subscription::new(consumer, "sandbox", HAPPENED, move |envelope| {
        let (env, call) = (env.clone(), calls.fetch_add(1, SeqCst));
        async move {
            if call < times {
                return Err("not today".to_owned());
            }
            take(&env, consumer, envelope.id)
                .await
                .map_err(|e| e.to_string())
        }
    });
    (subscription, seen)
}

#[feira_testkit::test("sandbox")]
async fn a_failing_or_panicking_subscriber_delays_no_other(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (failing, _) = failing(&env, "sandbox.failing", 1);
    let panics = Arc::new(AtomicU32::new(0));
    let (again, count) = (env.clone(), panics.clone());
    let panicking = Subscription::new("sandbox.panicking", "sandbox", HAPPENED, move |envelope| {
        let first = count.fetch_add(1, SeqCst) == 0;
        assert!(!first, "a subscriber that panics, as this test wants it");
        let env = again.clone();
        async move { take(&env, "sandbox.panicking", envelope.id).await }
    });
    let well = [taker(&env, "sandbox.one"), taker(&env, "sandbox.two")];
    let mut all = vec![failing, panicking];
    all.extend(well);
    let relay = Relay::new(env.clone(), "sandbox", all);
    publish(&env).await;
    drain(&relay).await;
    assert_eq!(delivery(&owner, "sandbox.one").await, "done 1");
    assert_eq!(delivery(&owner, "sandbox.two").await, "done 1");
    assert_eq!(delivery(&owner, "sandbox.failing").await, "pending 1");
    assert_eq!(delivery(&owner, "sandbox.panicking").await, "pending 1");

    db.clock().advance(Duration::seconds(2));
    drain(&relay).await;
    for consumer in ["one", "two", "failing", "panicking"] {
        assert_eq!(
            effects(&owner, &format!("sandbox.{consumer}")).await,
            1,
            "{consumer}"
        );
    }
}

#[feira_testkit::test("sandbox")]
async fn retries_wait_longer_each_time_until_an_operator_is_needed(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (subscription, calls) = failing(&env, "sandbox.failing", 12);
    let relay = Relay::new(env.clone(), "sandbox", vec![subscription]);
    let event = publish(&env).await;
    for attempt in 1..12 {
        drain(&relay).await;
        assert_eq!(
            delivery(&owner, "sandbox.failing").await,
            format!("pending {attempt}")
        );
        let pause = Duration::seconds(1 << (attempt - 1));
        db.clock().advance(pause - Duration::milliseconds(1));
        assert_eq!(drain(&relay).await, 0, "attempt {attempt} came early");
        db.clock().advance(pause / 2 + Duration::milliseconds(1));
    }
    drain(&relay).await;
    assert_eq!(delivery(&owner, "sandbox.failing").await, "dead 12");
    db.clock().advance(Duration::days(1));
    assert_eq!(drain(&relay).await, 0, "dead is dead");
    let outbox = LocalOutbox::new(env.clone());
    let lag = outbox.lag(&Actor::system("gateway")).await.unwrap();
    assert_eq!((lag.waiting, lag.dead), (0, 1));

    let page = PageRequest::default();
    let dead = outbox.deliveries(&operator(), true, page.clone()).await;
    let dead = dead.unwrap().items;
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].state, DeliveryState::Dead);
    assert_eq!(dead[0].last_error.as_deref(), Some("not today"));
    let retry = |who: Actor, subscriber: &str| {
        let (outbox, subscriber) = (&outbox, subscriber.to_owned());
        async move { outbox.retry(&who, event, subscriber, None).await }
    };
    for stranger in [Actor::stranger(), Actor::system("gateway")] {
        let refused = Err(OutboxError::Forbidden);
        assert_eq!(retry(stranger.clone(), "sandbox.failing").await, refused);
        let list = outbox.deliveries(&stranger, true, page.clone()).await;
        assert_eq!(list.unwrap_err(), OutboxError::Forbidden);
    }
    let not_dead = Err(OutboxError::NotDead);
    assert_eq!(retry(operator(), "sandbox.nobody").await, not_dead);
    assert_eq!(retry(operator(), "sandbox.failing").await, Ok(()));
    assert_eq!(retry(operator(), "sandbox.failing").await, not_dead);
    let written =
        "SELECT string_agg(action || ' ' || (details->>'subscriber'), ', ') FROM sandbox.audit";
    let written: String = see(&owner, written).await;
    assert_eq!(written, "event.retried sandbox.failing");
    drain(&relay).await;
    assert_eq!(delivery(&owner, "sandbox.failing").await, "done 1");
    assert_eq!(calls.load(SeqCst), 13);
    assert_eq!(effects(&owner, "sandbox.failing").await, 1);
}

#[feira_testkit::test("sandbox")]
async fn while_one_subscriber_hangs_the_others_hear_of_later_events(db: TestDb) {
    let (env, owner) = start(&db).await;
    let door = Arc::new(Semaphore::new(0));
    let (slow, _) = behind(&env, &door);
    let relay = Relay::new(
        env.clone(),
        "sandbox",
        vec![slow, taker(&env, "sandbox.quick")],
    );
    let stop = CancellationToken::new();
    let (running, stopped) = (relay.clone(), stop.clone());
    let task = tokio::spawn(async move { running.run_until(stopped).await });
    for count in 1..=3 {
        publish(&env).await;
        until("the quick one has it", || async {
            effects(&owner, "sandbox.quick").await == count
        })
        .await;
    }
    assert_eq!(effects(&owner, "sandbox.slow").await, 0);
    door.add_permits(1);
    until("the slow one has all", || async {
        effects(&owner, "sandbox.slow").await == 3
    })
    .await;
    stop.cancel();
    task.await.unwrap();
    let open = "SELECT count(*) FROM sandbox.outbox_delivery WHERE state <> 'done'";
    assert_eq!(
        db::scalar::<i64>(&owner, open, values![]).await.unwrap(),
        Some(0),
        "what was claimed was finished before the end"
    );
}

#[feira_testkit::test("sandbox")]
async fn two_relays_at_once_deliver_each_event_once(db: TestDb) {
    const EVENTS: i64 = 40;
    let (env, owner) = start(&db).await;
    for _ in 0..EVENTS {
        publish(&env).await;
    }
    let calls = Arc::new(AtomicU32::new(0));
    let relay = || {
        let (env, calls) = (db.env("sandbox"), calls.clone());
        let handler = env.clone();
        let subscription =
            Subscription::new("sandbox.once", "sandbox", HAPPENED, move |envelope| {
                let env = handler.clone();
                calls.fetch_add(1, SeqCst);
                async move { take(&env, "sandbox.once", envelope.id).await }
            });
        Relay::new(env, "sandbox", vec![subscription])
    };
    let (one, two) = (relay(), relay());
    let one = tokio::spawn(async move { drain(&one).await });
    let two = tokio::spawn(async move { drain(&two).await });
    one.await.unwrap();
    two.await.unwrap();
    drain(&relay()).await;
    assert_eq!(effects(&owner, "sandbox.once").await, EVENTS);
    assert_eq!(
        i64::from(calls.load(SeqCst)),
        EVENTS,
        "none was called twice"
    );
}

#[feira_testkit::test("sandbox")]
async fn a_dead_worker_is_replaced_and_a_late_one_changes_nothing(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (meet, door) = (Arc::new(Barrier::new(2)), Arc::new(Semaphore::new(0)));
    let (there, held) = (meet.clone(), door.clone());
    let late = Subscription::new("sandbox.once", "sandbox", HAPPENED, move |_| {
        let (meet, door) = (there.clone(), held.clone());
        async move {
            meet.wait().await;
            door.acquire().await.map(|_| ()).map_err(|e| e.to_string())
        }
    });
    let late = Relay::new(env.clone(), "sandbox", vec![late]);
    publish(&env).await;
    let late = tokio::spawn(async move { late.tick().await });
    meet.wait().await;

    let (failing, _) = failing(&env, "sandbox.once", 1);
    let other = Relay::new(env.clone(), "sandbox", vec![failing]);
    assert_eq!(drain(&other).await, 0, "the lease is respected");
    end_leases(&owner).await;
    assert_eq!(drain(&other).await, 1, "and taken over when it has ended");
    assert_eq!(delivery(&owner, "sandbox.once").await, "pending 2");
    door.add_permits(1);
    late.await.unwrap().unwrap();
    assert_eq!(
        delivery(&owner, "sandbox.once").await,
        "pending 2",
        "the late worker's success is not believed"
    );
    db.clock().advance(Duration::seconds(4));
    drain(&other).await;
    assert_eq!(delivery(&owner, "sandbox.once").await, "done 3");
    assert_eq!(effects(&owner, "sandbox.once").await, 1);
}
