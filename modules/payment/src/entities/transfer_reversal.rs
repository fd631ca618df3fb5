use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{PayoutId, ReversalState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_reversals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub payout_id: PayoutId,
    pub store_id: StoreId,
    pub provider: String,
    pub transfer_id: String,
    pub amount: Decimal,
    pub currency: String,
    pub state: ReversalState,
    pub reversal_id: Option<String>,
    pub refused_why: Option<String>,
    pub attempts: i32,
    pub next_attempt_at: Option<Time>,
    pub ended_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
