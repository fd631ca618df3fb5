pub(crate) const APPEND_ONLY: &[&str] = &["milestones"];

crate::sql::migrations!("m0002_init", "m0003_holder",);
