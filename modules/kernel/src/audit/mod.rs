//! Who did what: a row in the transaction of each act by which a person moves money, takes something
//! away or decides. One table `audit` in each schema, which the module's role may only add to.

mod api;
mod local;

use sea_orm::{EntityTrait, Set};
use uuid::Uuid;

pub use api::{
    ActorKind, AuditError, AuditFilter, AuditLog, Entry, HttpAuditLog, SEE_AUDIT, Who,
    dispatch_audit_log,
};
pub use local::LocalAuditLog;

use crate::{
    Actor, Env,
    db::{self, Change},
    entities::audit,
};

/// A kind of act, declared by [`acts!`](crate::acts!).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Act {
    /// `<module>.<what was done>`.
    pub name: &'static str,
    /// What kind of thing it was done to.
    pub subject: &'static str,
}

/// Declares a module's acts, and the list of them.
#[macro_export]
macro_rules! acts {
    ($($name:ident = $act:literal on $subject:literal),+ $(,)?) => {
        $(pub(crate) const $name: $crate::audit::Act = $crate::audit::Act {
            name: $act,
            subject: $subject,
        };)+

        /// The acts that this module logs.
        pub const ACTS: &[$crate::audit::Act] = &[$($name),+];
    };
}

crate::acts!(EVENT_RETRIED = "event.retried" on "event");

/// Logs an act in the transaction of the act. The details are ids, amounts and states: no personal data
/// and no secrets, because the log is never purged.
pub async fn record(
    tx: &db::Tx,
    env: &Env,
    who: &Actor,
    act: Act,
    subject: Uuid,
    details: serde_json::Value,
) -> Result<(), db::Error> {
    let Who {
        kind,
        user,
        module,
        surface,
        store,
    } = Who::of(who);
    // The row is found by the time in its id.
    let at = env.now();
    let row = audit::ActiveModel {
        id: Set(env.entropy.uuid(at)),
        at: Set(at),
        actor: Set(kind),
        user_id: Set(user),
        module: Set(module),
        surface: Set(surface),
        store_id: Set(store),
        action: Set(act.name.to_owned()),
        subject_kind: Set(act.subject.to_owned()),
        subject_id: Set(subject),
        details: Set(details),
    };
    audit::Entity::insert(row).run(&**tx).await.map(drop)
}
