//! What a store owes, and what is kept back of what it is owed.

use feira_kernel::{Actor, IdempotencyKey, Money, PageRequest, StoreId};
use feira_payment::{
    Debt, DebtSettlement, DisputeKind, GivenBackAs, LedgerKind, NewDispute, NewInvoice, NewReserve,
    PaymentError, RefundStatus, Reserve, ReserveFilter, ReserveStatus, testing,
};
use feira_testkit::{TestDb, violations};
use time::Duration;

use crate::{
    transfers::with_fake,
    world::{Paid, World, operator, seller},
};

/// A store that was paid for a sale of which so much went back: it owes its part.
async fn owing(world: &World, back: i64) -> StoreId {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    world.payments.run_payouts(&operator(), None).await.unwrap();
    world.refund(paid.refund(&[(0, back)])).await.unwrap();
    paid.store(0)
}

async fn debts(world: &World) -> Vec<Debt> {
    let page = PageRequest::default();
    world.payments.debts(&operator(), page).await.unwrap().items
}

async fn write_off(
    world: &World,
    store: StoreId,
    cents: i64,
) -> Result<DebtSettlement, PaymentError> {
    let (amount, reason) = (testing::brl(cents), "it has closed".to_owned());
    let payments = &world.payments;
    payments
        .write_off_debt(&operator(), store, amount, reason, None)
        .await
}

fn held(world: &World, store: StoreId, amount: Money) -> NewReserve {
    NewReserve {
        store,
        amount,
        reason: "many returns".to_owned(),
        release_at: world.env.now() + Duration::days(30),
    }
}

async fn hold(world: &World, store: StoreId, cents: i64) -> Result<Reserve, PaymentError> {
    let reserve = held(world, store, testing::brl(cents));
    world
        .payments
        .hold_reserve(&operator(), reserve, None)
        .await
}

