use feira_kernel::Time;
use sea_orm::entity::prelude::*;

use crate::{ReservationKey, ReservationState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "reservations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: ReservationKey,
    pub state: ReservationState,
    pub expires_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
