//! The tables of the schema `sandbox`.

pub(crate) mod charge;
pub(crate) mod dispute;
pub(crate) mod refund;
pub(crate) mod setup;
pub(crate) mod webhook_event;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "sandbox",
            vec![
                Table::of::<charge::Entity>(),
                Table::of::<dispute::Entity>(),
                Table::of::<refund::Entity>(),
                Table::of::<setup::Entity>(),
                Table::of::<webhook_event::Entity>(),
            ],
        );
    }
}
