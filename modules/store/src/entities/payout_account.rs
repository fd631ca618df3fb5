use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::api::PayoutAccountKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payout_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub store_id: StoreId,
    pub version: i64,
    pub kind: PayoutAccountKind,
    pub destination: Json,
    pub masked: String,
    pub actor: String,
    pub changed_at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
