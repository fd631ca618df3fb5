use feira_kernel::{Actor, Page, PageRequest, Time, db, values};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::{
    CatalogError, EDIT_STOCK, Movement, MovementReason, VariantId,
    service::{Service, editor, parse},
};

#[derive(FromQueryResult)]
struct MovementRow {
    id: Uuid,
    sequence: i64,
    on_hand_change: i32,
    reserved_change: i32,
    reason: String,
    reference: Option<String>,
    note: Option<String>,
    actor: String,
    at: Time,
}

impl Service {
    pub(crate) async fn movements_of(
        &self,
        actor: &Actor,
        variant: VariantId,
        page: PageRequest,
    ) -> Result<Page<Movement>, CatalogError> {
        let store = editor(actor, EDIT_STOCK)?;
        let after: Option<i64> = page.after().map_err(parse::cursor)?;
        let rows: Vec<MovementRow> = db::rows(
            self.env.pool.reads(),
            "SELECT id, sequence, on_hand_change, reserved_change, reason, reference, note, actor, at \
             FROM inventory_movements \
             WHERE variant_id = $1 AND store_id = $2 AND sequence < $3 ORDER BY sequence DESC LIMIT $4",
            values![variant, store, after.unwrap_or(i64::MAX), page.fetch()],
        )
        .await?;
        if rows.is_empty() && after.is_none() {
            // Nothing ever moved, or it is not hers.
            let known =
                "SELECT EXISTS (SELECT 1 FROM inventory WHERE variant_id = $1 AND store_id = $2)";
            let found = db::scalar(self.env.pool.reads(), known, values![variant, store]).await?;
            if found != Some(true) {
                return Err(CatalogError::NotFound);
            }
        }
        let page = Page::from_rows(rows, &page, |row| row.sequence);
        let next_cursor = page.next_cursor;
        let items: Result<_, _> = page
            .items
            .into_iter()
            .map(|row| movement(variant, row))
            .collect();
        Ok(Page {
            items: items?,
            next_cursor,
        })
    }
}

fn movement(variant: VariantId, row: MovementRow) -> Result<Movement, CatalogError> {
    let reason = MovementReason::from_word(&row.reason)
        .ok_or_else(|| CatalogError::Internal(format!("a movement is {}", row.reason)))?;
    Ok(Movement {
        id: row.id,
        variant,
        on_hand_change: row.on_hand_change.into(),
        reserved_change: row.reserved_change.into(),
        reason,
        reference: row.reference,
        note: row.note,
        actor: row.actor,
        at: row.at,
    })
}
