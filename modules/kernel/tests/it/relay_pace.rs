//! How soon a relay takes what is there, and for how long.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use feira_kernel::{
    Env, Subscription, db,
    outbox::{Pace, Relay},
    values,
};
use feira_testkit::TestDb;
use tokio::{sync::Semaphore, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::support::{HAPPENED, behind, drain, effects, publish, see, start, take, taker, until};

#[feira_testkit::test("sandbox")]
async fn what_came_for_a_busy_subscriber_is_delivered_as_soon_as_it_is_idle(db: TestDb) {
    let (env, owner) = start(&db).await;
    let door = Arc::new(Semaphore::new(0));
    let (slow, calls) = behind(&env, &door);
    // It looks by itself once, at the start, when nothing is there.
    let pace = Pace {
        look: Duration::from_secs(3600),
        ..Pace::default()
    };
    let relay = Relay::at_pace(env.clone(), "sandbox", vec![slow], pace);
    let stop = CancellationToken::new();
    let told = stop.clone();
    let running = tokio::spawn(async move { relay.run_until(told).await });
    publish(&env).await;
    until("it is busy", || async { calls.load(SeqCst) == 1 }).await;
    publish(&env).await;
    let waiting = "SELECT count(*) FROM sandbox.outbox_delivery WHERE attempts = 0";
    until("the second waits for it", || async {
        see::<i64>(&owner, waiting).await == 1
    })
    .await;
    door.add_permits(1);
    until("it has both", || async {
        effects(&owner, "sandbox.slow").await == 2
    })
    .await;
    stop.cancel();
    running.await.unwrap();
}

#[feira_testkit::test("sandbox")]
async fn what_outlives_its_lease_is_delivered_by_another_and_costs_no_try(db: TestDb) {
    const EVENTS: i64 = 20;
    let (env, owner) = start(&db).await;
    let calls = Arc::new(AtomicU32::new(0));
    let (inside, count) = (env.clone(), calls.clone());
    let slow = Subscription::new("sandbox.slow", "sandbox", HAPPENED, move |envelope| {
        let env = inside.clone();
        count.fetch_add(1, SeqCst);
        async move {
            let leased = "SELECT count(*) FROM outbox_delivery WHERE lease_until >= now()";
            until("the lease is over", || async {
                let found = db::scalar::<i64>(env.pool.read(), leased, values![]).await;
                found.unwrap() == Some(0)
            })
            .await;
            take(&env, "sandbox.slow", envelope.id).await
        }
    });
    // More than are worked on at once.
    for _ in 0..EVENTS {
        publish(&env).await;
    }
    let pace = Pace {
        lease: Duration::from_secs(1),
        ..Pace::default()
    };
    let late = Relay::at_pace(env.clone(), "sandbox", vec![slow], pace);
    late.tick().await.unwrap();
    let called = i64::from(calls.load(SeqCst));
    assert!(called < EVENTS, "the last is not its own any more");
    assert_eq!(effects(&owner, "sandbox.slow").await, called);
    let left =
        "SELECT count(*) FROM sandbox.outbox_delivery WHERE state = 'pending' AND attempts = 0";
    assert_eq!(see::<i64>(&owner, left).await, EVENTS - called);

    let other = Relay::new(env.clone(), "sandbox", vec![taker(&env, "sandbox.slow")]);
    drain(&other).await;
    assert_eq!(effects(&owner, "sandbox.slow").await, EVENTS);
}

/// A relay that gathers so long, at work until the token is cancelled.
fn gathering(env: &Env, gather: Duration) -> (CancellationToken, JoinHandle<()>) {
    let pace = Pace {
        look: Duration::from_secs(3600),
        gather,
        ..Pace::default()
    };
    let takers = vec![taker(env, "sandbox.one")];
    let relay = Relay::at_pace(env.clone(), "sandbox", takers, pace);
    let stop = CancellationToken::new();
    let told = stop.clone();
    (
        stop,
        tokio::spawn(async move { relay.run_until(told).await }),
    )
}

#[feira_testkit::test("sandbox")]
async fn the_first_event_after_a_silence_goes_at_once(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (stop, running) = gathering(&env, Duration::from_secs(3600));
    publish(&env).await;
    until("it is delivered", || async {
        effects(&owner, "sandbox.one").await == 1
    })
    .await;
    stop.cancel();
    running.await.unwrap();
}

#[feira_testkit::test("sandbox")]
async fn events_that_come_close_together_are_taken_together(db: TestDb) {
    let (env, owner) = start(&db).await;
    let (stop, running) = gathering(&env, Duration::from_secs(3));
    let first = publish(&env).await;
    until("the first is delivered", || async {
        effects(&owner, "sandbox.one").await == 1
    })
    .await;
    for _ in 0..6 {
        publish(&env).await;
        // Longer than it takes to deliver one.
        for _ in 0..100 {
            see::<i64>(&owner, "SELECT count(*) FROM sandbox.outbox_event").await;
        }
    }
    until("all are delivered", || async {
        effects(&owner, "sandbox.one").await == 7
    })
    .await;
    stop.cancel();
    running.await.unwrap();
    let taken = format!(
        "SELECT count(DISTINCT xmin::text) FROM sandbox.outbox_event WHERE id <> '{first}'"
    );
    assert_eq!(see::<i64>(&owner, &taken).await, 1);
}
