use sea_orm::entity::prelude::*;

use crate::{Time, outbox::DeliveryState};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_delivery")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub event_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub subscriber: String,
    pub state: DeliveryState,
    pub attempts: i32,
    pub next_attempt_at: Time,
    pub lease_until: Option<Time>,
    pub last_error: Option<String>,
    pub done_at: Option<Time>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::outbox_event::Entity",
        from = "Column::EventId",
        to = "super::outbox_event::Column::Id"
    )]
    Event,
}

impl Related<super::outbox_event::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Event.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
