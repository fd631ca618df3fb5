use feira_kernel::Time;
use sea_orm::entity::prelude::*;

/// One row, which counts changes of providers and limits.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i16,
    pub version: i64,
    pub updated_at: Time,
}

feira_kernel::no_relations!();

/// The id of the row.
pub(crate) const ONLY: i16 = 1;
