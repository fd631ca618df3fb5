use feira_kernel::{Actor, StoreId, Time, Versions, db, values};

use super::{View, load};
use crate::{
    CatalogError, EDIT_PRODUCTS, Product, ProductChange, ProductId, ProductStatus,
    service::{Service, editor},
    shelf::Shelf,
    validate,
};

impl Service {
    pub(crate) async fn change_product(
        &self,
        actor: &Actor,
        id: ProductId,
        change: ProductChange,
    ) -> Result<Product, CatalogError> {
        let store = editor(actor, EDIT_PRODUCTS)?;
        let change = validate::product_change(change)?;
        self.known_category(change.category.flatten()).await?;
        let now = self.env.now();
        let row = self
            .env
            .pool
            .transaction((change, self.shelf.clone()), move |tx, (change, shelf)| {
                Box::pin(async move {
                    lock(tx, &shelf, store, id, change.expected_version.as_ref()).await?;
                    set(tx, id, &change, now, false).await?;
                    load(&**tx, id).await
                })
            })
            .await?;
        self.present(row, View::Own).await
    }
}

/// Locks a product of the store, which is about to change; a foreign one is not found.
pub(crate) async fn lock(
    tx: &db::Tx,
    shelf: &Shelf,
    store: StoreId,
    id: ProductId,
    expected: Option<&Versions>,
) -> Result<(), CatalogError> {
    let version: Option<i64> = db::scalar(
        &**tx,
        "SELECT version FROM products WHERE id = $1 AND store_id = $2 FOR UPDATE",
        values![id, store],
    )
    .await?;
    let version = version.ok_or(CatalogError::NotFound)?;
    if expected.is_some_and(|seen| !seen.allow(version)) {
        return Err(CatalogError::VersionMismatch);
    }
    shelf.changes(tx, id);
    Ok(())
}

/// Changes what is given of a locked product, and what the search knows of it. That a file has
/// archived it is only true until a person saves it.
pub(crate) async fn set(
    tx: &db::Tx,
    id: ProductId,
    change: &ProductChange,
    now: Time,
    imported: bool,
) -> Result<(), CatalogError> {
    let (set_category, category) = split(change.category.map(|c| c.map(|c| c.0)));
    let (set_brand, brand) = split(change.brand.clone());
    db::exec(
        &**tx,
        "WITH new AS (SELECT id, coalesce($2, name) AS name, coalesce($3, description) AS description, \
                             CASE WHEN $4 THEN $5 ELSE category_id END AS category_id, \
                             CASE WHEN $6 THEN $7 ELSE brand END AS brand, \
                             coalesce($8, tags) AS tags, coalesce($9, status) AS status \
                      FROM products WHERE id = $1) \
         UPDATE products p SET name = n.name, name_plain = lower(unaccent(n.name)), description = n.description, \
                category_id = n.category_id, brand = n.brand, tags = n.tags, status = n.status, \
                archived_by_import = $11 AND p.archived_by_import AND n.status = p.status, \
                search = setweight(to_tsvector('feira', n.name), 'A') || \
                         setweight(to_tsvector('feira', concat_ws(' ', n.brand, array_to_string(n.tags, ' '))), 'B') || \
                         setweight(to_tsvector('feira', n.description), 'C'), \
                version = p.version + 1, updated_at = $10 \
         FROM new n WHERE p.id = n.id",
        values![
            id,
            change.name.clone(),
            change.description.clone(),
            set_category,
            category,
            set_brand,
            brand,
            change.tags.clone(),
            change.status.map(ProductStatus::word),
            now,
            imported
        ],
    )
    .await?;
    Ok(())
}

/// Whether to set, and to what.
fn split<T>(change: Option<Option<T>>) -> (bool, Option<T>) {
    match change {
        Some(value) => (true, value),
        None => (false, None),
    }
}

/// A variant or an image changed: so did the product and what lists show of it.
pub(crate) async fn touch(tx: &db::Tx, id: ProductId, now: Time) -> Result<(), CatalogError> {
    db::exec(
        &**tx,
        "UPDATE products p SET version = version + 1, updated_at = $2, \
                price_from = v.low, price_to = v.high, compare_at = v.compare_at, image = m.image \
         FROM (SELECT min(price) AS low, max(price) AS high, \
                      (array_agg(compare_at ORDER BY price, position))[1] AS compare_at \
               FROM variants WHERE product_id = $1) v \
         LEFT JOIN (SELECT jsonb_build_object( \
                        'small', jsonb_build_object('key', small_key, 'width', small_width, 'height', small_height), \
                        'medium', jsonb_build_object('key', medium_key, 'width', medium_width, 'height', medium_height)) AS image \
                    FROM product_images WHERE product_id = $1 ORDER BY position, id LIMIT 1) m ON true \
         WHERE p.id = $1",
        values![id, now],
    )
    .await?;
    Ok(())
}
