//! Stores that are paid at Stripe, and whatever goes wrong with a transfer or a reversal.

use feira_kernel::StoreId;
use feira_payment::{
    Payout, PayoutStatus, PayoutTransfer, StoreAccountState, TransferState, TransferTrouble,
};
use feira_testkit::TestDb;
use serde_json::json;
use time::Duration;

use super::{connected, tell, world};
use crate::{
    stripe_book::{Instead, error},
    stripe_stub::Stub,
    stub::Fault,
    transfers::{paid_at, run},
    world::{Paid, World, operator, owner, seller},
};

const BACK: &str = "https://shop.example/seller/payouts/account";
const SEND: &str = "POST transfers";
const TAKE_BACK: &str = "POST transfers/reversals";

async fn open(world: &World, stub: &Stub, store: StoreId) -> String {
    let payments = &world.payments;
    let name = || "cards".to_owned();
    let by = owner(store);
    let opening = payments.open_store_account(&by, name(), BACK.to_owned());
    let url = opening.await.unwrap().url;
    assert!(url.starts_with("https://connect.stripe.example/"), "{url}");
    let account = stub.connect(|book| book.accounts.last().unwrap()["id"].clone());
    let account = account.as_str().unwrap().to_owned();
    let told = payments.store_accounts(&seller(store)).await.unwrap();
    assert_eq!(told[0].state, StoreAccountState::Incomplete);
    assert_eq!(told[0].missing, ["external_account", "tos_acceptance.date"]);
    stub.set_account_open(&account, true);
    tell(world, stub).await;
    let told = payments.store_accounts(&seller(store)).await.unwrap();
    assert_eq!(told[0].state, StoreAccountState::Ready);
    payments
        .payable_account(&owner(store), name())
        .await
        .unwrap();
    paid_at(world, store, "cards", &account);
    account
}

/// 18.00 payable to a store that is paid there.
pub(super) async fn payable(world: &World, stub: &Stub) -> (Paid, String) {
    let paid = world.captured(&[2000]).await;
    let account = open(world, stub, paid.store(0)).await;
    world.release(&paid, 0).await;
    (paid, account)
}

async fn now(world: &World, payout: &Payout) -> (PayoutStatus, PayoutTransfer) {
    let details = world.payments.payout(&operator(), payout.id).await;
    let details = details.unwrap();
    (details.payout.status, details.transfer.unwrap())
}

fn faults() -> Vec<Instead> {
    let (busy, locked) = error(429, "invalid_request_error", "lock_timeout", "");
    let (at_work, in_use) = error(409, "idempotency_error", "idempotency_key_in_use", "");
    let (broken, body) = error(500, "api_error", "", "");
    vec![
        Instead::Fault(Fault::DropAfter),
        Instead::Answer(busy, locked),
        Instead::Answer(at_work, in_use),
        Instead::Answer(broken, body),
        Instead::Answer(404, json!("a page of somebody between")),
        Instead::Answer(200, json!({"id": "tr_9"})),
        Instead::Change("amount", json!(1)),
        Instead::Change("id", json!("../x")),
        Instead::Change("currency", json!("doubloons")),
    ]
}

#[feira_testkit::test("payments")]
async fn whatever_goes_wrong_a_payout_is_transferred_once(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.connect = Some(connected())).await;
    for (count, fault) in faults().into_iter().enumerate() {
        let (_, account) = payable(&world, &stub).await;
        stub.next(SEND, fault);
        let payout = run(&world).await;
        world.after(Duration::seconds(20)).await;
        world.after(Duration::hours(1)).await;
        let (status, transfer) = now(&world, &payout).await;
        let made = (PayoutStatus::Paid, TransferState::Made);
        assert_eq!((status, transfer.state), made, "{count}");
        let sent = stub.connect(|book| book.transfers.clone());
        assert_eq!(sent.len(), count + 1, "{count}");
        let sent = &sent[count];
        assert_eq!(sent["amount"], 1800);
        assert_eq!(sent["destination"], account.as_str());
        let group = format!("feira_payout_{}", payout.id);
        assert_eq!(sent["transfer_group"], group.as_str());
    }
}

#[feira_testkit::test("payments")]
async fn whatever_goes_wrong_a_debt_is_taken_back_once(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.connect = Some(connected())).await;
    for (count, fault) in faults().into_iter().enumerate() {
        let (paid, _) = payable(&world, &stub).await;
        let payout = run(&world).await;
        world.after(Duration::seconds(20)).await;
        world.refund(paid.refund(&[(0, 500)])).await.unwrap();
        stub.next(TAKE_BACK, fault);
        world.after(Duration::minutes(6)).await;
        world.after(Duration::hours(2)).await;
        let (_, transfer) = now(&world, &payout).await;
        assert_eq!(transfer.reversed.minor(), 450, "{count}");
        let back = stub.connect(|book| book.reversals.clone());
        assert_eq!(back.len(), count + 1, "{count}");
        assert_eq!(back[count]["amount"], 450);
        assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 1350]);
    }
}

/// What was refused is answered the same under its key for a day: it is asked for under another one.
#[feira_testkit::test("payments")]
async fn an_empty_balance_and_a_closed_account_are_waited_for(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.connect = Some(connected())).await;
    let (_, account) = payable(&world, &stub).await;
    let (status, short) = error(400, "invalid_request_error", "balance_insufficient", "");
    stub.next(SEND, Instead::Answer(status, short));
    let payout = run(&world).await;
    world.after(Duration::seconds(20)).await;
    let (_, transfer) = now(&world, &payout).await;
    let expected = (TransferState::Waiting, Some(TransferTrouble::Short));
    assert_eq!((transfer.state, transfer.trouble), expected);

    stub.set_account_open(&account, false);
    world.after(Duration::minutes(61)).await;
    let (_, transfer) = now(&world, &payout).await;
    let expected = (TransferState::Waiting, Some(TransferTrouble::AccountClosed));
    assert_eq!((transfer.state, transfer.trouble), expected);
    let code = transfer.told.unwrap_or_default();
    assert!(code.contains("transfers_not_allowed"), "{code}");
    assert_eq!(stub.connect(|book| book.transfers.len()), 0);

    stub.set_account_open(&account, true);
    tell(&world, &stub).await;
    world.after(Duration::minutes(1)).await;
    let (status, transfer) = now(&world, &payout).await;
    assert_eq!(status, PayoutStatus::Paid);
    assert_eq!((transfer.trouble, transfer.told), (None, None));
    assert_eq!(stub.connect(|book| book.transfers.len()), 1);
}
