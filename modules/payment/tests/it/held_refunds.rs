//! What a refund that runs holds: no payout pays it meanwhile, whoever gives the money back.

use feira_kernel::{StoreId, db, values};
use feira_payment::{
    BorneBy, LedgerKind, Method, NewRefund, PaymentId, Refund, RefundStatus, StartPayment,
    testing::brl,
};
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::{
    provider::{Fault, Stub},
    world::{Paid, World, at, operator},
};

/// As an earlier release leaves it: nothing is held.
const FORGET: &str = "DELETE FROM payments.payout_items WHERE kind = 'refund_held'; \
    DELETE FROM payments.ledger_entries WHERE kind = 'refund_held'; \
    DELETE FROM payments.ledger_transactions WHERE kind = 'refund_held'; \
    UPDATE payments.refunds SET holds = NULL";

async fn world(db: &TestDb) -> World {
    let stub = Stub::start().await;
    let hand = crate::by_hand::hand();
    World::at(db, vec![hand, at("sandbox", &stub)]).await
}

async fn marked(world: &World, id: PaymentId, start: StartPayment) -> Paid {
    let by = operator();
    let marked = world.payments.mark_payment_paid(&by, id, None, None);
    Paid {
        payment: marked.await.unwrap(),
        start,
    }
}

/// Marked by somebody, and its earning payable.
async fn released(world: &World, minor: i64) -> Paid {
    let start = world.asked(Method::Pix {}, minor);
    let open = world.begin(start.clone()).await.unwrap();
    let paid = marked(world, open.id, start).await;
    world.release(&paid, 0).await;
    paid
}

/// Payable, held for refunds, and what the next payout would be, in cents; the two reasons agree.
async fn told(world: &World, store: StoreId) -> (i128, i128, i128) {
    let (payments, by) = (&world.payments, operator());
    let balance = payments.balance(&by, Some(store)).await.unwrap().remove(0);
    let next = payments.next_payouts(&by, Some(store)).await.unwrap();
    let held = balance.held.minor();
    assert_eq!(held, balance.refunding.minor());
    (balance.payable.minor(), held, next[0].amount.minor())
}

async fn sent(world: &World, refund: &Refund) {
    let reference = "E1".to_owned();
    let by = operator();
    let sent = world
        .payments
        .mark_refund_sent(&by, refund.id, reference, None);
    assert_eq!(sent.await.unwrap().status, RefundStatus::Completed);
}

async fn is_sound(db: &TestDb, world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
}

#[feira_testkit::test("payments")]
async fn a_refund_that_nobody_has_sent_is_not_paid_to_its_store(db: TestDb) {
    let world = world(&db).await;
    let paid = released(&world, 10_000).await;
    let store = paid.store(0);
    assert_eq!(told(&world, store).await, (9_000, 0, 9_000));
    let refund = world.refund(paid.refund(&[(0, 4_000)])).await.unwrap();
    assert_eq!(refund.status, RefundStatus::Pending);
    assert_eq!(told(&world, store).await, (5_400, 3_600, 5_400));
    is_sound(&db, &world).await;
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(made[0].amount, brl(5_400).into());
    sent(&world, &refund).await;
    // It owes nothing.
    assert_eq!(told(&world, store).await, (0, 0, 0));
    assert_eq!(world.balance(store).await, [0, 0, 5_400, 0]);
    is_sound(&db, &world).await;
}

#[feira_testkit::test("payments")]
async fn what_is_released_while_a_refund_runs_is_the_rest(db: TestDb) {
    let world = world(&db).await;
    let start = world.asked(Method::Pix {}, 10_000);
    let open = world.begin(start.clone()).await.unwrap();
    let paid = marked(&world, open.id, start).await;
    let store = paid.store(0);
    let mut refunds = Vec::new();
    for (cents, by) in [(3_333, None), (3_333, Some(BorneBy::Marketplace))] {
        let refund = NewRefund {
            borne_by: by,
            ..paid.refund(&[(0, cents)])
        };
        refunds.push(world.refund(refund).await.unwrap());
    }
    // The marketplace's own holds nothing of the store.
    assert_eq!(world.balance(store).await, [6_000, 0, 0, 0]);
    world.release(&paid, 0).await;
    assert_eq!(told(&world, store).await, (6_000, 3_000, 6_000));
    is_sound(&db, &world).await;
    for refund in &refunds {
        sent(&world, refund).await;
    }
    assert_eq!(told(&world, store).await, (6_000, 0, 6_000));
    is_sound(&db, &world).await;
}

