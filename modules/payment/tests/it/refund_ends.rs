//! What people say of refunds beside that they were sent: that nobody will send one, and that one came back.

use feira_payment::{
    LegStatus, Method, PaymentError, PaymentStatus as S, ProviderKind, ProviderSettings, Refund,
    RefundId, RefundStatus as R,
    testing::{self, FakeProvider, brl},
};
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;
use tokio::task::JoinSet;

use crate::{
    by_hand::hand,
    legs,
    provider::Stub,
    world::{Paid, World, at, operator, seller},
};

async fn world(db: &TestDb) -> World {
    let stub = Stub::start().await;
    World::at(db, vec![hand(), at("sandbox", &stub)]).await
}

/// By a transfer to the marketplace, marked as paid and released.
async fn paid(world: &World, minor: i64) -> Paid {
    let start = world.asked(Method::BankTransfer {}, minor);
    let open = world.begin(start.clone()).await.unwrap();
    let by = operator();
    let payment = world
        .payments
        .mark_payment_paid(&by, open.id, None, None)
        .await;
    let paid = Paid {
        payment: payment.unwrap(),
        start,
    };
    world.release(&paid, 0).await;
    paid
}

async fn sent(world: &World, id: RefundId) -> Result<Refund, PaymentError> {
    let (payments, by) = (&world.payments, operator());
    let reference = format!("E {id}");
    payments.mark_refund_sent(&by, id, reference, None).await
}

async fn withdraw(world: &World, id: RefundId) -> Result<Refund, PaymentError> {
    let (payments, by) = (&world.payments, operator());
    payments.withdraw_refund(&by, id, None).await
}

async fn came_back(world: &World, id: RefundId) -> Result<Refund, PaymentError> {
    let (payments, by) = (&world.payments, operator());
    payments.return_refund(&by, id, None).await
}

