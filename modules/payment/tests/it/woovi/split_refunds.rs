//! What goes back of a charge that was split: out of whose money, and who owes it then.

use feira_payment::{RefundStatus, testing};
use feira_testkit::TestDb;
use time::Duration;

use super::{
    splits::{bought, ready},
    world,
};
use crate::world::operator;

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
