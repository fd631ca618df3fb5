use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::api::OrderId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "decided_ids")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    pub decided_at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
