//! Payouts that a provider transfers, and what is taken back of them.

#[path = "transfers/orphans.rs"]
mod orphans;
#[path = "transfers/taking_back.rs"]
mod taking_back;

use feira_kernel::StoreId;
use feira_payment::{
    BankStatementReason, PaymentError, Payout, PayoutStatus as S, PayoutTransfer, ProviderKind,
    ProviderSettings, ProviderWebhook, StoreAccountState, TransferState as T, TransferTrouble,
    WhyNotPaid, testing::FakeProvider,
};
use feira_store::{NewPayoutAccount, PayeeAccount, PayoutDestination};
use feira_testkit::TestDb;
use time::Duration;

use crate::{
    bank_statements::would_wait,
    world::{Paid, World, operator, owner, seller},
};

const BACK: &str = "https://feira.example/seller/payouts/account";

pub(crate) async fn with_fake(db: &TestDb) -> (World, FakeProvider) {
    let fake = FakeProvider::new(db.clock().clock());
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    (World::at(db, vec![provider]).await, fake)
}

/// The store is paid there since ever.
pub(crate) fn paid_at(world: &World, store: StoreId, provider: &str, account: &str) {
    let destination = PayoutDestination::Provider {
        provider: provider.to_owned(),
        account: account.to_owned(),
    };
    let account = PayeeAccount {
        masked: destination.masked(),
        destination,
        version: 1,
        changed_at: feira_kernel::Time::UNIX_EPOCH,
    };
    world.stores.set_account(store, Some(account));
}

/// Its account there, as the provider calls it: opened, and not completed.
async fn opened(world: &World, store: StoreId) -> String {
    let payments = &world.payments;
    let before = open_accounts(world).await;
    let by = owner(store);
    let opening = payments.open_store_account(&by, "fake".to_owned(), BACK.to_owned());
    opening.await.unwrap();
    format!("acct_{}", before + 1)
}

async fn open_accounts(world: &World) -> i64 {
    world
        .count("store_accounts WHERE account IS NOT NULL")
        .await
}

/// The store has an account that takes payouts, and is paid on it.
pub(crate) async fn ready(world: &World, fake: &FakeProvider, store: StoreId) -> String {
    let account = opened(world, store).await;
    fake.set_account_open(&account, true);
    let given = world
        .payments
        .payable_account(&owner(store), "fake".to_owned())
        .await;
    let given = given.unwrap();
    let expected = NewPayoutAccount::Provider {
        provider: "fake".to_owned(),
        account: account.clone(),
    };
    assert_eq!(given, expected);
    paid_at(world, store, "fake", &account);
    account
}

/// 18.00 payable to a store that is paid there.
pub(crate) async fn payable(world: &World, fake: &FakeProvider) -> (Paid, String) {
    let paid = world.captured(&[2000]).await;
    let account = ready(world, fake, paid.store(0)).await;
    world.release(&paid, 0).await;
    (paid, account)
}

pub(crate) async fn run(world: &World) -> Payout {
    let made = world.payments.run_payouts(&operator(), None).await;
    made.unwrap().remove(0)
}

async fn told(world: &World, payout: &Payout) -> (Payout, PayoutTransfer) {
    let details = world.payments.payout(&operator(), payout.id).await;
    let details = details.unwrap();
    let transfer = details.transfer.expect("a provider transfers it");
    (details.payout, transfer)
}

/// Minutes pass until the jobs have run.
async fn settle(world: &World) {
    world.after(Duration::minutes(6)).await;
}

#[feira_testkit::test("payments")]
async fn a_payout_is_transferred_once_and_by_nobody_else(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, _) = payable(&world, &fake).await;
    let payout = run(&world).await;
    assert_eq!(payout.provider.as_deref(), Some("fake"));
    let (_, transfer) = told(&world, &payout).await;
    assert_eq!((transfer.state, transfer.trouble), (T::Waiting, None));
    let file = world.payments.payout_file(&operator(), true, None).await;
    assert_eq!(file.unwrap().payouts, 0);
    let by_hand = world
        .payments
        .mark_payout_paid(&operator(), payout.id, "TED 1".to_owned(), None)
        .await;
    assert!(
        matches!(by_hand, Err(PaymentError::PayoutByTransfer)),
        "{by_hand:?}"
    );
    settle(&world).await;
    let (now, transfer) = told(&world, &payout).await;
    assert_eq!(
        (now.status, now.reference.as_deref()),
        (S::Paid, Some("tr_1"))
    );
    assert_eq!((transfer.state, transfer.trouble), (T::Made, None));
    assert_eq!(fake.transferred(payout.id), (1, 1800, 0));
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 1800]);
    let events = world.events().await;
    assert!(events.iter().any(|name| name == "payment.payout_paid.v1"));
    let reason = "account closed".to_owned();
    let back = world
        .payments
        .return_payout(&operator(), payout.id, reason, None)
        .await;
    assert!(
        matches!(back, Err(PaymentError::PayoutByTransfer)),
        "{back:?}"
    );
    world.after(Duration::days(2)).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 0));
}

