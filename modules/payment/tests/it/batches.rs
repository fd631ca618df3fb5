//! Several payments that begin in one statement, of which some are refused.

use feira_kernel::db::{Pool, PoolSettings};
use feira_payment::{Method, PaymentError, PaymentStatus as S, Reference, StartPayment, testing};
use feira_testkit::{Proxy, TestDb, roles};
use uuid::Uuid;

use crate::world::World;

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
