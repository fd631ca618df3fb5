use feira_kernel::{
    Actor, Page, PageRequest,
    db::{self, Direction, Find},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    CatalogError, EDIT_STOCK, Movement, VariantId, access,
    entities::{
        inventory,
        inventory_movement::{Column, Entity, Model},
    },
    service::Service,
};

impl Service {
    pub(crate) async fn movements(
        &self,
        actor: &Actor,
        variant: VariantId,
        page: PageRequest,
    ) -> Result<Page<Movement>, CatalogError> {
        let store = access::editor(actor, EDIT_STOCK)?;
        let is_first = page.after::<i64>()?.is_none();
        let all = Entity::find()
            .filter(Column::VariantId.eq(variant))
            .filter(Column::StoreId.eq(store));
        let db = self.env.pool.read();
        let newest = (&[Column::Sequence][..], Direction::Descending);
        let found =
            db::page::<_, _, CatalogError>(db, all, newest, &page, |row| row.sequence).await?;
        if found.items.is_empty() && is_first {
            // Nothing ever moved, or it is not hers.
            let stock = inventory::Entity::find_by_id(variant)
                .filter(inventory::Column::StoreId.eq(store))
                .row(db)
                .await?;
            stock.ok_or(CatalogError::NotFound)?;
        }
        Ok(found.map(movement))
    }
}

fn movement(row: Model) -> Movement {
    Movement {
        id: row.id,
        variant: row.variant_id,
        on_hand_change: row.on_hand_change.into(),
        reserved_change: row.reserved_change.into(),
        reason: row.reason,
        reference: row.reference,
        note: row.note,
        actor: row.actor,
        at: row.at,
    }
}
