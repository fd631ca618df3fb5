//! The tables of the schema `notifications`.

pub(crate) mod notification;

feira_kernel::text_columns!(crate::api::MessageStatus);
