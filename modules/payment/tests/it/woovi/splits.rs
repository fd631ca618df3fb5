//! Charges that are split to stores' sub-accounts, and what leaves these.

use feira_kernel::StoreId;
use feira_payment::{
    EarningState, LedgerKind, Method, PaymentError, PaymentStatus as S, StoreAccount,
    StoreAccountState as State, testing,
};
use feira_store::testing::payee_account;
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;
use serde_json::json;
use time::Duration;

use super::{Stub, heard, pay, world};
use crate::{
    stub::Fault,
    world::{Paid, World, operator, owner, seller},
};

pub(super) const KEY: &str = "loja@feira.example";
const BACK: &str = "https://feira.example/seller/payouts/account";

pub(super) async fn open(world: &World, store: StoreId) -> Result<(), PaymentError> {
    let opened = world
        .payments
        .open_store_account(&owner(store), "woovi".to_owned(), BACK.to_owned())
        .await?;
    // Nothing is asked of its holder anywhere else.
    assert_eq!(opened.url, BACK);
    Ok(())
}

pub(super) async fn account(world: &World, store: StoreId) -> StoreAccount {
    world
        .payments
        .store_accounts(&seller(store))
        .await
        .unwrap()
        .remove(0)
}

/// A store that is paid on a PIX key since long, and has an account of it.
pub(super) async fn ready(world: &World) -> StoreId {
    let store = world.store();
    let since = world.env.now() - Duration::days(9);
    world
        .stores
        .set_account(store, Some(payee_account(KEY, since)));
    open(world, store).await.unwrap();
    store
}

/// Of 20.00 for the first store, and 10.00 for one without an account.
pub(super) async fn begun(world: &World, store: StoreId) -> Paid {
    let splits = vec![
        testing::split(store, testing::random(), 2000),
        testing::split(world.store(), testing::random(), 1000),
    ];
    let mut start = testing::start(testing::random(), Method::Pix {}, splits);
    start.expires_at = world.env.now() + Duration::minutes(30);
    let payment = world.begin(start.clone()).await.unwrap();
    Paid { payment, start }
}

pub(super) async fn bought(world: &World, stub: &Stub, store: StoreId) -> Paid {
    let paid = begun(world, store).await;
    pay(stub, &paid.payment);
    heard(world, stub).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    paid
}

pub(super) async fn state(world: &World, paid: &Paid, index: usize) -> EarningState {
    let part = paid.start.splits[index].part;
    let told = world.payments.earnings(&testing::order(), vec![part]).await;
    told.unwrap().remove(0).state
}

#[feira_testkit::test("payments")]
async fn a_store_gives_its_key_and_says_what_is_missing(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = world.store();
    world.stores.set_account(store, None);
    let told = account(&world, store).await;
    assert_eq!(
        (told.state, told.missing.as_slice()),
        (State::None, &["pix_key".to_owned()][..])
    );
    assert!(matches!(
        open(&world, store).await,
        Err(PaymentError::StoreAccountNotReady)
    ));

    // Nothing is paid to a key that is new.
    let now = world.env.now();
    world
        .stores
        .set_account(store, Some(payee_account(KEY, now)));
    assert_eq!(account(&world, store).await.missing, ["pix_key_new"]);
    assert!(matches!(
        open(&world, store).await,
        Err(PaymentError::StoreAccountNotReady)
    ));
    db.clock().advance(Duration::days(2));
    for _ in 0..2 {
        open(&world, store).await.unwrap();
    }
    assert_eq!(stub.calls("POST subaccount"), 2);
    let told = account(&world, store).await;
    assert_eq!(told.state, State::Ready);
    assert_eq!(told.split.unwrap().balance, Some(testing::brl(0)));

    // Another store's, and then another key.
    let other = world.store();
    world
        .stores
        .set_account(other, Some(payee_account(KEY, now)));
    assert!(matches!(
        open(&world, other).await,
        Err(PaymentError::StoreAccountNotReady)
    ));
    world
        .stores
        .set_account(store, Some(payee_account("nova@feira.example", now)));
    db.clock().advance(Duration::minutes(1));
    let told = account(&world, store).await;
    assert_eq!(
        (told.state, told.missing[0].as_str()),
        (State::Incomplete, "pix_key_changed")
    );
    let paid = begun(&world, store).await;
    assert!(stub.book(|book| book.charge(paid.payment.id).get("splits").is_none()));
    open(&world, store).await.unwrap();
    assert_eq!(account(&world, store).await.state, State::Ready);
    stub.book(|book| book.accounts.all.clear());
    db.clock().advance(Duration::minutes(1));
    assert_eq!(account(&world, store).await.missing, ["account_gone"]);
}

