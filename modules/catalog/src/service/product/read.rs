use feira_kernel::{Actor, Currency, StoreId, Surface, Time, db, values};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};
use uuid::Uuid;

use crate::{
    CatalogError, CategoryId, Image, ImageId, ImageRef, OptionValue, Product, ProductId,
    ProductKey, ProductStatus, StockPolicy, Variant, VariantId,
    service::{Service, parse},
};

/// One product with all that belongs to it, in one statement: the lists come as JSON arrays of
/// arrays, which are the cheapest to make and to read.
macro_rules! product_where {
    ($condition:literal) => {
        concat!(
            "SELECT p.id, p.store_id, p.name, p.slug, p.description, p.category_id, p.brand, p.tags, p.status, \
                    p.currency, p.version, p.created_at, p.updated_at, \
                    (SELECT json_agg(json_build_array(v.id, v.sku, v.options, v.price::text, v.compare_at::text, \
                                     v.weight_grams, v.barcode, i.on_hand, i.reserved, i.stock_policy, i.version) ORDER BY v.position, v.id)::text \
                     FROM variants v JOIN inventory i ON i.variant_id = v.id WHERE v.product_id = p.id) AS variants, \
                    (SELECT json_agg(json_build_array(m.id, m.alt_text, m.position, \
                                     m.small_key, m.small_width, m.small_height, \
                                     m.medium_key, m.medium_width, m.medium_height, \
                                     m.large_key, m.large_width, m.large_height) ORDER BY m.position, m.id)::text \
                     FROM product_images m WHERE m.product_id = p.id) AS images \
             FROM products p WHERE ",
            $condition
        )
    };
}
const BY_ID: &str = product_where!("p.id = $1");
const BY_SLUG: &str = product_where!("p.slug = $1");

#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: Uuid,
    store_id: Uuid,
    name: String,
    slug: String,
    description: String,
    category_id: Option<Uuid>,
    brand: Option<String>,
    tags: Vec<String>,
    status: String,
    currency: String,
    version: i64,
    created_at: Time,
    updated_at: Time,
    variants: Option<String>,
    images: Option<String>,
}

type VariantJson = (
    Uuid,
    String,
    Vec<OptionValue>,
    String,
    Option<String>,
    u32,
    Option<String>,
    i64,
    i64,
    StockPolicy,
    i64,
);
type ImageJson = (
    Uuid,
    String,
    i32,
    String,
    u32,
    u32,
    String,
    u32,
    u32,
    String,
    u32,
    u32,
);

/// Who looks: the store's own people and modules see its stock, buyers what they can buy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    Own,
    Buyer,
}

impl Service {
    pub(crate) async fn show_product(
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
        if seller && actor.store() != Some(StoreId(row.store_id)) {
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
            ProductKey::Slug(slug) => self.shelf.id_of(slug),
        };
        let ticket = id.map(|id| self.shelf.ticket(id));
        let kept = id.and_then(|id| self.shelf.product(id, now));
        if let Some(kept) = kept.filter(|kept| named(kept, &key)) {
            if closed.set.contains(&kept.store) {
                return Err(CatalogError::NotFound);
            }
            return Ok(Product::clone(&kept));
        }
        let row = self.row(&key).await?;
        let store = StoreId(row.store_id);
        if row.status != ProductStatus::Active.word() || closed.set.contains(&store) {
            return Err(CatalogError::NotFound);
        }
        let product = self.present(row, View::Buyer).await?;
        match ticket {
            Some(ticket) if id == Some(product.id) => {
                self.shelf.keep_product(ticket, &product, now);
            }
            // Kept the next time, when it is known before it is loaded.
            _ => self.shelf.keep_slug(&product),
        }
        Ok(product)
    }

    async fn row(&self, key: &ProductKey) -> Result<Row, CatalogError> {
        let (sql, value) = match key {
            ProductKey::Id(id) => (BY_ID, Value::from(*id)),
            ProductKey::Slug(slug) if slug.contains('\0') => return Err(CatalogError::NotFound),
            ProductKey::Slug(slug) => (BY_SLUG, Value::from(slug.clone())),
        };
        let row: Option<Row> = db::optional(self.env.pool.reads(), sql, vec![value]).await?;
        row.ok_or(CatalogError::NotFound)
    }

    /// The product as its own people see it, after a change.
    pub(crate) async fn present(&self, row: Row, view: View) -> Result<Product, CatalogError> {
        let category = row.category_id.map(CategoryId);
        let tree = self.categories.tree_with(category).await?;
        let card = self.store_cards.card(StoreId(row.store_id)).await?;
        let currency = parse::currency(&row.currency)?;
        Ok(Product {
            id: ProductId(row.id),
            store: StoreId(row.store_id),
            store_name: card.name.clone(),
            store_slug: card.slug.clone(),
            name: row.name,
            slug: row.slug,
            description: row.description,
            brand: row.brand,
            tags: row.tags,
            status: ProductStatus::from_word(&row.status)
                .ok_or_else(|| CatalogError::Internal(format!("a product is {}", row.status)))?,
            category_path: tree.path(category).into_iter().cloned().collect(),
            variants: variants(row.variants.as_deref(), currency, view)?,
            images: images(row.images.as_deref())?,
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
    db::optional(db, BY_ID, values![id])
        .await?
        .ok_or(CatalogError::NotFound)
}

fn variants(
    json: Option<&str>,
    currency: Currency,
    view: View,
) -> Result<Vec<Variant>, CatalogError> {
    let rows: Vec<VariantJson> = json.map(parse::json).transpose()?.unwrap_or_default();
    let variant = |row: VariantJson| {
        let (
            id,
            sku,
            options,
            price,
            compare_at,
            weight_grams,
            barcode,
            on_hand,
            reserved,
            policy,
            version,
        ) = row;
        let own = view == View::Own;
        let units = |quantity: i64| u32::try_from(quantity).unwrap_or(0);
        Ok(Variant {
            id: VariantId(id),
            sku,
            options,
            price: parse::money_text(&price, currency)?,
            compare_at: compare_at
                .map(|amount| parse::money_text(&amount, currency))
                .transpose()?,
            weight_grams,
            barcode,
            available: units(on_hand - reserved),
            stock_policy: policy,
            on_hand: own.then_some(on_hand),
            reserved: own.then(|| units(reserved)),
            stock_version: own.then_some(version),
        })
    };
    rows.into_iter().map(variant).collect()
}

fn images(json: Option<&str>) -> Result<Vec<Image>, CatalogError> {
    let rows: Vec<ImageJson> = json.map(parse::json).transpose()?.unwrap_or_default();
    let at = |key, width, height| ImageRef { key, width, height };
    Ok(rows
        .into_iter()
        .map(
            |(id, alt_text, position, s, sw, sh, m, mw, mh, l, lw, lh)| Image {
                id: ImageId(id),
                alt_text,
                position,
                small: at(s, sw, sh),
                medium: at(m, mw, mh),
                large: at(l, lw, lh),
            },
        )
        .collect())
}
