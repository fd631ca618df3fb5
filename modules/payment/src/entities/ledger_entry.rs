use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{Account, LedgerKind, PaymentId, PayoutId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub transaction_id: Uuid,
    pub kind: LedgerKind,
    pub account: Account,
    pub store_id: Option<StoreId>,
    pub amount: Decimal,
    pub currency: String,
    pub payment_id: Option<PaymentId>,
    pub split_id: Option<Uuid>,
    pub payout_id: Option<PayoutId>,
    pub at: Time,
    pub created_at: Time,
}

feira_kernel::no_relations!();
