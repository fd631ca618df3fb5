//! Order of ids is not order of commits: neither the relay nor a reader with a cursor may skip
//! an event whose transaction was slow.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

use feira_kernel::{
    Env, Subscription, db,
    outbox::{self, Position, Puller, Relay},
};
use feira_testkit::run_module;
use tokio::sync::Barrier;
use uuid::Uuid;

use super::support::{HAPPENED, Happened, drain, effects, publish, start, take, taker, until};

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

#[test]
fn the_relay_delivers_an_older_event_that_was_committed_later() {
    run_module("sandbox", |db| async move {
        let (env, owner) = start(&db).await;
        let relay = Relay::new(env.clone(), "sandbox", vec![taker(&env, "sandbox.once")]);
        let (older, finish) = slow(&env).await;
        db.clock().advance(time::Duration::seconds(1));
        let newer = publish(&env).await;
        drain(&relay).await;
        assert_eq!(effects(&owner, "sandbox.once").await, 1);
        finish();
        assert!(older.await.unwrap() < newer);
        drain(&relay).await;
        assert_eq!(effects(&owner, "sandbox.once").await, 2);
    });
}

async fn ids(env: &Env, after: &Position) -> Vec<Uuid> {
    let found = outbox::pull(env, after).await.unwrap();
    found.into_iter().map(|(_, envelope)| envelope.id).collect()
}

#[test]
fn a_cursor_never_passes_a_transaction_that_is_still_open() {
    run_module("sandbox", |db| async move {
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
        // Transactions of other tests on this cluster hold the horizon back as well.
        until("both are given out", || async {
            ids(&env, &start).await == [older, newer]
        })
        .await;
        let first = outbox::pull(&env, &start).await.unwrap().remove(0).0;
        assert_eq!(ids(&env, &first).await, [newer]);
    });
}

#[test]
fn a_puller_stays_before_the_event_that_its_reaction_refused() {
    run_module("sandbox", |db| async move {
        let (env, owner) = start(&db).await;
        let events = [
            publish(&env).await,
            publish(&env).await,
            publish(&env).await,
        ];
        let (refuse, calls) = (events[1], Arc::new(AtomicU32::new(0)));
        let (inside, count) = (env.clone(), calls.clone());
        let subscription =
            Subscription::new("sandbox.remote", "sandbox", HAPPENED, move |envelope| {
                let env = inside.clone();
                let again = envelope.id == refuse && count.fetch_add(1, SeqCst) == 0;
                async move {
                    if again {
                        return Err("not yet".to_owned());
                    }
                    take(&env, "sandbox.remote", envelope.id)
                        .await
                        .map_err(|e| e.to_string())
                }
            });
        let publisher = env.clone();
        let source: outbox::Source = Arc::new(move |after| {
            let env = publisher.clone();
            Box::pin(async move { outbox::pull(&env, &after).await.map_err(|e| e.to_string()) })
        });
        until("all are given out", || async {
            ids(&env, &Position::default()).await.len() == 3
        })
        .await;
        let puller = Puller::new(env.clone(), subscription, source);
        assert_eq!(puller.tick().await.unwrap_err(), "not yet");
        assert_eq!(effects(&owner, "sandbox.remote").await, 1);
        assert_eq!(puller.tick().await.unwrap(), 2, "from the refused one on");
        assert_eq!(effects(&owner, "sandbox.remote").await, 3);
        assert_eq!(puller.tick().await.unwrap(), 0);
    });
}
