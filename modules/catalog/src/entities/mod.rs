//! The tables of the schema `catalog`, without the columns that only full-text search reads.

pub(crate) mod category;
pub(crate) mod import;
pub(crate) mod import_note;
pub(crate) mod inventory;
pub(crate) mod inventory_movement;
pub(crate) mod product;
pub(crate) mod product_image;
pub(crate) mod reservation;
pub(crate) mod variant;

use sea_orm::{
    ActiveValue::{self, NotSet},
    Set, Value,
};

/// What is not given stays.
pub(crate) fn given<T: Into<Value>>(value: Option<T>) -> ActiveValue<T> {
    value.map_or(NotSet, Set)
}

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "catalog",
            vec![
                Table::of::<category::Entity>(),
                Table::of::<import::Entity>(),
                Table::of::<import_note::Entity>(),
                Table::of::<inventory::Entity>(),
                Table::of::<inventory_movement::Entity>(),
                Table::of::<product::Entity>(),
                Table::of::<product_image::Entity>(),
                Table::of::<reservation::Entity>(),
                Table::of::<variant::Entity>(),
            ],
        );
    }
}