async fn sound(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

#[feira_testkit::test("payments")]
async fn a_debt_is_given_up_or_paid_up_to_what_is_owed(world: World) {
    // Of 20.00 the store had 18.00; of 10.00 it gives back 9.00.
    let store = owing(&world, 1000).await;
    let told = debts(&world).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].store, told[0].owed.minor()), (store, 900));
    assert_eq!(told[0].store_name, "Loja");
    for (cents, refused) in [(901, true), (400, false), (501, true)] {
        let ended = write_off(&world, store, cents).await;
        assert_eq!(
            matches!(ended, Err(PaymentError::MoreThanOwed)),
            refused,
            "{cents}: {ended:?}"
        );
    }
    let balance = world.payments.balance(&seller(store), None).await.unwrap();
    assert_eq!(balance[0].owed.minor(), 500);
    assert_eq!(balance[0].payable.minor(), -500);
    let reference = " E12 ".to_owned();
    let key = Some(IdempotencyKey {
        route: "settle".to_owned(),
        key: "k".to_owned(),
        fingerprint: "f".to_owned(),
    });
    let by = operator();
    for _ in 0..2 {
        let paid = world
            .payments
            .settle_debt(
                &by,
                store,
                testing::brl(500),
                reference.clone(),
                key.clone(),
            )
            .await
            .unwrap();
        assert_eq!(
            (paid.kind, paid.note.as_str()),
            (LedgerKind::SettledByStore, "E12")
        );
    }
    assert_eq!(debts(&world).await, []);
    assert_eq!(world.count("debt_settlements").await, 2);
    assert_eq!(world.balance(store).await, [0, 0, 1800, 0]);
    sound(&world).await;
    // The next payout is of what comes then, and of nothing twice.
    let more = world.captured(&[1000]).await;
    world.release(&more, 0).await;
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    let sums: Vec<i128> = made.iter().map(|payout| payout.amount.minor()).collect();
    assert_eq!(sums, [900]);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_was_given_up_makes_a_payout_that_nets_exactly(world: World) {
    let store = owing(&world, 2000).await;
    write_off(&world, store, 1300).await.unwrap();
    let split = testing::split(store, testing::random(), 3000);
    let start = testing::start(
        testing::random(),
        testing::card("tok_approved"),
        vec![split],
    );
    let start = feira_payment::StartPayment {
        expires_at: world.env.now() + Duration::hours(1),
        ..start
    };
    let payment = world.begin(start.clone()).await.unwrap();
    let paid = Paid { payment, start };
    world.release(&paid, 0).await;
    // 27.00 less what it still owes, 5.00.
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    let made: Vec<(i128, u32)> = made.iter().map(|p| (p.amount.minor(), p.items)).collect();
    assert_eq!(made, [(2200, 3)]);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn those_who_have_owed_longest_come_first_by_pages(world: World) {
    let mut stores = Vec::new();
    for _ in 0..3 {
        stores.push(owing(&world, 1000).await);
        world.db.clock().advance(Duration::hours(1));
    }
    let page = |cursor| PageRequest::new(Some(2), cursor).unwrap();
    let list = async |page| world.payments.debts(&operator(), page).await.unwrap();
    let first = list(page(None)).await;
    let rest = list(page(first.next_cursor.clone())).await;
    let all = first.items.iter().chain(&rest.items).map(|debt| debt.store);
    assert_eq!(all.collect::<Vec<_>>(), stores);
    assert_eq!(rest.next_cursor, None);
}

#[feira_testkit::test("payments")]
async fn a_reserve_is_kept_until_its_day(world: World) {
    let paid = world.captured(&[2000, 1000]).await;
    let store = paid.store(0);
    // Nothing is payable yet.
    let refused = hold(&world, store, 1).await;
    assert!(matches!(refused, Err(PaymentError::MoreThanPayable)));
    world.release(&paid, 0).await;
    let refused = hold(&world, store, 1801).await;
    assert!(matches!(refused, Err(PaymentError::MoreThanPayable)));
    let reserve = hold(&world, store, 700).await.unwrap();
    assert_eq!(reserve.status, ReserveStatus::Held);
    let balance = world.payments.balance(&seller(store), None).await.unwrap();
    assert_eq!(
        (balance[0].payable.minor(), balance[0].reserved.minor()),
        (1100, 700)
    );
    sound(&world).await;
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(made[0].amount.minor(), 1100);

    world.after(Duration::days(29)).await;
    assert_eq!(world.balance(store).await, [0, 0, 1100, 0]);
    world.after(Duration::days(2)).await;
    let page = PageRequest::default();
    let of = |store, status| ReserveFilter { store, status };
    let told = world
        .payments
        .reserves(&seller(store), of(None, None), page.clone())
        .await;
    let told = told.unwrap().items;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].status, told[0].reason.as_str()),
        (ReserveStatus::Released, "many returns")
    );
    let balance = world.payments.balance(&seller(store), None).await.unwrap();
    assert_eq!(balance[0].reserved.minor(), 0);
    sound(&world).await;
    for (status, count) in [(ReserveStatus::Held, 0), (ReserveStatus::Released, 1)] {
        let told = world
            .payments
            .reserves(&seller(store), of(None, Some(status)), page.clone())
            .await;
        assert_eq!(told.unwrap().items.len(), count, "{status:?}");
    }
    let others = world
        .payments
        .reserves(&seller(paid.store(1)), of(None, None), page.clone())
        .await;
    assert_eq!(others.unwrap().items, []);
    let foreign = world
        .payments
        .reserves(&seller(paid.store(1)), of(Some(store), None), page)
        .await;
    assert!(matches!(foreign, Err(PaymentError::NotFound)));
}

#[feira_testkit::test("payments")]
async fn a_reserve_is_released_once_by_whoever_comes_first(world: World) {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    let reserve = hold(&world, paid.store(0), 700).await.unwrap();
    for _ in 0..2 {
        let payments = &world.payments;
        let released = payments
            .release_reserve(&operator(), reserve.id, None)
            .await;
        assert_eq!(released.unwrap().status, ReserveStatus::Released);
    }
    world.runner.settle().await.unwrap();
    assert_eq!(
        world
            .count("ledger_transactions WHERE kind = 'reserve_released'")
            .await,
        1
    );
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_is_no_reserve_and_who_may_not_is_refused(world: World) {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    let store = paid.store(0);
    let good = held(&world, store, testing::brl(100));
    for bad in [
        NewReserve {
            amount: testing::brl(0),
            ..good.clone()
        },
        NewReserve {
            reason: " ".to_owned(),
            ..good.clone()
        },
        NewReserve {
            release_at: world.env.now(),
            ..good.clone()
        },
        NewReserve {
            release_at: world.env.now() + Duration::days(4000),
            ..good.clone()
        },
    ] {
        let refused = world.payments.hold_reserve(&operator(), bad, None).await;
        assert!(
            matches!(refused, Err(PaymentError::Invalid(_))),
            "{refused:?}"
        );
    }
    for actor in [Actor::stranger(), seller(store)] {
        let refused = world
            .payments
            .hold_reserve(&actor, good.clone(), None)
            .await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
        let page = PageRequest::default();
        let refused = world.payments.debts(&actor, page).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
        let amount = testing::brl(1);
        let refused = world
            .payments
            .write_off_debt(&actor, store, amount, "x".to_owned(), None)
            .await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)));
    }
    assert_eq!(world.count("reserves").await, 0);
}

