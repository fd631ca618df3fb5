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

feira_kernel::no_relations!();
