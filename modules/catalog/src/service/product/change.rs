use feira_kernel::{
    Actor, FieldError, StoreId, Time, Versions, audit,
    db::{self, Change, Find},
    values,
};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};
use serde_json::json;

use super::{View, load, row::category_gone};
use crate::{
    CatalogError, EDIT_PRODUCTS, Product, ProductChange, ProductId, ProductStatus, access,
    acts::PRODUCT_ARCHIVED,
    entities::product::{self, Column},
    field_codes::WITHOUT_PRICE,
    product_cache::ProductCache,
    service::Service,
    validate,
};

impl Service {
    pub(crate) async fn update_product(
        &self,
        actor: &Actor,
        id: ProductId,
        change: ProductChange,
    ) -> Result<Product, CatalogError> {
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        let change = validate::product_change(change)?;
        self.known_category(change.category.flatten()).await?;
        let may_be = match change.status {
            Some(ProductStatus::Active) => self.store_cards.may_publish(store).await?,
            _ => true,
        };
        let by = (self.env.clone(), actor.clone());
        let input = (by, change, self.product_cache.clone());
        let row = self
            .env
            .pool
            .transaction(input, move |tx, ((env, who), change, product_cache)| {
                Box::pin(async move {
                    let expected = change.expected_version.as_ref();
                    let was = lock(tx, &product_cache, store, id, expected).await?;
                    priced(&was, &change)?;
                    let from = was.status;
                    if !may_be && from != ProductStatus::Active {
                        return Err(CatalogError::StoreClosed);
                    }
                    set(tx, &was, &change, env.now(), false).await?;
                    let archived = Some(ProductStatus::Archived);
                    if change.status == archived && Some(from) != archived {
                        let details = json!({"from": from});
                        audit::record(tx, &env, &who, PRODUCT_ARCHIVED, id.0, details).await?;
                    }
                    load(&**tx, id).await
                })
            })
            .await?;
        self.present(row, View::Own).await
    }
}

/// A file may have made a draft whose price is still to be said.
fn priced(was: &product::Model, change: &ProductChange) -> Result<(), CatalogError> {
    if change.status == Some(ProductStatus::Active) && was.price_from.is_zero() {
        let detail = "give each variant a price first";
        return Err(FieldError::new("/status", WITHOUT_PRICE, detail).into());
    }
    Ok(())
}

/// Locks a product of the store, which is about to change; a foreign one is not found.
pub(crate) async fn lock(
    tx: &db::Tx,
    product_cache: &ProductCache,
    store: StoreId,
    id: ProductId,
    expected: Option<&Versions>,
) -> Result<product::Model, CatalogError> {
    let own = product::Entity::find_by_id(id)
        .filter(Column::StoreId.eq(store))
        .lock_exclusive();
    let found = own.row(&**tx).await?.ok_or(CatalogError::NotFound)?;
    if expected.is_some_and(|seen| !seen.allow(found.version)) {
        return Err(CatalogError::VersionMismatch);
    }
    product_cache.changes(tx, id);
    Ok(found)
}

/// Changes what is given of a locked product. That a file has archived it is only true until a
/// person saves it.
pub(crate) async fn set(
    tx: &db::Tx,
    was: &product::Model,
    change: &ProductChange,
    now: Time,
    imported: bool,
) -> Result<(), CatalogError> {
    let stays = change.status.is_none_or(|status| status == was.status);
    let changed = product::Entity::update_many()
        .set(product::ActiveModel {
            archived_by_import: Set(imported && was.archived_by_import && stays),
            updated_at: Set(now),
            ..product::ActiveModel::changed(change)
        })
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(was.id));
    changed.run(&**tx).await.map_err(category_gone)?;
    Ok(())
}

/// A variant or an image changed: so did the product and what lists show of it.
pub(crate) async fn touch(tx: &db::Tx, id: ProductId, now: Time) -> Result<(), CatalogError> {
    db::exec(
        &**tx,
        include_str!("../../sql/refresh_product.sql"),
        values![id, now],
    )
    .await?;
    Ok(())
}
