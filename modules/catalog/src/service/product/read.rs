use feira_kernel::{Actor, Currency, StoreId, Surface, Time, db, values};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::Deserialize;

use crate::{
    CatalogError, CategoryId, Image, OptionValue, Product, ProductId, ProductKey, ProductStatus,
    StockPolicy, Variant, VariantId,
    service::{Service, parse},
};

/// One product with all that belongs to it, in one statement: its lists come as JSON.
const PRODUCT: &str = include_str!("../../sql/product.sql");

#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: ProductId,
    store_id: StoreId,
    name: String,
    slug: String,
    description: String,
    category_id: Option<CategoryId>,
    brand: Option<String>,
    tags: Vec<String>,
    status: ProductStatus,
    currency: String,
    version: i64,
    created_at: Time,
    updated_at: Time,
    variants: Option<String>,
    images: Option<String>,
}

/// A variant with its stock.
#[derive(Deserialize)]
struct VariantJson {
    id: VariantId,
    sku: String,
    options: Vec<OptionValue>,
    price: String,
    compare_at: Option<String>,
    weight_grams: u32,
    barcode: Option<String>,
    on_hand: i64,
    reserved: i64,
    stock_policy: StockPolicy,
    version: i64,
}

/// Who looks: the store's own people and modules see its stock, buyers what they can buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Own,
    Buyer,
}

impl Service {
    pub(crate) async fn product(
        &self,
        actor: &Actor,
        key: ProductKey,
    ) -> Result<Product, CatalogError> {
        let seller = matches!(
            actor,
            Actor::Person {
                surface: Surface::Seller,
                ..
            }
        );
        if !seller && !matches!(actor, Actor::System { .. }) {
            return self.offer(key).await;
        }
        let row = self.row(&key).await?;
        if seller && actor.store() != Some(row.store_id) {
            return Err(CatalogError::NotFound);
        }
        self.present(row, View::Own).await
    }

    /// The product as buyers see it, if they can buy it.
    async fn offer(&self, key: ProductKey) -> Result<Product, CatalogError> {
        let closed = self.store_cards.closed().await?;
        let now = self.env.now();
        let id = match &key {
            ProductKey::Id(id) => Some(*id),
            ProductKey::Slug(slug) => self.product_cache.id_of(slug),
        };
        let change_count = id.map(|id| self.product_cache.change_count(id));
        let kept = id.and_then(|id| self.product_cache.product(id, now));
        if let Some(kept) = kept.filter(|kept| named(kept, &key)) {
            if closed.set.contains(&kept.store) {
                return Err(CatalogError::NotFound);
            }
            return Ok(Product::clone(&kept));
        }
        let row = self.row(&key).await?;
        if row.status != ProductStatus::Active || closed.set.contains(&row.store_id) {
            return Err(CatalogError::NotFound);
        }
        let product = self.present(row, View::Buyer).await?;
        match change_count {
            Some(change_count) if id == Some(product.id) => {
                self.product_cache.keep_product(change_count, &product, now);
            }
            // Kept the next time, when it is known before it is loaded.
            _ => self.product_cache.keep_slug(&product),
        }
        Ok(product)
    }

    async fn row(&self, key: &ProductKey) -> Result<Row, CatalogError> {
        let key = match key {
            ProductKey::Id(id) => values![*id, None::<String>],
            ProductKey::Slug(slug) if slug.contains('\0') => return Err(CatalogError::NotFound),
            ProductKey::Slug(slug) => values![None::<ProductId>, slug.clone()],
        };
        let row: Option<Row> = db::optional(self.env.pool.read(), PRODUCT, key).await?;
        row.ok_or(CatalogError::NotFound)
    }

    /// The product as its own people see it, after a change.
    pub(crate) async fn present(&self, row: Row, view: View) -> Result<Product, CatalogError> {
        let tree = self.categories.tree_with(row.category_id).await?;
        let card = self.store_cards.card(row.store_id).await?;
        let currency = parse::currency(&row.currency)?;
        let images: Option<Vec<Image>> = row.images.as_deref().map(parse::json).transpose()?;
        Ok(Product {
            id: row.id,
            store: row.store_id,
            store_name: card.name.clone(),
            store_slug: card.slug.clone(),
            name: row.name,
            slug: row.slug,
            description: row.description,
            brand: row.brand,
            tags: row.tags,
            status: row.status,
            category_path: tree.path(row.category_id).into_iter().cloned().collect(),
            variants: variants(row.variants.as_deref(), currency, view)?,
            images: images.unwrap_or_default(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}

fn named(product: &Product, key: &ProductKey) -> bool {
    match key {
        ProductKey::Id(id) => product.id == *id,
        ProductKey::Slug(slug) => product.slug == *slug,
    }
}

/// The product's row with all that belongs to it, inside a transaction or outside.
pub(crate) async fn load(db: &impl ConnectionTrait, id: ProductId) -> Result<Row, CatalogError> {
    db::optional(db, PRODUCT, values![id, None::<String>])
        .await?
        .ok_or(CatalogError::NotFound)
}

fn variants(
    json: Option<&str>,
    currency: Currency,
    view: View,
) -> Result<Vec<Variant>, CatalogError> {
    let rows: Vec<VariantJson> = json.map(parse::json).transpose()?.unwrap_or_default();
    rows.into_iter()
        .map(|row| row.variant(currency, view))
        .collect()
}

impl VariantJson {
    fn variant(self, currency: Currency, view: View) -> Result<Variant, CatalogError> {
        let own = view == View::Own;
        let units = |quantity: i64| u32::try_from(quantity).unwrap_or(0);
        let compare_at = self.compare_at.as_deref();
        Ok(Variant {
            id: self.id,
            sku: self.sku,
            options: self.options,
            price: parse::money_text(&self.price, currency)?,
            compare_at: compare_at
                .map(|amount| parse::money_text(amount, currency))
                .transpose()?,
            weight_grams: self.weight_grams,
            barcode: self.barcode,
            available: units(self.on_hand - self.reserved),
            stock_policy: self.stock_policy,
            on_hand: own.then_some(self.on_hand),
            reserved: own.then(|| units(self.reserved)),
            stock_version: own.then_some(self.version),
        })
    }
}
