use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::WithdrawalState;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_withdrawals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub store_id: StoreId,
    pub amount: Decimal,
    pub currency: String,
    pub state: WithdrawalState,
    pub reference: Option<String>,
    pub refused_why: Option<String>,
    pub ended_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
