//! What goes back of a charge that was split: out of whose money, and who owes it then.

use feira_payment::{BorneBy, NewRefund, RefundStatus, testing};
use feira_testkit::{TestDb, violations};
use time::Duration;

use super::{
    Stub,
    splits::{bought, ready},
    world,
};
use crate::world::{World, operator};

#[feira_testkit::test("payments")]
async fn the_marketplace_pays_and_the_store_owes_its_side(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    let paid = bought(&world, &stub, store).await;
    let refund = world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(refund.status, RefundStatus::Completed);
    assert_eq!(world.balance(store).await, [0, -900, 0, 1800]);
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{:?}", books.violations);

    // A later earning that is not split nets it.
    let debts = world
        .payments
        .debts(&operator(), Default::default())
        .await
        .unwrap();
    assert_eq!(debts.items.len(), 1);
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(world.balance(store).await, [0, -1800, 0, 1800]);
}

#[feira_testkit::test("payments")]
async fn accounts_that_refund_leave_no_debt(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.accounts_refund = true).await;
    let store = ready(&world).await;
    let paid = bought(&world, &stub, store).await;
    world
        .refund(paid.refund(&[(0, 1000), (1, 500)]))
        .await
        .unwrap();
    assert_eq!(world.balance(store).await, [0, 0, 0, 900]);
    assert_eq!(world.balance(paid.store(1)).await, [450, 0, 0, 0]);
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{:?}", books.violations);
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(world.balance(store).await, [0, 0, 0, 0]);
}

/// Given back, and the rest released by nobody.
#[feira_testkit::test("payments")]
async fn a_refund_that_fails_leaves_what_was_split(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let store = ready(&world).await;
    let paid = bought(&world, &stub, store).await;
    stub.book(|book| book.refund_status = Some("IN_PROCESSING"));
    let refund = world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(refund.status, RefundStatus::Pending);
    stub.book(|book| book.refunds[0].1["status"] = serde_json::json!("REJECTED"));
    world.after(Duration::minutes(10)).await;
    let now = world
        .payments
        .details(&operator(), paid.payment.id)
        .await
        .unwrap();
    assert_eq!(now.refunds[0].status, RefundStatus::Failed);
    assert_eq!(world.balance(store).await, [0, 0, 0, 1800]);
    assert_eq!(testing::brl(0), now.payment.refunded);
}

fn borne_by(refund: NewRefund, by: BorneBy) -> NewRefund {
    NewRefund {
        borne_by: Some(by),
        ..refund
    }
}

async fn sound(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{:?}", books.violations);
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

/// Half of what was split leaves the account, and who bears it is settled beside that.
#[feira_testkit::test("payments")]
async fn accounts_refund_what_was_put_there_whoever_bears_it(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.accounts_refund = true).await;
    let store = ready(&world).await;
    let paid = bought(&world, &stub, store).await;
    let half = borne_by(paid.refund(&[(0, 1000)]), BorneBy::Marketplace);
    world.refund(half).await.unwrap();
    // The store keeps its earning: 900 is in the account, and 900 is owed to it.
    assert_eq!(world.balance(store).await, [0, 900, 0, 900]);
    let half = borne_by(paid.refund(&[(0, 1000)]), BorneBy::Store);
    world.refund(half).await.unwrap();
    assert_eq!(world.balance(store).await, [0, 900, 0, 0]);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_commission_that_is_kept_is_owed_beside_what_left_the_account(db: TestDb) {
    let (stub, provider) = {
        let stub = super::stub(db.clock().clock()).await;
        let provider = super::at(&stub, |settings| settings.accounts_refund = true);
        (stub, provider)
    };
    let world = World::with(&db, |settings| {
        settings.providers = vec![provider];
        settings.refund_keeps_commission = true;
    })
    .await;
    let store = ready(&world).await;
    let paid = bought(&world, &stub, store).await;
    let half = borne_by(paid.refund(&[(0, 1000)]), BorneBy::Store);
    world.refund(half).await.unwrap();
    // 900 left the account, and the buyer got 1000.
    assert_eq!(world.balance(store).await, [0, -100, 0, 900]);
    sound(&world).await;
}

fn silent(stub: &Stub, silent: bool) {
    stub.book(|book| {
        book.accounts.silent = silent;
        book.accounts.silent_made = silent;
    });
}

/// Nobody knew yet how the charge was split when it went back.
#[feira_testkit::test("payments")]
async fn a_refund_before_the_split_is_known_comes_to_the_same(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.accounts_refund = true).await;
    let store = ready(&world).await;
    silent(&stub, true);
    let paid = bought(&world, &stub, store).await;
    world.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(world.balance(store).await, [900, 0, 0, 0]);
    silent(&stub, false);
    world.after(Duration::days(1)).await;
    assert_eq!(world.balance(store).await, [0, 0, 0, 900]);
    sound(&world).await;
}

/// As it was when the charge began, whatever an operator sets since.
#[feira_testkit::test("payments")]
async fn who_pays_a_refund_is_decided_when_the_charge_begins(db: TestDb) {
    let (before, stub) = world(&db, |settings| settings.accounts_refund = true).await;
    let store = ready(&before).await;
    let paid = bought(&before, &stub, store).await;
    let provider = super::at(&stub, |_| {});
    let since = World::with(&db, |settings| settings.providers = vec![provider]).await;
    since.refund(paid.refund(&[(0, 1000)])).await.unwrap();
    assert_eq!(since.balance(store).await, [0, 0, 0, 900]);
}
