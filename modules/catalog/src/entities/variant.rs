use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{ProductId, VariantId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "variants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: VariantId,
    pub product_id: ProductId,
    pub store_id: StoreId,
    pub sku: String,
    pub options: Json,
    pub price: Decimal,
    pub compare_at: Option<Decimal>,
    pub currency: String,
    pub weight_grams: i32,
    pub barcode: Option<String>,
    pub position: i32,
    pub imported_quantity: Option<i32>,
    pub archived_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
