use sea_orm::entity::prelude::*;

use crate::Time;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub run_at: Time,
    pub attempts: i32,
    pub lease_until: Option<Time>,
    pub last_error: Option<String>,
    pub finished_at: Option<Time>,
}

crate::no_relations!();
