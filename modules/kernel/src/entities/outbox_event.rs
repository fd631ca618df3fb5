use sea_orm::entity::prelude::*;

use crate::Time;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub aggregate_id: Uuid,
    pub aggregate_version: i64,
    pub payload: Json,
    pub occurred_at: Time,
    pub fanned_out_at: Option<Time>,
    pub source: Option<String>,
    pub transaction_id: i64,
}

crate::no_relations!();
