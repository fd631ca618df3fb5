use feira_kernel::Time;
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "providers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    /// One that this release does not know may be there: a newer one runs beside it.
    pub kind: String,
    pub takes_new: bool,
    pub position: i32,
    pub settings: Json,
    /// By field when each was entered, and its text under the seal.
    pub secrets: Json,
    pub removed_at: Option<Time>,
    pub version: i64,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
