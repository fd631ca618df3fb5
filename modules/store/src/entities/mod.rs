//! The tables of the schema `stores`.

pub(crate) mod commission_rule;
pub(crate) mod shipping_method;
pub(crate) mod store;
pub(crate) mod store_address;
pub(crate) mod store_member;
pub(crate) mod store_owner;
pub(crate) mod store_status_history;

feira_kernel::text_columns!(crate::api::StoreStatus, crate::api::Role);
