use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::LedgerKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "debt_settlements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub store_id: StoreId,
    pub kind: LedgerKind,
    pub amount: Decimal,
    pub currency: String,
    pub note: String,
    pub at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
