use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::status::{DisputeKind, DisputeStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disputes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub idempotency_key: String,
    pub charge_id: String,
    pub kind: DisputeKind,
    pub amount: i64,
    pub fee: i64,
    pub reason: String,
    pub status: DisputeStatus,
    pub evidence: Option<String>,
    pub evidence_due_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
