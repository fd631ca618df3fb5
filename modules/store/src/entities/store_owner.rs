use feira_kernel::{Time, UserId};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_owners")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub business_name: String,
    pub tax_id: String,
    pub phone: String,
    pub phone_changed_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        has_many = "super::store::Entity",
        from = "Column::UserId",
        to = "super::store::Column::OwnerId"
    )]
    Stores,
}

/// A store's owner. It stands here so that only this table names the other.
impl Related<Entity> for super::store::Entity {
    fn to() -> RelationDef {
        Relation::Stores.def().rev()
    }
}

impl ActiveModelBehavior for ActiveModel {}
