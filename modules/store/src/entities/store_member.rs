use feira_kernel::{StoreId, Time, UserId};
use sea_orm::entity::prelude::*;

use crate::api::Role;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: StoreId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: UserId,
    pub role: Role,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
