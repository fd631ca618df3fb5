use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::api::{OrderRefundId, StoreOrderId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refund_parts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub refund_id: OrderRefundId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_order_id: StoreOrderId,
    pub amount: Decimal,
    pub created_at: Time,
}

feira_kernel::no_relations!();
