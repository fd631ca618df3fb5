use feira_kernel::{StoreId, Time};
use sea_orm::{TryFromU64, entity::prelude::*};

use crate::{DisputeId, EvidenceKind};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispute_evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub dispute_id: DisputeId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub store_id: StoreId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: EvidenceKind,
    pub text: Option<String>,
    pub file_name: Option<String>,
    pub file_type: Option<String>,
    pub file_size: Option<i32>,
    /// Of a release that kept files in this table.
    pub file: Option<Vec<u8>>,
    /// Under which the file is kept.
    pub file_key: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

// It is part of the key, which no number of the database's making is.
impl TryFromU64 for EvidenceKind {
    fn try_from_u64(_: u64) -> Result<Self, DbErr> {
        Err(DbErr::ConvertFromU64("EvidenceKind"))
    }
}

feira_kernel::no_relations!();
