//! Refunds that come back, and who bears those that do not.

use feira_payment::{
    Account, BorneBy, NewRefund, PaymentError, PaymentStatus as S, ProviderKind, ProviderSettings,
    RefundDraft, RefundStatus, Settings,
    testing::{self, FakeProvider, brl, random},
};
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;

use crate::world::{Paid, World, operator};

async fn with_fake(
    db: &TestDb,
    fake: FakeProvider,
    change: impl FnOnce(&mut Settings),
) -> (World, FakeProvider) {
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    let world = World::with(db, |settings| {
        settings.providers = vec![provider];
        change(settings);
    });
    (world.await, fake)
}

fn borne(paid: &Paid, parts: &[(usize, i64)], by: BorneBy) -> NewRefund {
    NewRefund {
        borne_by: Some(by),
        ..paid.refund(parts)
    }
}

async fn tell(world: &World, fake: &FakeProvider) {
    for told in fake.notifications() {
        world.notify(told.clone()).await;
        world.notify(told).await;
    }
}

/// The sum of an account, in cents.
async fn sum(world: &World, account: Account) -> i128 {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    let mut all = books.accounts.iter();
    let found = all.find(|one| one.account == account);
    found.map_or(0, |one| one.total.minor())
}

#[feira_testkit::test("payments")]
async fn a_refund_that_comes_back_gives_everything_back_once(db: TestDb) {
    let (world, fake) = with_fake(&db, FakeProvider::new(db.clock().clock()), |_| {}).await;
    let paid = world.captured(&[1000, 2000]).await;
    world.release(&paid, 1).await;
    let both = paid.refund(&[(0, 400), (1, 2000)]);
    let asked = world.refund(both.clone()).await.unwrap();
    let rest = paid.refund(&[(0, 600)]);
    world.refund(rest).await.unwrap();
    assert_eq!(world.payment(paid.payment.id).await.status, S::Refunded);
    assert_eq!(world.balance(paid.store(1)).await, [0, 0, 0, 0]);

    // Days later the payer's bank does not take it; that is told several times.
    db.clock().advance(time::Duration::days(5));
    fake.send_back(0);
    fake.send_back(0);
    tell(&world, &fake).await;
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(
        (payment.status, payment.refunded),
        (S::PartiallyRefunded, brl(600))
    );
    assert_eq!(world.balance(paid.store(0)).await, [360, 0, 0, 0]);
    assert_eq!(world.balance(paid.store(1)).await, [0, 1800, 0, 0]);
    let given = world.count("ledger_transactions WHERE kind = 'refund_returned'");
    assert_eq!(given.await, 1);
    let failed = world.events().await.into_iter();
    let failed = failed.filter(|name| name == "payment.refund_failed.v1");
    assert_eq!(failed.count(), 1);
    let known = world.refund(both).await.unwrap();
    assert_eq!((known.id, known.status), (asked.id, RefundStatus::Failed));
    assert!(known.came_back);
    let waiting = world.payments.waiting_by_hand(&operator()).await.unwrap();
    assert_eq!((waiting.returned_count, waiting.payments_count), (1, 0));
    assert_eq!(waiting.returned[0].amount, brl(2400));

    fake.send_back(1);
    tell(&world, &fake).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);
    // What is payable again is paid out once.
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].amount, brl(1800).into());

    // It is made anew, to another account, and comes back no more.
    let anew = world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(anew.status, RefundStatus::Completed);
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    assert_eq!(sum(&world, Account::PlatformCommission).await, -200);
    // What came back is named until as much of it was made anew.
    let waiting = world.payments.waiting_by_hand(&operator()).await.unwrap();
    assert_eq!(waiting.returned_count, 2);
    world.refund(paid.refund(&[(1, 2000)])).await.unwrap();
    assert_eq!(world.balance(paid.store(1)).await, [0, -1800, 1800, 0]);
    let waiting = world.payments.waiting_by_hand(&operator()).await.unwrap();
    assert_eq!(waiting.returned_count, 0);
}

#[feira_testkit::test("payments")]
async fn what_was_pending_when_it_was_taken_is_payable_when_it_comes_back(db: TestDb) {
    let (world, fake) = with_fake(&db, FakeProvider::new(db.clock().clock()), |_| {}).await;
    let paid = world.captured(&[1000]).await;
    world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    world.release(&paid, 0).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 450, 0, 0]);
    fake.send_back(0);
    tell(&world, &fake).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 900, 0, 0]);
}

