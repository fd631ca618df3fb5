//! Statements, operations and quarters: what they add up to, and where their days begin and end.

use feira_kernel::{Currency, Cursor, Money, Ref, StoreId, Time, Total};
use feira_payment::{
    Account, LedgerKind, Operation, PartReference, Period, QuarterSum, Split, StartPayment,
    Statement, StatementLine, StatementRequest, testing,
};
use feira_testkit::TestDb;
use time::{Duration, macros::datetime};

use crate::world::{Paid, World, operator, seller};

const SAO_PAULO: &str = "America/Sao_Paulo";
/// When the first of April begins there.
const APRIL: Time = datetime!(2026-04-01 03:00 UTC);

fn sum(minor: i64) -> Total {
    testing::brl(minor).into()
}

fn of(month: &str) -> StatementRequest {
    StatementRequest {
        month: Some(month.to_owned()),
        currency: None,
    }
}

/// A captured card payment of one part of the store.
async fn sale(world: &World, store: StoreId, amount: Money) -> Paid {
    let tenth = Money::from_minor(amount.minor() / 10, amount.currency()).unwrap();
    let split = Split {
        store,
        part: PartReference::new(testing::random()),
        amount,
        commission: tenth,
        earning: amount.checked_sub(tenth).unwrap(),
    };
    let start = StartPayment {
        key: testing::random(),
        reference: Ref::new(testing::random()),
        description: "F-1001".to_owned(),
        payer: None,
        method: testing::card("tok_approved"),
        amount,
        splits: vec![split],
        expires_at: world.env.now() + Duration::minutes(30),
    };
    let payment = world.begin(start.clone()).await.unwrap();
    Paid { payment, start }
}

/// A month's statement, and all of its lines.
async fn statement(world: &World, store: StoreId, month: &str) -> (Statement, Vec<StatementLine>) {
    let (payments, actor) = (&world.payments, seller(store));
    let whole = payments.statement(&actor, None, of(month)).await.unwrap();
    let (mut lines, mut after) = (Vec::new(), None);
    loop {
        let page = payments.statement_lines(&actor, None, of(month), after);
        let page = page.await.unwrap();
        lines.extend(page.items);
        after = page.next_cursor;
        if after.is_none() {
            break (whole, lines);
        }
    }
}

fn added(lines: &[StatementLine]) -> Total {
    Total::sum(Currency::BRL, lines.iter().map(|line| line.amount)).unwrap()
}

#[feira_testkit::test("payments")]
async fn a_month_begins_and_ends_by_the_clocks_of_its_store(db: TestDb, world: World) {
    let store = world.store();
    for (at, amount) in [(APRIL - Duration::seconds(1), 1000), (APRIL, 2000)] {
        db.clock().set(at);
        sale(&world, store, testing::brl(amount)).await;
    }
    for (month, opening, closing, local) in [
        ("2026-03", 0, 900, Some("2026-03-31 23:59:59")),
        ("2026-04", 900, 2700, Some("2026-04-01 00:00:00")),
        ("2026-02", 0, 0, None),
        ("2026-05", 2700, 2700, None),
    ] {
        let (whole, lines) = statement(&world, store, month).await;
        assert_eq!((whole.opening, whole.closing), (sum(opening), sum(closing)));
        assert_eq!(lines.first().map(|line| &*line.local), local);
        assert_eq!(lines.len(), usize::from(local.is_some()));
        assert_eq!((&*whole.month, &*whole.time_zone), (month, SAO_PAULO));
    }
    // Without a month it is the current one.
    let now = world
        .payments
        .statement(&seller(store), None, StatementRequest::default())
        .await;
    assert_eq!(now.unwrap().month, "2026-04");
}

#[feira_testkit::test("payments")]
async fn lines_tell_of_sale_release_payout_and_refund(world: World) {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    let payout = made[0].id;
    let (by, reference) = (operator(), "TED 1".to_owned());
    let done = (world.payments).mark_payout_paid(&by, payout, reference, None);
    done.await.unwrap();
    world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    let (whole, lines) = statement(&world, paid.store(0), "2026-03").await;
    let (kinds, payouts): (Vec<_>, Vec<_>) = lines
        .iter()
        .map(|line| ((line.kind, line.account), line.payout))
        .unzip();
    use {Account as A, LedgerKind as K};
    for expected in [
        (K::Capture, A::SellerPending),
        (K::Release, A::SellerPending),
        (K::Release, A::SellerPayable),
        (K::Payout, A::SellerPayable),
        (K::Payout, A::PayoutInTransit),
        (K::PayoutPaid, A::PayoutInTransit),
        (K::RefundHeld, A::SellerPayable),
        (K::RefundHeld, A::SellerRefunding),
        (K::Refund, A::SellerRefunding),
    ] {
        assert!(kinds.contains(&expected), "{expected:?} of {kinds:?}");
    }
    assert_eq!(kinds.len(), 9);
    assert_eq!(payouts.iter().flatten().count(), 3);
    assert_eq!((whole.opening, whole.closing), (sum(0), sum(-450)));
    assert_eq!(added(&lines), whole.closing);
}

