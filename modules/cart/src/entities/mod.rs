//! The tables of the schema `carts`.

pub(crate) mod cart;
pub(crate) mod cart_item;

feira_kernel::text_columns!(crate::api::CartStatus);
