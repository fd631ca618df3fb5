use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{PayoutId, TransferState, TransferTrouble};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payout_transfers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payout_id: PayoutId,
    pub store_id: StoreId,
    pub provider: String,
    pub account: String,
    pub amount: Decimal,
    pub currency: String,
    pub state: TransferState,
    pub transfer_id: Option<String>,
    pub refusals: i32,
    pub attempts: i32,
    pub trouble: Option<TransferTrouble>,
    pub told: Option<String>,
    pub next_attempt_at: Option<Time>,
    pub reversed: Decimal,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
