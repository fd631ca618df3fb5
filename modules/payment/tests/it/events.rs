//! Recorded samples of every event: they must go on decoding, because two releases share one
//! outbox during a rolling restart.

use feira_kernel::{StoreId, outbox::Event};
use feira_payment::{
    DebtInvoiced, DisputeId, DisputeKind, InvoiceId, PartReference, PaymentCaptured,
    PaymentDisputeClosed, PaymentDisputed, PaymentFailed, PaymentFailure, PaymentId,
    PaymentLegSettled, PaymentRefundFailed, PaymentRefunded, PayoutId, PayoutPaid, PayoutReturned,
    Reference, RefundId,
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

const START: &str = r#"{"payment":"00000000-0000-0000-0000-000000000001","version":1,"reference":"00000000-0000-0000-0000-000000000002""#;

#[test]
fn recorded_samples_of_payments_are_read() {
    let (payment, version, reference) = (PaymentId(id(1)), 1, Reference::new(id(2)));
    sample(
        &PaymentCaptured {
            payment,
            version,
            reference,
        },
        &format!("{START}}}"),
    );
    sample(
        &PaymentLegSettled {
            payment,
            version,
            reference,
            part: PartReference::new(id(7)),
            paid: true,
        },
        &format!(r#"{START},"part":"00000000-0000-0000-0000-000000000007","paid":true}}"#),
    );
    let failure = PaymentFailure::CardDeclined;
    sample(
        &PaymentFailed {
            payment,
            version,
            reference,
            failure,
        },
        &format!(r#"{START},"failure":"card_declined"}}"#),
    );
    sample(
        &PaymentRefunded {
            payment,
            version,
            reference,
            refund: RefundId(id(3)),
            full: true,
        },
        &format!(r#"{START},"refund":"00000000-0000-0000-0000-000000000003","full":true}}"#),
    );
    sample(
        &PaymentRefundFailed {
            payment,
            version,
            reference,
            refund: RefundId(id(3)),
            came_back: true,
        },
        &format!(r#"{START},"refund":"00000000-0000-0000-0000-000000000003","came_back":true}}"#),
    );
}

#[test]
fn recorded_samples_of_disputes_are_read() {
    let (payment, version, reference) = (PaymentId(id(1)), 1, Reference::new(id(2)));
    let stores = vec![StoreId(id(5))];
    sample(
        &PaymentDisputed {
            payment,
            version,
            reference,
            dispute: DisputeId(id(6)),
            kind: DisputeKind::Med,
            stores: stores.clone(),
            evidence_due_at: Some(time::macros::datetime!(2026-03-09 12:00 UTC)),
        },
        &format!(
            r#"{START},"dispute":"00000000-0000-0000-0000-000000000006","kind":"med","stores":["00000000-0000-0000-0000-000000000005"],"evidence_due_at":"2026-03-09T12:00:00Z"}}"#
        ),
    );
    sample(
        &PaymentDisputeClosed {
            payment,
            version,
            reference,
            dispute: DisputeId(id(6)),
            won: false,
            stores,
        },
        &format!(
            r#"{START},"dispute":"00000000-0000-0000-0000-000000000006","won":false,"stores":["00000000-0000-0000-0000-000000000005"]}}"#
        ),
    );
}

#[test]
fn recorded_samples_of_payouts_are_read() {
    sample(
        &PayoutPaid {
            payout: PayoutId(id(4)),
            version: 1,
            store: StoreId(id(5)),
        },
        r#"{"payout":"00000000-0000-0000-0000-000000000004","version":1,"store":"00000000-0000-0000-0000-000000000005"}"#,
    );
    sample(
        &PayoutReturned {
            payout: PayoutId(id(4)),
            version: 2,
            store: StoreId(id(5)),
        },
        r#"{"payout":"00000000-0000-0000-0000-000000000004","version":2,"store":"00000000-0000-0000-0000-000000000005"}"#,
    );
    sample(
        &DebtInvoiced {
            invoice: InvoiceId(id(4)),
            version: 1,
            store: StoreId(id(5)),
        },
        r#"{"invoice":"00000000-0000-0000-0000-000000000004","version":1,"store":"00000000-0000-0000-0000-000000000005"}"#,
    );
}