/// A number below `most`, by an older one.
fn next(seed: &mut u64, most: u64) -> u64 {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % most
}

/// Whatever happens in forty steps, in the order that this number gives.
async fn any_month(db: &TestDb, first: u64) {
    let world = World::with(db, |_| {}).await;
    db.clock().set(testing::NOW);
    let (store, mut seed, mut sales) = (world.store(), first, Vec::new());
    for _ in 0..40 {
        let hours = i64::try_from(next(&mut seed, 120)).unwrap();
        db.clock().advance(Duration::hours(hours));
        let at = usize::try_from(next(&mut seed, 1000)).unwrap();
        match (next(&mut seed, 5), sales.len()) {
            (0 | 1, _) | (_, 0) => {
                let cents = i64::try_from(100 + next(&mut seed, 9_999)).unwrap();
                sales.push(sale(&world, store, testing::brl(cents)).await);
            }
            (2, all) => world.release(&sales[at % all], 0).await,
            (3, all) => {
                let cents = i64::try_from(1 + next(&mut seed, 60)).unwrap();
                // More than is left is refused, and nothing is written.
                let _ = world.refund(sales[at % all].refund(&[(0, cents)])).await;
            }
            _ => {
                let made = world.payments.run_payouts(&operator(), None).await.unwrap();
                for payout in made.iter().filter(|payout| payout.store == store) {
                    let reference = format!("TED {at}");
                    let done = world
                        .payments
                        .mark_payout_paid(&operator(), payout.id, reference, None)
                        .await;
                    done.unwrap();
                }
            }
        }
    }
    let mut before = sum(0);
    for month in 3..=12 {
        let month = format!("2026-{month:02}");
        let (whole, lines) = statement(&world, store, &month).await;
        assert_eq!(whole.opening, before, "{month} of seed {first}");
        let closing = whole.opening.checked_add(added(&lines)).unwrap();
        assert_eq!(whole.closing, closing, "{month} of seed {first}");
        before = whole.closing;
    }
    let operations = operations(&world, store, "2026-03-01", "2026-12-31").await;
    let owed = operations.iter().map(|operation| operation.owed);
    let owed = Total::sum(Currency::BRL, owed).unwrap();
    assert_eq!(owed, before, "operations of seed {first}");
    let [pending, payable, in_payout, _] = world.balance(store).await;
    assert_eq!(sum(pending + payable + in_payout), before, "seed {first}");
}

#[feira_testkit::test("payments")]
async fn the_lines_of_any_month_are_the_difference_of_its_balances_one(db: TestDb) {
    any_month(&db, 1).await;
}

#[feira_testkit::test("payments")]
async fn the_lines_of_any_month_are_the_difference_of_its_balances_two(db: TestDb) {
    any_month(&db, 20_260_317).await;
}

#[feira_testkit::test("payments")]
async fn the_lines_of_any_month_are_the_difference_of_its_balances_three(db: TestDb) {
    any_month(&db, 987_654_321).await;
}

async fn operations(world: &World, store: StoreId, from: &str, to: &str) -> Vec<Operation> {
    let (mut all, mut after): (Vec<Operation>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let period = Period {
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
        };
        let found = world
            .payments
            .operations(&seller(store), None, period, after)
            .await;
        let found = found.unwrap().page;
        all.extend(found.items);
        after = found.next_cursor;
        if after.is_none() {
            break all;
        }
    }
}

#[feira_testkit::test("payments")]
async fn operations_are_sales_refunds_and_payouts_with_their_commission(world: World) {
    let paid = world.captured(&[2000]).await;
    world.release(&paid, 0).await;
    world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    let reference = "TED 1".to_owned();
    let done = world
        .payments
        .mark_payout_paid(&operator(), made[0].id, reference, None)
        .await;
    done.unwrap();
    let found = operations(&world, paid.store(0), "2026-03-02", "2026-03-02").await;
    let mut found: Vec<_> = found
        .iter()
        .map(|one| {
            (
                one.kind.as_str(),
                one.owed,
                one.commission,
                one.part.is_some(),
            )
        })
        .collect();
    found.sort_by_key(|(kind, ..)| *kind);
    assert_eq!(
        found,
        [
            ("capture", sum(1800), sum(200), true),
            ("payout_paid", sum(-1350), sum(0), false),
            ("refund", sum(-450), sum(-50), true),
        ]
    );
    assert!(
        operations(&world, paid.store(0), "2026-03-03", "2026-03-09")
            .await
            .is_empty()
    );
}

