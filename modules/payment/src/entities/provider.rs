use feira_kernel::Time;
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};

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

/// More than may be entered.
const MOST: u64 = 50;

/// Those that were not removed, in the order in which new payments are offered to them.
pub(crate) fn kept() -> Select<Entity> {
    Entity::find()
        .filter(Column::RemovedAt.is_null())
        .order_by_asc(Column::Position)
        .order_by_asc(Column::Name)
        .limit(MOST)
}
