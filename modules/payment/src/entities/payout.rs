use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{PayoutId, PayoutStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payouts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PayoutId,
    pub store_id: StoreId,
    pub store_name: String,
    pub amount: Decimal,
    pub currency: String,
    pub status: PayoutStatus,
    pub reference: Option<String>,
    pub items: i32,
    pub version: i64,
    pub paid_at: Option<Time>,
    pub run_id: Option<Uuid>,
    pub pay_to: Option<Json>,
    pub pay_to_masked: Option<String>,
    pub ended_at: Option<Time>,
    pub ended_why: Option<String>,
    pub filed_at: Option<Time>,
    pub file_id: Option<Uuid>,
    pub account_changed_at: Option<Time>,
    pub account_held_until: Option<Time>,
    /// Up to when what became payable is paid; and as it would be of a new store, of one that was new.
    pub matured_by: Option<Time>,
    pub new_store_matured_by: Option<Time>,
    pub provider: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
