pub(crate) const APPEND_ONLY: &[&str] = &[];

crate::sql::migrations!(
    "m0002_init",
    "m0003_audit",
    "m0004_account_links",
    "m0005_revoked_online",
    "m0006_manage_payments",
    "m0010_configure_payments",
);
