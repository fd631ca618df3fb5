use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::{BorneBy, PaymentId, RefundId, RefundStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refunds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundId,
    pub key: Uuid,
    pub payment_id: PaymentId,
    pub amount: Decimal,
    pub currency: String,
    pub reason: String,
    pub status: RefundStatus,
    pub gateway_id: Option<String>,
    pub next_attempt_at: Option<Time>,
    pub attempts: i32,
    pub borne_by: Option<BorneBy>,
    pub keeps_commission: bool,
    pub returned_at: Option<Time>,
    pub given_back_at: Option<Time>,
    pub withdrawn_at: Option<Time>,
    pub told_id: Option<String>,
    /// Of one that was completed: whether its money came back.
    pub next_look_at: Option<Time>,
    pub look_until: Option<Time>,
    /// Whether it holds what it will take of stores; unknown of one that an earlier release made.
    pub holds: Option<bool>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
