//! Who was made an operator, for the audit log.

feira_kernel::acts!(
    OPERATOR_MADE = "user.operator_made" on "user",
);
