use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::{PaymentId, RefundId};

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ManualRefundState {
        Waiting = "waiting",
        Sent = "sent",
        /// It will not be.
        Withdrawn = "withdrawn",
        /// It was sent, and came back.
        Returned = "returned",
    }
}

impl ManualRefundState {
    /// Whether the payer has it, or is to get it.
    pub(crate) fn is_gone(self) -> bool {
        matches!(self, Self::Waiting | Self::Sent)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "manual_refunds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundId,
    pub payment_id: PaymentId,
    pub amount: Decimal,
    pub currency: String,
    pub state: ManualRefundState,
    pub reference: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
