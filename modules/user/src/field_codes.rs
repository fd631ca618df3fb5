//! The codes of fields that only this module refuses.

feira_kernel::field_codes! { pub FIELD_CODES:
    pub(crate) USERNAME = "user.username",
    pub(crate) TOO_COMMON = "user.too_common",
    pub(crate) WRONG_PASSWORD = "user.wrong_password",
    pub(crate) NOT_A_PAGE = "user.not_a_page",
}
