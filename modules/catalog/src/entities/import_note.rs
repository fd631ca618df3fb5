use sea_orm::entity::prelude::*;

use crate::ImportId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub import_id: ImportId,
    /// Among the notes of the import, in the order in which they are told.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place: i32,
    pub line: i64,
    pub column_name: Option<String>,
    pub refused: bool,
    pub code: String,
    pub detail: String,
}

feira_kernel::no_relations!();
