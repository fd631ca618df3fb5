pub(crate) const APPEND_ONLY: &[&str] = &[];

crate::sql::migrations!(
    "m0002_init",
    "m0003_audit",
    "m0005_revoked_online",
    "m0006_sign_in_links",
    "m0007_manage_payments",
);
