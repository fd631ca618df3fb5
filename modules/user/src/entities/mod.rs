//! The tables of the schema `users`.

pub(crate) mod operator_invitation;
pub(crate) mod registration;
pub(crate) mod role;
pub(crate) mod session;
pub(crate) mod user;
pub(crate) mod user_role;

feira_kernel::text_columns!(crate::api::UserStatus);
