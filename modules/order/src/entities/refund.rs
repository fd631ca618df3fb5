use feira_kernel::Time;
use feira_payment::{BorneBy, PaymentId, RefundId};
use sea_orm::entity::prelude::*;

use crate::api::{OrderId, OrderRefundId, OrderRefundState, RefundFailure, RefundReason};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refunds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderRefundId,
    pub order_id: OrderId,
    pub payment_id: PaymentId,
    pub amount: Decimal,
    pub currency: String,
    pub borne_by: BorneBy,
    pub reason: RefundReason,
    pub note: Option<String>,
    pub actor: String,
    pub by_operator: bool,
    pub state: OrderRefundState,
    pub failure: Option<RefundFailure>,
    pub refund_id: Option<RefundId>,
    pub reference: Option<String>,
    pub due_at: Option<Time>,
    pub tries: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
