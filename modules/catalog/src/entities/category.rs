use sea_orm::entity::prelude::*;

use crate::CategoryId;

/// Without its path, which the tree makes of the parents.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "categories")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CategoryId,
    pub parent_id: Option<CategoryId>,
    pub name: String,
    pub slug: String,
    pub position: i32,
    pub names: Json,
    pub version: i64,
}

feira_kernel::no_relations!();
