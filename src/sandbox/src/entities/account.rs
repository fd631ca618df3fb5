use feira_kernel::Time;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub idempotency_key: String,
    pub store: String,
    pub name: String,
    pub submitted: bool,
    pub open: bool,
    pub back: Option<String>,
    pub withdrawn: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
