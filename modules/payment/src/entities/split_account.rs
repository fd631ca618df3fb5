use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::WithdrawalKept;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "split_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub store_id: StoreId,
    pub provider: String,
    pub account: String,
    pub balance: Decimal,
    pub currency: String,
    pub retired_at: Option<Time>,
    pub emptied_at: Option<Time>,
    pub withdraw_at: Option<Time>,
    pub kept: Option<WithdrawalKept>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
