use feira_kernel::{Actor, PageRequest, Total};
use feira_payment::{
    EarningState, PaymentError, Payout, PayoutFilter, PayoutStatus, ReleaseEarning, testing,
};
use feira_testkit::TestDb;
use tokio::task::JoinSet;

use crate::world::{World, operator, seller};

async fn run(world: &World) -> Vec<Payout> {
    world.payments.run_payouts(&operator(), None).await.unwrap()
}

fn sum(minor: i64) -> Total {
    testing::brl(minor).into()
}

#[feira_testkit::test("payments")]
async fn an_earning_becomes_payable_then_is_paid_out_once_then_paid(world: World) {
    let paid = world.captured(&[2000, 1000]).await;
    assert!(run(&world).await.is_empty());
    world.release(&paid, 0).await;
    world.release(&paid, 0).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 1800, 0, 0]);
    let mut runs = JoinSet::new();
    for _ in 0..8 {
        let payments = world.payments.clone();
        runs.spawn(async move { payments.run_payouts(&operator(), None).await.unwrap() });
    }
    let made: Vec<Payout> = runs.join_all().await.into_iter().flatten().collect();
    assert_eq!(made.len(), 1);
    let payout = &made[0];
    assert_eq!(
        (payout.amount, payout.items, payout.store),
        (sum(1800), 1, paid.store(0))
    );
    assert_eq!(
        (payout.store_name.as_str(), payout.status),
        ("Loja", PayoutStatus::Pending)
    );
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 1800, 0]);
    let states = || async {
        let parts = paid.start.splits.iter().map(|split| split.part).collect();
        let told = world.payments.earnings(&testing::order(), parts).await;
        let told = told.unwrap();
        let of = |index: usize| {
            let mut told = told.iter();
            let part = paid.start.splits[index].part;
            told.find(|one| one.part == part).map(|one| one.state)
        };
        (of(0), of(1))
    };
    use EarningState::{InPayout, PaidOut, Pending};
    assert_eq!(states().await, (Some(InPayout), Some(Pending)));

    for _ in 0..2 {
        let done = world
            .payments
            .mark_payout_paid(&operator(), payout.id, " E123 ".to_owned(), None)
            .await
            .unwrap();
        assert_eq!(
            (done.status, done.reference.as_deref()),
            (PayoutStatus::Paid, Some("E123"))
        );
    }
    assert_eq!(states().await, (Some(PaidOut), Some(Pending)));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 1800]);
    let other = world
        .payments
        .mark_payout_paid(&operator(), payout.id, "E124".to_owned(), None)
        .await;
    assert!(
        matches!(other, Err(PaymentError::PayoutMove(PayoutStatus::Paid))),
        "{other:?}"
    );
    let told = world
        .events()
        .await
        .into_iter()
        .filter(|name| name == "payment.payout_paid.v1");
    assert_eq!(told.count(), 1);
}

#[feira_testkit::test("payments")]
async fn the_job_pays_out_every_week_from_the_minimum_on(world: World) {
    world.runner.settle().await.unwrap();
    let small = world.captured(&[500]).await;
    world.release(&small, 0).await;
    world.after(time::Duration::days(7)).await;
    assert_eq!(world.count("payouts").await, 0);
    let split = testing::split(small.store(0), testing::random(), 100);
    let mut more = testing::start(
        testing::random(),
        testing::card("tok_approved"),
        vec![split],
    );
    more.expires_at = world.env.now() + time::Duration::hours(1);
    let payment = world.begin(more.clone()).await.unwrap();
    let release = ReleaseEarning {
        key: testing::random(),
        reference: payment.reference,
        part: more.splits[0].part,
        payment: None,
    };
    world
        .payments
        .release_earning(&testing::order(), release)
        .await
        .unwrap();
    world.after(time::Duration::days(6)).await;
    assert_eq!(world.count("payouts").await, 0);
    world.after(time::Duration::days(1)).await;
    let payouts = world
        .payments
        .payouts(
            &seller(small.store(0)),
            PayoutFilter::default(),
            PageRequest::default(),
        )
        .await
        .unwrap();
    assert_eq!(
        (
            payouts.items.len(),
            payouts.items[0].amount,
            payouts.items[0].items
        ),
        (1, sum(540), 2)
    );
}

#[feira_testkit::test("payments")]
async fn what_is_given_back_after_a_payout_is_netted_by_the_next(world: World) {
    let paid = world.captured(&[1000]).await;
    world.release(&paid, 0).await;
    assert_eq!(run(&world).await.len(), 1);
    world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    assert_eq!(world.balance(paid.store(0)).await, [0, -450, 900, 0]);
    assert!(run(&world).await.is_empty());
    let split = testing::split(paid.store(0), testing::random(), 2000);
    let mut next = testing::start(
        testing::random(),
        testing::card("tok_approved"),
        vec![split],
    );
    next.expires_at = world.env.now() + time::Duration::hours(1);
    let payment = world.begin(next.clone()).await.unwrap();
    let release = ReleaseEarning {
        key: testing::random(),
        reference: payment.reference,
        part: next.splits[0].part,
        payment: None,
    };
    world
        .payments
        .release_earning(&testing::order(), release)
        .await
        .unwrap();
    let payouts = run(&world).await;
    assert_eq!(
        (payouts.len(), payouts[0].amount, payouts[0].items),
        (1, sum(1350), 2)
    );
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 2250, 0]);
}

