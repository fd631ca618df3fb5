//! What providers took: told some time after the capture, booked once, borne by who the settings say.

use feira_kernel::PageRequest;
use feira_payment::{
    Account, EarningState, EntryFilter, FeeBearer, ProviderKind, ProviderSettings,
    testing::{self, FakeProvider, brl},
};
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::world::{World, operator};

async fn with_fees(db: &TestDb, bearer: FeeBearer) -> (World, FakeProvider) {
    let fake = FakeProvider::new(db.clock().clock()).taking_a_fee();
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    let world = World::with(db, |settings| {
        settings.providers = vec![provider];
        settings.provider_fee_borne_by = bearer;
    })
    .await;
    // The payouts' turn comes again in a week.
    world.runner.settle().await.unwrap();
    (world, fake)
}

/// What the accounts sum to, in cents.
async fn sums(world: &World, accounts: [Account; 4]) -> [i128; 4] {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
    accounts.map(|account| {
        let found = books.accounts.iter().find(|one| one.account == account);
        found.map_or(0, |one| one.total.minor())
    })
}

const ACCOUNTS: [Account; 4] = [
    Account::ProviderClearing,
    Account::ProviderFees,
    Account::SellerPending,
    Account::SellerPayable,
];

#[feira_testkit::test("payments")]
async fn the_marketplace_bears_it_unless_it_is_said_otherwise(db: TestDb) {
    let (world, fake) = with_fees(&db, FeeBearer::Marketplace).await;
    world.captured(&[2000, 1000]).await;
    world.after(Duration::minutes(20)).await;
    assert_eq!(sums(&world, ACCOUNTS).await, [3000, 0, -2700, 0]);
    // It knows it the day after.
    world.after(Duration::days(1)).await;
    fake.settles(brl(118));
    for _ in 0..3 {
        world.after(Duration::minutes(20)).await;
        assert_eq!(sums(&world, ACCOUNTS).await, [2882, 118, -2700, 0]);
    }
    // What it says later is not believed any more.
    fake.settles(brl(119));
    world.after(Duration::minutes(20)).await;
    assert_eq!(sums(&world, ACCOUNTS).await, [2882, 118, -2700, 0]);
    let filter = EntryFilter::of(Account::ProviderFees, brl(0).currency());
    let page = PageRequest::default();
    let told = world
        .payments
        .ledger_entries(&operator(), filter, page)
        .await;
    assert_eq!(told.unwrap().items.len(), 1);
}

#[feira_testkit::test("payments")]
async fn stores_bear_it_by_their_parts_whether_released_or_not(db: TestDb) {
    let (world, fake) = with_fees(&db, FeeBearer::Store).await;
    let paid = world.captured(&[2000, 1000]).await;
    world.release(&paid, 0).await;
    fake.settles(brl(100));
    world.after(Duration::minutes(20)).await;
    // Two thirds of it are 67 cents: the payable amount is less already.
    assert_eq!(sums(&world, ACCOUNTS).await, [2900, 0, -867, -1733]);
    world.release(&paid, 1).await;
    assert_eq!(sums(&world, ACCOUNTS).await, [2900, 0, 0, -2600]);
    let parts = paid.start.splits.iter().map(|split| split.part).collect();
    let told = world
        .payments
        .earnings(&testing::order(), parts)
        .await
        .unwrap();
    for (index, fee, earning) in [(0, 67, 1733), (1, 33, 867)] {
        let part = paid.start.splits[index].part;
        let one = told.iter().find(|one| one.part == part).unwrap();
        assert_eq!((one.fees, one.earning), (brl(fee), brl(earning)));
        assert_eq!(one.state, EarningState::Payable);
    }
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    let mut made: Vec<i128> = made.iter().map(|payout| payout.amount.minor()).collect();
    made.sort_unstable();
    assert_eq!(made, [867, 1733]);
}

#[feira_testkit::test("payments")]
async fn a_fee_of_what_all_went_back_is_taken_off_the_next_payout(db: TestDb) {
    let (world, fake) = with_fees(&db, FeeBearer::Store).await;
    let before = world.captured(&[2000]).await;
    fake.settles(brl(100));
    world.after(Duration::minutes(20)).await;
    world.refund(before.refund(&[(0, 2000)])).await.unwrap();
    assert_eq!(sums(&world, ACCOUNTS).await, [-100, 0, 0, 100]);
    // And the other way round.
    let after = world.captured(&[1000]).await;
    world.refund(after.refund(&[(0, 1000)])).await.unwrap();
    world.after(Duration::minutes(20)).await;
    assert_eq!(sums(&world, ACCOUNTS).await, [-200, 0, 0, 200]);
    assert_eq!(world.balance(before.store(0)).await, [0, -100, 0, 0]);
}

#[feira_testkit::test("payments")]
async fn what_cannot_be_a_fee_is_told_and_not_booked(db: TestDb) {
    let (world, fake) = with_fees(&db, FeeBearer::Marketplace).await;
    let usd = feira_kernel::Money::from_minor(10, feira_kernel::Currency::USD).unwrap();
    let paid = world.captured(&[2000]).await;
    for fee in [brl(2001), brl(-1), usd] {
        fake.settles(fee);
        for _ in 0..2 {
            world.after(Duration::minutes(20)).await;
        }
        assert_eq!(sums(&world, ACCOUNTS).await, [2000, 0, -1800, 0], "{fee}");
    }
    assert_eq!(world.count("payment_logs").await, 3);
    let told = world.payments.exchanges(&operator(), paid.payment.id).await;
    let told = told.unwrap();
    assert_eq!(told.iter().filter(|e| e.kind == "mismatch").count(), 3);
    // A free charge is one whose fee is known.
    fake.settles(brl(0));
    world.after(Duration::minutes(20)).await;
    assert_eq!(world.count("payments WHERE fee = 0").await, 1);
    sums(&world, ACCOUNTS).await;
}

#[feira_testkit::test("payments")]
async fn a_charge_of_which_nothing_is_told_keeps_no_other_waiting(db: TestDb) {
    let (world, fake) = with_fees(&db, FeeBearer::Marketplace).await;
    let first = world.captured(&[2000]).await;
    db.clock().advance(Duration::minutes(1));
    world.captured(&[1000]).await;
    let gone = format!(
        "UPDATE payments.payments SET transaction_id = 'gone' WHERE id = '{}'",
        first.payment.id
    );
    let owner = db.owner().await;
    owner.execute_unprepared(&gone).await.unwrap();
    fake.settles(brl(50));
    world.after(Duration::minutes(20)).await;
    assert_eq!(sums(&world, ACCOUNTS).await, [2950, 50, -2700, 0]);
}
