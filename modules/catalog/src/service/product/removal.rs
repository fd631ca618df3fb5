use feira_kernel::{
    Actor, Versions, audit,
    db::{self, Change as _},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::{VariantRow, View, load, lock, touch};
use crate::{
    CatalogError, EDIT_PRODUCTS, MovementReason, Product, ProductId, VariantId, access,
    acts::VARIANT_REMOVED,
    entities::variant::{ActiveModel, Column, Entity},
    service::{
        Service,
        stock::{self, int},
    },
};

impl Service {
    pub(crate) async fn remove_variant(
        &self,
        actor: &Actor,
        product: ProductId,
        variant: VariantId,
        expected: Option<Versions>,
    ) -> Result<Product, CatalogError> {
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        let removal = stock::Change {
            env: self.env.clone(),
            product_cache: self.product_cache.clone(),
            store,
            variant,
            reason: MovementReason::Adjustment,
            reference: None,
            note: None,
            actor: actor.label(),
            threshold: int(self.settings.low_stock_threshold),
        };
        let row = self
            .env
            .pool
            .transaction((removal, actor.clone(), expected), move |tx, input| {
                Box::pin(async move {
                    let (removal, who, expected) = input;
                    let (env, cache) = (&removal.env, &removal.product_cache);
                    lock(tx, cache, store, product, expected.as_ref()).await?;
                    let known = VariantRow::of(tx, product).await?;
                    if known.iter().all(|row| row.id != variant) {
                        return Err(CatalogError::NotFound);
                    }
                    if known.len() == 1 {
                        return Err(CatalogError::LastVariant);
                    }
                    let archived = take_away(tx, &removal).await?;
                    let details = json!({"product": product, "archived": archived});
                    audit::record(tx, env, &who, VARIANT_REMOVED, variant.0, details).await?;
                    touch(tx, product, env.now()).await?;
                    load(&**tx, product).await
                })
            })
            .await?;
        self.present(row, View::Own).await
    }
}

/// Whether it had to stay, for what names it.
async fn take_away(tx: &db::Tx, removal: &stock::Change) -> Result<bool, CatalogError> {
    let (env, variant) = (&removal.env, removal.variant);
    let sql = include_str!("../../sql/delete_untouched.sql");
    let untouched = db::exec(&**tx, sql, values![variant]).await? == 1;
    if untouched {
        let gone = Entity::delete_many().filter(Column::Id.eq(variant));
        gone.run(&**tx).await?;
    } else {
        stock::withdraw(tx, removal).await?;
        let archived = Entity::update_many()
            .set(ActiveModel {
                archived_at: Set(Some(env.now())),
                updated_at: Set(env.now()),
                ..Default::default()
            })
            .filter(Column::Id.eq(variant));
        archived.run(&**tx).await?;
    }
    Ok(!untouched)
}
