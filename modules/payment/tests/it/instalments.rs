//! Cards that pay in instalments: what is offered, what is kept of it, and who bears the interest.

use feira_kernel::StoreId;
use feira_payment::{
    Account, FeeBearer, InstalmentSettings, InterestBearer as By, MethodKind, PaymentError,
    PaymentStatus as S, ProviderKind, ProviderSettings,
    testing::{self, FakeProvider, brl, card, card_in},
};
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::world::{Paid, World, gateway, operator};

async fn dividing(db: &TestDb, bearer: By, fees: FeeBearer) -> (World, FakeProvider) {
    let fake = FakeProvider::new(db.clock().clock());
    let fake = fake.taking_a_fee().dividing(6, brl(100));
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    let world = World::with(db, |settings| {
        settings.providers = vec![provider];
        settings.provider_fee_borne_by = fees;
        settings.instalments = InstalmentSettings {
            interest_borne_by: bearer,
            most: 5,
            least: vec![brl(500)],
        };
    })
    .await;
    world.runner.settle().await.unwrap();
    (world, fake)
}

/// A payment of two parts, 20 and 10, in three.
async fn paid(world: &World) -> Paid {
    let parts = [2000, 1000].map(|minor| testing::split(world.store(), testing::random(), minor));
    let method = card_in("tok_approved", 3);
    let mut start = testing::start(testing::random(), method, parts.to_vec());
    start.expires_at = world.env.now() + Duration::minutes(30);
    let payment = world.begin(start.clone()).await.unwrap();
    assert_eq!(payment.status, S::Completed);
    Paid { payment, start }
}

/// Cents at the provider, in fees, and pending for stores.
async fn sums(world: &World) -> [i128; 3] {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
    let accounts = [
        Account::ProviderClearing,
        Account::ProviderFees,
        Account::SellerPending,
    ];
    accounts.map(|account| {
        let found = books.accounts.iter().find(|one| one.account == account);
        found.map_or(0, |one| one.total.minor())
    })
}

/// Count, total in cents and whether it is the price, of the cards' plans.
async fn plans(world: &World, minor: i64) -> Vec<(u8, Option<i64>, bool)> {
    let stores = vec![StoreId(testing::random())];
    let offers = world.payments.offers(&gateway(), brl(minor), stores).await;
    let offers = offers.unwrap().methods;
    let card = offers.iter().find(|one| one.method == MethodKind::Card);
    for offer in &offers {
        let none = offer.method != MethodKind::Card;
        assert_eq!(offer.instalments.is_empty(), none, "{offer:?}");
    }
    let plans = card.unwrap().instalments.iter();
    plans
        .map(|plan| {
            let total = plan.total.map(|total| total.minor());
            (plan.count, total, plan.interest_free)
        })
        .collect()
}

#[feira_testkit::test("payments")]
async fn plans_are_offered_within_what_settings_and_provider_say(db: TestDb) {
    let (world, fake) = dividing(&db, By::Buyer, FeeBearer::Marketplace).await;
    let free = (1, Some(2000), true);
    let two = [free, (2, Some(2010), false), (3, Some(2020), false)];
    assert_eq!(plans(&world, 2000).await[..3], two);
    assert_eq!(plans(&world, 2000).await.len(), 4);
    assert_eq!(plans(&world, 9000).await.len(), 5);
    assert_eq!(plans(&world, 999).await, [(1, Some(999), true)]);
    // Without an answer there are no amounts.
    fake.lose_next();
    let untold = [(1, Some(2000), true), (2, None, false)];
    assert_eq!(plans(&world, 2000).await[..2], untold);
    let order = testing::order();
    let anybody = world.payments.offers(&order, brl(1), Vec::new());
    assert!(matches!(anybody.await, Err(PaymentError::Forbidden)));
}

#[feira_testkit::test("payments")]
async fn what_sellers_bear_is_offered_at_the_price(db: TestDb) {
    let (world, _) = dividing(&db, By::Store, FeeBearer::Marketplace).await;
    let free = [1, 2].map(|count| (count, Some(1001), true));
    assert_eq!(plans(&world, 1001).await, free);
}

#[feira_testkit::test("payments")]
async fn a_count_that_nobody_takes_is_refused_at_its_field(db: TestDb) {
    let (world, fake) = dividing(&db, By::Buyer, FeeBearer::Marketplace).await;
    for (count, amount) in [(0, 9000), (2, 999), (6, 9000), (99, 9000), (200, 9000)] {
        let asked = world.asked(card_in("tok_approved", count), amount);
        let (method, stores) = (asked.method.clone(), vec![asked.splits[0].store]);
        let order = testing::order();
        if (1..=99).contains(&count) {
            let accepts = world
                .payments
                .accepts(&order, method, brl(amount), stores, None);
            refused_count(accepts.await.unwrap_err());
        }
        refused_count(world.begin(asked).await.unwrap_err());
    }
    assert_eq!(fake.made().0, 0);
    assert_eq!(world.count("payments").await, 0);
}

