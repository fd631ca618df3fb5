//! What people take away and decide here, for the audit log. A count of stock that somebody
//! corrects has its own log, the movements.

feira_kernel::acts!(
    CATEGORY_ADDED = "catalog.category_added" on "category",
    CATEGORY_CHANGED = "catalog.category_changed" on "category",
    CATEGORY_REMOVED = "catalog.category_removed" on "category",
    IMAGE_REMOVED = "catalog.image_removed" on "product",
    PRODUCT_ARCHIVED = "catalog.product_archived" on "product",
    VARIANT_REMOVED = "catalog.variant_removed" on "variant",
);
