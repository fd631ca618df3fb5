pub(crate) const APPEND_ONLY: &[&str] = &["notification_logs"];

crate::sql::migrations!(
    "m0002_init",
    "m0003_room",
    "m0004_has_body",
    "m0005_log",
    "m0006_params",
    "m0007_written",
    "m0008_bodies_online",
);
