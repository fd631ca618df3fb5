//! One module's outbox as others see it: operators, whoever watches, and readers in other processes.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::Envelope;
use crate::{Actor, ErrorKind, FieldError, IdempotencyKey, Page, PageRequest};

/// The right of operators who see and retry deliveries of events.
pub const MANAGE_EVENTS: &str = "events.manage";

crate::text_enum! {
    /// Where a delivery stands.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum DeliveryState {
        Pending = "pending",
        Done = "done",
        /// It failed too often and waits for an operator.
        Dead = "dead",
    }
}

/// One event on its way to one subscriber, as an operator sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivery {
    pub event_id: Uuid,
    pub name: String,
    pub subscriber: String,
    pub state: DeliveryState,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub occurred_at: OffsetDateTime,
    pub next_attempt_at: OffsetDateTime,
}

/// How far deliveries are behind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lag {
    /// Not delivered yet, those that are to be tried again included.
    pub waiting: i64,
    pub dead: i64,
    /// How long the oldest that is due has been due.
    pub oldest_seconds: i64,
    /// Jobs of the module that have been due for more than five minutes.
    #[serde(default)]
    pub late_jobs: i64,
}

/// A place in a module's events: the writing transaction, then the event. Sequence order is
/// not commit order, so only transactions that every reader can already see are given out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    pub transaction: i64,
    pub event: Uuid,
}

/// Why an outbox refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum OutboxError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("you may not see or retry deliveries of events")]
    Forbidden,
    #[error("there is no such module")]
    NoModule,
    #[error("no such delivery waits for an operator")]
    NotDead,
    #[error("events are not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

crate::module_error!(OutboxError,
    kind: |e| match e {
        Self::Invalid(_) => ErrorKind::Invalid,
        Self::Forbidden => ErrorKind::Forbidden,
        Self::NoModule | Self::NotDead => ErrorKind::NotFound,
        Self::Unavailable(_) => ErrorKind::Unavailable,
        Self::Internal(_) => ErrorKind::Internal,
    },
    codes: {
        Self::Invalid(_) => "events.invalid",
        Self::Forbidden => "events.forbidden",
        Self::NoModule => "events.no_module",
        Self::NotDead => "events.not_dead",
        Self::Unavailable(_) => "events.unavailable",
        Self::Internal(_) => "events.internal",
    },
);

crate::remote! {
    /// The events of one module on their way, in this process or in another.
    pub trait Outbox, client HttpOutbox, dispatch dispatch_outbox, service crate::outbox::LocalOutbox {
        /// How far deliveries are behind. For operators with [`MANAGE_EVENTS`] and the gateway.
        async fn lag(&self, actor: &Actor) -> Result<Lag, OutboxError>;

        /// Deliveries, newest events first; `dead_only` for what waits for an operator. For
        /// operators with [`MANAGE_EVENTS`].
        async fn deliveries(&self, actor: &Actor, dead_only: bool, page: PageRequest) -> Result<Page<Delivery>, OutboxError>;

        /// Puts a dead delivery back in line with all its tries; `NotDead` if there is none, so
        /// also the second time. For operators with [`MANAGE_EVENTS`].
        async fn retry(&self, actor: &Actor, event: Uuid, subscriber: String, key: Option<IdempotencyKey>) -> Result<(), OutboxError>;

        /// What the module itself published after a position, oldest first and bounded. For
        /// modules. That the asking one has kept everything up to the position is remembered:
        /// what lies beyond it stays, for at most 30 days.
        async fn read(&self, actor: &Actor, after: Position) -> Result<Vec<(Position, Envelope)>, OutboxError>;
    }
}
