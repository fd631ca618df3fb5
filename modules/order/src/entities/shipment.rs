use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::api::{ShipmentId, StoreOrderId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shipments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShipmentId,
    pub store_order_id: StoreOrderId,
    pub carrier: String,
    pub tracking_number: String,
    pub shipped_at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
