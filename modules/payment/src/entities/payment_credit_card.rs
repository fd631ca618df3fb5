use feira_kernel::{Time, db::Secret};
use sea_orm::entity::prelude::*;

use crate::PaymentId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_credit_card")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    pub token: Option<Secret>,
    pub brand: Option<String>,
    pub last4: Option<String>,
    pub instalments: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
