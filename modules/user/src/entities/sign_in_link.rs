use feira_kernel::{Time, UserId};
use sea_orm::entity::prelude::*;

use crate::api::ConfirmationId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ConfirmationId,
    pub user_id: Option<UserId>,
    pub surface: String,
    pub expires_at: Time,
    pub used_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