#[feira_testkit::test("payments")]
async fn a_period_has_an_end_and_is_no_longer_than_a_leap_year(world: World) {
    let store = world.store();
    let ask = |from: &str, to: &str| {
        let given = |day: &str| (!day.is_empty()).then(|| day.to_owned());
        let period = Period {
            from: given(from),
            to: given(to),
        };
        let payments = world.payments.clone();
        async move {
            payments
                .operations(&seller(store), None, period, None)
                .await
        }
    };
    let told = ask("", "").await.unwrap();
    assert_eq!((&*told.from, &*told.to), ("2026-03-01", "2026-03-02"));
    assert!(ask("2024-01-01", "2024-12-31").await.is_ok());
    for (from, to) in [
        ("2024-01-01", "2025-01-01"),
        ("2026-03-02", "2026-03-01"),
        ("yesterday", ""),
        ("2026-02-30", ""),
    ] {
        let refused = ask(from, to).await.unwrap_err();
        assert!(
            matches!(refused, feira_payment::PaymentError::Invalid(_)),
            "{from} {to}"
        );
    }
    let nonsense = world
        .payments
        .statement(&seller(store), None, of("2026-13"))
        .await;
    assert!(nonsense.is_err());
}

#[feira_testkit::test("payments")]
async fn a_seller_sees_her_own_store_and_an_operator_each(world: World) {
    let paid = world.captured(&[1000, 2000]).await;
    let [own, other] = [0, 1].map(|at| paid.store(at));
    let payments = &world.payments;
    let foreign = payments
        .statement(&seller(own), Some(other), of("2026-03"))
        .await;
    assert!(matches!(
        foreign,
        Err(feira_payment::PaymentError::NotFound)
    ));
    let named = payments
        .statement(&operator(), Some(other), of("2026-03"))
        .await;
    assert_eq!(named.unwrap().closing, sum(1800));
    let nobody = StoreId(testing::random());
    let missing = payments
        .operations(&operator(), Some(nobody), Period::default(), None)
        .await;
    assert!(matches!(
        missing,
        Err(feira_payment::PaymentError::NotFound)
    ));
    let sums = payments
        .quarter_sums(&seller(own), 2026, SAO_PAULO.to_owned(), None)
        .await;
    assert!(matches!(sums, Err(feira_payment::PaymentError::Forbidden)));
}

async fn quarters(world: &World, year: i32) -> Vec<QuarterSum> {
    let zone = SAO_PAULO.to_owned();
    let found = world
        .payments
        .quarter_sums(&operator(), year, zone, None)
        .await;
    found.unwrap().items
}

#[feira_testkit::test("payments")]
async fn a_sale_counts_in_the_quarter_in_which_it_was_captured(db: TestDb, world: World) {
    let store = world.store();
    let year = datetime!(2027-01-01 03:00 UTC);
    let mut sales = Vec::new();
    for at in [
        APRIL - Duration::seconds(1),
        APRIL,
        year - Duration::seconds(1),
        year,
    ] {
        db.clock().set(at);
        sales.push(sale(&world, store, testing::brl(1000)).await);
    }
    // What goes back later is taken off where it was sold; all of it, and nothing was sold.
    world.refund(sales[0].refund(&[(0, 100)])).await.unwrap();
    world.refund(sales[1].refund(&[(0, 1000)])).await.unwrap();
    let told: Vec<_> = quarters(&world, 2026).await;
    let told = told
        .iter()
        .map(|q| (q.quarter, q.consideration, q.fees, q.activities));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (1, sum(810), sum(90), 1),
            (2, sum(0), sum(0), 0),
            (4, sum(900), sum(100), 1),
        ]
    );
    let next = quarters(&world, 2027).await;
    assert_eq!((next.len(), next[0].quarter, next[0].activities), (1, 1, 1));
    assert_eq!(next[0].excluded, None, "not told of reais");
    assert!(quarters(&world, 2025).await.is_empty());
}

#[feira_testkit::test("payments")]
async fn little_in_euros_is_excluded_by_the_sums_of_its_year(world: World) {
    let eur = |minor| Money::from_minor(minor, Currency::EUR).unwrap();
    // Consideration is what is left after the tenth that the marketplace keeps.
    for (sales, minor, excluded) in [
        (2, 111_111, true),
        (2, 111_112, false),
        (29, 100, true),
        (30, 100, false),
    ] {
        let store = world.store();
        for _ in 0..sales {
            sale(&world, store, eur(minor)).await;
        }
        let told = quarters(&world, 2026).await;
        let mut told = told.iter().filter(|q| q.store == store);
        let told = told.next().unwrap();
        assert_eq!(told.excluded, Some(excluded), "{sales} of {minor}");
        assert_eq!(told.activities, sales);
    }
}
