//! Refunds of which the provider says that as much was given back there already: somebody says whether it was
//! this one.

use feira_payment::{
    EarningState, GivenBackAs, PaymentError, PaymentStatus as S, ProviderKind, ProviderSettings,
    Refund, RefundId, RefundStatus,
    testing::{self, FakeProvider, brl, random},
};
use feira_testkit::{TestDb, violations};
use tokio::task::JoinSet;

use crate::world::{Paid, World, operator, seller};

async fn with_fake(db: &TestDb) -> (World, FakeProvider) {
    let fake = FakeProvider::new(db.clock().clock());
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    (World::at(db, vec![provider]).await, fake)
}

/// A refund of 4.00 that waits for somebody.
async fn told(world: &World, fake: &FakeProvider, paid: &Paid) -> RefundId {
    fake.gives_back_there(true);
    let asked = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    fake.gives_back_there(false);
    let details = world.payments.details(&operator(), paid.payment.id).await;
    let refunds = details.unwrap().refunds;
    let waits = refunds.iter().find(|refund| refund.id == asked.id).unwrap();
    assert!(waits.given_back_there && waits.status == RefundStatus::Pending);
    asked.id
}

fn this_refund(reference: &str) -> GivenBackAs {
    GivenBackAs::ThisRefund {
        reference: reference.to_owned(),
    }
}

async fn settle(world: &World, id: RefundId, as_what: GivenBackAs) -> Result<Refund, PaymentError> {
    let payments = &world.payments;
    payments.settle_refund(&operator(), id, as_what, None).await
}

async fn sound(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

async fn settled(world: &World) -> i64 {
    let written = "audit WHERE action = 'payment.refund_settled'";
    world.count(written).await
}

#[feira_testkit::test("payments")]
async fn what_was_this_refund_is_completed_under_its_reference(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let paid = world.captured(&[1000]).await;
    let id = told(&world, &fake, &paid).await;
    for _ in 0..2 {
        // Said again it is so already.
        let done = settle(&world, id, this_refund(" re_1 ")).await.unwrap();
        assert_eq!(done.status, RefundStatus::Completed);
        assert!(!done.given_back_there);
    }
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(
        (payment.status, payment.refunded),
        (S::PartiallyRefunded, brl(400))
    );
    assert_eq!(world.balance(paid.store(0)).await, [540, 0, 0, 0]);
    for other in [this_refund("re_2"), GivenBackAs::Another {}] {
        let refused = settle(&world, id, other).await;
        assert!(
            matches!(
                refused,
                Err(PaymentError::RefundMove(RefundStatus::Completed))
            ),
            "{refused:?}"
        );
    }
    // Nothing went back by it from here.
    assert_eq!(fake.made().1, 0);
    assert_eq!(settled(&world).await, 1);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn of_another_one_nothing_goes_back(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let paid = world.captured(&[1000]).await;
    let id = told(&world, &fake, &paid).await;
    let refused = world.refund(paid.refund(&[(0, 1000)])).await;
    assert!(
        matches!(refused, Err(PaymentError::RefundTooLarge)),
        "{refused:?}"
    );
    for _ in 0..2 {
        let ended = settle(&world, id, GivenBackAs::Another {}).await.unwrap();
        assert_eq!(ended.status, RefundStatus::Failed);
        assert!(!ended.came_back);
    }
    let refused = settle(&world, id, this_refund("re_1")).await;
    assert!(
        matches!(refused, Err(PaymentError::RefundMove(RefundStatus::Failed))),
        "{refused:?}"
    );
    let told = world.events().await.into_iter();
    let told = told.filter(|name| name == "payment.refund_failed.v1");
    assert_eq!(told.count(), 1);
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);
    let whole = world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(whole.status, RefundStatus::Completed);
    assert_eq!(settled(&world).await, 1);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn no_other_refund_is_ended_and_nobody_else_ends_it(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let paid = world.captured(&[1000]).await;
    let done = world.refund(paid.refund(&[(0, 100)])).await.unwrap();
    fake.lose_next();
    let open = world.refund(paid.refund(&[(0, 100)])).await.unwrap();
    for (id, status) in [
        (done.id, RefundStatus::Completed),
        (open.id, RefundStatus::Pending),
    ] {
        for as_what in [this_refund("re_1"), GivenBackAs::Another {}] {
            match settle(&world, id, as_what).await {
                Err(PaymentError::RefundMove(found)) => assert_eq!(found, status),
                other => panic!("{other:?}"),
            }
        }
    }
    let id = told(&world, &fake, &paid).await;
    let nobodys = settle(&world, RefundId(random()), GivenBackAs::Another {}).await;
    assert!(matches!(nobodys, Err(PaymentError::NotFound)));
    for bad in ["", " ", &"x".repeat(141)] {
        let refused = settle(&world, id, this_refund(bad)).await;
        assert!(matches!(refused, Err(PaymentError::Invalid(_))), "{bad:?}");
    }
    for actor in [seller(paid.store(0)), testing::order()] {
        let refused = world
            .payments
            .settle_refund(&actor, id, GivenBackAs::Another {}, None)
            .await;
        assert!(
            matches!(refused, Err(PaymentError::Forbidden)),
            "{refused:?}"
        );
    }
    assert_eq!(settled(&world).await, 0);
}

#[feira_testkit::test("payments")]
async fn of_two_who_say_otherwise_at_once_one_is_believed(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let paid = world.captured(&[1000]).await;
    let id = told(&world, &fake, &paid).await;
    let mut work = JoinSet::new();
    for number in 0..6 {
        let payments = world.payments.clone();
        let as_what = match number % 2 {
            0 => this_refund("re_1"),
            _ => GivenBackAs::Another {},
        };
        work.spawn(async move { payments.settle_refund(&operator(), id, as_what, None).await });
    }
    let said = work.join_all().await;
    assert_eq!(said.iter().filter(|said| said.is_ok()).count(), 3);
    assert_eq!(settled(&world).await, 1);
    sound(&world).await;
}

/// Released while all of it was held: nothing but what the failed refund frees is for a payout.
#[feira_testkit::test("payments")]
async fn the_payout_of_what_a_failed_refund_frees_is_told(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let paid = world.captured(&[1000]).await;
    fake.gives_back_there(true);
    let asked = world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    fake.gives_back_there(false);
    world.release(&paid, 0).await;
    let failed = settle(&world, asked.id, GivenBackAs::Another {}).await;
    assert_eq!(failed.unwrap().status, RefundStatus::Failed);
    let state = async || {
        let parts = vec![paid.start.splits[0].part];
        let told = world.payments.earnings(&testing::order(), parts).await;
        told.unwrap().remove(0).state
    };
    assert_eq!(state().await, EarningState::Payable);
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(made[0].amount, brl(900).into());
    assert_eq!(state().await, EarningState::InPayout);
    sound(&world).await;
}