#[feira_testkit::test("payments")]
async fn the_marketplace_bears_goodwill_and_the_store_keeps_its_earning(db: TestDb) {
    let (world, fake) = with_fake(&db, FakeProvider::new(db.clock().clock()), |_| {}).await;
    let paid = world.captured(&[1000]).await;
    let some = borne(&paid, &[(0, 400)], BorneBy::Marketplace);
    world.refund(some).await.unwrap();
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);
    assert_eq!(sum(&world, Account::PlatformPromotions).await, 400);
    assert_eq!(sum(&world, Account::PlatformCommission).await, -100);

    // Nobody will release what went back whole.
    let rest = borne(&paid, &[(0, 600)], BorneBy::Marketplace);
    world.refund(rest).await.unwrap();
    assert_eq!(world.balance(paid.store(0)).await, [0, 900, 0, 0]);
    let parts = vec![paid.start.splits[0].part];
    let told = world
        .payments
        .earnings(&testing::order(), parts)
        .await
        .unwrap();
    assert_eq!(told[0].state.as_str(), "payable");
    assert_eq!((told[0].refunded, told[0].earning), (brl(0), brl(900)));

    fake.send_back(0);
    tell(&world, &fake).await;
    assert_eq!(sum(&world, Account::PlatformPromotions).await, 600);
    // A store's own refund of what came back takes its side of that, and no other.
    let own = borne(&paid, &[(0, 400)], BorneBy::Store);
    world.refund(own).await.unwrap();
    assert_eq!(world.balance(paid.store(0)).await, [0, 540, 0, 0]);
    assert_eq!(sum(&world, Account::PlatformCommission).await, -60);
}

#[feira_testkit::test("payments")]
async fn a_commission_that_is_kept_is_borne_by_the_store(db: TestDb) {
    let keeps = |settings: &mut Settings| settings.refund_keeps_commission = true;
    let fake = FakeProvider::new(db.clock().clock());
    let (world, fake) = with_fake(&db, fake, keeps).await;
    let paid = world.captured(&[1000]).await;
    let half = borne(&paid, &[(0, 500)], BorneBy::Store);
    world.refund(half).await.unwrap();
    assert_eq!(world.balance(paid.store(0)).await, [400, 0, 0, 0]);
    let rest = borne(&paid, &[(0, 500)], BorneBy::Store);
    world.refund(rest).await.unwrap();
    // The store owes the commission: its next payout is less by that.
    assert_eq!(world.balance(paid.store(0)).await, [0, -100, 0, 0]);
    assert_eq!(sum(&world, Account::PlatformCommission).await, -100);
    fake.send_back(1);
    tell(&world, &fake).await;
    // What it owed is owed; what came back is pending, as it was.
    assert_eq!(world.balance(paid.store(0)).await, [500, -100, 0, 0]);
    world.release(&paid, 0).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 400, 0, 0]);

    // Of a sale that came to nothing there is no commission.
    let cancelled = world.captured(&[1000]).await;
    world.refund(cancelled.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(world.balance(cancelled.store(0)).await, [0, 0, 0, 0]);
    assert_eq!(sum(&world, Account::PlatformCommission).await, -100);
}

#[feira_testkit::test("payments")]
async fn what_a_provider_takes_for_a_refund_is_borne_as_the_setting_says(db: TestDb) {
    let fake = FakeProvider::new(db.clock().clock()).taking_fee(brl(25));
    let stores = |settings: &mut Settings| settings.refund_fee_borne_by = BorneBy::Store;
    let (world, _) = with_fake(&db, fake, stores).await;
    let paid = world.captured(&[1000, 3000]).await;
    let part = borne(&paid, &[(0, 400), (1, 600)], BorneBy::Store);
    world.refund(part).await.unwrap();
    assert_eq!(world.balance(paid.store(0)).await, [530, 0, 0, 0]);
    assert_eq!(world.balance(paid.store(1)).await, [2145, 0, 0, 0]);
    assert_eq!(sum(&world, Account::ProviderFees).await, 0);
    // It is shown before it is done: who bears it, and that it is known only afterwards.
    let draft = |by| RefundDraft {
        payment: paid.payment.id,
        parts: paid.refund(&[(0, 100)]).parts,
        borne_by: Some(by),
    };
    for by in [BorneBy::Store, BorneBy::Marketplace] {
        let order = testing::order();
        let told = world.payments.preview_refund(&order, draft(by)).await;
        let told = told.unwrap();
        assert_eq!((told.fee_borne_by, told.fee), (by, None));
    }
    let goodwill = borne(&paid, &[(0, 100)], BorneBy::Marketplace);
    world.refund(goodwill).await.unwrap();
    assert_eq!(sum(&world, Account::ProviderFees).await, 25);
}

