//! The notes of an import, kept for whoever asks for more than the report tells.

use feira_kernel::{
    Actor, Page, PageRequest, StoreId,
    db::{self, Change as _, Direction, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::json;
use time::Duration;

use crate::{
    CatalogError, EDIT_PRODUCTS, ImportId, ImportNote, ImportReport, access,
    entities::{
        import,
        import_note::{Column, Entity, Model},
    },
    service::Service,
};

/// How many of a kind a report tells.
const FIRST: usize = 5;
/// How long the others can be asked for.
const KEPT: Duration = Duration::days(30);
/// Notes that one statement writes or deletes.
const STEP: usize = 1_000;
/// Imports that one statement finds.
const BATCH: u64 = 20;

feira_kernel::recordset! {
    #[derive(Serialize)]
    struct KeptNote {
        place: usize,
        line: u64,
        column_name: Option<String>,
        refused: bool,
        code: String,
        detail: String,
    }
}

impl Service {
    /// Keeps the report, and all notes, of which it leaves the first of each kind there, if that can be
    /// done: the products are taken, whatever becomes of the rest.
    pub(super) async fn keep_notes(&self, store: StoreId, report: &mut ImportReport) {
        let all = report.notes.iter().flat_map(|kind| &kind.first);
        let rows = all.enumerate().map(|(place, note)| {
            let note = note.clone();
            KeptNote {
                place,
                line: note.line,
                column_name: note.column,
                refused: note.refused,
                code: note.code,
                detail: note.detail,
            }
        });
        let rows: Vec<KeptNote> = rows.collect();
        for kind in &mut report.notes {
            kind.first.truncate(FIRST);
        }
        if let Err(error) = self.write_notes(store, report, &rows).await {
            tracing::warn!(%error, import = %report.id, "the notes of an import are not kept");
        }
    }

    async fn write_notes(
        &self,
        store: StoreId,
        report: &ImportReport,
        rows: &[KeptNote],
    ) -> Result<(), db::Error> {
        // Also one without notes is known.
        let first = rows.len().min(STEP);
        let parts = std::iter::once(&rows[..first]).chain(rows[first..].chunks(STEP));
        for part in parts {
            let sql = include_str!("../../sql/insert_import.sql");
            let part = db::recordset(part)?;
            let values = values![report.id, store, self.env.now(), part, json!(report)];
            db::exec(self.env.pool.write(), sql, values).await?;
        }
        Ok(())
    }

    pub(crate) async fn import_report(
        &self,
        actor: &Actor,
        id: ImportId,
    ) -> Result<ImportReport, CatalogError> {
        let own = self.own_import(actor, id).await?;
        serde_json::from_value(own.report).map_err(CatalogError::defect)
    }

    async fn own_import(&self, actor: &Actor, id: ImportId) -> Result<import::Model, CatalogError> {
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        let own = import::Entity::find_by_id(id).filter(import::Column::StoreId.eq(store));
        own.row(self.env.pool.read())
            .await?
            .ok_or(CatalogError::NotFound)
    }

    pub(crate) async fn import_notes(
        &self,
        actor: &Actor,
        id: ImportId,
        code: Option<String>,
        page: PageRequest,
    ) -> Result<Page<ImportNote>, CatalogError> {
        self.own_import(actor, id).await?;
        let db = self.env.pool.read();
        let mut all = Entity::find().filter(Column::ImportId.eq(id));
        if let Some(code) = code {
            // No code has what PostgreSQL cannot compare.
            all = all.filter(Column::Code.eq(code.replace('\0', " ")));
        }
        let order = (&[Column::Place][..], Direction::Ascending);
        let found = db::page::<_, _, CatalogError>(db, all, order, &page, |row| row.place).await?;
        Ok(found.map(note))
    }

    /// Deletes what was kept long enough, in short statements, until nothing is left.
    pub(crate) async fn purge_imports(&self) -> Result<(), CatalogError> {
        loop {
            let old = import::Entity::find()
                .filter(import::Column::CreatedAt.lte(self.env.now() - KEPT))
                .order_by_asc(import::Column::CreatedAt)
                .limit(BATCH);
            let old = old.rows(self.env.pool.read()).await?;
            if old.is_empty() {
                return Ok(());
            }
            for import in old {
                self.purge(import.id).await?;
            }
        }
    }

    async fn purge(&self, id: ImportId) -> Result<(), CatalogError> {
        let db = self.env.pool.write();
        let most = i64::try_from(STEP).unwrap_or(i64::MAX);
        let sql = include_str!("../../sql/purge_notes.sql");
        while db::exec(db, sql, values![id, most]).await? == most.unsigned_abs() {}
        let gone = import::Entity::delete_many().filter(import::Column::Id.eq(id));
        gone.run(db).await?;
        Ok(())
    }
}

fn note(row: Model) -> ImportNote {
    ImportNote {
        line: row.line.unsigned_abs(),
        column: row.column_name,
        refused: row.refused,
        code: row.code,
        detail: row.detail,
    }
}

#[cfg(test)]
mod tests {
    use feira_kernel::db::Recordset;

    use super::*;

    #[test]
    fn a_row_has_what_the_statement_reads() {
        let sql = include_str!("../../sql/insert_import.sql");
        feira_testkit::reads(sql, 4, KeptNote::FIELDS);
    }
}
