//! What each role of a store's team may do. Data, so that a table of it can be shown.

use std::collections::BTreeSet;

use feira_kernel::Permission;

use crate::api::{MANAGE_STORE, Role};

const EDIT_PRODUCTS: &str = "products.edit";
const EDIT_STOCK: &str = "stock.edit";
const FULFIL_ORDERS: &str = "orders.fulfil";
const SEE_BALANCE: &str = "balance.see";

const MANAGING: &[&str] = &[
    EDIT_PRODUCTS,
    EDIT_STOCK,
    MANAGE_STORE,
    FULFIL_ORDERS,
    SEE_BALANCE,
];
const WORKING: &[&str] = &[EDIT_PRODUCTS, EDIT_STOCK, FULFIL_ORDERS];

impl Role {
    pub(crate) fn permissions(self) -> BTreeSet<Permission> {
        let names = match self {
            Self::Owner | Self::Manager => MANAGING,
            Self::Staff => WORKING,
        };
        names.iter().map(|name| Permission::new(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staff_neither_manages_the_store_nor_sees_its_money() {
        let staff = Role::Staff.permissions();
        assert!(!staff.contains(&Permission::new(MANAGE_STORE)));
        assert!(!staff.contains(&Permission::new(SEE_BALANCE)));
        assert!(staff.contains(&Permission::new(FULFIL_ORDERS)));
        assert!(staff.is_subset(&Role::Manager.permissions()));
        assert_eq!(Role::Owner.permissions().len(), 5);
    }

    #[test]
    fn names_round_trip() {
        for role in [Role::Owner, Role::Manager, Role::Staff] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}
