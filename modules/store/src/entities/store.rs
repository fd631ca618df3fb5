use feira_kernel::{StoreId, Time, UserId};
use sea_orm::entity::prelude::*;

use crate::api::StoreStatus;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stores")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StoreId,
    pub owner_id: UserId,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub status: StoreStatus,
    pub status_reason: Option<String>,
    pub currency: String,
    pub time_zone: String,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::store_owner::Entity",
        from = "Column::OwnerId",
        to = "super::store_owner::Column::UserId"
    )]
    Owner,
}

impl Related<super::store_owner::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Owner.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
