pub(crate) const APPEND_ONLY: &[&str] = &["store_status_history"];

crate::sql::migrations!("m0002_init", "m0003_changes", "m0004_rules_end");
