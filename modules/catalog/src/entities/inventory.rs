use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{ProductId, StockPolicy, VariantId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inventory")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant_id: VariantId,
    pub product_id: ProductId,
    pub store_id: StoreId,
    pub on_hand: i32,
    pub reserved: i32,
    pub version: i64,
    pub low_told: bool,
    pub stock_policy: StockPolicy,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::variant::Entity",
        from = "Column::VariantId",
        to = "super::variant::Column::Id"
    )]
    Variant,
}

/// A variant's stock. It stands here so that only this table names the other.
impl Related<Entity> for super::variant::Entity {
    fn to() -> RelationDef {
        Relation::Variant.def().rev()
    }
}

impl ActiveModelBehavior for ActiveModel {}
