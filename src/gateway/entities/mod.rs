//! The tables of the schema `gateway`.

pub(crate) mod idempotency;
pub(crate) mod milestone;
