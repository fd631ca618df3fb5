use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::ImportId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "imports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ImportId,
    pub store_id: StoreId,
    pub report: Json,
    pub created_at: Time,
}

feira_kernel::no_relations!();
