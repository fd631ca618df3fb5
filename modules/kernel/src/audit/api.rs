//! One module's audit log as operators read it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{Actor, ErrorKind, FieldError, Page, PageRequest, StoreId, Surface, UserId};

/// The permission to read the audit log.
pub const SEE_AUDIT: &str = "audit.see";

crate::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ActorKind {
        Person = "person",
        Guest = "guest",
        /// A module.
        System = "system",
    }
}

/// The actor as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Who {
    pub kind: ActorKind,
    /// The person, or on whose behalf a module did it.
    pub user: Option<UserId>,
    pub module: Option<String>,
    pub surface: Option<Surface>,
    /// Where a seller worked.
    pub store: Option<StoreId>,
}

/// One act of the log.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// In the order of time.
    pub id: Uuid,
    pub at: OffsetDateTime,
    pub who: Who,
    /// `<module>.<what was done>`.
    pub action: String,
    pub subject_kind: String,
    pub subject: Uuid,
    pub details: serde_json::Value,
}

/// Filters; absent ones match all acts.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AuditFilter {
    pub user: Option<UserId>,
    pub subject: Option<Uuid>,
    pub before: Option<OffsetDateTime>,
}

/// Why a log cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AuditError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("you may not see who did what")]
    Forbidden,
    #[error("the audit log is not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

crate::module_error!(AuditError,
    kind: |e| match e {
        Self::Invalid(_) => ErrorKind::Invalid,
        Self::Forbidden => ErrorKind::Forbidden,
        Self::Unavailable(_) => ErrorKind::Unavailable,
        Self::Internal(_) => ErrorKind::Internal,
    },
    codes: {
        Self::Invalid(_) => "audit.invalid",
        Self::Forbidden => "audit.forbidden",
        Self::Unavailable(_) => "audit.unavailable",
        Self::Internal(_) => "audit.internal",
    },
);

impl Who {
    pub(super) fn of(actor: &Actor) -> Self {
        let (kind, module, surface, store) = match actor {
            Actor::Person { surface, store, .. } => {
                (ActorKind::Person, None, Some(*surface), *store)
            }
            Actor::Guest { .. } => (ActorKind::Guest, None, None, None),
            Actor::System { module, .. } => {
                (ActorKind::System, Some(module.to_string()), None, None)
            }
        };
        Self {
            kind,
            user: actor.user(),
            module,
            surface,
            store,
        }
    }
}

crate::remote! {
    /// The audit log of one module, in this process or in another.
    pub trait AuditLog, client HttpAuditLog, dispatch dispatch_audit_log, service crate::audit::LocalAuditLog {
        /// Acts, newest first. For operators with [`SEE_AUDIT`].
        async fn entries(&self, actor: &Actor, filter: AuditFilter, page: PageRequest) -> Result<Page<Entry>, AuditError>;
    }
}
