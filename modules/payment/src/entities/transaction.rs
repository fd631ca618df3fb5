use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::PaymentId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transactions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub payment_id: PaymentId,
    pub kind: String,
    pub gateway_id: Option<String>,
    pub outcome: String,
    pub at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
