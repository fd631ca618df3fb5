//! Recorded samples of every event: they must go on decoding, because two releases share one
//! outbox during a rolling restart.

use feira_kernel::{StoreId, outbox::Event};
use feira_payment::{
    PaymentCaptured, PaymentFailed, PaymentId, PaymentRefunded, PayoutId, PayoutPaid, Reference,
    RefundId,
};
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn sample<E: Event + PartialEq + std::fmt::Debug>(event: &E, recorded: &str) {
    let written = serde_json::to_string(event).unwrap();
    assert_eq!(written, recorded, "{}", E::NAME);
    assert_eq!(&serde_json::from_str::<E>(recorded).unwrap(), event);
}

#[test]
fn recorded_samples_are_read() {
    let (payment, version, reference) = (PaymentId(id(1)), 1, Reference::new(id(2)));
    let start = r#"{"payment":"00000000-0000-0000-0000-000000000001","version":1,"reference":"00000000-0000-0000-0000-000000000002""#;
    sample(
        &PaymentCaptured {
            payment,
            version,
            reference,
        },
        &format!("{start}}}"),
    );
    let failure = "card_declined".to_owned();
    sample(
        &PaymentFailed {
            payment,
            version,
            reference,
            failure,
        },
        &format!(r#"{start},"failure":"card_declined"}}"#),
    );
    sample(
        &PaymentRefunded {
            payment,
            version,
            reference,
            refund: RefundId(id(3)),
            full: true,
        },
        &format!(r#"{start},"refund":"00000000-0000-0000-0000-000000000003","full":true}}"#),
    );
    sample(
        &PayoutPaid {
            payout: PayoutId(id(4)),
            version: 1,
            store: StoreId(id(5)),
        },
        r#"{"payout":"00000000-0000-0000-0000-000000000004","version":1,"store":"00000000-0000-0000-0000-000000000005"}"#,
    );
}
