//! What somebody takes back of a transfer on Stripe's own pages.

use feira_payment::ReversalState;
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use super::{connected, notifying::notified, paying::payable, world};
use crate::{
    stripe_stub::Stub,
    transfers::run,
    world::{World, operator},
};

fn reverse_by_hand(stub: &Stub, id: &str, amount: i64) {
    stub.connect(|book| {
        let transfer = book.transfers.last().unwrap()["id"].clone();
        book.reversals.push(json!({
            "id": id, "object": "transfer_reversal", "amount": amount, "currency": "brl",
            "transfer": transfer, "metadata": {},
        }));
    });
}

async fn told(world: &World, event: &str, transfer: &Value) {
    let body = json!({
        "id": event, "object": "event", "type": "transfer.reversed",
        "data": {"object": {"id": transfer, "object": "transfer"}},
    });
    notified(world, &body.to_string(), "stripe-signature")
        .await
        .unwrap();
}

#[feira_testkit::test("payments")]
async fn what_was_taken_back_there_is_booked_once_and_owed_again(db: TestDb) {
    let (world, stub) = world(&db, |settings| settings.connect = Some(connected())).await;
    let (paid, _) = payable(&world, &stub).await;
    let payout = run(&world).await;
    world.after(Duration::minutes(6)).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 1800]);
    let transfer = stub.connect(|book| book.transfers.last().unwrap()["id"].clone());
    reverse_by_hand(&stub, "trr_hand_1", 500);
    for event in ["evt_back_1", "evt_back_2"] {
        told(&world, event, &transfer).await;
        assert_eq!(world.balance(paid.store(0)).await, [0, 500, 0, 1300]);
    }
    // More than was sent is somebody's to look at.
    reverse_by_hand(&stub, "trr_hand_2", 1400);
    told(&world, "evt_back_3", &transfer).await;
    told(&world, "evt_back_4", &json!("tr_nobodys")).await;
    assert_eq!(world.balance(paid.store(0)).await, [0, 500, 0, 1300]);
    let details = world.payments.payout(&operator(), payout.id).await.unwrap();
    let transfer = details.transfer.unwrap();
    assert_eq!(transfer.reversed.minor(), 500);
    let [only] = transfer.reversals.as_slice() else {
        panic!("{:?}", transfer.reversals);
    };
    assert_eq!(
        (only.state, only.reference.as_deref()),
        (ReversalState::Made, Some("trr_hand_1"))
    );
}
