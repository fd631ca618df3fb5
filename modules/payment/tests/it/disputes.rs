//! Chargebacks: what is disputed is kept back, goes back or is gone, and nobody is debited twice.

use feira_kernel::PageRequest;
use feira_payment::{
    Dispute, DisputeFilter, DisputeState, FeeBearer, PaymentError, PaymentStatus as S,
    RefundStatus,
    testing::{self, brl},
};
use feira_store::StoreStatus;
use feira_testkit::{TestDb, violations};
use serde_json::{Value, json};

use crate::{
    provider::Fault,
    world::{Paid, SECRET, World, operator},
};

/// The provider tells something of a dispute, and notifies of it.
pub(crate) async fn told(world: &World, paid: &Paid, id: &str, change: Value) {
    world.provider.dispute(paid.payment.id, id, change);
    notified(world, paid).await;
}

pub(crate) async fn notified(world: &World, paid: &Paid) {
    let charge = world.provider.charge(paid.payment.id).id;
    let event = format!("evt_{}", testing::random());
    let body = format!(r#"{{"id":"{event}","type":"dispute.updated","charge_id":"{charge}"}}"#);
    world.notify(world.signed(&body, SECRET)).await;
}

pub(crate) async fn disputes(world: &World) -> Vec<Dispute> {
    let all = DisputeFilter::default();
    let found = world
        .payments
        .disputes(&operator(), all, PageRequest::default())
        .await;
    found.unwrap().items
}

/// The one that the provider knows by this id.
async fn dispute(world: &World, id: &str) -> Dispute {
    let all = disputes(world).await;
    let found = all.into_iter().find(|dispute| dispute.provider_id == id);
    found.expect("it was told")
}

pub(crate) async fn balanced(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{:?}", books.violations);
}

async fn alarms(world: &World) -> i64 {
    world.count("payment_logs").await
}

async fn status(world: &World, paid: &Paid) -> (S, i64) {
    let payment = world.payment(paid.payment.id).await;
    (payment.status, payment.refunded.minor())
}

async fn pay_out(world: &World) {
    for payout in world.payments.run_payouts(&operator(), None).await.unwrap() {
        let reference = format!("E-{}", payout.id);
        let paid = world
            .payments
            .mark_payout_paid(&operator(), payout.id, reference, None)
            .await;
        paid.unwrap();
    }
}

#[feira_testkit::test("payments")]
async fn what_is_disputed_is_kept_back_and_comes_back_once(world: World) {
    let paid = world.captured(&[1000, 500]).await;
    told(&world, &paid, "dp_1", json!({})).await;
    assert_eq!(status(&world, &paid).await, (S::Disputed, 0));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    balanced(&world).await;
    let refused = world.refund(paid.refund(&[(1, 1)])).await;
    assert!(matches!(refused, Err(PaymentError::Disputed)));
    let whole = world
        .payments
        .refundable(&testing::order(), paid.payment.reference)
        .await;
    assert!(matches!(whole, Err(PaymentError::Disputed)));

    // Two notifications of one fact, and the poller.
    for _ in 0..2 {
        told(&world, &paid, "dp_1", json!({"status": "won"})).await;
    }
    world.after(time::Duration::hours(2)).await;
    assert_eq!(status(&world, &paid).await, (S::Completed, 0));
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);
    assert_eq!(world.balance(paid.store(1)).await, [450, 0, 0, 0]);
    assert_eq!(disputes(&world).await[0].state, DisputeState::Won);
    let names = world.events().await;
    let count = |name| names.iter().filter(|told| *told == name).count();
    assert_eq!(count("payment.dispute_opened.v1"), 1);
    assert_eq!(count("payment.dispute_closed.v1"), 1);
    balanced(&world).await;
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(alarms(&world).await, 0);
}

