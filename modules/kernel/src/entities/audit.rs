use sea_orm::entity::prelude::*;

use crate::{StoreId, Surface, Time, UserId, audit::ActorKind};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub at: Time,
    pub actor: ActorKind,
    pub user_id: Option<UserId>,
    pub module: Option<String>,
    pub surface: Option<Surface>,
    pub store_id: Option<StoreId>,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub details: Json,
}

crate::no_relations!();
