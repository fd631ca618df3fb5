//! What leaves stores' accounts to which charges are split, and what stays there.

use feira_kernel::StoreId;
use feira_payment::{
    AccountWithdrawal, LedgerKind, PaymentError, SplitAccount, WithdrawalKept as Kept,
    WithdrawalState as W, testing,
};
use feira_store::testing::payee_account;
use feira_testkit::TestDb;
use time::Duration;

use super::{
    Stub,
    splits::{KEY, account, begun, bought, open, ready},
    world,
};
use crate::{
    stub::Fault,
    world::{World, operator, seller},
};

const NEW_KEY: &str = "nova@feira.example";

/// The operator's part, and what the job does then.
async fn run(world: &World) {
    world.payments.run_payouts(&operator(), None).await.unwrap();
    world.after(Duration::minutes(2)).await;
}

async fn there(world: &World, store: StoreId) -> (i64, Option<Kept>, Vec<AccountWithdrawal>) {
    world.db.clock().advance(Duration::minutes(2));
    let split = account(world, store).await.split.unwrap();
    let balance = split.balance.unwrap().minor();
    (balance, split.kept, split.withdrawals)
}

async fn retired(world: &World, store: StoreId) -> Vec<SplitAccount> {
    account(world, store).await.retired
}

async fn paid_on(world: &World, store: StoreId, key: &str) {
    let since = world.env.now() - Duration::days(9);
    world
        .stores
        .set_account(store, Some(payee_account(key, since)));
}

fn in_it(stub: &Stub, key: &str) -> i64 {
    stub.book(|book| book.accounts.all[key])
}

#[feira_testkit::test("payments")]
async fn what_is_in_an_account_leaves_it_after_a_run_of_payouts(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    bought(&world, &stub, store).await;
    // Nothing is asked while an operator waits.
    world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(stub.calls("POST withdraw"), 0);
    stub.next("POST withdraw", Fault::Before(400));
    world.after(Duration::minutes(2)).await;
    let (balance, kept, all) = there(&world, store).await;
    assert_eq!((balance, kept, all[0].state), (1800, None, W::Refused));
    // Nothing comes again of itself.
    world.after(Duration::hours(1)).await;
    assert_eq!(stub.calls("POST withdraw"), 1);

    run(&world).await;
    let (balance, _, all) = there(&world, store).await;
    assert_eq!((balance, all.len()), (0, 2));
    assert_eq!((all[0].state, all[0].amount), (W::Made, testing::brl(1800)));
    assert_eq!(all[0].reference.as_deref(), Some("withdrawal-1"));
    run(&world).await;
    assert_eq!(stub.calls("POST withdraw"), 2);
    let shown = world.payments.split_accounts(&operator(), store).await;
    assert_eq!(shown.unwrap()[0].withdrawals, all);
    let hers = world.payments.split_accounts(&seller(store), store).await;
    assert!(matches!(hers, Err(PaymentError::Forbidden)));
}

/// Each row says what is known of itself alone.
#[feira_testkit::test("payments")]
async fn a_withdrawal_whose_answer_is_lost_is_never_told_to_be_made(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    bought(&world, &stub, store).await;
    stub.next("POST withdraw", Fault::Before(503));
    run(&world).await;
    assert_eq!(there(&world, store).await.2[0].state, W::Asked);
    // Nothing was sent; more came meanwhile, and the job comes again.
    bought(&world, &stub, store).await;
    world.after(Duration::minutes(20)).await;
    let (balance, _, all) = there(&world, store).await;
    let told: Vec<_> = all
        .iter()
        .map(|one| (one.state, one.amount.minor()))
        .collect();
    assert_eq!(
        (balance, told),
        (0, vec![(W::Made, 3600), (W::Unknown, 1800)])
    );

    bought(&world, &stub, store).await;
    stub.next("POST withdraw", Fault::DropAfter);
    run(&world).await;
    world.after(Duration::minutes(20)).await;
    let (balance, _, all) = there(&world, store).await;
    assert_eq!((balance, all[0].state, all.len()), (0, W::Unknown, 3));
}

#[feira_testkit::test("payments")]
async fn what_was_sent_to_another_key_is_no_answer(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    bought(&world, &stub, store).await;
    stub.book(|book| book.accounts.elsewhere = true);
    run(&world).await;
    assert_eq!(there(&world, store).await.2[0].state, W::Asked);
}