fn refused_count(error: PaymentError) {
    let PaymentError::Invalid(fields) = error else {
        panic!("{error:?}");
    };
    let [field] = fields.as_slice() else {
        panic!("{fields:?}");
    };
    assert_eq!(field.pointer, "/method/instalments");
    assert_eq!(field.code.to_string(), "payment.instalments");
}

#[feira_testkit::test("payments")]
async fn interest_of_the_buyer_is_in_no_book_and_goes_back_to_nobody_here(db: TestDb) {
    let (world, fake) = dividing(&db, By::Buyer, FeeBearer::Store).await;
    let paid = paid(&world).await;
    let chosen = paid.payment.instalments.unwrap();
    assert_eq!(
        (
            chosen.count,
            chosen.amount,
            chosen.total,
            chosen.interest_borne_by
        ),
        (3, Some(brl(1006)), Some(brl(3020)), By::Buyer)
    );
    assert_eq!(paid.payment.amount, brl(3000));
    assert_eq!(
        world.payment(paid.payment.id).await.instalments,
        Some(chosen)
    );
    assert_eq!(sums(&world).await, [3000, 0, -2700]);
    fake.settles(brl(60));
    world.after(Duration::minutes(20)).await;
    assert_eq!(sums(&world).await, [2940, 0, -2640]);
    let part = paid.start.splits[0].part;
    let told = world.payments.earnings(&testing::order(), vec![part]).await;
    assert_eq!(told.unwrap()[0].instalments, Some(chosen));
    // All of it is the price; more there is not.
    let more = world.refund(paid.refund(&[(0, 2000), (1, 1020)])).await;
    assert!(
        matches!(more, Err(PaymentError::RefundTooLarge)),
        "{more:?}"
    );
    world
        .refund(paid.refund(&[(0, 2000), (1, 1000)]))
        .await
        .unwrap();
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    assert_eq!(sums(&world).await[0], -60);
}

/// Of 30.00 it takes 1.00, of which 0.60 are interest; a store's pending earnings are 27.00.
async fn borne(db: TestDb, (interest, fees): (By, FeeBearer), expected: [i128; 3]) {
    let (world, fake) = dividing(&db, interest, fees).await;
    let paid = paid(&world).await;
    let chosen = paid.payment.instalments.unwrap();
    assert_eq!(chosen.total, Some(brl(3000)));
    fake.settles_with_interest(brl(100), brl(60));
    for _ in 0..2 {
        world.after(Duration::minutes(20)).await;
        assert_eq!(sums(&world).await, expected);
    }
}

#[feira_testkit::test("payments")]
async fn the_marketplace_bears_interest_and_fee(db: TestDb) {
    let both = (By::Marketplace, FeeBearer::Marketplace);
    borne(db, both, [2900, 100, -2700]).await;
}

#[feira_testkit::test("payments")]
async fn the_marketplace_bears_interest_and_stores_the_fee(db: TestDb) {
    borne(db, (By::Marketplace, FeeBearer::Store), [2900, 60, -2660]).await;
}

#[feira_testkit::test("payments")]
async fn stores_bear_interest_and_the_marketplace_the_fee(db: TestDb) {
    borne(db, (By::Store, FeeBearer::Marketplace), [2900, 40, -2640]).await;
}

#[feira_testkit::test("payments")]
async fn stores_bear_interest_and_fee(db: TestDb) {
    borne(db, (By::Store, FeeBearer::Store), [2900, 0, -2600]).await;
}

#[feira_testkit::test("payments")]
async fn more_interest_than_a_fee_is_not_booked(db: TestDb) {
    let (world, fake) = dividing(&db, By::Store, FeeBearer::Store).await;
    paid(&world).await;
    for interest in [brl(101), brl(-1)] {
        fake.settles_with_interest(brl(100), interest);
        world.after(Duration::minutes(20)).await;
        assert_eq!(sums(&world).await, [3000, 0, -2700]);
    }
    assert_eq!(world.count("payment_logs").await, 1);
}

#[feira_testkit::test("payments")]
async fn less_than_the_price_pays_nothing_and_other_interest_is_told(db: TestDb) {
    let (world, fake) = dividing(&db, By::Buyer, FeeBearer::Marketplace).await;
    let asked = || world.asked(card_in("tok_approved", 3), 3000);
    fake.overcharges(5);
    let payment = world.begin(asked()).await.unwrap();
    assert_eq!(payment.status, S::Completed);
    assert_eq!(payment.instalments.unwrap().total, Some(brl(3025)));
    assert_eq!(world.count("payment_logs").await, 1);
    fake.overcharges(-21);
    let short = world.begin(asked()).await.unwrap();
    assert_eq!(short.status, S::Pending);
    assert_eq!(world.count("payment_logs").await, 2);
    assert_eq!(sums(&world).await[0], 3000);
}

