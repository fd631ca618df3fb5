//! Several payments in one statement, of which some are refused.

use std::collections::BTreeSet;

use feira_kernel::{
    db::{self, Pool, PoolSettings},
    values,
};
use feira_payment::{
    Method, PaymentError, PaymentId, PaymentStatus as S, Reference, StartPayment, testing,
};
use feira_testkit::{Proxy, TestDb, roles};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::world::World;

#[derive(FromQueryResult)]
struct Id {
    id: PaymentId,
}

/// A world on a line on which a statement can be held.
async fn held_world(db: &TestDb, line: &Proxy) -> World {
    let settings = PoolSettings::new(line.url(), "payments", Some(roles().logins("payments")));
    let mut env = db.env("payments");
    env.pool = Pool::connect(&settings).unwrap();
    World::over(db, env, |_| {}).await
}

/// A batch is in the order of its references.
fn asked(world: &World, reference: u128) -> StartPayment {
    let mut asked = world.asked(Method::Pix {}, 1990);
    asked.reference = Reference::new(Uuid::from_u128(reference));
    asked
}

/// How many transactions have made payments: nothing changes the splits of one that is open.
async fn transactions(world: &World) -> i64 {
    let distinct = "(SELECT DISTINCT xmin::text FROM payment_splits) AS made";
    world.count(distinct).await
}

#[feira_testkit::test("payments")]
async fn one_statement_begins_all_but_those_that_are_refused(db: TestDb) {
    let line = Proxy::start(&db.url()).await;
    let world = held_world(&db, &line).await;
    let order = testing::order();
    let start = |asked: StartPayment| world.payments.start(&order, asked);

    let first_try = start(asked(&world, 2)).await.unwrap();
    assert_eq!(transactions(&world).await, 1);
    let [ana, another_try, bia, caio] = [1, 2, 3, 4].map(|n| asked(&world, n));
    let mut same_key = asked(&world, 5);
    same_key.key = caio.key;
    // While one is held at its first question, which is the statement, the others wait and
    // become one batch.
    let held = line.hold_after(0);
    let opening = {
        let (payments, asked) = (world.payments.clone(), asked(&world, 6));
        tokio::spawn(async move { payments.start(&testing::order(), asked).await })
    };
    let held = held.await.unwrap();
    // Polled in this order, each until it waits for its payment to be made.
    let (ana, another, bia, caio, reused, ()) = tokio::join!(
        biased;
        start(ana),
        start(another_try),
        start(bia),
        start(caio),
        start(same_key),
        async { held.release() },
    );
    opening.await.unwrap().unwrap();

    for made in [ana, bia, caio, another] {
        assert_eq!(made.unwrap().status, S::Pending);
    }
    assert!(matches!(reused, Err(PaymentError::KeyReused)), "{reused:?}");
    let ended = world.payment(first_try.id).await.status;
    assert_eq!(ended, S::Cancelled, "another try took its place");
    // The first try, the one that was held, those that waited, and the other try once more.
    assert_eq!(transactions(&world).await, 4);
    assert_eq!(world.count("payments").await, 6);
    assert_eq!(world.count("payment_splits").await, 6);
    assert_eq!(world.count("payments WHERE br_code IS NOT NULL").await, 6);
}

const MOVE: &str = include_str!("../../src/sql/move_payments.sql");

/// As `service::moving` writes one, here of the state `to`.
fn moved(world: &World, id: PaymentId, to: S, event: Option<&str>) -> Value {
    let captured = (to == S::Completed).then(testing::random);
    json!({
        "id": id, "sources": ["pending"], "status": to, "failure": (to == S::Failed).then_some("card_declined"),
        "record": testing::random(), "purpose": "poll", "outcome": to.as_str(), "posting": captured,
        "event": event.map(|_| testing::random()), "event_name": event,
        "payload": {"payment": id, "version": 1},
        "captured_at": captured.map(|_| world.env.now().format(&Rfc3339).unwrap()),
    })
}

fn entries(id: PaymentId) -> [Value; 2] {
    [("provider_clearing", 1990), ("seller_pending", -1990)].map(|(account, amount)| {
        json!({
            "id": testing::random(), "payment": id, "account": account, "amount": amount, "currency": "BRL",
            "store": (amount < 0).then(testing::random),
        })
    })
}

/// Each as its own row says; one that is in another state by now keeps none from being moved, and gets nothing.
#[feira_testkit::test("payments")]
async fn one_statement_moves_all_but_those_that_are_elsewhere(world: World) {
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(world.started(Method::Pix {}, 1990).await.id);
    }
    let [failed, expired, cancelled, elsewhere] = ids[..] else {
        panic!("four");
    };
    world.cancel(elsewhere).await.unwrap();
    let before = world.count("outbox_event").await;

    let (paid, not) = ("payment.captured.v1", "payment.failed.v1");
    let moves = json!([
        moved(&world, elsewhere, S::Completed, Some(paid)),
        moved(&world, failed, S::Failed, Some(not)),
        moved(&world, cancelled, S::Cancelled, None),
        moved(&world, expired, S::Expired, Some(not)),
    ]);
    let values = values![moves, json!(entries(elsewhere)), world.env.now()];
    let written: Vec<Id> = db::rows(world.env.pool.write(), MOVE, values)
        .await
        .unwrap();

    let written: BTreeSet<PaymentId> = written.into_iter().map(|row| row.id).collect();
    assert_eq!(written, BTreeSet::from([failed, expired, cancelled]));
    for (id, status) in [
        (failed, S::Failed),
        (expired, S::Expired),
        (cancelled, S::Cancelled),
        (elsewhere, S::Cancelled),
    ] {
        assert_eq!(world.payment(id).await.status, status);
    }
    assert_eq!(world.count("ledger_entries").await, 0);
    assert_eq!(world.count("transactions WHERE kind = 'poll'").await, 3);
    assert_eq!(world.count("outbox_event").await - before, 2);
    let told = "outbox_event WHERE aggregate_version = (payload ->> 'version')::bigint";
    assert_eq!(world.count(told).await, world.count("outbox_event").await);
}
