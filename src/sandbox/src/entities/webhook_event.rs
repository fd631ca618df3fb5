use feira_kernel::Time;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub kind: String,
    pub charge_id: String,
    pub attempts: i32,
    pub next_attempt_at: Option<Time>,
    pub delivered_at: Option<Time>,
    pub last_error: Option<String>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
