use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::{ImageId, ProductId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "product_images")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImageId,
    pub product_id: ProductId,
    pub source_hash: String,
    pub alt_text: String,
    pub position: i32,
    pub small_key: String,
    pub small_width: i32,
    pub small_height: i32,
    pub medium_key: String,
    pub medium_width: i32,
    pub medium_height: i32,
    pub large_key: String,
    pub large_width: i32,
    pub large_height: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
