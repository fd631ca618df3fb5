use std::time::Duration;

use feira_payment::{
    BorneBy, Method, NewRefund, PaymentError, PaymentStatus as S, RefundStatus, ReleaseEarning,
    StartPayment, testing,
};
use feira_testkit::TestDb;
use tokio::task::JoinSet;

use crate::{
    provider::Fault,
    world::{Paid, World},
};

#[feira_testkit::test("payments")]
async fn thirty_two_refunds_of_a_third_at_once_give_back_no_more_than_was_paid(world: World) {
    let paid = world.captured(&[1000]).await;
    let mut refunds = JoinSet::new();
    for _ in 0..32 {
        let (payments, refund) = (world.payments.clone(), paid.refund(&[(0, 300)]));
        refunds.spawn(async move { payments.refund(&testing::order(), refund).await });
    }
    let results = refunds.join_all().await;
    let done = results.iter().filter(|r| r.is_ok()).count();
    assert_eq!(done, 3);
    for result in results {
        match result {
            Ok(refund) => assert_eq!(refund.status, RefundStatus::Completed),
            Err(PaymentError::RefundTooLarge) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!(world.provider.charge(paid.payment.id).refunds.len(), 3);
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(
        (payment.status, payment.refunded),
        (S::PartiallyRefunded, testing::brl(900))
    );
}

#[feira_testkit::test("payments")]
async fn a_refund_reverses_both_sides_at_the_splits_own_ratio(world: World) {
    let paid = world.captured(&[999, 333]).await;
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);
    for (cents, left) in [(333, 600), (333, 300), (333, 0)] {
        world.refund(paid.refund(&[(0, cents)])).await.unwrap();
        assert_eq!(world.balance(paid.store(0)).await, [left, 0, 0, 0]);
    }
    assert_eq!(world.balance(paid.store(1)).await, [300, 0, 0, 0]);
    let rest = paid.refund(&[(1, 333)]);
    world.refund(rest).await.unwrap();
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    let names = world.events().await;
    assert_eq!(
        names
            .iter()
            .filter(|name| *name == "payment.refunded.v1")
            .count(),
        4
    );
    let books = world
        .payments
        .books(&crate::world::operator())
        .await
        .unwrap();
    assert!(books.balanced, "{books:?}");
    assert!(
        books.accounts.iter().all(|account| account.total.is_zero()),
        "{books:?}"
    );
}

#[feira_testkit::test("payments")]
async fn a_refund_whose_answer_is_lost_is_made_once(db: TestDb) {
    let world = World::with(&db, |s| s.charge_deadline = Duration::from_millis(300)).await;
    for fault in [
        Fault::Refuse,
        Fault::DropAfter,
        Fault::StallAfter,
        Fault::ErrorAfter(500),
        Fault::ErrorBefore(404),
        Fault::GarbageAfter,
    ] {
        let paid = world.captured(&[1000]).await;
        world.provider.next_refund(fault);
        let refund = paid.refund(&[(0, 400)]);
        let pending = world.refund(refund.clone()).await.unwrap();
        assert_eq!(pending.status, RefundStatus::Pending, "{fault:?}");
        // What is on its way is set aside.
        let large = world.refund(paid.refund(&[(0, 601)])).await;
        assert!(
            matches!(large, Err(PaymentError::RefundTooLarge)),
            "{fault:?}"
        );
        assert_eq!(
            world.balance(paid.store(0)).await,
            [540, 0, 0, 0],
            "{fault:?}"
        );
        world.after(time::Duration::minutes(1)).await;
        let done = world.refund(refund).await.unwrap();
        assert_eq!(
            (done.id, done.status),
            (pending.id, RefundStatus::Completed),
            "{fault:?}"
        );
        assert_eq!(
            world.provider.charge(paid.payment.id).refunds.len(),
            1,
            "{fault:?}"
        );
        assert_eq!(
            world.balance(paid.store(0)).await,
            [540, 0, 0, 0],
            "{fault:?}"
        );
    }
}

#[feira_testkit::test("payments")]
async fn a_refused_refund_sets_nothing_aside(world: World) {
    let paid = world.captured(&[1000]).await;
    world.provider.next_refund(Fault::ErrorBefore(422));
    let failed = world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(failed.status, RefundStatus::Failed);
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    // An answer about another sum is no answer: it stays open until the provider says it rightly.
    world.provider.next_refund(Fault::WrongAmount);
    let odd = world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(odd.status, RefundStatus::Pending);
    world.after(time::Duration::minutes(1)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
}

#[feira_testkit::test("payments")]
async fn what_was_not_paid_or_is_not_a_part_is_not_given_back(world: World) {
    let paid = world.captured(&[1000]).await;
    let other = world.captured(&[1000]).await;
    let mut foreign = paid.refund(&[(0, 10)]);
    foreign.parts[0].part = other.start.splits[0].part;
    let refused = world.refund(foreign).await.unwrap_err();
    assert!(matches!(refused, PaymentError::NotFound), "{refused:?}");
    let mut dollars = paid.refund(&[(0, 10)]);
    dollars.parts[0].amount =
        feira_kernel::Money::from_minor(10, feira_kernel::Currency::USD).unwrap();
    let refused = world.refund(dollars).await.unwrap_err();
    assert!(
        matches!(refused, PaymentError::RefundTooLarge),
        "{refused:?}"
    );
    for bad in [
        paid.refund(&[(0, 0)]),
        paid.refund(&[(0, -5)]),
        paid.refund(&[(0, 1), (0, 1)]),
    ] {
        let refused = world.refund(bad).await.unwrap_err();
        assert!(matches!(refused, PaymentError::Invalid(_)), "{refused:?}");
    }
    let open = world.started(Method::Pix {}, 500).await;
    let mut early = paid.refund(&[(0, 10)]);
    early.payment = open.id;
    let refused = world.refund(early).await.unwrap_err();
    assert!(
        matches!(refused, PaymentError::IllegalMove(S::Pending)),
        "{refused:?}"
    );
    assert_eq!(world.count("refunds").await, 0);
}

#[feira_testkit::test("payments")]
async fn without_parts_it_is_all_that_is_left_decided_once(world: World) {
    let paid = world.captured(&[1000, 500]).await;
    world.refund(paid.refund(&[(0, 300)])).await.unwrap();
    world.provider.next_refund(Fault::ErrorBefore(500));
    let runs = world.refund(paid.refund(&[(1, 100)])).await.unwrap();
    assert_eq!(runs.status, RefundStatus::Pending);
    let rest = paid.refund(&[]);
    let done = world.refund(rest.clone()).await.unwrap();
    assert_eq!(
        (done.amount, done.status),
        (testing::brl(1100), RefundStatus::Completed)
    );
    let nothing = world.refund(paid.refund(&[])).await.unwrap_err();
    assert!(
        matches!(nothing, PaymentError::RefundTooLarge),
        "{nothing:?}"
    );
    // What runs is refused after all: the same key is the same refund, another one takes what is left now.
    world.provider.next_refund(Fault::ErrorBefore(422));
    world.after(time::Duration::minutes(1)).await;
    let known = world.refund(rest).await.unwrap();
    assert_eq!((known.id, known.amount), (done.id, testing::brl(1100)));
    let last = world.refund(paid.refund(&[])).await.unwrap();
    assert_eq!(last.amount, testing::brl(100));
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
}

#[feira_testkit::test("payments")]
async fn all_that_is_left_waits_for_the_end_of_a_dispute(world: World) {
    let paid = world.captured(&[1000]).await;
    crate::disputes::told(&world, &paid, "dp_1", serde_json::json!({"amount": 300})).await;
    let refused = world.refund(paid.refund(&[])).await;
    assert!(matches!(refused, Err(PaymentError::Disputed)));
    crate::disputes::told(&world, &paid, "dp_1", serde_json::json!({"status": "lost"})).await;
    let rest = world.refund(paid.refund(&[])).await.unwrap();
    assert_eq!(rest.amount, testing::brl(700));
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
}

/// The first was given up, and is paid all the same; the order was confirmed by the second.
#[feira_testkit::test("payments")]
async fn of_two_captured_payments_each_part_is_of_its_own(world: World) {
    let start = world.asked(Method::Pix {}, 1000);
    let first = world.begin(start.clone()).await.unwrap();
    world.cancel(first.id).await.unwrap();
    let start = StartPayment {
        key: testing::random(),
        method: testing::card("tok_approved"),
        ..start
    };
    let payment = world.begin(start.clone()).await.unwrap();
    let second = Paid { payment, start };
    world.provider.set(first.id, "captured");
    world.notify(world.webhook("evt_late", first.id)).await;
    let store = second.store(0);
    assert_eq!(world.balance(store).await, [1800, 0, 0, 0]);
    let some = NewRefund {
        borne_by: Some(BorneBy::Store),
        ..second.refund(&[(0, 100)])
    };
    world.refund(some).await.unwrap();
    // What goes back of the first as a whole is refused.
    world.provider.next_refund(Fault::ErrorBefore(422));
    let whole = NewRefund {
        payment: first.id,
        ..second.refund(&[])
    };
    let failed = world.refund(whole).await.unwrap();
    assert_eq!(failed.status, RefundStatus::Failed);
    let part = second.start.splits[0].part;
    let order = testing::order();
    let told = world.payments.earnings(&order, vec![part]).await;
    assert_eq!(told.unwrap()[0].refunded, testing::brl(100));
    for (payment, payable) in [(None, 810), (Some(first.id), 1710)] {
        let release = ReleaseEarning {
            key: testing::random(),
            reference: second.payment.reference,
            part,
            payment,
        };
        let released = world.payments.release_earning(&order, release).await;
        released.unwrap();
        assert_eq!(world.balance(store).await[1], payable);
    }
    let whole = NewRefund {
        payment: first.id,
        ..second.refund(&[])
    };
    world.refund(whole).await.unwrap();
    assert_eq!(world.balance(store).await, [0, 810, 0, 0]);
}