async fn sound(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

async fn said(world: &World, act: &str) -> i64 {
    let audit = format!("audit WHERE action = 'payment.{act}'");
    world.count(&audit).await
}

async fn failures_told(world: &World) -> usize {
    let told = world.events().await.into_iter();
    told.filter(|name| name == "payment.refund_failed.v1")
        .count()
}

/// The buyer's account was closed: nothing was sent, and it goes back in another way.
#[feira_testkit::test("payments")]
async fn what_nobody_will_send_is_free_again(db: TestDb) {
    let world = world(&db).await;
    let paid = paid(&world, 1_000).await;
    let store = paid.store(0);
    let asked = paid.refund(&[(0, 1_000)]);
    let refund = world.refund(asked.clone()).await.unwrap();
    assert_eq!(world.balance(store).await, [0, 0, 0, 0]);
    for _ in 0..2 {
        let ended = withdraw(&world, refund.id).await.unwrap();
        assert_eq!((ended.status, ended.withdrawn), (R::Failed, true));
        assert!(!ended.came_back);
    }
    assert_eq!(world.balance(store).await, [0, 900, 0, 0]);
    assert_eq!(failures_told(&world).await, 1);
    assert_eq!(said(&world, "refund_withdrawn").await, 1);
    // It is not sent any more, and not asked for by itself.
    for refused in [
        sent(&world, refund.id).await,
        came_back(&world, refund.id).await,
    ] {
        assert!(
            matches!(refused, Err(PaymentError::RefundMove(R::Failed))),
            "{refused:?}"
        );
    }
    world.after(time::Duration::hours(2)).await;
    let known = world.refund(asked).await.unwrap();
    assert_eq!((known.id, known.withdrawn), (refund.id, true));
    let waiting = world.payments.waiting_by_hand(&operator()).await.unwrap();
    // Of a sale that came to nothing, somebody owes it to the buyer.
    assert_eq!((waiting.refunds_count, waiting.returned_count), (0, 1));

    let anew = world.refund(paid.refund(&[(0, 1_000)])).await.unwrap();
    assert_eq!(sent(&world, anew.id).await.unwrap().status, R::Completed);
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    let late = withdraw(&world, anew.id).await;
    assert!(
        matches!(late, Err(PaymentError::RefundMove(R::Completed))),
        "{late:?}"
    );
    let waiting = world.payments.waiting_by_hand(&operator()).await.unwrap();
    assert_eq!(waiting.returned_count, 0);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_was_sent_and_came_back_is_given_back_again(db: TestDb) {
    let world = world(&db).await;
    let paid = paid(&world, 1_000).await;
    let store = paid.store(0);
    let refund = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    let early = came_back(&world, refund.id).await;
    assert!(
        matches!(early, Err(PaymentError::RefundMove(R::Pending))),
        "{early:?}"
    );
    sent(&world, refund.id).await.unwrap();
    let rest = world.refund(paid.refund(&[(0, 600)])).await.unwrap();
    sent(&world, rest.id).await.unwrap();
    for _ in 0..2 {
        let back = came_back(&world, refund.id).await.unwrap();
        assert_eq!((back.status, back.came_back), (R::Failed, true));
    }
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(
        (payment.status, payment.refunded),
        (S::PartiallyRefunded, brl(600))
    );
    assert_eq!(world.balance(store).await, [0, 360, 0, 0]);
    assert_eq!(
        (
            said(&world, "refund_returned").await,
            failures_told(&world).await
        ),
        (1, 1)
    );
    // Said to have been sent once more, nothing happens: it was.
    let again = sent(&world, refund.id).await.unwrap();
    assert!(again.came_back);
    let more = world.refund(paid.refund(&[(0, 401)])).await;
    assert!(
        matches!(more, Err(PaymentError::RefundTooLarge)),
        "{more:?}"
    );
    let anew = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    assert_eq!(anew.status, R::Pending, "there is as much to send again");
    sent(&world, anew.id).await.unwrap();
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    sound(&world).await;
}

/// Of several who say otherwise at once, one is believed.
#[feira_testkit::test("payments")]
async fn it_is_sent_or_it_is_not(db: TestDb) {
    let world = world(&db).await;
    for _ in 0..5 {
        let paid = paid(&world, 1_000).await;
        let refund = world.refund(paid.refund(&[(0, 1_000)])).await.unwrap();
        let mut work = JoinSet::new();
        for number in 0..4 {
            let (payments, id) = (world.payments.clone(), refund.id);
            work.spawn(async move {
                let by = operator();
                match number % 2 {
                    0 => payments.withdraw_refund(&by, id, None).await,
                    _ => {
                        let reference = "E1".to_owned();
                        payments.mark_refund_sent(&by, id, reference, None).await
                    }
                }
            });
        }
        let said = work.join_all().await;
        assert_eq!(
            said.iter().filter(|said| said.is_ok()).count(),
            2,
            "{said:?}"
        );
        let known = world.payments.details(&operator(), paid.payment.id).await;
        let known = known.unwrap().refunds.remove(0);
        assert_ne!(known.status, R::Pending);
        assert_eq!(known.withdrawn, known.status == R::Failed);
    }
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_store_says_so_of_what_it_was_paid_itself(db: TestDb) {
    let stub = Stub::start().await;
    let world = World::at(&db, vec![legs::on_delivery("door"), at("sandbox", &stub)]).await;
    let split = |amount| testing::split(world.store(), testing::random(), amount);
    let mut start = testing::start(
        testing::random(),
        Method::CashOnDelivery {},
        vec![split(2_000), split(1_000)],
    );
    start.expires_at = world.env.now() + time::Duration::minutes(30);
    let payment = world.begin(start.clone()).await.unwrap();
    let of = Paid { payment, start };
    // The other store has not said what became of its part.
    legs::settle(&world, &of, 0, true).await.unwrap();
    let (own, other) = (seller(of.store(0)), seller(of.store(1)));
    let withdrawn = world.refund(of.refund(&[(0, 500)])).await.unwrap();
    let sent = world.refund(of.refund(&[(0, 700)])).await.unwrap();
    for by in [&other, &testing::order()] {
        for foreign in [
            world.payments.withdraw_refund(by, withdrawn.id, None).await,
            world.payments.return_refund(by, sent.id, None).await,
        ] {
            let denied = matches!(
                foreign,
                Err(PaymentError::NotFound | PaymentError::Forbidden)
            );
            assert!(denied, "{foreign:?}");
        }
    }
    let ended = world
        .payments
        .withdraw_refund(&own, withdrawn.id, None)
        .await;
    assert!(ended.unwrap().withdrawn);
    let reference = "PIX back".to_owned();
    let made = world
        .payments
        .mark_refund_sent(&own, sent.id, reference, None)
        .await;
    assert_eq!(made.unwrap().status, R::Completed);
    let parts = vec![of.start.splits[0].part];
    let told = world
        .payments
        .part_refunds(&own, parts.clone(), Some(R::Completed));
    assert_eq!(told.await.unwrap().len(), 1);
    let any = world.payments.part_refunds(&own, parts.clone(), None);
    let any = any.await.unwrap();
    let ended = |id: RefundId| any.iter().find(|one| one.refund.id == id);
    let status = |id: RefundId| ended(id).map(|one| one.refund.status);
    assert_eq!(status(withdrawn.id), Some(R::Failed));
    assert_eq!(status(sent.id), Some(R::Completed));
    let back = world.payments.return_refund(&own, sent.id, None).await;
    assert!(back.unwrap().came_back);
    let told = world.payments.part_refunds(&own, parts, Some(R::Completed));
    assert!(told.await.unwrap().is_empty());
    let payment = world.payment(of.payment.id).await;
    assert_eq!((payment.status, payment.refunded), (S::Authorized, brl(0)));
    sound(&world).await;

    let anew = world.refund(of.refund(&[(0, 2_000)])).await.unwrap();
    assert_eq!(anew.status, R::Pending);
    let reference = "cash".to_owned();
    let made = world
        .payments
        .mark_refund_sent(&own, anew.id, reference, None)
        .await;
    assert_eq!(made.unwrap().status, R::Completed);
    legs::settle(&world, &of, 1, true).await.unwrap();
    let payment = world.payment(of.payment.id).await;
    assert_eq!(payment.status, S::PartiallyRefunded);
    assert!(payment.legs.iter().all(|leg| leg.status == LegStatus::Paid));
    sound(&world).await;
}

/// A provider that does not tell is spoken for, of what came back; one that tells is not.
#[feira_testkit::test("payments")]
async fn of_a_provider_that_does_not_tell_a_person_says_what_came_back(db: TestDb) {
    for tells in [false, true] {
        let fake = FakeProvider::new(db.clock().clock());
        let fake = if tells {
            fake
        } else {
            fake.telling_no_returns()
        };
        let provider = ProviderSettings::new(&format!("fake_{tells}"), ProviderKind::Fake(fake));
        let world = World::at(&db, vec![provider]).await;
        let paid = world.captured(&[1_000]).await;
        let refund = world.refund(paid.refund(&[(0, 1_000)])).await.unwrap();
        let details = world.payments.details(&operator(), paid.payment.id).await;
        assert_eq!(details.unwrap().returns_by_hand, !tells);
        let never = withdraw(&world, refund.id).await;
        assert!(matches!(never, Err(PaymentError::NotByHand)), "{never:?}");
        let back = came_back(&world, refund.id).await;
        match tells {
            true => assert!(matches!(back, Err(PaymentError::NotByHand)), "{back:?}"),
            false => assert!(back.unwrap().came_back),
        }
        let status = world.payment(paid.payment.id).await.status;
        assert_eq!(status, if tells { S::Refunded } else { S::Completed });
        let nobodys = came_back(&world, RefundId(testing::random())).await;
        assert!(
            matches!(nobodys, Err(PaymentError::NotFound)),
            "{nobodys:?}"
        );
        sound(&world).await;
    }
}

#[feira_testkit::test("payments")]
async fn i71_a_refund_that_is_not_what_the_book_says(db: TestDb) {
    let world = world(&db).await;
    let paid = paid(&world, 1_000).await;
    let refund = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    sent(&world, refund.id).await.unwrap();
    came_back(&world, refund.id).await.unwrap();
    sound(&world).await;
    let owner = db.owner().await;
    for (spoil, mend) in [
        ("state = 'sent'", "state = 'returned'"),
        (
            "state = 'withdrawn', reference = NULL",
            "state = 'returned', reference = 'E1'",
        ),
        ("amount = amount + 1", "amount = amount - 1"),
    ] {
        let set = |what: &str| format!("UPDATE payments.manual_refunds SET {what}");
        owner.execute_unprepared(&set(spoil)).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        let found: Vec<_> = found.iter().map(|one| one.invariant.as_str()).collect();
        assert_eq!(found, ["i71_refunds_by_hand"], "{spoil}");
        owner.execute_unprepared(&set(mend)).await.unwrap();
    }
}
