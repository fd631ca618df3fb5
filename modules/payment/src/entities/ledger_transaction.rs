use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::LedgerKind;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_transactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: LedgerKind,
    pub source_id: Uuid,
    pub at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
