use feira_kernel::Time;
use sea_orm::entity::prelude::*;

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum ProviderEventState {
        /// It waits to be acted on.
        Received = "received",
        Applied = "applied",
        /// It is nothing that could be acted on; the reason is kept.
        Ignored = "ignored",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub provider: String,
    pub event_id: String,
    pub kind: String,
    pub charge_id: String,
    pub state: ProviderEventState,
    pub reason: Option<String>,
    /// Until its provider has said whether it sent it: all of it, as that is asked.
    pub told: Option<String>,
    pub next_attempt_at: Option<Time>,
    pub attempts: i32,
    pub received_at: Time,
    pub created_at: Time,
    pub updated_at: Time,
}

feira_kernel::no_relations!();
