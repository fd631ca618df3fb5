use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::DisputeId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute_parts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub dispute_id: DisputeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub split_id: Uuid,
    pub store_id: StoreId,
    pub part: Uuid,
    pub amount: Decimal,
    pub commission: Decimal,
    pub earning: Decimal,
    pub fee: Decimal,
    pub opened_at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
