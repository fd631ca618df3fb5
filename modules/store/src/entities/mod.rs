//! The tables of the schema `stores`.

pub(crate) mod commission_rule;
pub(crate) mod payout_account;
pub(crate) mod shipping_method;
pub(crate) mod store;
pub(crate) mod store_address;
pub(crate) mod store_member;
pub(crate) mod store_owner;
pub(crate) mod store_status_history;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "stores",
            vec![
                Table::of::<commission_rule::Entity>(),
                Table::of::<payout_account::Entity>(),
                Table::of::<shipping_method::Entity>(),
                Table::of::<store::Entity>(),
                Table::of::<store_address::Entity>(),
                Table::of::<store_member::Entity>(),
                Table::of::<store_owner::Entity>(),
                Table::of::<store_status_history::Entity>(),
            ],
        );
    }
}
