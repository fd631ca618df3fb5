use feira_catalog::{ProductId, VariantId};
use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::api::{CartId, CartItemId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cart_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CartItemId,
    pub cart_id: CartId,
    pub variant_id: VariantId,
    pub product_id: ProductId,
    pub store_id: StoreId,
    pub title: String,
    pub quantity: i32,
    pub unit_price: Decimal,
    pub currency: String,
    pub position: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
