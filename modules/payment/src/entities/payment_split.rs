use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::PaymentId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_splits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub payment_id: PaymentId,
    pub position: i32,
    pub store_id: StoreId,
    pub part: Uuid,
    pub amount: Decimal,
    pub commission: Decimal,
    pub earning: Decimal,
    pub refunded: Decimal,
    pub refunding: Decimal,
    pub commission_reversed: Decimal,
    pub commission_kept: Decimal,
    pub promoted: Decimal,
    pub fee: Decimal,
    pub settled: Decimal,
    pub disputed: Decimal,
    pub disputed_commission: Decimal,
    pub released_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