#[feira_testkit::test("payments")]
async fn what_was_sent_and_nobody_heard_of_is_not_sent_again(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    payable(&world, &fake).await;
    fake.lose_paying_answers(1);
    let payout = run(&world).await;
    world.after(Duration::seconds(20)).await;
    let (now, transfer) = told(&world, &payout).await;
    let state = (now.status, transfer.state, transfer.trouble);
    assert_eq!(
        state,
        (S::Pending, T::Asked, Some(TransferTrouble::Unknown))
    );
    let cancel = world
        .payments
        .cancel_payout(&operator(), payout.id, "wrong".to_owned(), true, None)
        .await;
    assert!(
        matches!(cancel, Err(PaymentError::PayoutByTransfer)),
        "{cancel:?}"
    );
    // Nor does one that is lost before it arrives, nor a day without an answer.
    fake.lose_next();
    world.after(Duration::minutes(2)).await;
    world.after(Duration::hours(30)).await;
    let (now, transfer) = told(&world, &payout).await;
    assert_eq!((now.status, transfer.state), (S::Paid, T::Made));
    assert_eq!(fake.transferred(payout.id), (1, 1800, 0));
}

#[feira_testkit::test("payments")]
async fn where_too_little_is_there_it_waits_and_may_be_given_up(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, _) = payable(&world, &fake).await;
    fake.set_short(true);
    let payout = run(&world).await;
    settle(&world).await;
    let (_, transfer) = told(&world, &payout).await;
    let short = (T::Waiting, Some(TransferTrouble::Short));
    assert_eq!((transfer.state, transfer.trouble), short);
    assert!(
        transfer
            .next_attempt_at
            .is_some_and(|at| at > world.env.now())
    );
    let reason = "not now".to_owned();
    for _ in 0..2 {
        let ended = world
            .payments
            .cancel_payout(&operator(), payout.id, reason.clone(), false, None)
            .await;
        assert_eq!(ended.unwrap().status, S::Failed);
    }
    assert_eq!(world.balance(paid.store(0)).await, [0, 1800, 0, 0]);
    let again = run(&world).await;
    settle(&world).await;
    fake.set_short(false);
    world.after(Duration::hours(2)).await;
    assert_eq!(fake.transferred(payout.id), (0, 0, 0));
    assert_eq!(fake.transferred(again.id), (1, 1800, 0));
    assert_eq!(told(&world, &again).await.0.status, S::Paid);
}

#[feira_testkit::test("payments")]
async fn a_closed_account_holds_what_goes_to_it(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, account) = payable(&world, &fake).await;
    let payout = run(&world).await;
    fake.set_account_open(&account, false);
    settle(&world).await;
    let (_, transfer) = told(&world, &payout).await;
    let closed = (T::Waiting, Some(TransferTrouble::AccountClosed));
    assert_eq!((transfer.state, transfer.trouble), closed);
    assert_eq!(transfer.told.as_deref(), Some("account_not_enabled"));
    // Nothing more is made for it, and the store is told why.
    let split =
        feira_payment::testing::split(paid.store(0), feira_payment::testing::random(), 3000);
    let card = feira_payment::testing::card("tok_approved");
    let mut start =
        feira_payment::testing::start(feira_payment::testing::random(), card, vec![split]);
    start.expires_at = world.env.now() + Duration::minutes(30);
    let payment = world.begin(start.clone()).await.unwrap();
    world.release(&Paid { payment, start }, 0).await;
    let none = world.payments.run_payouts(&operator(), None).await;
    assert!(none.unwrap().is_empty());
    let next = world
        .payments
        .next_payouts(&seller(paid.store(0)), None)
        .await;
    let next = next.unwrap().remove(0);
    assert_eq!(next.why_not, Some(WhyNotPaid::AccountNotReady {}));

    // A notification is a hint to look: what it says of an account that is still closed changes nothing.
    notify(&world, "evt_1", &account).await;
    settle(&world).await;
    assert_eq!(fake.transferred(payout.id), (0, 0, 0));
    fake.set_account_open(&account, true);
    notify(&world, "evt_2", &account).await;
    notify(&world, "evt_3", "acct_nobodys").await;
    settle(&world).await;
    assert_eq!(fake.transferred(payout.id), (1, 1800, 0));
}

