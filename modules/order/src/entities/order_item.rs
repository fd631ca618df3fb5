use feira_catalog::{ProductId, VariantId};
use feira_kernel::{StoreId, Time};
use feira_store::CommissionRuleId;
use sea_orm::entity::prelude::*;

use crate::api::StoreOrderId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub store_order_id: StoreOrderId,
    pub position: i32,
    pub store_id: StoreId,
    pub variant_id: VariantId,
    pub product_id: ProductId,
    pub title: String,
    pub sku: String,
    pub options: Json,
    pub image: Option<Json>,
    pub currency: String,
    pub quantity: i32,
    pub unit_price: Decimal,
    pub discount: Decimal,
    pub tax: Decimal,
    pub total: Decimal,
    pub commission_rule: CommissionRuleId,
    pub commission_rate: Option<Decimal>,
    pub commission_base: Decimal,
    pub commission: Decimal,
    pub created_at: Time,
}

feira_kernel::no_relations!();
