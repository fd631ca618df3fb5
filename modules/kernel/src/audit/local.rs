use sea_orm::FromQueryResult;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{AuditError, AuditFilter, Entry, SEE_AUDIT, Who};
use crate::{Actor, Env, Page, PageRequest, StoreId, UserId, db, entropy::first_uuid, values};

/// The audit log of a module of this process.
pub struct LocalAuditLog {
    env: Env,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    at: OffsetDateTime,
    actor: String,
    user_id: Option<UserId>,
    module: Option<String>,
    surface: Option<String>,
    store_id: Option<StoreId>,
    action: String,
    subject_kind: String,
    subject_id: Uuid,
    details: serde_json::Value,
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
        let after: Option<Uuid> = page.after()?;
        // Ids are in the order of time: the primary key finds an old day.
        let before = filter.before.map(first_uuid);
        let below = [after, before].into_iter().flatten().min();
        let rows: Vec<Row> = db::rows(
            self.env.pool.search(),
            include_str!("../sql/audit_entries.sql"),
            values![below, filter.user, filter.subject, page.fetch()],
        )
        .await?;
        let entries = rows.into_iter().map(Entry::from).collect();
        Ok(Page::from_rows(entries, &page, |entry: &Entry| entry.id))
    }
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
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
