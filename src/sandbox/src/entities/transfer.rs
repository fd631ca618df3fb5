use feira_kernel::Time;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub payout: String,
    pub account_id: String,
    pub amount: i64,
    pub currency: String,
    pub reversed: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
