/// Release 0.3.0 adds to `payment_attempts` while it runs beside this one.
pub(crate) const APPEND_ONLY: &[&str] =
    &["order_items", "order_status_history", "payment_attempts"];

crate::sql::migrations!(
    "m0002_init",
    "m0003_refused_refunds",
    "m0004_cart_token",
    "m0005_order_ids",
    "m0006_keys",
    "m0007_first_states",
    "m0008_history",
    "m0009_unused_keys",
    "m0010_returnable_online",
    "m0011_search",
    "m0012_search_online",
    "m0013_sales_online",
    "m0020_refunds",
    "m0025_fiscal_documents",
    "m0026_fiscal_documents_online",
    "m0027_lost",
    "m0030_refund_reference",
    "m0031_number_parts_online",
    "m0030_undocumented_orders_online",
    "m0030_on_delivery",
    "m0031_on_delivery_online",
    "m0040_fiscal_files",
);