#[feira_testkit::test("payments")]
async fn a_fee_in_another_currency_is_taken_of_no_store(db: TestDb) {
    let usd = feira_kernel::Money::from_minor(25, feira_kernel::Currency::USD).unwrap();
    let fake = FakeProvider::new(db.clock().clock()).taking_fee(usd);
    let stores = |settings: &mut Settings| settings.refund_fee_borne_by = BorneBy::Store;
    let (world, _) = with_fake(&db, fake, stores).await;
    let paid = world.captured(&[1000]).await;
    world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    assert_eq!(world.balance(paid.store(0)).await, [540, 0, 0, 0]);
    assert_eq!(sum(&world, Account::ProviderFees).await, 25);
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

#[feira_testkit::test("payments")]
async fn the_marketplace_bears_the_fee_by_default(db: TestDb) {
    let fake = FakeProvider::new(db.clock().clock()).taking_fee(brl(25));
    let (world, _) = with_fake(&db, fake, |_| {}).await;
    let paid = world.captured(&[1000]).await;
    let half = borne(&paid, &[(0, 500)], BorneBy::Store);
    world.refund(half).await.unwrap();
    assert_eq!(world.balance(paid.store(0)).await, [450, 0, 0, 0]);
    assert_eq!(sum(&world, Account::ProviderFees).await, 25);
}

#[feira_testkit::test("payments")]
async fn a_preview_is_what_then_happens(db: TestDb) {
    let fake = FakeProvider::new(db.clock().clock());
    let (world, _) = with_fake(&db, fake, |_| {}).await;
    let paid = world.captured(&[999, 333]).await;
    let order = testing::order();
    for (amount, by) in [
        (333, Some(BorneBy::Store)),
        (100, Some(BorneBy::Marketplace)),
        (1, None),
        (565, Some(BorneBy::Store)),
    ] {
        let asked = NewRefund {
            borne_by: by,
            ..paid.refund(&[(0, amount)])
        };
        let draft = RefundDraft {
            payment: asked.payment,
            parts: asked.parts.clone(),
            borne_by: by,
        };
        let told = world.payments.preview_refund(&order, draft.clone());
        let told = told.await.unwrap();
        let part = &told.parts[0];
        let sides = part.commission.minor() + part.earning.minor() + part.promotion.minor();
        assert_eq!((told.amount, sides), (brl(amount), amount));
        let before = (
            sum(&world, Account::PlatformCommission).await,
            sum(&world, Account::PlatformPromotions).await,
        );
        world.refund(asked).await.unwrap();
        let balance = world.balance(paid.store(0)).await;
        assert_eq!(
            balance[0] + balance[1],
            part.earning_left.minor(),
            "{amount}"
        );
        let after = (
            sum(&world, Account::PlatformCommission).await,
            sum(&world, Account::PlatformPromotions).await,
        );
        let taken = [after.0 - before.0, after.1 - before.1];
        let expected = [part.commission, part.promotion].map(|side| i128::from(side.minor()));
        assert_eq!(taken, expected, "{amount}");
        let more = RefundDraft {
            parts: vec![feira_payment::RefundPart {
                amount: brl(part.left.minor() + 1),
                ..draft.parts[0].clone()
            }],
            ..draft
        };
        let more = world.payments.preview_refund(&order, more).await;
        assert!(more.is_err(), "{more:?}");
    }
    assert_eq!(world.count("refunds").await, 4, "a preview writes nothing");
    let stranger = RefundDraft {
        payment: paid.payment.id,
        parts: Vec::new(),
        borne_by: None,
    };
    let stranger = world.payments.preview_refund(&operator(), stranger).await;
    assert!(matches!(stranger, Err(PaymentError::Forbidden)));
}

#[feira_testkit::test("payments")]
async fn another_bearer_under_the_same_key_is_refused(db: TestDb) {
    let fake = FakeProvider::new(db.clock().clock());
    let (world, _) = with_fake(&db, fake, |_| {}).await;
    let paid = world.captured(&[1000]).await;
    let asked = borne(&paid, &[(0, 100)], BorneBy::Store);
    world.refund(asked.clone()).await.unwrap();
    let other = NewRefund {
        borne_by: Some(BorneBy::Marketplace),
        ..asked.clone()
    };
    let refused = world.refund(other).await;
    assert!(
        matches!(refused, Err(PaymentError::KeyReused)),
        "{refused:?}"
    );
    let again = NewRefund {
        key: random(),
        ..asked
    };
    world.refund(again).await.unwrap();
    assert_eq!(world.payment(paid.payment.id).await.refunded, brl(200));
}

#[feira_testkit::test("payments")]
async fn i42p_a_split_that_says_another_bearer_than_the_ledger(db: TestDb) {
    let fake = FakeProvider::new(db.clock().clock());
    let (world, fake) = with_fake(&db, fake, |_| {}).await;
    let paid = world.captured(&[1000]).await;
    let goodwill = borne(&paid, &[(0, 400)], BorneBy::Marketplace);
    world.refund(goodwill).await.unwrap();
    world.refund(paid.refund(&[(0, 100)])).await.unwrap();
    fake.send_back(1);
    tell(&world, &fake).await;
    let owner = db.owner().await;
    for (break_it, repair, way) in [
        (
            "UPDATE payments.payment_splits SET promoted = promoted - 1",
            "UPDATE payments.payment_splits SET promoted = promoted + 1",
            r#""what":"promotion""#,
        ),
        (
            "UPDATE payments.refunds SET returned_at = NULL WHERE returned_at IS NOT NULL",
            "UPDATE payments.refunds SET returned_at = now() WHERE status = 'failed'",
            r#""what":"came back""#,
        ),
    ] {
        assert_eq!(violations(&db.url(), Some("payments")).await, []);
        owner.execute_unprepared(break_it).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        assert!(
            found
                .iter()
                .all(|v| v.invariant == "i42p_refunds_are_borne")
        );
        assert!(found.iter().any(|v| v.row.contains(way)), "{found:?}");
        owner.execute_unprepared(repair).await.unwrap();
    }
}
