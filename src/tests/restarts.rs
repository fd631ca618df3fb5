//! What a killed server leaves: its successor does not wait for leases to end, and one beside
//! others leaves them theirs.

use feira_testkit::{FromTestDb, TestDb};

use crate::support::Market;

const LEASED: &str = "SELECT (SELECT count(*) FROM orders.job WHERE lease_until IS NOT NULL) \
    + (SELECT count(*) FROM notifications.notifications WHERE lease_until IS NOT NULL) \
    + (SELECT count(*) FROM users.outbox_delivery WHERE lease_until IS NOT NULL) \
    + (SELECT count(*) FROM gateway.idempotency WHERE status IS NULL)";

#[feira_testkit::test]
async fn a_successor_ends_the_leases_of_the_killed_and_nobody_elses(db: TestDb, first: Market) {
    first.register("clara@test.example").await;
    // As if it had been killed in the middle of all that.
    for at_work in [
        "UPDATE orders.job SET lease_until = now() + interval '50 seconds' WHERE name = 'order.checkouts'",
        "UPDATE notifications.notifications SET status = 'pending', sent_at = NULL, attempts = 0, next_attempt_at = created_at, \
                lease_until = now() + interval '50 seconds'",
        "UPDATE users.outbox_delivery SET state = 'pending', done_at = NULL, \
                lease_until = now() + interval '50 seconds'",
        "INSERT INTO gateway.idempotency (scope, route, key, fingerprint, started_at) \
         VALUES ('s', 'r', 'k', 'f', now())",
    ] {
        let changed = format!("WITH done AS ({at_work} RETURNING 1) SELECT count(*) FROM done");
        assert_eq!(first.count(&changed).await, 1, "{at_work}");
    }
    let beside = Market::start(&db).await;
    assert_eq!(
        beside.count(LEASED).await,
        4,
        "the first one is still at work"
    );
    first.stop().await;
    beside.stop().await;

    let next = Market::start(&db).await;
    assert_eq!(next.count(LEASED).await, 0);
    next.settle().await;
    assert_eq!(
        next.count("SELECT count(*) FROM notifications.notifications WHERE status = 'written'")
            .await,
        1
    );
    next.stop().await;
}
