//! The tables of the schema `sandbox`.

pub(crate) mod account;
pub(crate) mod charge;
pub(crate) mod dispute;
pub(crate) mod refund;
pub(crate) mod reversal;
pub(crate) mod setup;
pub(crate) mod transfer;
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
                Table::of::<account::Entity>(),
                Table::of::<charge::Entity>(),
                Table::of::<dispute::Entity>(),
                Table::of::<refund::Entity>(),
                Table::of::<reversal::Entity>(),
                Table::of::<setup::Entity>(),
                Table::of::<transfer::Entity>(),
                Table::of::<webhook_event::Entity>(),
            ],
        );
    }
}
