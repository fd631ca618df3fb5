use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::{BankStatementFormat, BankStatementId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "statements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BankStatementId,
    pub digest: String,
    pub format: BankStatementFormat,
    pub lines: i32,
    pub known: i32,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
