//! The tables of the schema `catalog`, without the columns that only full-text search reads.

pub(crate) mod category;
pub(crate) mod inventory;
pub(crate) mod inventory_movement;
pub(crate) mod product;
pub(crate) mod product_image;
pub(crate) mod variant;

feira_kernel::text_columns!(
    crate::MovementReason,
    crate::ProductStatus,
    crate::ReservationState,
    crate::StockPolicy,
);
