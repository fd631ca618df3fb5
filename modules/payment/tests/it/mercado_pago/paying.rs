//! Cards and codes, and what goes back.

use feira_kernel::Currency;
use feira_payment::{
    CheckOutcome, GivenBackAs, InterestBearer, Method, MethodKind, NextAction, PaymentError,
    PaymentFailure, PaymentStatus as S, RefundStatus,
    testing::{brl, card, card_in},
};
use feira_testkit::{TestDb, violations};
use time::Duration;

use super::{heard, started, status, world};
use crate::{
    entering::check,
    stub::Fault,
    world::{World, gateway, operator},
};

#[feira_testkit::test("payments")]
async fn each_refusal_of_a_card_ends_its_payment_with_a_code(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (token, failure) in [
        ("tok_declined", "card_declined"),
        ("cc_rejected_insufficient_amount", "insufficient_funds"),
        ("cc_rejected_bad_filled_security_code", "incorrect_cvc"),
        ("cc_rejected_bad_filled_date", "expired_card"),
        ("cc_rejected_high_risk", "card_declined"),
        ("tok_nobodys", "refused"),
        ("tok_bad", "refused"),
    ] {
        let payment = world.started(card(token), 1990).await;
        let failed = (S::Failed, PaymentFailure::parse(failure));
        assert_eq!(status(&world, &payment).await, failed, "{token}");
    }
    let slow = world.started(card("pm_slow"), 1990).await;
    assert_eq!(
        (slow.status, slow.next_action),
        (S::Pending, NextAction::None {})
    );
    let now = world.env.now();
    stub.book(|book| book.set(&book.id(slow.id), "approved", now));
    // Nobody tells of it.
    stub.book(|book| book.told(now));
    world.after(Duration::minutes(5)).await;
    assert_eq!(world.payment(slow.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn what_is_authorized_is_captured_in_time_or_given_up(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.manual_capture = true).await;
    let at_once = world.started(card("tok_approved"), 900).await;
    assert_eq!(at_once.status, S::Completed);
    assert_eq!(stub.calls("PUT payment"), 1);
    let late = world.started(card("pm_slow"), 900).await;
    db.clock().advance(Duration::minutes(31));
    let now = world.env.now();
    let id = stub.book(|book| book.id(late.id));
    stub.book(|book| book.set(&id, "authorized", now));
    heard(&world, &stub).await;
    world.after(Duration::minutes(5)).await;
    assert_eq!(world.payment(late.id).await.status, S::Expired);
    assert_eq!(
        stub.book(|book| book.payment(&id)["status"].clone()),
        "cancelled"
    );
    assert_eq!(
        world.events().await,
        ["payment.captured.v1", "payment.failed.v1"]
    );
}

#[feira_testkit::test("payments")]
async fn it_goes_back_in_parts_and_what_is_on_its_way_is_looked_at(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let ways = world.payments.methods(&operator(), Currency::BRL).await;
    assert_eq!(ways.unwrap(), [MethodKind::Pix, MethodKind::Card]);
    let paid = started(&world, 1000).await;
    assert_eq!(paid.payment.method, MethodKind::Pix);
    let id = stub.book(|book| book.id(paid.payment.id));
    assert_eq!(
        paid.payment.statement.as_ref(),
        Some(&id),
        "as the account tells it"
    );
    let now = world.env.now();
    stub.book(|book| book.set(&id, "approved", now));
    heard(&world, &stub).await;
    stub.book(|book| book.refund_status = Some("in_process"));
    let slow = world.refund(paid.refund(&[(0, 333)])).await.unwrap();
    assert_eq!(slow.status, RefundStatus::Pending);
    let rest = world.refund(paid.refund(&[(0, 667)])).await.unwrap();
    assert_eq!(rest.status, RefundStatus::Completed);
    world.after(Duration::minutes(2)).await;
    assert_eq!(
        world.payment(paid.payment.id).await.status,
        S::PartiallyRefunded
    );
    stub.book(|book| book.refunds[0]["status"] = "approved".into());
    world.after(Duration::hours(2)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    assert_eq!(stub.book(|book| book.refunds.len()), 2, "each is made once");

    let paid = world.captured(&[700]).await;
    stub.book(|book| book.refund_status = Some("in_process"));
    world.refund(paid.refund(&[(0, 700)])).await.unwrap();
    stub.book(|book| book.refunds[2]["status"] = "rejected".into());
    world.after(Duration::minutes(2)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn what_somebody_gave_back_there_is_not_given_back_again(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = world.captured(&[700]).await;
    let id = stub.book(|book| book.id(paid.payment.id));
    stub.book(|book| book.payment(&id)["transaction_amount_refunded"] = "5".parse().unwrap());
    let asked = paid.refund(&[(0, 700)]);
    let open = world.refund(asked.clone()).await.unwrap();
    assert_eq!(open.status, RefundStatus::Pending);
    world.after(Duration::hours(3)).await;
    let still = world.refund(asked).await.unwrap();
    assert!(still.given_back_there);
    assert_eq!((still.id, still.status), (open.id, open.status));
    let told = "transactions WHERE kind = 'mismatch'";
    assert_eq!(world.count(told).await, 1, "once");
}

/// A test account's payment looks paid, and no money came.
#[feira_testkit::test("payments")]
async fn what_a_test_account_paid_is_no_payment_in_production(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    stub.book(|book| book.live = Some(false));
    let by_card = world.started(card("tok_approved"), 900).await;
    let by_pix = world.started(Method::Pix {}, 900).await;
    let now = world.env.now();
    for payment in [&by_card, &by_pix] {
        let id = stub.book(|book| book.id(payment.id));
        stub.book(|book| book.set(&id, "approved", now));
    }
    for told in super::told(&stub) {
        let heard = world.payments.provider_webhook(&gateway(), told).await;
        assert!(heard.is_ok(), "{heard:?}");
    }
    world.after(Duration::minutes(5)).await;
    for payment in [by_card, by_pix] {
        assert_eq!(world.payment(payment.id).await.status, S::Pending);
    }
    let said = check(&world, "mp").await;
    assert_eq!(said.outcome, CheckOutcome::Good, "its keys are taken");
}

#[feira_testkit::test("payments")]
async fn for_trying_out_a_test_account_pays(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.live = false).await;
    stub.book(|book| book.live = Some(false));
    let paid = world.started(card("tok_approved"), 900).await;
    assert_eq!(paid.status, S::Completed);
}

/// Asked for again without its key, it could go back twice: what was told of it is looked up.
#[feira_testkit::test("payments")]
async fn a_refund_that_was_told_is_looked_up_when_its_key_is_forgotten(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (nth, (told, status, after)) in [
        ("approved", RefundStatus::Completed, S::Refunded),
        ("rejected", RefundStatus::Failed, S::Completed),
    ]
    .into_iter()
    .enumerate()
    {
        let paid = world.captured(&[700]).await;
        stub.book(|book| book.refund_status = Some("in_process"));
        let asked = paid.refund(&[(0, 700)]);
        let slow = world.refund(asked.clone()).await.unwrap();
        db.clock().advance(Duration::hours(24));
        let posted = stub.calls("POST refunds");
        world.after(Duration::hours(2)).await;
        let waits = world.refund(asked.clone()).await.unwrap();
        assert_eq!(waits.status, RefundStatus::Pending);
        assert!(!waits.given_back_there, "nobody has to look: it is told");
        stub.book(|book| book.refunds[nth]["status"] = told.into());
        world.after(Duration::hours(2)).await;
        let ended = world.refund(asked).await.unwrap();
        assert_eq!((ended.id, ended.status), (slow.id, status));
        assert_eq!(stub.calls("POST refunds"), posted);
        assert_eq!(world.payment(paid.payment.id).await.status, after);
    }
    sound(&world).await;
}

async fn sound(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

/// Of which nothing was heard: somebody looks there, and says so.
#[feira_testkit::test("payments")]
async fn a_refund_whose_key_is_forgotten_waits_for_a_person(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for (outcome, status, after) in [
        (
            GivenBackAs::ThisRefund {
                reference: "77000".to_owned(),
            },
            RefundStatus::Completed,
            S::Refunded,
        ),
        (GivenBackAs::Another {}, RefundStatus::Failed, S::Completed),
    ] {
        let paid = world.captured(&[700]).await;
        stub.next("POST refunds", Fault::DropAfter);
        let asked = paid.refund(&[(0, 700)]);
        let lost = world.refund(asked.clone()).await.unwrap();
        let payments = &world.payments;
        let by = operator();
        let early = payments.settle_refund(&by, lost.id, outcome.clone(), None);
        let early = early.await;
        assert!(
            matches!(early, Err(PaymentError::RefundMove(RefundStatus::Pending))),
            "{early:?}"
        );
        db.clock().advance(Duration::hours(24));
        let posted = stub.calls("POST refunds");
        world.after(Duration::hours(2)).await;
        let waits = world.refund(asked.clone()).await.unwrap();
        assert!(waits.given_back_there && waits.status == RefundStatus::Pending);
        let stuck = payments.stuck(&by).await.unwrap();
        assert_eq!(stuck[0].forgotten, 1, "{stuck:?}");
        let ended = payments.settle_refund(&by, lost.id, outcome, None).await;
        assert_eq!(ended.unwrap().status, status);
        world.after(Duration::hours(2)).await;
        assert_eq!(stub.calls("POST refunds"), posted);
        assert_eq!(world.payment(paid.payment.id).await.status, after);
    }
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_instalments_come_to_and_cost_is_told_by_the_charge(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    world.runner.settle().await.unwrap();
    let paid = world.started(card_in("tok_approved", 3), 3000).await;
    assert_eq!((paid.status, paid.amount), (S::Completed, brl(3000)));
    let chosen = paid.instalments.unwrap();
    assert_eq!((chosen.count, chosen.total), (3, Some(brl(3120))));
    assert_eq!(chosen.interest_borne_by, InterestBearer::Buyer);
    let asked = stub.book(|book| book.payments[0]["installments"].clone());
    assert_eq!(asked, 3);
    // What the payer bears is no fee of the account's.
    world.after(Duration::minutes(20)).await;
    let told = "payments WHERE fee = 3 AND financing_fee = 0";
    assert_eq!(world.count(told).await, 1);
}
