use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{LegStatus, PaymentId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_legs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub split_id: Uuid,
    pub store_id: StoreId,
    pub part: Uuid,
    pub amount: Decimal,
    pub currency: String,
    pub status: LegStatus,
    pub paid_at: Option<Time>,
    pub came_late: bool,
    pub settled_by: Option<String>,
    pub note: Option<String>,
    pub txid: Option<String>,
    pub br_code: Option<String>,
    pub pay_to: Option<Json>,
    pub chat: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
