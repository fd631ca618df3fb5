//! The tables of the schema `orders`.

pub(crate) mod checkout;
pub(crate) mod decided_id;
pub(crate) mod fiscal_document;
pub(crate) mod order;
pub(crate) mod order_item;
pub(crate) mod refund;
pub(crate) mod refund_part;
pub(crate) mod refused_refund;
pub(crate) mod shipment;
pub(crate) mod store_order;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "orders",
            vec![
                Table::of::<checkout::Entity>(),
                Table::of::<decided_id::Entity>(),
                Table::of::<fiscal_document::Entity>(),
                Table::of::<order::Entity>(),
                Table::of::<order_item::Entity>(),
                Table::of::<refund::Entity>(),
                Table::of::<refund_part::Entity>(),
                Table::of::<refused_refund::Entity>(),
                Table::of::<shipment::Entity>(),
                Table::of::<store_order::Entity>(),
            ],
        );
    }
}
