//! The tables of the schema `notifications`.

pub(crate) mod notification;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match("notifications", vec![Table::of::<notification::Entity>()]);
    }
}
