use feira_kernel::{StoreId, Time};
use feira_store::ShippingMethodId;
use sea_orm::entity::prelude::*;

use crate::api::{Fulfilment, OrderId, Settlement, StoreOrderId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "store_orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StoreOrderId,
    pub order_id: OrderId,
    pub position: i32,
    pub number: String,
    pub store_id: StoreId,
    pub store_name: String,
    pub fulfilment: Fulfilment,
    pub settlement: Settlement,
    pub currency: String,
    pub subtotal: Decimal,
    pub discount: Decimal,
    pub shipping: Decimal,
    pub tax: Decimal,
    pub total: Decimal,
    pub commission: Decimal,
    pub earning: Decimal,
    pub shipping_method_id: ShippingMethodId,
    pub shipping_method: String,
    pub placed_at: Time,
    pub paid_at: Option<Time>,
    pub return_window_ends_at: Option<Time>,
    pub completed_at: Option<Time>,
    pub documented_at: Option<Time>,
    pub earning_held_at: Option<Time>,
    pub lost: Decimal,
    pub restocks: Option<bool>,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
