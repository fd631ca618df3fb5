use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::PaymentId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_pix")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    pub txid: Option<String>,
    pub br_code: Option<String>,
    pub e2eid: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
