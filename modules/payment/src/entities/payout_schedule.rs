use feira_kernel::Time;
use sea_orm::entity::prelude::*;

/// One row, once the stores were paid by the schedule.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payout_schedule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub single: bool,
    pub ran_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
