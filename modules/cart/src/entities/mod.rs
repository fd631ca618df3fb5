//! The tables of the schema `carts`.

pub(crate) mod cart;
pub(crate) mod cart_item;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "carts",
            vec![
                Table::of::<cart::Entity>(),
                Table::of::<cart_item::Entity>(),
            ],
        );
    }
}