#[feira_testkit::test("payments")]
async fn a_refund_that_fails_frees_what_it_held(db: TestDb) {
    let world = World::with(&db, |s| {
        s.charge_deadline = std::time::Duration::from_millis(300)
    });
    let world = world.await;
    // The week's payouts are made.
    world.after(Duration::ZERO).await;
    let paid = world.captured(&[10_000]).await;
    let store = paid.store(0);
    world.release(&paid, 0).await;
    // Its answer is lost, then the provider says no.
    world.provider.next_refund(Fault::Refuse);
    let lost = world.refund(paid.refund(&[(0, 4_000)])).await.unwrap();
    assert_eq!(lost.status, RefundStatus::Pending);
    assert_eq!(told(&world, store).await, (5_400, 3_600, 5_400));
    world.provider.next_refund(Fault::ErrorBefore(422));
    world.after(Duration::minutes(1)).await;
    assert_eq!(told(&world, store).await, (9_000, 0, 9_000));
    for kind in [LedgerKind::RefundHeld, LedgerKind::RefundFreed] {
        let items = format!("payout_items WHERE kind = '{}'", kind.as_str());
        assert_eq!(world.count(&items).await, 1);
    }
    is_sound(&db, &world).await;
}

#[feira_testkit::test("payments")]
async fn what_an_earlier_release_asked_for_is_held_by_the_job(db: TestDb) {
    let world = world(&db).await;
    // The week's payouts are made.
    world.after(Duration::ZERO).await;
    let paid = released(&world, 10_000).await;
    let store = paid.store(0);
    world.refund(paid.refund(&[(0, 4_000)])).await.unwrap();
    let owner = db.owner().await;
    owner.execute_unprepared(FORGET).await.unwrap();
    assert_eq!(told(&world, store).await, (9_000, 0, 9_000));
    world.after(Duration::minutes(1)).await;
    assert_eq!(told(&world, store).await, (5_400, 3_600, 5_400));
    is_sound(&db, &world).await;
    // As it ends one that this release began: it frees nothing.
    let failed = "UPDATE refunds SET status = 'failed', next_attempt_at = NULL";
    let given_up = "UPDATE payment_splits SET refunding = 0";
    for sql in [failed, given_up] {
        let changed = db::exec(world.env.pool.write(), sql, values![]).await;
        assert_eq!(changed.unwrap(), 1);
    }
    world.after(Duration::minutes(1)).await;
    assert_eq!(told(&world, store).await, (9_000, 0, 9_000));
    is_sound(&db, &world).await;
}

#[feira_testkit::test("payments")]
async fn of_one_that_cannot_be_held_the_others_do_not_wait(db: TestDb) {
    let world = world(&db).await;
    // The week's payouts are made.
    world.after(Duration::ZERO).await;
    let mut all = Vec::new();
    for _ in 0..2 {
        let paid = released(&world, 10_000).await;
        let refund = world.refund(paid.refund(&[(0, 4_000)])).await.unwrap();
        all.push((refund.id, paid));
    }
    // The job looks at them in this order.
    // In this order the job looks at them.
    all.sort_by_key(|(id, _)| id.0);
    let [(bad, first), (_, second)] = &all[..] else {
        panic!("two");
    };
    let owner = db.owner().await;
    owner.execute_unprepared(FORGET).await.unwrap();
    let of = async |paid: &Paid| {
        let split = format!(
            "UPDATE payments.refund_parts SET split_id = \
             (SELECT id FROM payments.payment_splits WHERE payment_id = '{}') \
             WHERE refund_id = '{bad}'",
            paid.payment.id
        );
        owner.execute_unprepared(&split).await.unwrap();
    };
    of(second).await;
    world.after(Duration::minutes(1)).await;
    assert_eq!(told(&world, first.store(0)).await, (9_000, 0, 9_000));
    assert_eq!(told(&world, second.store(0)).await, (5_400, 3_600, 5_400));
    of(first).await;
    world.after(Duration::minutes(1)).await;
    assert_eq!(told(&world, first.store(0)).await, (5_400, 3_600, 5_400));
    is_sound(&db, &world).await;
}
