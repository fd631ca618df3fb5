use feira_kernel::{Actor, Currency, Money, StoreId, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::units;
use crate::{
    CatalogError, CategoryId, ImageRef, OptionValue, ProductId, Sellable, VariantId, rules,
    service::{Service, parse},
};

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    product_id: Uuid,
    store_id: Uuid,
    name: String,
    slug: String,
    sku: String,
    options: String,
    image: Option<String>,
    category_id: Option<Uuid>,
    price: Decimal,
    currency: String,
    weight_grams: i32,
    active: bool,
    available: i32,
    stock_policy: String,
}

impl Service {
    pub(crate) async fn sellable_variants(
        &self,
        actor: &Actor,
        variants: Vec<VariantId>,
    ) -> Result<Vec<Sellable>, CatalogError> {
        if !actor.is_system(rules::MAY_READ) {
            return Err(CatalogError::Forbidden);
        }
        let variants = rules::batch("/variants", variants, rules::MAX_SELLABLES)?;
        let ids: Vec<Uuid> = variants.into_iter().map(|v| v.0).collect();
        let rows: Vec<Row> = db::rows(
            self.env.pool.by_key(),
            "SELECT v.id, v.product_id, v.store_id, p.name, p.slug, v.sku, v.options::text AS options, \
                    (p.image -> 'small')::text AS image, p.category_id, v.price, v.currency, v.weight_grams, \
                    p.status = 'active' AS active, i.on_hand - i.reserved AS available, i.stock_policy \
             FROM variants v JOIN products p ON p.id = v.product_id JOIN inventory i ON i.variant_id = v.id \
             WHERE v.id = ANY($1) ORDER BY v.id",
            values![ids],
        )
        .await?;
        let mut sellables = Vec::with_capacity(rows.len());
        for row in rows {
            let category = row.category_id.map(CategoryId);
            let tree = self.categories.tree_with(category).await?;
            let path = tree.path(category).iter().map(|c| c.id).collect();
            sellables.push(row.sellable(path)?);
        }
        Ok(sellables)
    }
}

impl Row {
    fn sellable(self, category_path: Vec<CategoryId>) -> Result<Sellable, CatalogError> {
        let options: Vec<OptionValue> = parse::json(&self.options)?;
        let image: Option<ImageRef> = self.image.as_deref().map(parse::json).transpose()?;
        let stock_policy = parse::stock_policy(&self.stock_policy)?;
        let currency: Currency = parse::currency(&self.currency)?;
        let unit_price: Money = parse::money(self.price, currency)?;
        Ok(Sellable {
            variant: VariantId(self.id),
            product: ProductId(self.product_id),
            store: StoreId(self.store_id),
            title: self.name,
            product_slug: self.slug,
            sku: self.sku,
            options,
            image,
            category_path,
            unit_price,
            currency,
            weight_grams: units(self.weight_grams),
            active: self.active,
            available: units(self.available),
            stock_policy,
        })
    }
}