#[feira_testkit::test("payments")]
async fn what_is_lost_is_gone_of_both_sides_and_cannot_be_refunded(world: World) {
    let paid = world.captured(&[1000, 500]).await;
    told(&world, &paid, "dp_1", json!({})).await;
    told(&world, &paid, "dp_1", json!({"status": "lost"})).await;
    told(&world, &paid, "dp_1", json!({"status": "lost"})).await;
    assert_eq!(status(&world, &paid).await, (S::Refunded, 1500));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    let refused = world.refund(paid.refund(&[(0, 1)])).await;
    assert!(matches!(
        refused,
        Err(PaymentError::IllegalMove(S::Refunded))
    ));
    assert_eq!(world.provider.charge(paid.payment.id).refunds.len(), 0);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_part_that_is_lost_leaves_the_rest_to_be_refunded(world: World) {
    let paid = world.captured(&[1000, 500]).await;
    told(&world, &paid, "dp_1", json!({"amount": 300})).await;
    // 200 of the first, 100 of the second.
    assert_eq!(world.balance(paid.store(0)).await, [720, 0, 0, 0]);
    assert_eq!(world.balance(paid.store(1)).await, [360, 0, 0, 0]);
    // What is not disputed can go back meanwhile.
    world.refund(paid.refund(&[(0, 100)])).await.unwrap();
    let refused = world.refund(paid.refund(&[(0, 701)])).await;
    assert!(matches!(refused, Err(PaymentError::Disputed)));
    told(&world, &paid, "dp_1", json!({"status": "lost"})).await;
    assert_eq!(status(&world, &paid).await, (S::PartiallyRefunded, 400));
    let refused = world.refund(paid.refund(&[(0, 701)])).await;
    assert!(matches!(refused, Err(PaymentError::RefundTooLarge)));
    let rest = paid.refund(&[(0, 700), (1, 400)]);
    world.refund(rest).await.unwrap();
    assert_eq!(status(&world, &paid).await, (S::Refunded, 1500));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_dispute_after_a_refund_takes_what_is_left_and_says_so(world: World) {
    let paid = world.captured(&[1000]).await;
    world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    told(&world, &paid, "dp_1", json!({})).await;
    let dispute = dispute(&world, "dp_1").await;
    assert_eq!((dispute.amount, dispute.held), (brl(1000), brl(600)));
    assert_eq!(alarms(&world).await, 1);
    told(&world, &paid, "dp_1", json!({"status": "lost"})).await;
    assert_eq!(status(&world, &paid).await, (S::Refunded, 1000));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    balanced(&world).await;

    // Nothing is left at all.
    let gone = world.captured(&[700]).await;
    world.refund(gone.refund(&[(0, 700)])).await.unwrap();
    told(&world, &gone, "dp_2", json!({})).await;
    assert_eq!(status(&world, &gone).await, (S::Refunded, 700));
    told(&world, &gone, "dp_2", json!({"status": "won"})).await;
    assert_eq!(status(&world, &gone).await, (S::Refunded, 700));
    assert_eq!(world.balance(gone.store(0)).await, [0, 0, 0, 0]);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_refund_that_runs_is_not_disputed_as_well(world: World) {
    for refused in [false, true] {
        let paid = world.captured(&[1000]).await;
        let fault = if refused {
            Fault::ErrorBefore(500)
        } else {
            Fault::DropAfter
        };
        world.provider.next_refund(fault);
        let refund = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
        assert_eq!(refund.status, RefundStatus::Pending);
        let id = format!("dp_{refused}");
        told(&world, &paid, &id, json!({})).await;
        let held = dispute(&world, &id).await.held;
        // The notification asked for the refund, too, and it was made.
        assert_eq!(held, brl(600));
        assert_eq!(status(&world, &paid).await, (S::Disputed, 400));
        told(&world, &paid, &id, json!({"status": "lost"})).await;
        assert_eq!(status(&world, &paid).await, (S::Refunded, 1000));
        balanced(&world).await;
    }
}

#[feira_testkit::test("payments")]
async fn what_a_refused_refund_leaves_is_kept_back_by_the_dispute_that_is_open(world: World) {
    for (id, end, after) in [
        ("dp_1", "lost", (S::Refunded, 1000)),
        ("dp_2", "won", (S::Completed, 0)),
    ] {
        let paid = world.captured(&[1000]).await;
        // Asked for at first, when the dispute is told, and by the job.
        for answer in [500, 500, 422] {
            world.provider.next_refund(Fault::ErrorBefore(answer));
        }
        let refund = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
        assert_eq!(refund.status, RefundStatus::Pending);
        told(&world, &paid, id, json!({})).await;
        assert_eq!(dispute(&world, id).await.held, brl(600));
        world.after(time::Duration::minutes(10)).await;
        assert_eq!(dispute(&world, id).await.held, brl(1000));
        assert_eq!(status(&world, &paid).await, (S::Disputed, 0));
        assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
        assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
        told(&world, &paid, id, json!({"status": end})).await;
        assert_eq!(status(&world, &paid).await, after);
        balanced(&world).await;
        assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
    }
}

#[feira_testkit::test("payments")]
async fn a_refund_and_a_dispute_at_once_debit_the_store_once(world: World) {
    for round in 0..8 {
        let paid = world.captured(&[1000]).await;
        let id = format!("dp_{round}");
        world.provider.dispute(paid.payment.id, &id, json!({}));
        let refund = world.refund(paid.refund(&[(0, 1000)]));
        let (refunded, ()) = tokio::join!(refund, notified(&world, &paid));
        let held = dispute(&world, &id).await.held;
        match refunded {
            Ok(_) => assert_eq!(held, brl(0)),
            Err(PaymentError::Disputed) => assert_eq!(held, brl(1000)),
            Err(other) => panic!("{other:?}"),
        }
        told(&world, &paid, &id, json!({"status": "lost"})).await;
        assert_eq!(status(&world, &paid).await, (S::Refunded, 1000));
        assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    }
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_release_leaves_what_is_disputed_and_a_payout_does_not_have_it(world: World) {
    let paid = world.captured(&[10_000]).await;
    told(&world, &paid, "dp_1", json!({"amount": 4000})).await;
    world.release(&paid, 0).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 5400, 0, 0]);
    pay_out(&world).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 5400]);
    told(&world, &paid, "dp_1", json!({"status": "won"})).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 3600, 0, 5400]);
    pay_out(&world).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 9000]);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn lost_after_the_payout_the_next_ones_are_less_by_it(world: World) {
    let paid = world.captured(&[10_000]).await;
    world.release(&paid, 0).await;
    pay_out(&world).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 9000]);
    told(&world, &paid, "dp_1", json!({})).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, -9000, 0, 9000]);
    told(&world, &paid, "dp_1", json!({"status": "lost"})).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, -9000, 0, 9000]);
    pay_out(&world).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, -9000, 0, 9000]);
    balanced(&world).await;

    // The same store sells again.
    let split = testing::split(paid.store(0), testing::random(), 20_000);
    let mut start = testing::start(
        testing::random(),
        testing::card("tok_approved"),
        vec![split],
    );
    start.expires_at = world.env.now() + time::Duration::minutes(30);
    let payment = world.begin(start.clone()).await.unwrap();
    world.release(&Paid { payment, start }, 0).await;
    pay_out(&world).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 18_000]);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn won_after_the_store_closed_it_is_owed_all_the_same(world: World) {
    let paid = world.captured(&[10_000]).await;
    world.release(&paid, 0).await;
    told(&world, &paid, "dp_1", json!({})).await;
    world.stores.set_status(paid.store(0), StoreStatus::Closed);
    told(&world, &paid, "dp_1", json!({"status": "won"})).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 9000, 0, 0]);
    pay_out(&world).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 9000]);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn two_disputes_of_one_payment_end_each_by_itself(world: World) {
    let paid = world.captured(&[1000]).await;
    told(&world, &paid, "dp_1", json!({"amount": 300})).await;
    told(&world, &paid, "dp_2", json!({"amount": 500})).await;
    told(&world, &paid, "dp_1", json!({"status": "lost"})).await;
    assert_eq!(status(&world, &paid).await, (S::Disputed, 300));
    told(&world, &paid, "dp_2", json!({"status": "won"})).await;
    assert_eq!(status(&world, &paid).await, (S::PartiallyRefunded, 300));
    assert_eq!(world.balance(paid.store(0)).await, [630, 0, 0, 0]);
    balanced(&world).await;
}

