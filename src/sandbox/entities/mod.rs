//! The tables of the schema `sandbox`.

pub(crate) mod charge;
pub(crate) mod refund;
pub(crate) mod webhook_event;

feira_kernel::text_columns!(
    crate::sandbox::charges::Method,
    crate::sandbox::charges::ChargeStatus,
);
