use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::RefundId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refund_parts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub refund_id: RefundId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub split_id: Uuid,
    pub amount: Decimal,
    pub commission_kept: Decimal,
    /// What the provider took out of the store's account there.
    pub taken_there: Decimal,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
