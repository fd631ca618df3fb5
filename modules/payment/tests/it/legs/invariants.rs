//! What `feira check` says of legs.

use feira_payment::Method;
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;

use super::{
    agreed,
    before::{begun, world},
    settle, sound,
};

/// Each way in which legs, splits, payment and books can contradict each other.
#[feira_testkit::test("payments")]
async fn i57_legs_that_contradict_their_payment_or_the_books(db: TestDb) {
    let world = world(&db).await;
    let open = agreed(&world, &[2_000, 1_000]).await;
    settle(&world, &open, 0, true).await.unwrap();
    let done = agreed(&world, &[800, 700]).await;
    settle(&world, &done, 0, true).await.unwrap();
    settle(&world, &done, 1, false).await.unwrap();
    let before = begun(&world, Method::Pix {}, &[600, 500]).await;
    settle(&world, &before, 0, true).await.unwrap();
    sound(&world).await;
    let owner = db.owner().await;
    let [open, done, before] = [open, done, before].map(|of| of.payment.id);
    for (way, spoil, mend) in [
        (
            "none",
            format!(
                "UPDATE payments.payment_legs SET payment_id = '{done}', position = position + 10 WHERE payment_id = '{before}'"
            ),
            format!(
                "UPDATE payments.payment_legs SET payment_id = '{before}', position = position - 10 WHERE position > 10"
            ),
        ),
        (
            "told",
            format!(
                "UPDATE payments.payment_legs SET chat = '1' WHERE payment_id = '{before}' AND position = 2"
            ),
            format!(
                "UPDATE payments.payment_legs SET chat = NULL WHERE payment_id = '{before}' AND position = 2"
            ),
        ),
        (
            "code",
            format!(
                "UPDATE payments.payment_legs SET note = txid, txid = 'A' WHERE payment_id = '{before}'"
            ),
            format!(
                "UPDATE payments.payment_legs SET txid = note, note = NULL WHERE payment_id = '{before}'"
            ),
        ),
        (
            "late",
            format!(
                "UPDATE payments.payments SET expires_at = expires_at - interval '1 day' WHERE id = '{before}'"
            ),
            format!(
                "UPDATE payments.payments SET expires_at = expires_at + interval '1 day' WHERE id = '{before}'"
            ),
        ),
        (
            "sum",
            format!(
                "UPDATE payments.payment_legs SET amount = amount + 1 WHERE payment_id = '{open}' AND position = 2"
            ),
            format!(
                "UPDATE payments.payment_legs SET amount = amount - 1 WHERE payment_id = '{open}' AND position = 2"
            ),
        ),
        (
            "open",
            format!(
                "UPDATE payments.payment_legs SET status = 'unpaid' WHERE payment_id = '{open}' AND position = 2"
            ),
            format!(
                "UPDATE payments.payment_legs SET status = 'open' WHERE payment_id = '{open}' AND position = 2"
            ),
        ),
        (
            "uncollected",
            format!(
                "UPDATE payments.payments SET uncollected = uncollected - 1 WHERE id = '{done}'"
            ),
            format!(
                "UPDATE payments.payments SET uncollected = uncollected + 1 WHERE id = '{done}'"
            ),
        ),
        (
            "amount",
            format!(
                "UPDATE payments.payment_splits SET refunding = 1 WHERE payment_id = '{done}' AND position = 2"
            ),
            format!(
                "UPDATE payments.payment_splits SET refunding = 0 WHERE payment_id = '{done}' AND position = 2"
            ),
        ),
        (
            "owed",
            format!(
                "UPDATE payments.ledger_entries SET account = 'write_offs' WHERE payment_id = '{done}' AND account = 'seller_receivable'"
            ),
            format!(
                "UPDATE payments.ledger_entries SET account = 'seller_receivable' WHERE payment_id = '{done}' AND account = 'write_offs'"
            ),
        ),
        (
            "payable",
            format!(
                "UPDATE payments.ledger_entries SET account = 'seller_pending' WHERE payment_id = '{done}' AND account = 'seller_receivable'"
            ),
            format!(
                "UPDATE payments.ledger_entries SET account = 'seller_receivable' WHERE payment_id = '{done}' AND account = 'seller_pending'"
            ),
        ),
    ] {
        owner.execute_unprepared(&spoil).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        let told = format!("\"what\":\"{way}\"");
        let named =
            |one: &feira_testkit::Violation| one.invariant == "i57_legs" && one.row.contains(&told);
        assert!(found.iter().any(named), "{way}: {found:?}");
        owner.execute_unprepared(&mend).await.unwrap();
        assert_eq!(violations(&db.url(), Some("payments")).await, [], "{way}");
    }
}
