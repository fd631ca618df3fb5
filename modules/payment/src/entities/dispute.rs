use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::{DisputeId, DisputeKind, DisputeState, PaymentId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disputes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisputeId,
    pub payment_id: PaymentId,
    pub gateway: String,
    pub provider_id: String,
    /// Of one that a person opened, how the provider calls it, once it tells of it.
    pub told_as: Option<String>,
    pub by_hand: bool,
    pub kind: DisputeKind,
    pub amount: Decimal,
    pub held: Decimal,
    pub of_rest: bool,
    pub currency: String,
    pub state: DisputeState,
    pub reason: String,
    pub evidence_due_at: Option<Time>,
    pub fee: Decimal,
    pub fee_currency: Option<String>,
    pub written_off: Decimal,
    pub version: i64,
    pub next_look_at: Option<Time>,
    pub untold_since: Option<Time>,
    /// How often something was written of it that was told, or said.
    pub looks: i64,
    /// As of when that is, by its provider's clock.
    pub told_as_of: Option<Time>,
    pub reopened_at: Option<Time>,
    pub opened_at: Time,
    pub evidence_sent_at: Option<Time>,
    pub closed_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
