use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::api::StoreStatus;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_status_history")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub store_id: StoreId,
    pub version: i64,
    pub from_status: Option<StoreStatus>,
    pub to_status: StoreStatus,
    pub reason: Option<String>,
    pub actor: String,
    pub at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
