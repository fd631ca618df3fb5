//! How enums are written in the database: the same words as on the wire.

use crate::{MovementReason, ProductStatus, ReservationState, StockPolicy};

feira_kernel::text_enum!(ProductStatus { Draft = "draft", Active = "active", Archived = "archived" });
feira_kernel::text_enum!(StockPolicy { Counted = "counted", Continue = "continue", NotCounted = "not_counted" });
feira_kernel::text_enum!(ReservationState {
    Active = "active",
    Committed = "committed",
    Released = "released",
    Expired = "expired",
});
feira_kernel::text_enum!(MovementReason {
    Initial = "initial",
    Restock = "restock",
    Adjustment = "adjustment",
    Import = "import",
    Reserved = "reserved",
    Released = "released",
    Expired = "expired",
    OrderPlaced = "order_placed",
    OrderCancelled = "order_cancelled",
    Returned = "returned",
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_wire() {
        for reason in [
            MovementReason::Initial,
            MovementReason::OrderPlaced,
            MovementReason::OrderCancelled,
        ] {
            let wire = serde_json::to_value(reason).unwrap();
            assert_eq!(wire, reason.as_str());
            assert_eq!(MovementReason::parse(reason.as_str()), Some(reason));
        }
        for policy in [
            StockPolicy::Counted,
            StockPolicy::Continue,
            StockPolicy::NotCounted,
        ] {
            assert_eq!(serde_json::to_value(policy).unwrap(), policy.as_str());
        }
        assert_eq!(ProductStatus::parse("gone"), None);
    }
}
