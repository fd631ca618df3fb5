//! Enums are written in the database by the same words as on the wire.

use crate::{MovementReason, ProductStatus, StockPolicy};

#[test]
fn words_are_those_of_the_wire() {
    for reason in MovementReason::ALL {
        let wire = serde_json::to_value(reason).unwrap();
        assert_eq!(wire, reason.as_str());
        assert_eq!(MovementReason::parse(reason.as_str()), Some(reason));
    }
    for policy in StockPolicy::ALL {
        assert_eq!(serde_json::to_value(policy).unwrap(), policy.as_str());
    }
    assert_eq!(ProductStatus::parse("gone"), None);
}
