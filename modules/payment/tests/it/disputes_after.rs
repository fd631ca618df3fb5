//! What comes after the end of a dispute: refunds that did not arrive, an appeal, a fee that comes back; and what of a
//! refund comes back after its rest was settled.

use feira_payment::{
    Account, Dispute, DisputeFilter, DisputeState as D, FeeBearer, PaymentStatus as S,
    ProviderKind, ProviderSettings, Settings,
    testing::{FakeProvider, brl},
};
use feira_testkit::{TestDb, violations};
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;

use crate::{
    disputes::{disputes, told},
    provider::Fault,
    world::{Paid, SECRET, World, at, operator},
};

/// Who bore which fee is found by it in the books.
const DISPUTE_FEES: &str =
    include_str!("../../../../migrations/src/payment/m0097_dispute_fees.sql");

/// A provider of which refunds come back, and which tells of disputes and fees.
async fn with_fake(db: &TestDb, change: impl FnOnce(&mut Settings)) -> (World, FakeProvider) {
    let fake = FakeProvider::new(db.clock().clock());
    let fake = fake.telling_disputes().taking_a_fee();
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    let world = World::with(db, |settings| {
        settings.providers = vec![provider];
        change(settings);
    })
    .await;
    // The payouts' turn comes again in a week.
    world.runner.settle().await.unwrap();
    (world, fake)
}

async fn tell(world: &World, fake: &FakeProvider) {
    for told in fake.notifications() {
        world.notify(told).await;
    }
}

async fn disputed(world: &World, fake: &FakeProvider, amount: i64, states: &[D]) -> Dispute {
    for state in states {
        fake.dispute(0, "dp_1", brl(amount), *state);
        tell(world, fake).await;
    }
    let all = DisputeFilter::default();
    let page = feira_kernel::PageRequest::default();
    let found = world.payments.disputes(&operator(), all, page).await;
    found.unwrap().items.remove(0)
}

/// What an account sums to, in cents, in books that are sound.
async fn sum(world: &World, account: Account) -> i128 {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
    let found = books.accounts.iter().find(|one| one.account == account);
    found.map_or(0, |one| one.total.minor())
}

async fn stands(world: &World, paid: &Paid) -> (S, i64, [i64; 2]) {
    let payment = world.payment(paid.payment.id).await;
    let [pending, payable, ..] = world.balance(paid.store(0)).await;
    (payment.status, payment.refunded.minor(), [pending, payable])
}

#[feira_testkit::test("payments")]
async fn a_refund_that_comes_back_after_a_lost_dispute_credits_nobody(db: TestDb) {
    let (world, fake) = with_fake(&db, |_| {}).await;
    let paid = world.captured(&[1000]).await;
    world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    let lost = disputed(&world, &fake, 1000, &[D::Opened, D::Lost]).await;
    // The provider took 1400 of 1000: no store bears what it took twice.
    assert_eq!((lost.held, lost.written_off), (brl(600), brl(400)));
    assert_eq!(sum(&world, Account::WriteOffs).await, 400);
    assert_eq!(sum(&world, Account::ProviderClearing).await, -400);
    assert_eq!(stands(&world, &paid).await, (S::Refunded, 1000, [0, 0]));
    for _ in 0..2 {
        fake.send_back(0);
        tell(&world, &fake).await;
    }
    // The refund took nothing after all, and the dispute everything.
    assert_eq!(stands(&world, &paid).await, (S::Refunded, 1000, [0, 0]));
    let lost = disputed(&world, &fake, 1000, &[D::Lost]).await;
    assert_eq!((lost.held, lost.written_off), (brl(1000), brl(0)));
    for account in [Account::WriteOffs, Account::ProviderClearing] {
        assert_eq!(sum(&world, account).await, 0);
    }
    let history = world.payments.dispute(&operator(), lost.id).await.unwrap();
    let mut history = history.history.iter();
    let more = history.find(|event| event.outcome.starts_with("lost_more"));
    assert!(more.is_some(), "a person sees it");
    disputed(&world, &fake, 1000, &[D::Won]).await;
    assert_eq!(stands(&world, &paid).await, (S::Completed, 0, [900, 0]));
    assert_eq!(sum(&world, Account::PlatformCommission).await, -100);
}

