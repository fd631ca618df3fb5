//! What each role of a store's team may do. Data, so that a table of it can be shown.

use std::collections::BTreeSet;

use feira_kernel::Permission;

use crate::api::{
    FULFIL_ORDERS, MANAGE_PAYOUT_ACCOUNT, MANAGE_STORE, REFUND_ORDERS, Role, SEE_BALANCE,
};

const EDIT_PRODUCTS: &str = "products.edit";
const EDIT_STOCK: &str = "stock.edit";

const OWNING: &[&str] = &[
    EDIT_PRODUCTS,
    EDIT_STOCK,
    MANAGE_STORE,
    FULFIL_ORDERS,
    REFUND_ORDERS,
    SEE_BALANCE,
    MANAGE_PAYOUT_ACCOUNT,
];
const MANAGING: &[&str] = &[
    EDIT_PRODUCTS,
    EDIT_STOCK,
    MANAGE_STORE,
    FULFIL_ORDERS,
    REFUND_ORDERS,
    SEE_BALANCE,
];
const WORKING: &[&str] = &[EDIT_PRODUCTS, EDIT_STOCK, FULFIL_ORDERS];

impl Role {
    pub(crate) fn permissions(self) -> BTreeSet<Permission> {
        self.names()
            .iter()
            .map(|name| Permission::new(name))
            .collect()
    }

    pub(crate) fn may(self, permission: &str) -> bool {
        self.names().contains(&permission)
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Owner => OWNING,
            Self::Manager => MANAGING,
            Self::Staff => WORKING,
        }
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
        assert!(
            Role::Manager
                .permissions()
                .is_subset(&Role::Owner.permissions())
        );
        assert!(!staff.contains(&Permission::new(REFUND_ORDERS)));
        assert_eq!(Role::Owner.permissions().len(), 7);
    }

    #[test]
    fn only_the_owner_says_where_the_store_is_paid() {
        let says = |role: Role| {
            let permissions = role.permissions();
            permissions.contains(&Permission::new(MANAGE_PAYOUT_ACCOUNT))
        };
        assert_eq!(
            [Role::Owner, Role::Manager, Role::Staff].map(says),
            [true, false, false]
        );
    }

    #[test]
    fn each_permission_has_its_roles() {
        let who = |permission: &str| Role::ALL.map(|role| role.may(permission));
        assert_eq!(who(MANAGE_PAYOUT_ACCOUNT), [true, false, false]);
        assert_eq!(who(SEE_BALANCE), [true, true, false]);
        assert_eq!(who(FULFIL_ORDERS), [true, true, true]);
        for unknown in ["", "stores.review", "balance.see "] {
            assert_eq!(who(unknown), [false; 3], "{unknown:?}");
        }
    }

    #[test]
    fn names_round_trip() {
        for role in [Role::Owner, Role::Manager, Role::Staff] {
            assert_eq!(Role::parse(role.as_str()), Some(role));
        }
        assert_eq!(Role::parse("root"), None);
    }
}