#[feira_testkit::test("payments")]
async fn what_is_split_is_never_paid_again(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    let paid = bought(&world, &stub, store).await;
    let splits = stub.book(|book| book.charge(paid.payment.id)["splits"].clone());
    let expected = json!([{"value": 1800, "pixKey": KEY, "splitType": "SPLIT_SUB_ACCOUNT"}]);
    assert_eq!(splits, expected);
    assert_eq!(world.balance(store).await, [0, 0, 0, 1800]);
    assert_eq!(world.balance(paid.store(1)).await, [900, 0, 0, 0]);
    assert_eq!(state(&world, &paid, 0).await, EarningState::PaidAtProvider);
    assert_eq!(state(&world, &paid, 1).await, EarningState::Pending);
    let lines = world
        .payments
        .ledger(&seller(store), None, testing_page())
        .await
        .unwrap();
    assert!(
        lines
            .items
            .iter()
            .any(|line| line.kind == LedgerKind::SplitPaid)
    );

    world.release(&paid, 0).await;
    world.release(&paid, 1).await;
    assert_eq!(world.balance(store).await, [0, 0, 0, 1800]);
    let since = world.env.now() - Duration::days(9);
    world
        .stores
        .set_account(paid.store(1), Some(payee_account("b@feira.example", since)));
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(
        made.iter().map(|one| one.store).collect::<Vec<_>>(),
        [paid.store(1)]
    );
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{:?}", books.violations);
}

fn testing_page() -> feira_kernel::PageRequest {
    feira_kernel::PageRequest::default()
}

#[feira_testkit::test("payments")]
async fn a_lost_answer_charges_and_books_once(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    for fault in [
        Fault::Before(503),
        Fault::DropAfter,
        Fault::GarbageAfter,
        Fault::Before(429),
    ] {
        stub.next("POST charge", fault);
        let paid = begun(&world, store).await;
        world.after(Duration::seconds(30)).await;
        pay(&stub, &paid.payment);
        heard(&world, &stub).await;
        world.after(Duration::minutes(11)).await;
        assert_eq!(
            state(&world, &paid, 0).await,
            EarningState::PaidAtProvider,
            "{fault:?}"
        );
    }
    assert_eq!(
        world
            .count("ledger_transactions WHERE kind = 'split_paid'")
            .await,
        4
    );
    assert_eq!(world.balance(store).await, [0, 0, 0, 7200]);
}

/// As a process of an earlier release does, or one that ends just after.
#[feira_testkit::test("payments")]
async fn what_a_capture_left_the_job_books(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    let paid = begun(&world, store).await;
    pay(&stub, &paid.payment);
    heard(&world, &stub).await;
    let owner = db.owner().await;
    world.after(Duration::minutes(12)).await;
    assert_eq!(state(&world, &paid, 0).await, EarningState::PaidAtProvider);
    // Released and refunded before it is booked: the store owes what it has too much.
    let spoil = "UPDATE payments.payment_splits SET there = 'asked', released_at = NULL, look_at = created_at WHERE there = 'paid'; \
        ALTER TABLE payments.ledger_transactions DISABLE TRIGGER USER; ALTER TABLE payments.ledger_entries DISABLE TRIGGER USER; \
        DELETE FROM payments.ledger_entries WHERE kind = 'split_paid'; \
        DELETE FROM payments.ledger_transactions WHERE kind = 'split_paid'; \
        ALTER TABLE payments.ledger_transactions ENABLE TRIGGER USER; ALTER TABLE payments.ledger_entries ENABLE TRIGGER USER";
    owner.execute_unprepared(spoil).await.unwrap();
    assert_eq!(world.balance(store).await, [1800, 0, 0, 0]);
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(world.balance(store).await, [900, 0, 0, 0]);
    world.after(Duration::minutes(11)).await;
    assert_eq!(world.balance(store).await, [0, -900, 0, 1800]);
}

