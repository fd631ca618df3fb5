pub(crate) const APPEND_ONLY: &[&str] = &["inventory_movements"];

crate::sql::migrations!(
    "m0002_init",
    "m0003_stock_policy",
    "m0004_archived_by_import",
    "m0005_signed_imports",
    "m0006_stock_policy_online",
    "m0007_movements",
    "m0008_products_search",
    "m0009_imports",
    "m0010_products_without_price",
    "m0011_prices_online",
    "m0012_archived_variants",
    "m0013_taken_away_online",
    "m0014_live_variants",
    "m0015_categories",
);