#[feira_testkit::test("payments")]
async fn a_repeat_is_the_same_count_and_a_further_attempt_may_be_another(db: TestDb) {
    let (world, fake) = dividing(&db, By::Buyer, FeeBearer::Marketplace).await;
    let first = world.asked(card_in("tok_declined", 3), 3000);
    let declined = world.begin(first.clone()).await.unwrap();
    assert_eq!(declined.status, S::Failed);
    assert_eq!(declined.instalments.unwrap().count, 3);
    // Also while the plan cannot be asked for.
    fake.lose_next();
    assert_eq!(world.begin(first.clone()).await.unwrap(), declined);
    let mut other = first.clone();
    other.method = card_in("tok_declined", 2);
    let reused = world.begin(other).await;
    assert!(matches!(reused, Err(PaymentError::KeyReused)), "{reused:?}");
    let mut again = first.clone();
    again.key = testing::random();
    again.method = card_in("tok_approved", 2);
    let paid = world.begin(again).await.unwrap();
    assert_eq!(
        (paid.status, paid.instalments.unwrap().count),
        (S::Completed, 2)
    );
    let at_once = world
        .begin(world.asked(card("tok_approved"), 3000))
        .await
        .unwrap();
    assert_eq!(at_once.instalments, None);
    assert_eq!(
        world.count("payments WHERE card_instalments IS NULL").await,
        1
    );
}

#[feira_testkit::test("payments")]
async fn without_an_answer_nothing_is_promised_and_what_is_paid_is_kept(db: TestDb) {
    let (world, fake) = dividing(&db, By::Buyer, FeeBearer::Marketplace).await;
    let asked = world.asked(card_in("tok_approved", 3), 3000);
    fake.lose_next();
    let payment = world.begin(asked).await.unwrap();
    assert_eq!(payment.status, S::Completed);
    assert_eq!(payment.instalments.unwrap().total, Some(brl(3020)));
    // The outcome of the charge is lost: the poller finds it, and what was paid.
    let lost = world.asked(card_in("tok_timeout_after_charge", 2), 3000);
    let lost = world.begin(lost).await.unwrap();
    assert_eq!(lost.status, S::Pending);
    assert_eq!(lost.instalments.unwrap().total, Some(brl(3010)));
    world.after(Duration::minutes(1)).await;
    assert_eq!(world.payment(lost.id).await.status, S::Completed);
    assert_eq!(sums(&world).await[0], 6000);
}

#[feira_testkit::test("payments")]
async fn i55_each_way_in_which_instalments_can_be_wrong(db: TestDb) {
    let (world, fake) = dividing(&db, By::Store, FeeBearer::Marketplace).await;
    paid(&world).await;
    fake.settles_with_interest(brl(100), brl(60));
    world.after(Duration::minutes(20)).await;
    world
        .begin(world.asked(card("tok_approved"), 700))
        .await
        .unwrap();
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
    let owner = db.owner().await;
    let of = "UPDATE payments.payments SET";
    let (divided, whole) = ("WHERE amount = 30", "WHERE amount = 7");
    for (spoil, mend) in [
        (
            format!("{of} interest_borne_by = NULL {divided}"),
            format!("{of} interest_borne_by = 'store' {divided}"),
        ),
        (
            format!("{of} interest_borne_by = 'bank' {divided}"),
            format!("{of} interest_borne_by = 'store' {divided}"),
        ),
        (
            format!("{of} interest_borne_by = 'marketplace' {divided}"),
            format!("{of} interest_borne_by = 'store' {divided}"),
        ),
        (
            format!("{of} instalments_total = 7 {whole}"),
            format!("{of} instalments_total = NULL {whole}"),
        ),
        (
            format!("{of} method = 'pix' {divided}"),
            format!("{of} method = 'card' {divided}"),
        ),
        (
            format!("{of} card_instalments = 1 {divided}"),
            format!("{of} card_instalments = 3 {divided}"),
        ),
        (
            format!("{of} instalments_total = 29.99 {divided}"),
            format!("{of} instalments_total = 30 {divided}"),
        ),
        (
            format!("{of} financing_fee = 0.1 WHERE fee IS NULL"),
            format!("{of} financing_fee = NULL WHERE fee IS NULL"),
        ),
        (
            format!("{of} financing_fee = 1.01 {divided}"),
            format!("{of} financing_fee = 0.6 {divided}"),
        ),
        (
            format!("{of} financing_fee = 0.5 {divided}"),
            format!("{of} financing_fee = 0.6 {divided}"),
        ),
    ] {
        owner.execute_unprepared(&spoil).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        assert!(!found.is_empty(), "{spoil}");
        let names: Vec<_> = found.iter().map(|one| one.invariant.as_str()).collect();
        assert!(names.contains(&"i55_instalments"), "{spoil}: {names:?}");
        owner.execute_unprepared(&mend).await.unwrap();
        assert_eq!(violations(&db.url(), Some("payments")).await, [], "{mend}");
    }
}
