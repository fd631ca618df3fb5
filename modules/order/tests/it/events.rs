//! What events look like. A recorded sample of each version must go on decoding.

use feira_kernel::{StoreId, UserId, outbox::Event};
use feira_order::{
    OrderCancelled, OrderConfirmed, OrderId, OrderPlaced, PartRef, StoreOrderCompleted,
    StoreOrderDelivered, StoreOrderId, StoreOrderShipped,
};
use uuid::Uuid;

fn part() -> PartRef {
    PartRef {
        store_order: StoreOrderId(Uuid::from_u128(2)),
        store: StoreId(Uuid::from_u128(3)),
    }
}

fn sample<E: Event + PartialEq + std::fmt::Debug>(event: E) {
    let json = serde_json::to_value(&event).unwrap();
    insta::assert_json_snapshot!(E::NAME, json);
    let read: E = serde_json::from_value(json).unwrap();
    assert_eq!(read, event);
    assert!(event.aggregate_version() > 0);
}

#[test]
fn samples_of_every_event() {
    let order = OrderId(Uuid::from_u128(1));
    let user = Some(UserId(Uuid::from_u128(4)));
    let parts = vec![part()];
    sample(OrderPlaced {
        order,
        version: 1,
        user,
        parts: parts.clone(),
    });
    sample(OrderConfirmed {
        order,
        version: 2,
        user,
        parts: parts.clone(),
    });
    let reason = "expired".to_owned();
    sample(OrderCancelled {
        order,
        version: 2,
        user: None,
        parts,
        reason,
    });
    sample(StoreOrderShipped {
        order,
        version: 3,
        user,
        part: part(),
    });
    sample(StoreOrderDelivered {
        order,
        version: 4,
        user,
        part: part(),
    });
    sample(StoreOrderCompleted {
        order,
        version: 5,
        user,
        part: part(),
    });
}
