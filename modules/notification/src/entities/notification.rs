use feira_kernel::{Time, UserId};
use sea_orm::entity::prelude::*;

use crate::{
    api::{MessageId, MessageStatus},
    locale::Locale,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MessageId,
    pub channel: String,
    pub kind: String,
    pub locale: Locale,
    pub user_id: Option<UserId>,
    pub recipient: String,
    pub recipient_name: String,
    pub subject: String,
    pub params: Option<Json>,
    pub body_text: Option<String>,
    pub body_html: Option<String>,
    pub has_body: bool,
    pub dedupe_key: String,
    pub message_id: Option<String>,
    pub event_id: Uuid,
    pub status: MessageStatus,
    pub attempts: i32,
    pub attempts_before: i32,
    pub next_attempt_at: Time,
    pub lease_until: Option<Time>,
    pub last_error: Option<String>,
    pub sent_at: Option<Time>,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
