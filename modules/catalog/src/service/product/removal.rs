use feira_kernel::{
    Actor, Env, Versions, audit,
    db::{self, Change as _},
    values,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set};
use serde_json::json;

use super::{VariantRow, View, load, lock, touch};
use crate::{
    CatalogError, EDIT_PRODUCTS, Product, ProductId, VariantId, access,
    acts::VARIANT_REMOVED,
    entities::variant::{ActiveModel, Column, Entity},
    service::Service,
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
        let by = (self.env.clone(), actor.clone());
        let input = (by, expected, self.product_cache.clone());
        let row = self
            .env
            .pool
            .transaction(input, move |tx, ((env, who), expected, product_cache)| {
                Box::pin(async move {
                    lock(tx, &product_cache, store, product, expected.as_ref()).await?;
                    let known = VariantRow::of(tx, product).await?;
                    if known.iter().all(|row| row.id != variant) {
                        return Err(CatalogError::NotFound);
                    }
                    if known.len() == 1 {
                        return Err(CatalogError::LastVariant);
                    }
                    let archived = take_away(tx, &env, variant).await?;
                    let details = json!({"product": product, "archived": archived});
                    audit::record(tx, &env, &who, VARIANT_REMOVED, variant.0, details).await?;
                    touch(tx, product, env.now()).await?;
                    load(&**tx, product).await
                })
            })
            .await?;
        self.present(row, View::Own).await
    }
}

/// Whether it had to stay, for what names it.
async fn take_away(tx: &db::Tx, env: &Env, variant: VariantId) -> Result<bool, CatalogError> {
    let sql = include_str!("../../sql/delete_untouched.sql");
    let untouched = db::exec(&**tx, sql, values![variant]).await? == 1;
    if untouched {
        let gone = Entity::delete_many().filter(Column::Id.eq(variant));
        gone.run(&**tx).await?;
    } else {
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
