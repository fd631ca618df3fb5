//! The tables that every module's schema has, as `sql/common.sql`, `keys.sql` and `audit.sql` make them.

pub(crate) mod audit;
pub(crate) mod idempotency_key;
pub(crate) mod inbox;
pub(crate) mod job;
pub(crate) mod outbox_cursor;
pub(crate) mod outbox_delivery;
pub(crate) mod outbox_event;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "orders",
            vec![
                Table::of::<audit::Entity>(),
                Table::of::<idempotency_key::Entity>(),
                Table::of::<inbox::Entity>(),
                Table::of::<job::Entity>(),
                Table::of::<outbox_cursor::Entity>(),
                Table::of::<outbox_delivery::Entity>(),
                Table::of::<outbox_event::Entity>(),
            ],
        );
    }
}