/// A fee of a dispute that is won, whose provider gives it back; while it runs as much is pending.
async fn fee_comes_back(db: &TestDb, bearer: FeeBearer, pending: i64) {
    let world = World::with(db, |settings| settings.dispute_fee_borne_by = bearer).await;
    let paid = world.captured(&[1000]).await;
    told(&world, &paid, "dp_1", json!({"fee": 15})).await;
    assert_eq!(world.balance(paid.store(0)).await, [pending, 0, 0, 0]);
    told(&world, &paid, "dp_1", json!({"status": "won", "fee": 0})).await;
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_fee_that_the_marketplace_bears_is_nothing_to_the_store(db: TestDb) {
    fee_comes_back(&db, FeeBearer::Marketplace, 0).await;
}

#[feira_testkit::test("payments")]
async fn a_fee_that_the_store_bears_comes_back_to_it(db: TestDb) {
    fee_comes_back(&db, FeeBearer::Store, -15).await;
}

#[feira_testkit::test("payments")]
async fn a_fee_that_a_store_bears_is_taken_once_from_where_its_earning_is(db: TestDb) {
    let store = |settings: &mut feira_payment::Settings| {
        settings.dispute_fee_borne_by = FeeBearer::Store;
    };
    let world = World::with(&db, store).await;
    let paid = world.captured(&[1000]).await;
    told(&world, &paid, "dp_1", json!({"fee": 15})).await;
    told(&world, &paid, "dp_1", json!({"status": "won", "fee": 15})).await;
    world.release(&paid, 0).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 885, 0, 0]);
    // Of another store's all is lost: it owes the fee alone, once nothing comes back any more.
    let gone = world.captured(&[1000]).await;
    told(&world, &gone, "dp_2", json!({"fee": 15})).await;
    told(&world, &gone, "dp_2", json!({"status": "lost", "fee": 20})).await;
    assert_eq!(world.balance(gone.store(0)).await[..2], [0, -20]);
    balanced(&world).await;
}