#[feira_testkit::test("payments")]
async fn a_charge_that_was_split_otherwise_is_paid_by_payouts(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    let paid = begun(&world, store).await;
    stub.book(|book| book.charge(paid.payment.id)["splits"][0]["value"] = json!(1));
    pay(&stub, &paid.payment);
    heard(&world, &stub).await;
    assert_eq!(world.balance(store).await, [1800, 0, 0, 0]);
    assert_eq!(world.count("payment_logs").await, 1);
    world.release(&paid, 0).await;
    assert_eq!(world.balance(store).await, [0, 1800, 0, 0]);

    // Of one that says nothing of it later, it is what it said when it was made.
    let silent = begun(&world, store).await;
    stub.book(|book| {
        let charge = book.charge(silent.payment.id).as_object_mut();
        charge.unwrap().remove("splits")
    });
    pay(&stub, &silent.payment);
    heard(&world, &stub).await;
    assert_eq!(
        state(&world, &silent, 0).await,
        EarningState::PaidAtProvider
    );
}

#[feira_testkit::test("payments")]
async fn i67_what_was_split_is_booked_otherwise(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    bought(&world, &stub, store).await;
    begun(&world, store).await;
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
    let owner = db.owner().await;
    // An earlier release released it, and then it was booked: no payout comes after that.
    let before = begun(&world, store).await;
    pay(&stub, &before.payment);
    let forget =
        "UPDATE payments.payment_splits SET account = NULL, there = NULL WHERE there = 'asked'";
    owner.execute_unprepared(forget).await.unwrap();
    heard(&world, &stub).await;
    world.release(&before, 0).await;
    let know = format!(
        "UPDATE payments.payment_splits SET account = '{KEY}', there = 'asked' \
         WHERE payment_id = '{}' AND store_id = '{store}'",
        before.payment.id
    );
    owner.execute_unprepared(&know).await.unwrap();
    world.after(Duration::minutes(12)).await;
    assert_eq!(world.balance(store).await, [0, -1800, 1800, 3600]);
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
    for (way, spoil, mend) in [
        (
            "paid again",
            "ALTER TABLE payments.ledger_entries DISABLE TRIGGER USER; \
             UPDATE payments.ledger_entries SET at = at - interval '9 days' WHERE kind = 'split_paid'",
            "UPDATE payments.ledger_entries SET at = at + interval '9 days' WHERE kind = 'split_paid'",
        ),
        (
            "booked",
            "UPDATE payments.payment_splits SET earning = earning + 1, commission = commission - 1 WHERE there = 'paid'",
            "UPDATE payments.payment_splits SET earning = earning - 1, commission = commission + 1 WHERE there = 'paid'",
        ),
        (
            "booked",
            "UPDATE payments.payment_splits SET there = 'denied' WHERE there = 'paid'",
            "UPDATE payments.payment_splits SET there = 'paid' WHERE there = 'denied'",
        ),
        (
            "paid before",
            "UPDATE payments.payment_splits SET released_at = NULL WHERE there = 'paid'",
            "UPDATE payments.payment_splits SET released_at = now() WHERE there = 'paid'",
        ),
    ] {
        owner.execute_unprepared(spoil).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        let ours = found
            .iter()
            .find(|one| one.invariant == "i67_split_charges");
        assert!(
            ours.is_some_and(|one| one.row.contains(way)),
            "{spoil}: {found:?}"
        );
        owner.execute_unprepared(mend).await.unwrap();
    }
}