/// A store that was paid for its only sale.
async fn paid_out(world: &World) -> Paid {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    world.payments.run_payouts(&operator(), None).await.unwrap();
    paid
}

/// What is held of it may come back: nothing of that is ended or billed.
async fn owes_nothing_for_certain(world: &World, store: StoreId) {
    assert_eq!(debts(world).await, []);
    let ended = write_off(world, store, 1).await;
    assert!(
        matches!(ended, Err(PaymentError::MoreThanOwed)),
        "{ended:?}"
    );
    let bill = NewInvoice {
        store,
        amount: testing::brl(1),
        due_on: (world.env.now() + Duration::days(10)).date().to_string(),
        note: "Refunds".to_owned(),
    };
    let billed = world.payments.invoice_debt(&operator(), bill, None).await;
    assert!(
        matches!(billed, Err(PaymentError::MoreThanOwed)),
        "{billed:?}"
    );
}

/// And then so much, no less.
async fn owes_for_certain(world: &World, store: StoreId, cents: i64) {
    assert_eq!(debts(world).await[0].owed, testing::brl(cents).into());
    let more = write_off(world, store, cents + 1).await;
    assert!(matches!(more, Err(PaymentError::MoreThanOwed)), "{more:?}");
    write_off(world, store, cents).await.unwrap();
    sound(world).await;
}

#[feira_testkit::test("payments")]
async fn what_a_refund_that_runs_holds_is_no_debt_yet(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (failed, made) = (paid_out(&world).await, paid_out(&world).await);
    let whether = [
        (&failed, GivenBackAs::Another {}, 0),
        (
            &made,
            GivenBackAs::ThisRefund {
                reference: "re_1".to_owned(),
            },
            900,
        ),
    ];
    for (paid, outcome, owed) in whether {
        let store = paid.store(0);
        fake.gives_back_there(true);
        let asked = world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
        fake.gives_back_there(false);
        assert_eq!(asked.status, RefundStatus::Pending);
        assert_eq!(world.balance(store).await, [0, -900, 1800, 0]);
        owes_nothing_for_certain(&world, store).await;
        let (payments, by) = (&world.payments, operator());
        let settled = payments.settle_refund(&by, asked.id, outcome, None);
        settled.await.unwrap();
        assert_eq!(world.balance(store).await, [0, -owed, 1800, 0]);
        match owed {
            0 => owes_nothing_for_certain(&world, store).await,
            cents => owes_for_certain(&world, store, cents).await,
        }
    }
}

#[feira_testkit::test("payments")]
async fn what_an_open_dispute_keeps_back_is_no_debt_yet(db: TestDb) {
    let (world, _) = with_fake(&db).await;
    let paid = paid_out(&world).await;
    let store = paid.store(0);
    let told = NewDispute {
        payment: paid.payment.id,
        kind: DisputeKind::Chargeback,
        amount: testing::brl(500),
        reason: "fraud".to_owned(),
        bank_reference: "CB 1".to_owned(),
        evidence_due_at: None,
    };
    let (payments, by) = (&world.payments, operator());
    let opened = payments.open_dispute(&by, told, None).await.unwrap();
    assert_eq!(world.balance(store).await, [0, -450, 1800, 0]);
    owes_nothing_for_certain(&world, store).await;
    let lost = payments.close_dispute(&by, opened.dispute.id, false, None);
    lost.await.unwrap();
    owes_for_certain(&world, store, 450).await;
}
