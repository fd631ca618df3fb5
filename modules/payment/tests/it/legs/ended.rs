//! How payments to stores before anything is sold end, and what comes after.

use feira_payment::{
    LegStatus as L, Method, NewRefund, PaymentError, PaymentStatus as S, RefundStatus, SettleLeg,
    testing::{self, brl},
};
use feira_testkit::TestDb;
use time::Duration;

use super::{
    before::{begun, codes, world},
    legs, owed, said, settle, sound,
};
use crate::world::Paid;

/// What costs nothing is waited for by nobody; and by it alone nothing is paid.
#[feira_testkit::test("payments")]
async fn a_leg_of_nothing_waits_for_nobody(db: TestDb) {
    let world = world(&db).await;
    let of = begun(&world, Method::Pix {}, &[1_000, 0]).await;
    assert_eq!(legs(&of.payment), [L::Open, L::Paid]);
    assert_eq!(codes(&of.payment).len(), 1);
    let paid = settle(&world, &of, 0, true).await.unwrap();
    assert_eq!((paid.status, paid.collected()), (S::Completed, brl(1_000)));
    let of = begun(&world, Method::Pix {}, &[1_000, 0]).await;
    let never = settle(&world, &of, 0, false).await.unwrap();
    assert_eq!(
        (never.status, legs(&never)),
        (S::Cancelled, vec![L::Unpaid, L::Paid])
    );
    let of = begun(&world, Method::Pix {}, &[1_000, 0]).await;
    let order = testing::order();
    let ended = world.payments.cancel_unpaid(&order, of.payment.id).await;
    assert_eq!(ended.unwrap().status, S::Cancelled);
    sound(&world).await;
}

/// A release before this one takes a charge by hand that is paid for captured as a whole.
#[feira_testkit::test("payments")]
async fn the_book_says_paid_once_no_leg_is_open(db: TestDb) {
    let world = world(&db).await;
    let of = begun(&world, Method::Pix {}, &[2_000, 1_000]).await;
    let written = async |state: &str| {
        world
            .count(&format!("manual_charges WHERE state = '{state}'"))
            .await
    };
    settle(&world, &of, 0, true).await.unwrap();
    assert_eq!((written("waiting").await, written("paid").await), (1, 0));
    settle(&world, &of, 1, false).await.unwrap();
    assert_eq!((written("waiting").await, written("paid").await), (0, 1));
    // No more is given back than the store that was paid has.
    let more = world.refund(of.refund(&[(0, 2_500)])).await;
    assert!(
        matches!(more, Err(PaymentError::RefundTooLarge)),
        "{more:?}"
    );
    let back = world.refund(of.refund(&[(0, 2_000)])).await.unwrap();
    assert_eq!(back.status, RefundStatus::Pending);
    sound(&world).await;
}

/// What came after its leg was given up its store has, owes for, and gives back.
#[feira_testkit::test("payments")]
async fn what_comes_too_late_is_recorded_and_goes_back(db: TestDb) {
    let world = world(&db).await;
    let order = testing::order();
    let late = async |of: &Paid, part| {
        let said = SettleLeg {
            late: true,
            ..said(of, part, true)
        };
        world.payments.settle_leg(&order, said).await
    };
    let (some, none) = (
        begun(&world, Method::Pix {}, &[2_000, 1_000]).await,
        begun(&world, Method::Pix {}, &[700]).await,
    );
    settle(&world, &some, 1, false).await.unwrap();
    let early = late(&some, 1).await;
    assert!(
        matches!(early, Err(PaymentError::LegMove(L::Unpaid))),
        "{early:?}"
    );
    settle(&world, &some, 0, true).await.unwrap();
    world.after(Duration::minutes(40)).await;
    assert_eq!(world.payment(none.payment.id).await.status, S::Expired);
    let captured = world.events().await.len();
    for of in [&some, &none, &none, &some] {
        let part = of.start.splits.len() - 1;
        let told = late(of, part).await.unwrap();
        assert_eq!(
            (told.status, told.legs[part].status),
            (S::Completed, L::Paid)
        );
        assert_eq!(told.collected(), told.amount);
    }
    let mut told = world.events().await.split_off(captured);
    told.sort();
    let settled = "payment.leg_settled.v1";
    assert_eq!(told, ["payment.captured.v1", settled, settled]);
    assert_eq!(owed(&world, none.store(0)).await, [0, 0, 70]);
    sound(&world).await;
    let rest = NewRefund {
        rest_of: Some(none.start.splits[0].part),
        ..none.refund(&[])
    };
    let back = world.refund(rest).await.unwrap();
    let by = crate::world::seller(none.store(0));
    let reference = "PIX back".to_owned();
    let sent = world
        .payments
        .mark_refund_sent(&by, back.id, reference, None);
    assert_eq!(sent.await.unwrap().status, RefundStatus::Completed);
    assert_eq!(owed(&world, none.store(0)).await, [0, 0, 0]);
    sound(&world).await;
}

/// Where its buyer pays in another way, a store that has its part stands in the way of that.
#[feira_testkit::test("payments")]
async fn what_a_store_has_is_not_given_up_for_another_attempt(db: TestDb) {
    let world = world(&db).await;
    let payments = &world.payments;
    let order = testing::order();
    for round in 0..8 {
        let of = begun(&world, Method::Pix {}, &[1_000, 700]).await;
        if round == 0 {
            settle(&world, &of, 0, true).await.unwrap();
        }
        let (paid, ended) = tokio::join!(
            payments.settle_leg(&order, said(&of, 0, true)),
            payments.cancel_unpaid(&order, of.payment.id),
        );
        let now = world.payment(of.payment.id).await;
        match (paid, ended) {
            (Ok(_), Err(PaymentError::LegMove(L::Paid))) => {
                assert_eq!(
                    (now.status, legs(&now)),
                    (S::Pending, vec![L::Paid, L::Open])
                );
                let paid = settle(&world, &of, 1, true).await.unwrap();
                assert_eq!(paid.status, S::Completed);
                let ended = payments.cancel_unpaid(&order, now.id).await.unwrap();
                assert_eq!(ended.status, S::Completed);
            }
            (Err(PaymentError::LegMove(L::Unpaid)), Ok(_)) if round > 0 => {
                assert_eq!((now.status, legs(&now)), (S::Cancelled, vec![L::Unpaid; 2]));
            }
            other => panic!("{other:?}"),
        }
    }
    sound(&world).await;
}