#[feira_testkit::test("payments")]
async fn a_release_after_a_refund_leaves_the_rest_payable_or_nothing(world: World) {
    let paid = world.captured(&[1000, 800]).await;
    world
        .refund(paid.refund(&[(0, 250), (1, 800)]))
        .await
        .unwrap();
    world.release(&paid, 0).await;
    world.release(&paid, 1).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 675, 0, 0]);
    assert_eq!(world.balance(paid.store(1)).await, [0, 0, 0, 0]);
    let payouts = run(&world).await;
    assert_eq!((payouts.len(), payouts[0].amount), (1, sum(675)));
}

#[feira_testkit::test("payments")]
async fn a_store_that_cannot_be_paid_out_keeps_no_other_back(db: TestDb, world: World) {
    let paid = world.captured(&[2000, 1000]).await;
    let mut stores = [(paid.store(0), 0), (paid.store(1), 1)];
    stores.sort();
    for (_, index) in stores {
        world.release(&paid, index).await;
    }
    let first = format!("OLD.store_id = '{}'", stores[0].0);
    db.spoil("payments.payout_items", &first).await;
    let made = run(&world).await;
    let of: Vec<_> = made.iter().map(|payout| payout.store).collect();
    assert_eq!(of, [stores[1].0]);
    db.mend("payments.payout_items").await;
    let made = run(&world).await;
    let of: Vec<_> = made.iter().map(|payout| payout.store).collect();
    assert_eq!(of, [stores[0].0]);
}

#[feira_testkit::test("payments")]
async fn refunds_and_releases_and_payouts_at_once_keep_the_books(world: World) {
    let paid = world.captured(&[10_000, 9_999, 777]).await;
    let mut work = JoinSet::new();
    for n in 0..24 {
        let payments = world.payments.clone();
        let refund = paid.refund(&[(n % 3, 37), ((n + 1) % 3, 41)]);
        let release = ReleaseEarning {
            key: testing::random(),
            reference: paid.payment.reference,
            part: paid.start.splits[n % 3].part,
            payment: None,
        };
        work.spawn(async move {
            match n % 3 {
                0 => payments.refund(&testing::order(), refund).await.map(|_| ()),
                1 => payments.release_earning(&testing::order(), release).await,
                _ => payments.run_payouts(&operator(), None).await.map(|_| ()),
            }
        });
    }
    for result in work.join_all().await {
        result.unwrap();
    }
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
}

#[feira_testkit::test("payments")]
async fn payouts_are_the_operators_and_each_stores_own(world: World) {
    let (a, b) = (world.captured(&[1000]).await, world.captured(&[3000]).await);
    world.release(&a, 0).await;
    world.release(&b, 0).await;
    let made = run(&world).await;
    assert_eq!(made.len(), 2);
    let all = world
        .payments
        .payouts(&operator(), PayoutFilter::default(), PageRequest::first(1))
        .await
        .unwrap();
    let rest = PageRequest::new(Some(1), all.next_cursor.clone()).unwrap();
    let all_kinds = PayoutFilter::default();
    let rest = world.payments.payouts(&operator(), all_kinds, rest).await;
    let rest = rest.unwrap();
    assert_eq!(
        (all.items.len(), rest.items.len(), rest.next_cursor),
        (1, 1, None)
    );
    assert_ne!(all.items[0].id, rest.items[0].id);
    let own = world
        .payments
        .payouts(
            &seller(a.store(0)),
            PayoutFilter::default(),
            PageRequest::default(),
        )
        .await
        .unwrap();
    assert_eq!((own.items.len(), own.items[0].store), (1, a.store(0)));
    let id = made[0].id;
    for actor in [
        seller(made[0].store),
        Actor::stranger(),
        Actor::system("order"),
    ] {
        let refused = world
            .payments
            .mark_payout_paid(&actor, id, "E1".to_owned(), None)
            .await;
        assert!(
            matches!(refused, Err(PaymentError::Forbidden)),
            "{refused:?}"
        );
    }
    for bad in ["", "  ", "a\nb", &"x".repeat(141)] {
        let refused = world
            .payments
            .mark_payout_paid(&operator(), id, bad.to_owned(), None)
            .await;
        assert!(matches!(refused, Err(PaymentError::Invalid(_))), "{bad:?}");
    }
    let foreign = world
        .payments
        .balance(&seller(a.store(0)), Some(b.store(0)))
        .await;
    assert!(
        matches!(foreign, Err(PaymentError::NotFound)),
        "{foreign:?}"
    );
}

#[feira_testkit::test("payments")]
async fn without_names_of_stores_there_are_no_payouts_yet(world: World) {
    let paid = world.captured(&[1000]).await;
    world.release(&paid, 0).await;
    world.stores.set_down(true);
    let unavailable = world.payments.run_payouts(&operator(), None).await;
    assert!(
        matches!(unavailable, Err(PaymentError::Unavailable(_))),
        "{unavailable:?}"
    );
    assert_eq!(world.balance(paid.store(0)).await, [0, 900, 0, 0]);
    world.stores.set_down(false);
    assert_eq!(run(&world).await.len(), 1);
}