#[feira_testkit::test("payments")]
async fn a_refund_that_fails_after_a_lost_dispute_is_lost_to_it(world: World) {
    let paid = world.captured(&[1000]).await;
    // Asked for at first, when the dispute is told and ended, and by the job.
    for answer in [500, 500, 500, 422] {
        world.provider.next_refund(Fault::ErrorBefore(answer));
    }
    world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    told(&world, &paid, "dp_1", json!({})).await;
    told(&world, &paid, "dp_1", json!({"status": "lost"})).await;
    let lost = disputes(&world).await.remove(0);
    assert_eq!((lost.held, lost.written_off), (brl(600), brl(400)));
    assert_eq!(sum(&world, Account::WriteOffs).await, 400);
    // What is left is held for the refund.
    assert_eq!(
        stands(&world, &paid).await,
        (S::PartiallyRefunded, 600, [0, 0])
    );
    world.after(time::Duration::minutes(10)).await;
    let lost = disputes(&world).await.remove(0);
    assert_eq!((lost.held, lost.written_off), (brl(1000), brl(0)));
    assert_eq!(stands(&world, &paid).await, (S::Refunded, 1000, [0, 0]));
    assert_eq!(sum(&world, Account::WriteOffs).await, 0);
}

#[feira_testkit::test("payments")]
async fn what_is_won_on_appeal_is_credited_by_what_was_taken_once(db: TestDb) {
    let (world, fake) = with_fake(&db, |_| {}).await;
    let paid = world.captured(&[1000, 2000]).await;
    world.release(&paid, 1).await;
    world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    disputed(&world, &fake, 3000, &[D::Opened, D::Lost]).await;
    assert_eq!(stands(&world, &paid).await, (S::Refunded, 3000, [0, 0]));
    assert_eq!(world.balance(paid.store(1)).await, [0, 0, 0, 0]);
    let won = disputed(&world, &fake, 3000, &[D::Won, D::Won]).await;
    assert_eq!((won.state, won.written_off), (D::Won, brl(0)));
    assert_eq!(
        stands(&world, &paid).await,
        (S::PartiallyRefunded, 400, [540, 0])
    );
    assert_eq!(world.balance(paid.store(1)).await, [0, 1800, 0, 0]);
    assert_eq!(sum(&world, Account::WriteOffs).await, 0);
    assert_eq!(sum(&world, Account::ProviderClearing).await, 2600);
    let names = world.events().await;
    let closed = names
        .iter()
        .filter(|name| *name == "payment.dispute_closed.v1");
    assert_eq!(closed.count(), 2);
    let history = world.payments.dispute(&operator(), won.id).await.unwrap();
    let history = history.history.iter().map(|event| event.outcome.as_str());
    assert_eq!(history.filter(|outcome| *outcome == "regained").count(), 1);
    // Told to be lost again, it is: the refund had gone before, as at first.
    for _ in 0..2 {
        let lost = disputed(&world, &fake, 3000, &[D::Lost]).await;
        assert_eq!((lost.state, lost.written_off), (D::Lost, brl(400)));
        assert_eq!(stands(&world, &paid).await, (S::Refunded, 3000, [0, 0]));
        assert_eq!(sum(&world, Account::ProviderClearing).await, -400);
    }
}

/// The same provider in two processes, in which others bear the fee of a dispute.
#[feira_testkit::test("payments")]
async fn a_fee_that_comes_back_goes_to_whoever_bore_it(db: TestDb) {
    let stores = World::with(&db, |settings| {
        settings.dispute_fee_borne_by = FeeBearer::Store;
    })
    .await;
    let provider = at("sandbox", &stores.provider);
    let market = World::at(&db, vec![provider]).await;
    for (taking, giving, balance, borne) in [
        (&stores, &market, [-10, -5], 0),
        (&market, &stores, [0, 0], 15),
    ] {
        let paid = stores.captured(&[1000, 500]).await;
        let id = format!("dp_{}", paid.payment.id);
        let tell = async |world: &World, change| {
            stores.provider.dispute(paid.payment.id, &id, change);
            let charge = stores.provider.charge(paid.payment.id).id;
            let event = feira_payment::testing::random();
            let body = format!(
                r#"{{"id":"evt_{event}","type":"dispute.updated","charge_id":"{charge}"}}"#
            );
            world.notify(world.signed(&body, SECRET)).await;
        };
        tell(taking, json!({"fee": 15})).await;
        let pending = async || {
            let [first, second] = [paid.store(0), paid.store(1)];
            [
                stores.balance(first).await[0],
                stores.balance(second).await[0],
            ]
        };
        assert_eq!(pending().await, balance);
        assert_eq!(sum(&stores, Account::ProviderFees).await, borne);
        // A part of it, and then the rest.
        tell(giving, json!({"fee": 6})).await;
        assert_eq!(pending().await, balance.map(|fee| fee * 6 / 15));
        tell(giving, json!({"status": "won", "fee": 0})).await;
        assert_eq!(pending().await, [900, 450]);
        assert_eq!(sum(&stores, Account::ProviderFees).await, 0);
    }
}

