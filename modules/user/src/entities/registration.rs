use feira_kernel::{Time, UserId, db::Secret};
use sea_orm::entity::prelude::*;

use crate::api::ConfirmationId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "registrations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConfirmationId,
    pub user_id: UserId,
    pub email: String,
    pub username: Option<String>,
    pub hashed_password: Secret,
    pub first_name: String,
    pub last_name: String,
    pub phone_number: Option<String>,
    pub locale: String,
    pub expires_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::user::Entity",
        from = "Column::UserId",
        to = "super::user::Column::Id"
    )]
    User,
}

impl Related<super::user::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::User.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
