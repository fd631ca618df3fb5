//! What people take away and decide here, for the audit log. A count of stock that somebody
//! corrects has its own log, the movements.

feira_kernel::acts!(
    CATEGORY_ADDED = "catalog.category_added" on "category",
    PRODUCT_ARCHIVED = "catalog.product_archived" on "product",
);
