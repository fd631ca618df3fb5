use feira_kernel::Time;
use feira_payment::PaymentId;
use sea_orm::entity::prelude::*;

use crate::api::OrderId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refused_refunds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    pub order_id: OrderId,
    pub next_key: Uuid,
    pub times: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
