use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::PaymentId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exchange_texts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub transaction_id: Uuid,
    pub payment_id: PaymentId,
    pub request: String,
    pub response: String,
    pub at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
