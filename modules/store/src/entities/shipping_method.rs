use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::api::ShippingMethodId;

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ShippingKind {
        Flat = "flat",
        FreeAbove = "free_above",
        Pickup = "pickup",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shipping_methods")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ShippingMethodId,
    pub store_id: StoreId,
    pub name: String,
    pub kind: ShippingKind,
    pub price: Option<Decimal>,
    pub threshold: Option<Decimal>,
    pub currency: Option<String>,
    pub transit_days: i32,
    pub active: bool,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
