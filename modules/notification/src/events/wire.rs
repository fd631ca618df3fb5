//! Events of modules that this one does not depend on: their wire names, and of their payloads
//! the ids that a message needs. Events are additive only, so unknown fields are no error.

use feira_kernel::{Money, StoreId, Time, outbox::Envelope};
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::NotificationError;

pub(crate) const PAYMENT_AWAITED: &str = "order.payment_awaited.v1";
pub(crate) const ORDER_CONFIRMED: &str = "order.confirmed.v1";
pub(crate) const ORDER_CANCELLED: &str = "order.cancelled.v1";
pub(crate) const ORDER_REFUNDED: &str = "order.refunded.v1";
pub(crate) const STORE_ORDER_SHIPPED: &str = "order.store_order_shipped.v1";
pub(crate) const PAYOUT_PAID: &str = "payment.payout_paid.v1";
pub(crate) const PAYOUT_RETURNED: &str = "payment.payout_returned.v1";
pub(crate) const DEBT_INVOICED: &str = "payment.debt_invoiced.v1";
/// What the people who see a store's money are told of.
pub(crate) const OF_PAYOUTS: &[&str] = &[PAYOUT_PAID, PAYOUT_RETURNED, DEBT_INVOICED];
pub(crate) const DISPUTE_OPENED: &str = "payment.dispute_opened.v1";
pub(crate) const DISPUTE_CLOSED: &str = "payment.dispute_closed.v1";
pub(crate) const STOCK_LOW: &str = "catalog.stock_low.v1";

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct PaymentAwaited {
    pub(crate) order: Uuid,
    pub(crate) attempt: i32,
    /// Whose stores are paid themselves.
    #[serde(default)]
    pub(crate) to_stores: Vec<AwaitedPart>,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct AwaitedPart {
    pub(crate) store_order: Uuid,
    pub(crate) store: StoreId,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct OrderConfirmed {
    pub(crate) order: Uuid,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct OrderCancelled {
    pub(crate) order: Uuid,
    /// A code such as `expired` or `buyer`.
    pub(crate) reason: String,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct OrderRefunded {
    pub(crate) order: Uuid,
    pub(crate) refund: Uuid,
    pub(crate) amount: Money,
    pub(crate) parts: Vec<RefundedPart>,
    pub(crate) by_operator: bool,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct RefundedPart {
    pub(crate) store_order: Uuid,
    pub(crate) store: StoreId,
    pub(crate) amount: Money,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct StoreOrderShipped {
    pub(crate) order: Uuid,
    pub(crate) part: Part,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Part {
    pub(crate) store_order: Uuid,
}

/// Of a payout that was paid, and of one that came back.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct PayoutPaid {
    pub(crate) payout: Uuid,
    pub(crate) store: StoreId,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct DebtInvoiced {
    pub(crate) invoice: Uuid,
    pub(crate) store: StoreId,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct DisputeOpened {
    pub(crate) dispute: Uuid,
    pub(crate) stores: Vec<StoreId>,
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub(crate) evidence_due_at: Option<Time>,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct DisputeClosed {
    pub(crate) dispute: Uuid,
    pub(crate) won: bool,
    pub(crate) stores: Vec<StoreId>,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct StockLow {
    pub(crate) variant: Uuid,
    pub(crate) product: Uuid,
    pub(crate) store: StoreId,
    pub(crate) version: i64,
    pub(crate) available: u32,
}

/// Reads what is needed of an event's payload.
pub(crate) fn read<T: DeserializeOwned>(event: &Envelope) -> Result<T, NotificationError> {
    serde_json::from_value(event.payload.clone()).map_err(|error| {
        NotificationError::Internal(format!(
            "event {} ({}) cannot be read: {error}",
            event.id, event.name
        ))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn decoded<T: DeserializeOwned>(payload: Value) -> T {
        serde_json::from_value(payload).unwrap()
    }

    #[test]
    fn a_recorded_refund_can_be_read() {
        let amount = json!({"amount": "19.90", "currency": "BRL"});
        let money = Money::from_minor(1990, feira_kernel::Currency::BRL).unwrap();
        let refunded = json!({"store_order": id(2), "store": id(3), "amount": amount});
        assert_eq!(
            decoded::<OrderRefunded>(
                json!({"order": id(1), "version": 3, "user": null, "refund": id(7), "amount": amount, "parts": [refunded], "by_operator": true})
            ),
            OrderRefunded {
                order: id(1),
                refund: id(7),
                amount: money,
                parts: vec![RefundedPart {
                    store_order: id(2),
                    store: StoreId(id(3)),
                    amount: money
                }],
                by_operator: true
            }
        );
    }

    /// Recorded from the publishers; every later release must go on reading them.
    #[test]
    fn recorded_payloads_can_be_read() {
        let part = json!({"store_order": id(2), "store": id(3)});
        assert_eq!(
            decoded::<PaymentAwaited>(
                json!({"order": id(1), "version": 1, "user": null, "attempt": 2})
            ),
            PaymentAwaited {
                order: id(1),
                attempt: 2,
                to_stores: Vec::new(),
            }
        );
        let awaited =
            json!({"order": id(1), "version": 1, "user": null, "attempt": 2, "to_stores": [part]});
        assert_eq!(
            decoded::<PaymentAwaited>(awaited).to_stores,
            [AwaitedPart {
                store_order: id(2),
                store: StoreId(id(3)),
            }]
        );
        assert_eq!(
            decoded::<OrderConfirmed>(
                json!({"order": id(1), "version": 2, "user": null, "parts": [part]})
            ),
            OrderConfirmed { order: id(1) }
        );
        assert_eq!(
            decoded::<OrderCancelled>(
                json!({"order": id(1), "version": 2, "user": id(9), "parts": [part], "reason": "expired"})
            ),
            OrderCancelled {
                order: id(1),
                reason: "expired".to_owned()
            }
        );
        assert_eq!(
            decoded::<StoreOrderShipped>(
                json!({"order": id(1), "version": 3, "user": null, "part": part})
            ),
            StoreOrderShipped {
                order: id(1),
                part: Part { store_order: id(2) }
            }
        );
        assert_eq!(
            decoded::<PayoutPaid>(json!({"payout": id(4), "version": 2, "store": id(3)})),
            PayoutPaid {
                payout: id(4),
                store: StoreId(id(3))
            }
        );
        assert_eq!(
            decoded::<DebtInvoiced>(json!({"invoice": id(4), "version": 1, "store": id(3)})),
            DebtInvoiced {
                invoice: id(4),
                store: StoreId(id(3))
            }
        );
        assert_eq!(
            decoded::<StockLow>(
                json!({"variant": id(5), "product": id(6), "store": id(3), "version": 8, "available": 1})
            ),
            StockLow {
                variant: id(5),
                product: id(6),
                store: StoreId(id(3)),
                version: 8,
                available: 1
            }
        );
    }

    #[test]
    fn recorded_disputes_can_be_read() {
        let disputed = json!({"payment": id(1), "version": 2, "reference": id(2), "dispute": id(4), "kind": "med"});
        let mut opened = disputed.clone();
        opened["stores"] = json!([id(3)]);
        opened["evidence_due_at"] = Value::Null;
        assert_eq!(
            decoded::<DisputeOpened>(opened),
            DisputeOpened {
                dispute: id(4),
                stores: vec![StoreId(id(3))],
                evidence_due_at: None
            }
        );
        let mut closed = disputed;
        closed["stores"] = json!([id(3)]);
        closed["won"] = json!(true);
        assert_eq!(
            decoded::<DisputeClosed>(closed),
            DisputeClosed {
                dispute: id(4),
                won: true,
                stores: vec![StoreId(id(3))]
            }
        );
    }
}
