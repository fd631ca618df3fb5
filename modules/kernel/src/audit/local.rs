use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{AuditError, AuditFilter, Entry, SEE_AUDIT, Who};
use crate::{
    Actor, Env, Page, PageRequest,
    db::{self, Direction},
    entities::audit::{Column, Entity, Model},
    entropy::first_uuid,
};

/// The audit log of a module of this process.
pub struct LocalAuditLog {
    env: Env,
}

impl LocalAuditLog {
    pub fn new(env: Env) -> Self {
        Self { env }
    }

    pub(crate) async fn entries(
        &self,
        actor: &Actor,
        filter: AuditFilter,
        page: PageRequest,
    ) -> Result<Page<Entry>, AuditError> {
        if !actor.is_operator(SEE_AUDIT) {
            return Err(AuditError::Forbidden);
        }
        let mut found = Entity::find();
        if let Some(before) = filter.before {
            // Ids are in the order of time: the primary key finds an old day.
            found = found.filter(Column::Id.lt(first_uuid(before)));
        }
        if let Some(user) = filter.user {
            found = found.filter(Column::UserId.eq(user));
        }
        if let Some(subject) = filter.subject {
            found = found.filter(Column::SubjectId.eq(subject));
        }
        let (db, newest) = (
            self.env.pool.search(),
            (&[Column::Id][..], Direction::Descending),
        );
        let rows = db::page::<_, _, AuditError>(db, found, newest, &page, |row| row.id).await?;
        Ok(rows.map(Entry::from))
    }
}

impl From<Model> for Entry {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            at: row.at,
            who: Who {
                kind: row.actor,
                user: row.user_id,
                module: row.module,
                surface: row.surface,
                store: row.store_id,
            },
            action: row.action,
            subject_kind: row.subject_kind,
            subject: row.subject_id,
            details: row.details,
        }
    }
}
