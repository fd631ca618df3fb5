use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{ReserveId, ReserveStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reserves")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReserveId,
    pub store_id: StoreId,
    pub amount: Decimal,
    pub currency: String,
    pub reason: String,
    pub status: ReserveStatus,
    pub release_at: Time,
    pub released_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