#[feira_testkit::test("payments")]
async fn what_a_store_owes_stays_where_it_can_be_got(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    let paid = bought(&world, &stub, store).await;
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    run(&world).await;
    assert_eq!(there(&world, store).await.1, Some(Kept::Owes));
    assert_eq!(stub.calls("POST withdraw"), 0);
    let owed = (testing::brl(900), "PIX 1".to_owned());
    let settled = world
        .payments
        .settle_debt(&operator(), store, owed.0, owed.1, None)
        .await;
    assert_eq!(settled.unwrap().kind, LedgerKind::SettledByStore);
    run(&world).await;
    assert_eq!(there(&world, store).await.1, None);
    assert_eq!(stub.calls("POST withdraw"), 1);
}

#[feira_testkit::test("payments")]
async fn what_a_new_store_is_paid_there_waits_as_long_as_it_is_new(db: TestDb) {
    let stub = super::stub(db.clock().clock()).await;
    let provider = super::at(&stub, |_| {});
    let world = World::with(&db, |settings| {
        settings.providers = vec![provider];
        settings.new_store_hold = Duration::days(10);
        settings.new_store_for = Duration::days(30);
    })
    .await;
    let store = ready(&world).await;
    world.stores.set_approved_at(store, world.env.now());
    bought(&world, &stub, store).await;
    run(&world).await;
    assert_eq!(there(&world, store).await.1, Some(Kept::NewStore));
    assert_eq!(stub.calls("POST withdraw"), 0);
    world
        .stores
        .set_approved_at(store, world.env.now() - Duration::days(30));
    run(&world).await;
    assert_eq!(stub.calls("POST withdraw"), 1);
}

#[feira_testkit::test("payments")]
async fn a_key_that_was_not_given_there_is_said_and_nothing_leaves(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    bought(&world, &stub, store).await;
    paid_on(&world, store, NEW_KEY).await;
    run(&world).await;
    assert_eq!(there(&world, store).await.1, Some(Kept::OtherKey));
    assert_eq!((stub.calls("POST withdraw"), in_it(&stub, KEY)), (0, 1800));
    assert_eq!(retired(&world, store).await, []);
}

/// Whatever came to it, until nothing comes any more.
#[feira_testkit::test("payments")]
async fn the_account_of_a_key_before_is_emptied_to_its_own_key(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    bought(&world, &stub, store).await;
    let late = begun(&world, store).await;
    paid_on(&world, store, NEW_KEY).await;
    open(&world, store).await.unwrap();
    let old = retired(&world, store).await;
    assert_eq!(old[0].account.as_deref(), Some(KEY));
    assert!(old[0].retired_at.is_some());
    world.after(Duration::minutes(2)).await;
    let old = retired(&world, store).await;
    assert_eq!(
        (old[0].withdrawals[0].state, in_it(&stub, KEY)),
        (W::Made, 0)
    );
    // A charge that was split to it is open yet.
    world.after(Duration::minutes(12)).await;
    assert_eq!(retired(&world, store).await.len(), 1);
    super::pay(&stub, &late.payment);
    super::heard(&world, &stub).await;
    world.after(Duration::minutes(2)).await;
    assert_eq!((stub.calls("POST withdraw"), in_it(&stub, KEY)), (2, 0));
    world.after(Duration::minutes(12)).await;
    assert_eq!(retired(&world, store).await, []);
    // It is the store's again, if it gives it again.
    paid_on(&world, store, KEY).await;
    open(&world, store).await.unwrap();
    assert_eq!(
        account(&world, store)
            .await
            .split
            .unwrap()
            .account
            .as_deref(),
        Some(KEY)
    );
    assert_eq!(
        retired(&world, store).await[0].account.as_deref(),
        Some(NEW_KEY)
    );
}

#[feira_testkit::test("payments")]
async fn the_job_stops_at_a_provider_that_is_down(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    for n in 0..5 {
        let store = world.store();
        paid_on(&world, store, &format!("loja{n}@feira.example")).await;
        open(&world, store).await.unwrap();
        stub.next("GET subaccount", Fault::Before(503));
    }
    run(&world).await;
    assert_eq!(stub.left(), 2, "three were asked in vain");
}
