//! The tables of the schema `gateway`.

pub(crate) mod idempotency;
pub(crate) mod milestone;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "gateway",
            vec![
                Table::of::<idempotency::Entity>(),
                Table::of::<milestone::Entity>(),
            ],
        );
    }
}
