//! Images in another order, and taken away.

use std::collections::BTreeSet;

use feira_kernel::{
    Actor, FieldError, Time, Versions, audit,
    db::{self, Change as _, Find},
    validate::UNKNOWN,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use serde_json::json;

use super::{
    Service,
    image::MAX_IMAGES,
    product::{View, load, lock, touch},
    stock::int,
};
use crate::{
    CatalogError, EDIT_PRODUCTS, ImageId, Product, ProductId, access,
    acts::IMAGE_REMOVED,
    entities::product_image::{ActiveModel, Column, Entity},
};

impl Service {
    pub(crate) async fn order_images(
        &self,
        actor: &Actor,
        product: ProductId,
        images: Vec<ImageId>,
        expected: Option<Versions>,
    ) -> Result<Product, CatalogError> {
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        let now = self.env.now();
        let input = (images, expected, self.product_cache.clone());
        let row = self
            .env
            .pool
            .transaction(input, move |tx, (images, expected, product_cache)| {
                Box::pin(async move {
                    lock(tx, &product_cache, store, product, expected.as_ref()).await?;
                    put_in_order(tx, product, images, now).await?;
                    touch(tx, product, now).await?;
                    load(&**tx, product).await
                })
            })
            .await?;
        self.present(row, View::Own).await
    }

    pub(crate) async fn remove_image(
        &self,
        actor: &Actor,
        product: ProductId,
        image: ImageId,
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
                    let gone = Entity::delete_many()
                        .filter(Column::Id.eq(image))
                        .filter(Column::ProductId.eq(product));
                    if gone.run(&**tx).await? == 0 {
                        return Err(CatalogError::NotFound);
                    }
                    let details = json!({"image": image});
                    audit::record(tx, &env, &who, IMAGE_REMOVED, product.0, details).await?;
                    touch(tx, product, env.now()).await?;
                    load(&**tx, product).await
                })
            })
            .await?;
        self.present(row, View::Own).await
    }
}

/// The product is locked, so that no image comes or goes meanwhile.
async fn put_in_order(
    tx: &db::Tx,
    product: ProductId,
    images: Vec<ImageId>,
    now: Time,
) -> Result<(), CatalogError> {
    let known = Entity::find()
        .filter(Column::ProductId.eq(product))
        .limit(MAX_IMAGES)
        .rows(&**tx)
        .await?;
    let known: BTreeSet<ImageId> = known.into_iter().map(|image| image.id).collect();
    let named: BTreeSet<ImageId> = images.iter().copied().collect();
    if named != known || images.len() != known.len() {
        let detail = "each image of the product, once";
        return Err(FieldError::new("/image_ids", UNKNOWN, detail).into());
    }
    for (position, image) in (1_u32..).zip(images) {
        let moved = Entity::update_many()
            .set(ActiveModel {
                position: Set(int(position)),
                updated_at: Set(now),
                ..Default::default()
            })
            .filter(Column::Id.eq(image));
        moved.run(&**tx).await?;
    }
    Ok(())
}
