use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::api::CommissionRuleId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "commission_rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CommissionRuleId,
    pub position: i64,
    pub store_id: Option<StoreId>,
    pub category_id: Option<Uuid>,
    pub percent: Option<Decimal>,
    pub amount: Option<Decimal>,
    pub currency: Option<String>,
    pub is_default: bool,
    pub version: i64,
    pub ends_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
