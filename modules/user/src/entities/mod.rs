//! The tables of the schema `users`.

pub(crate) mod account_link;
pub(crate) mod operator_invitation;
pub(crate) mod registration;
pub(crate) mod role;
pub(crate) mod session;
pub(crate) mod user;
pub(crate) mod user_role;

#[cfg(test)]
mod tests {
    use feira_testkit::{Table, entities_match};

    use super::*;

    #[test]
    fn they_are_what_the_migrations_made() {
        entities_match(
            "users",
            vec![
                Table::of::<account_link::Entity>(),
                Table::of::<operator_invitation::Entity>(),
                Table::of::<registration::Entity>(),
                Table::of::<role::Entity>(),
                Table::of::<session::Entity>(),
                Table::of::<user::Entity>(),
                Table::of::<user_role::Entity>(),
            ],
        );
    }
}
