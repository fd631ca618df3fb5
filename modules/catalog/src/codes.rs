//! How enums are written in the database: the same words as on the wire.

use crate::{MovementReason, ProductStatus, ReservationState, StockPolicy};

/// Both ways between an enum and its word, from one table.
macro_rules! words {
    ($type:ty { $($variant:ident = $word:literal),+ $(,)? }) => {
        impl $type {
            pub(crate) fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// `None` for a word that only a newer release knows.
            pub(crate) fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(ProductStatus { Draft = "draft", Active = "active", Archived = "archived" });
words!(StockPolicy { Counted = "counted", Continue = "continue", NotCounted = "not_counted" });
words!(ReservationState {
    Active = "active",
    Committed = "committed",
    Released = "released",
    Expired = "expired",
});
words!(MovementReason {
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
