use feira_files::{Derivative, FileError, FileKey};
use feira_kernel::{
    Actor, Env, IdempotencyKey, StoreId, Time,
    db::{self, Change as _, Find},
    idempotency::{self, Keyed},
    validate::Fields,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Set};

use super::{
    Service,
    product::{lock, touch},
    stock::int,
};
use crate::{
    CatalogError, EDIT_PRODUCTS, Image, ImageFile, ImageId, ImageRef, ImageUpload, ProductId,
    access,
    entities::{product, product_image},
    product_cache::ProductCache,
};

pub(super) const MAX_IMAGES: u64 = 20;
/// Longest sides of small, medium and large, in pixels.
const SIDES: [u32; 3] = [160, 480, 1_200];

#[derive(Clone)]
struct New {
    env: Env,
    product_cache: ProductCache,
    store: StoreId,
    product: ProductId,
    source: String,
    alt_text: String,
    /// Small, medium, large: key, width, height.
    sizes: [(String, i32, i32); 3],
    now: Time,
    keyed: Option<Keyed>,
}

impl Service {
    pub(crate) async fn add_image(
        &self,
        actor: &Actor,
        product: ProductId,
        mut upload: ImageUpload,
        key: Option<IdempotencyKey>,
    ) -> Result<Image, CatalogError> {
        let store = access::editor(actor, EDIT_PRODUCTS)?;
        let mut fields = Fields::default();
        upload.alt_text = fields.text("/alt_text", &upload.alt_text, 0..=300);
        fields.finish()?;
        let file = self.pictures.admit(upload.bytes)?;
        // Somebody else's product is not worth decoding for.
        let own = product::Entity::find_by_id(product)
            .filter(product::Column::StoreId.eq(store))
            .row(self.env.pool.read())
            .await?;
        own.ok_or(CatalogError::NotFound)?;
        let source = file.hash();
        if let Some(known) = same(self.env.pool.read(), product, &source).await? {
            return Ok(known);
        }
        let made = self.pictures.derivatives(file, SIDES).await?;
        let sizes = made.each_ref().map(size);
        // The files first: a row never names a file that is not there.
        for derivative in made {
            let Derivative { key, bytes, .. } = derivative;
            self.files.put(key, bytes, self.env.uuid()).await?;
        }
        let new = New {
            env: self.env.clone(),
            product_cache: self.product_cache.clone(),
            store,
            product,
            source,
            alt_text: upload.alt_text,
            sizes,
            now: self.env.now(),
            keyed: IdempotencyKey::of(key, actor),
        };
        self.env
            .pool
            .transaction(new, |tx, new| Box::pin(insert(tx, new)))
            .await
    }

    pub(crate) async fn image_file(
        &self,
        _: &Actor,
        key: String,
    ) -> Result<ImageFile, CatalogError> {
        let key = FileKey::parse(&key).ok_or(CatalogError::NotFound)?;
        let content_type = key.content_type().to_owned();
        let bytes = self.files.get(key).await?.ok_or(CatalogError::NotFound)?;
        Ok(ImageFile {
            bytes,
            content_type,
        })
    }
}

fn size(derivative: &Derivative) -> (String, i32, i32) {
    let Derivative {
        key, width, height, ..
    } = derivative;
    (key.as_str().to_owned(), int(*width), int(*height))
}

async fn insert(tx: &db::Tx, new: New) -> Result<Image, CatalogError> {
    lock(tx, &new.product_cache, new.store, new.product, None).await?;
    // The content is what a repeat is known by; the key tells another content apart.
    idempotency::first(tx, &new.env, new.keyed.as_ref(), &()).await?;
    if let Some(known) = same(&**tx, new.product, &new.source).await? {
        return Ok(known);
    }
    let others = product_image::Entity::find()
        .filter(product_image::Column::ProductId.eq(new.product))
        .limit(MAX_IMAGES)
        .rows(&**tx)
        .await?;
    if others.len() as u64 >= MAX_IMAGES {
        let reason = format!("a product has at most {MAX_IMAGES} images");
        return Err(CatalogError::BadImage(reason));
    }
    let [small, medium, large] = new.sizes;
    let row = product_image::ActiveModel {
        id: Set(ImageId(new.env.uuid())),
        product_id: Set(new.product),
        source_hash: Set(new.source.clone()),
        alt_text: Set(new.alt_text),
        position: Set(others.iter().map(|image| image.position).max().unwrap_or(0) + 1),
        small_key: Set(small.0),
        small_width: Set(small.1),
        small_height: Set(small.2),
        medium_key: Set(medium.0),
        medium_width: Set(medium.1),
        medium_height: Set(medium.2),
        large_key: Set(large.0),
        large_width: Set(large.1),
        large_height: Set(large.2),
        ..Default::default()
    };
    product_image::Entity::insert(row).run(&**tx).await?;
    touch(tx, new.product, new.now).await?;
    same(&**tx, new.product, &new.source)
        .await?
        .ok_or_else(|| CatalogError::Internal("the image vanished".to_owned()))
}

/// The image that this content became on this product before.
async fn same(
    db: &impl ConnectionTrait,
    product: ProductId,
    source: &str,
) -> Result<Option<Image>, CatalogError> {
    let row = product_image::Entity::find()
        .filter(product_image::Column::ProductId.eq(product))
        .filter(product_image::Column::SourceHash.eq(source))
        .row(db)
        .await?;
    Ok(row.map(Image::from))
}

impl From<FileError> for CatalogError {
    fn from(error: FileError) -> Self {
        match error {
            FileError::BadPicture(reason) => Self::BadImage(reason),
            FileError::Truncated => Self::ImageTruncated,
            FileError::TooLarge(reason) => Self::ImageTooLarge(reason),
            FileError::Unavailable(reason) => Self::Unavailable(reason),
            FileError::Internal(reason) => Self::Internal(reason),
        }
    }
}

impl From<product_image::Model> for Image {
    fn from(row: product_image::Model) -> Self {
        Self {
            id: row.id,
            alt_text: row.alt_text,
            position: row.position,
            small: at(row.small_key, row.small_width, row.small_height),
            medium: at(row.medium_key, row.medium_width, row.medium_height),
            large: at(row.large_key, row.large_width, row.large_height),
        }
    }
}

fn at(key: String, width: i32, height: i32) -> ImageRef {
    let pixels = |n: i32| u32::try_from(n).unwrap_or(0);
    ImageRef {
        key,
        width: pixels(width),
        height: pixels(height),
    }
}
