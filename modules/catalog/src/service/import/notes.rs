//! The notes of an import, kept for whoever asks for more than the report tells.

use feira_kernel::{
    Actor, Page, PageRequest, StoreId,
    db::{self, Direction, Find},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
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
/// Imports that one statement deletes.
const BATCH: i64 = 20;

impl Service {
    /// Keeps all notes, and the report, in which the first of each kind are left.
    pub(super) async fn keep_notes(
        &self,
        store: StoreId,
        report: &mut ImportReport,
    ) -> Result<(), CatalogError> {
        let all = report.notes.iter().flat_map(|kind| &kind.first);
        let rows = all.enumerate().map(|(place, note)| {
            json!({
                "place": place,
                "line": note.line,
                "column_name": note.column,
                "refused": note.refused,
                "code": note.code,
                "detail": note.detail,
            })
        });
        let rows = Value::Array(rows.collect());
        for kind in &mut report.notes {
            kind.first.truncate(FIRST);
        }
        let sql = include_str!("../../sql/insert_import.sql");
        let values = values![report.id, store, self.env.now(), rows, json!(report)];
        db::exec(self.env.pool.write(), sql, values).await?;
        Ok(())
    }

    pub(crate) async fn import_report(
        &self,
        actor: &Actor,
        id: ImportId,
    ) -> Result<ImportReport, CatalogError> {
        let own = self.own_import(actor, id).await?;
        serde_json::from_value(own.report).map_err(|e| CatalogError::Internal(e.to_string()))
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

    /// Deletes what was kept long enough, in short statements, until little is left.
    pub(crate) async fn purge_imports(&self) -> Result<(), CatalogError> {
        loop {
            let sql = include_str!("../../sql/purge_imports.sql");
            let values = values![self.env.now() - KEPT, BATCH];
            let deleted = db::exec(self.env.pool.write(), sql, values).await?;
            if deleted < BATCH.unsigned_abs() {
                return Ok(());
            }
        }
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