async fn notify(world: &World, event: &str, account: &str) {
    let body = format!(r#"{{"id":"{event}","type":"account.updated","charge_id":"{account}"}}"#);
    let secret = "the-webhook-secret-of-the-fake-provider";
    let told = ProviderWebhook {
        provider: "fake".to_owned(),
        ..world.signed(&body, secret)
    };
    world.notify(told).await;
}

#[feira_testkit::test("payments")]
async fn an_account_is_as_its_provider_says_whoever_comes_back(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let store = world.store();
    let state = async || {
        let told = world.payments.store_accounts(&seller(store)).await;
        let mut told = told.unwrap();
        assert_eq!(told.len(), 1);
        told.remove(0)
    };
    assert_eq!(state().await.state, StoreAccountState::None);
    let account = opened(&world, store).await;
    // Twice is the same account.
    let again = world
        .payments
        .open_store_account(&owner(store), "fake".to_owned(), BACK.to_owned())
        .await;
    assert!(again.unwrap().url.contains(&account));
    assert_eq!(open_accounts(&world).await, 1);
    let waits = state().await;
    assert_eq!(waits.state, StoreAccountState::Incomplete);
    assert_eq!(waits.missing, ["external_account"]);
    let early = world
        .payments
        .payable_account(&owner(store), "fake".to_owned())
        .await;
    assert!(
        matches!(early, Err(PaymentError::StoreAccountNotReady)),
        "{early:?}"
    );
    fake.set_account_open(&account, true);
    db.clock().advance(Duration::seconds(11));
    assert_eq!(state().await.state, StoreAccountState::Ready);
    fake.set_account_open(&account, false);
    db.clock().advance(Duration::seconds(11));
    let closed = state().await;
    assert_eq!(closed.state, StoreAccountState::Restricted);
    let why = closed.disabled_reason.as_deref();
    assert_eq!(why, Some("requirements.past_due"));

    // Only its owner opens one, and only where stores are paid.
    let refused = world
        .payments
        .open_store_account(&seller(store), "fake".to_owned(), BACK.to_owned())
        .await;
    assert!(
        matches!(refused, Err(PaymentError::Forbidden)),
        "{refused:?}"
    );
    let nobody = world
        .payments
        .open_store_account(&owner(store), "nobody".to_owned(), BACK.to_owned())
        .await;
    assert!(
        matches!(&nobody, Err(PaymentError::Invalid(faults)) if faults[0].pointer == "/provider"),
        "{nobody:?}"
    );
}

#[feira_testkit::test("payments")]
async fn anothers_account_is_paid_nothing(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, account) = payable(&world, &fake).await;
    let other = world.captured(&[3000]).await;
    world.release(&other, 0).await;
    paid_at(&world, other.store(0), "fake", &account);
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    let stores: Vec<StoreId> = made.iter().map(|payout| payout.store).collect();
    assert_eq!(stores, [paid.store(0)]);
}

#[feira_testkit::test("payments")]
async fn a_line_of_the_bank_is_no_payout_that_is_transferred(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    payable(&world, &fake).await;
    let by_hand = world.captured(&[1000]).await;
    world.release(&by_hand, 0).await;
    let made = world.payments.run_payouts(&operator(), None).await.unwrap();
    assert_eq!(made.len(), 2);
    for (cents, why) in [
        (-1800, BankStatementReason::MoneyOut),
        (-900, BankStatementReason::PayoutToSend),
    ] {
        let told = would_wait(&world, &[("TED", cents)]).await;
        assert_eq!(told, [(why, 1)], "{cents}");
    }
}
