use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::PaymentId;

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ManualChargeState {
        Waiting = "waiting",
        Paid = "paid",
        Cancelled = "cancelled",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "manual_charges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub payment_id: PaymentId,
    pub amount: Decimal,
    pub currency: String,
    pub txid: Option<String>,
    pub br_code: Option<String>,
    pub instructions: Option<String>,
    pub on_delivery: bool,
    pub to_stores: bool,
    pub state: ManualChargeState,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
