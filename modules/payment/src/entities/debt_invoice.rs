use feira_kernel::{StoreId, Time};
use sea_orm::entity::prelude::*;

use crate::{InvoiceId, InvoiceStatus};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "debt_invoices")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: InvoiceId,
    pub number: i64,
    pub store_id: StoreId,
    pub store_name: String,
    pub business_name: String,
    pub tax_id: String,
    pub amount: Decimal,
    pub currency: String,
    pub moved: Decimal,
    pub note: String,
    pub due_on: TimeDate,
    pub status: InvoiceStatus,
    pub ended_note: Option<String>,
    pub ended_at: Option<Time>,
    pub settlement_id: Option<Uuid>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
