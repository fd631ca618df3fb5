use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::{
    BankStatementId, BankStatementLineId, BankStatementLineState, BankStatementReason, PaymentId,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "statement_lines")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BankStatementLineId,
    pub statement_id: BankStatementId,
    pub key: String,
    pub number: i32,
    pub booked_on: TimeDate,
    pub amount: Decimal,
    pub currency: String,
    pub text: String,
    pub state: BankStatementLineState,
    pub reason: Option<BankStatementReason>,
    pub payment_id: Option<PaymentId>,
    pub was_paid: bool,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
