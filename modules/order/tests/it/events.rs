//! Recorded samples of every event: they must go on decoding, because two releases share one
//! outbox during a rolling restart.

use feira_kernel::{StoreId, UserId, outbox::Event};
use feira_order::{
    OrderCancelled, OrderConfirmed, OrderId, OrderPlaced, OrderRefundId, OrderRefunded,
    PaymentAwaited, RefundedPart, StoreOrderCompleted, StoreOrderDelivered, StoreOrderId,
    StoreOrderRef, StoreOrderShipped,
};
use uuid::Uuid;

const ORDER: &str = r#""order":"00000000-0000-0000-0000-000000000001""#;
const USER: &str = r#""user":"00000000-0000-0000-0000-000000000004""#;
const PART: &str = r#"{"store_order":"00000000-0000-0000-0000-000000000002","store":"00000000-0000-0000-0000-000000000003"}"#;

fn part() -> StoreOrderRef {
    StoreOrderRef {
        store_order: StoreOrderId(Uuid::from_u128(2)),
        store: StoreId(Uuid::from_u128(3)),
    }
}

fn sample<E: Event + PartialEq + std::fmt::Debug>(event: &E, recorded: &str) {
    assert_eq!(&serde_json::from_str::<E>(recorded).unwrap(), event);
    let written = serde_json::to_string(event).unwrap();
    assert_eq!(written, recorded, "{}", E::NAME);
    assert!(event.aggregate_version() > 0);
}

#[test]
fn recorded_samples_are_read() {
    let order = OrderId(Uuid::from_u128(1));
    let user = Some(UserId(Uuid::from_u128(4)));
    let parts = vec![part()];
    let (version, several) = (1, parts.clone());
    sample(
        &OrderPlaced {
            order,
            version,
            user,
            parts: several,
        },
        &format!(r#"{{{ORDER},"version":1,{USER},"parts":[{PART}]}}"#),
    );
    let attempt = 2;
    sample(
        &PaymentAwaited {
            order,
            version,
            user,
            attempt,
            to_stores: Vec::new(),
        },
        &format!(r#"{{{ORDER},"version":1,{USER},"attempt":2}}"#),
    );
    let (version, several) = (2, parts.clone());
    sample(
        &OrderConfirmed {
            order,
            version,
            user,
            parts: several,
        },
        &format!(r#"{{{ORDER},"version":2,{USER},"parts":[{PART}]}}"#),
    );
    let reason = "expired".to_owned();
    sample(
        &OrderCancelled {
            order,
            version,
            user: None,
            parts,
            reason,
        },
        &format!(r#"{{{ORDER},"version":2,"user":null,"parts":[{PART}],"reason":"expired"}}"#),
    );
}

#[test]
fn a_recorded_sample_of_a_refund_is_read() {
    let amount = feira_kernel::Money::from_minor(1990, feira_kernel::Currency::BRL).unwrap();
    let part = RefundedPart {
        store_order: StoreOrderId(Uuid::from_u128(2)),
        store: StoreId(Uuid::from_u128(3)),
        amount,
    };
    let money = r#"{"amount":"19.90","currency":"BRL"}"#;
    sample(
        &OrderRefunded {
            order: OrderId(Uuid::from_u128(1)),
            version: 3,
            user: None,
            refund: OrderRefundId(Uuid::from_u128(5)),
            amount,
            parts: vec![part],
            by_operator: true,
        },
        &format!(
            r#"{{{ORDER},"version":3,"user":null,"refund":"00000000-0000-0000-0000-000000000005","amount":{money},"parts":[{{"store_order":"00000000-0000-0000-0000-000000000002","store":"00000000-0000-0000-0000-000000000003","amount":{money}}}],"by_operator":true}}"#
        ),
    );
}

#[test]
fn recorded_samples_of_one_part_are_read() {
    let order = OrderId(Uuid::from_u128(1));
    let user = Some(UserId(Uuid::from_u128(4)));
    let recorded = |version| format!(r#"{{{ORDER},"version":{version},{USER},"part":{PART}}}"#);
    let version = 3;
    sample(
        &StoreOrderShipped {
            order,
            version,
            user,
            part: part(),
        },
        &recorded(version),
    );
    let version = 4;
    sample(
        &StoreOrderDelivered {
            order,
            version,
            user,
            part: part(),
        },
        &recorded(version),
    );
    let version = 5;
    sample(
        &StoreOrderCompleted {
            order,
            version,
            user,
            part: part(),
        },
        &recorded(version),
    );
}
