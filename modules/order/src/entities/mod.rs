//! The tables of the schema `orders`.

pub(crate) mod checkout;
pub(crate) mod decided_id;
pub(crate) mod order;
pub(crate) mod order_item;
pub(crate) mod payment_attempt;
pub(crate) mod refused_refund;
pub(crate) mod shipment;
pub(crate) mod store_order;

feira_kernel::text_columns!(
    crate::api::OrderStatus,
    crate::api::Fulfilment,
    crate::api::Settlement,
    crate::checkout::State,
);
