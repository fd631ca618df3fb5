use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{LedgerKind, PayoutId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payout_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: Uuid,
    pub split_id: Option<Uuid>,
    pub store_id: StoreId,
    pub amount: Decimal,
    pub currency: String,
    pub kind: LedgerKind,
    pub payout_id: Option<PayoutId>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
