//! Invariants of payouts that a provider transfers, broken on purpose.

use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;
use time::Duration;

use crate::transfers::{payable, run, with_fake};

#[feira_testkit::test("payments")]
async fn i56_a_payout_by_transfer_and_something_of_it_is_wrong(db: TestDb) {
    let (world, fake) = with_fake(&db).await;
    let (paid, _) = payable(&world, &fake).await;
    run(&world).await;
    world.after(Duration::minutes(6)).await;
    world.refund(paid.refund(&[(0, 500)])).await.unwrap();
    world.after(Duration::minutes(6)).await;
    assert_eq!(
        world.count("transfer_reversals WHERE state = 'made'").await,
        1
    );
    assert_eq!(violations(&db.url(), Some("payments")).await, []);
    let owner = db.owner().await;
    for (way, spoil, mend) in [
        (
            "transfer",
            "UPDATE payments.payout_transfers SET amount = amount + 1",
            "UPDATE payments.payout_transfers SET amount = amount - 1",
        ),
        (
            "transfer",
            "UPDATE payments.payouts SET provider = NULL",
            "UPDATE payments.payouts SET provider = 'fake'",
        ),
        (
            "state",
            "UPDATE payments.payouts SET reference = 'TED 1'",
            "UPDATE payments.payouts SET reference = 'tr_1'",
        ),
        (
            "reversed",
            "UPDATE payments.payout_transfers SET reversed = reversed - 1",
            "UPDATE payments.payout_transfers SET reversed = reversed + 1",
        ),
    ] {
        owner.execute_unprepared(spoil).await.unwrap();
        let found = violations(&db.url(), Some("payments")).await;
        assert!(!found.is_empty(), "{spoil}");
        for violation in found {
            assert_eq!(violation.invariant, "i56_payouts_by_transfer", "{spoil}");
            assert!(violation.row.contains(way), "{}", violation.row);
        }
        owner.execute_unprepared(mend).await.unwrap();
    }
}
