use feira_kernel::{Surface, Time, UserId, db::Secret};
use sea_orm::entity::prelude::*;

use crate::api::SessionId;

feira_kernel::text_enum! {
    /// The kind of token of a device, which decides its lifetime.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Kind {
        Refresh = "refresh",
        Browser = "browser",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: Kind,
    pub family: SessionId,
    pub token_hash: Secret,
    pub user_id: UserId,
    pub surface: Surface,
    pub device: Option<String>,
    pub address: Option<String>,
    pub opened_at: Time,
    pub last_used_at: Time,
    pub expires_at: Time,
    pub revoked_at: Option<Time>,
    pub rotated_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
