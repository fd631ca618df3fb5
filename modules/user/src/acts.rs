//! Acts for the audit log.

feira_kernel::acts!(
    OPERATOR_MADE = "user.operator_made" on "user",
);
