use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{MovementReason, VariantId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inventory_movements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub sequence: i64,
    pub variant_id: VariantId,
    pub store_id: StoreId,
    pub on_hand_change: i32,
    pub reserved_change: i32,
    pub reason: MovementReason,
    pub reference: Option<String>,
    pub note: Option<String>,
    pub actor: String,
    pub at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