#[feira_testkit::test("payments")]
async fn what_comes_back_after_its_rest_was_settled_is_pending(db: TestDb) {
    let store = |settings: &mut Settings| settings.provider_fee_borne_by = FeeBearer::Store;
    let (world, fake) = with_fake(&db, store).await;
    let paid = world.captured(&[1000]).await;
    fake.settles(brl(15));
    world.after(time::Duration::hours(2)).await;
    assert_eq!(stands(&world, &paid).await, (S::Completed, 0, [885, 0]));
    world.refund(paid.refund(&[])).await.unwrap();
    // It owes the fee, though nobody will release anything.
    assert_eq!(stands(&world, &paid).await, (S::Refunded, 1000, [0, -15]));
    fake.send_back(0);
    tell(&world, &fake).await;
    // The order is cancelled: nothing of it is payable while nobody has released it.
    assert_eq!(stands(&world, &paid).await, (S::Completed, 0, [900, -15]));
    assert_eq!(sum(&world, Account::SellerPayable).await, 15);
    world.refund(paid.refund(&[])).await.unwrap();
    assert_eq!(stands(&world, &paid).await, (S::Refunded, 1000, [0, -15]));
    fake.send_back(1);
    tell(&world, &fake).await;
    world.release(&paid, 0).await;
    assert_eq!(stands(&world, &paid).await, (S::Completed, 0, [0, 885]));
    assert_eq!(sum(&world, Account::SellerPending).await, 0);
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(made[0].amount, brl(885).into());
}

/// It was booked by a release that wrote down of no part what it bears.
#[feira_testkit::test("payments")]
async fn what_stores_bore_before_is_found_in_the_books(db: TestDb) {
    let store = |settings: &mut Settings| settings.dispute_fee_borne_by = FeeBearer::Store;
    let world = World::with(&db, store).await;
    let changed = world.captured(&[1000, 500]).await;
    told(&world, &changed, "dp_1", json!({"fee": 15})).await;
    told(&world, &changed, "dp_1", json!({"fee": 20})).await;
    let twice = world.captured(&[1000]).await;
    told(&world, &twice, "dp_2", json!({"amount": 300, "fee": 7})).await;
    told(&world, &twice, "dp_3", json!({"amount": 500, "fee": 9})).await;
    assert_eq!(world.count("dispute_parts WHERE fee > 0").await, 4);
    let owner = db.owner().await;
    for sql in [
        "CREATE TABLE payments.kept_fees AS SELECT * FROM payments.dispute_parts; \
         UPDATE payments.dispute_parts SET fee = 0"
            .to_owned(),
        format!("SET search_path = payments; {DISPUTE_FEES}"),
        "UPDATE payments.dispute_parts p SET fee = p.fee - k.fee FROM payments.kept_fees k \
         WHERE k.dispute_id = p.dispute_id AND k.split_id = p.split_id; \
         DROP TABLE payments.kept_fees"
            .to_owned(),
    ] {
        owner.execute_unprepared(&sql).await.unwrap();
    }
    assert_eq!(world.count("dispute_parts WHERE fee <> 0").await, 0);
}

/// A fee that is booked while it runs waits, and is not overwritten by what the books said before.
#[feira_testkit::test("payments")]
async fn nobody_writes_fees_of_disputes_while_they_are_read_from_the_books(db: TestDb) {
    let migrating = db.owner().await.begin().await.unwrap();
    let migration = format!("SET LOCAL search_path = payments; {DISPUTE_FEES}");
    migrating.execute_unprepared(&migration).await.unwrap();
    let writer = db.owner().await.begin().await.unwrap();
    let read = "SET LOCAL lock_timeout = '50ms'; SELECT count(*) FROM payments.dispute_parts";
    writer.execute_unprepared(read).await.unwrap();
    let write = "UPDATE payments.dispute_parts SET fee = 1";
    assert!(writer.execute_unprepared(write).await.is_err());
    migrating.commit().await.unwrap();
}
