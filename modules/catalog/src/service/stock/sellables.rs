use feira_kernel::{Actor, Currency, Money, StoreId, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::units;
use crate::{
    CatalogError, CategoryId, ImageRef, OptionValue, ProductId, Sellable, StockPolicy, VariantId,
    access,
    service::{Service, parse},
    validate::stock,
};

#[derive(FromQueryResult)]
struct Row {
    id: VariantId,
    product_id: ProductId,
    store_id: StoreId,
    name: String,
    slug: String,
    sku: String,
    options: String,
    image: Option<String>,
    category_id: Option<CategoryId>,
    price: Decimal,
    currency: String,
    weight_grams: i32,
    active: bool,
    available: i32,
    stock_policy: StockPolicy,
}

impl Service {
    pub(crate) async fn sellables(
        &self,
        actor: &Actor,
        variants: Vec<VariantId>,
    ) -> Result<Vec<Sellable>, CatalogError> {
        access::read_sellables(actor)?;
        let variants = stock::batch("/variants", variants, stock::MAX_SELLABLES)?;
        let ids: Vec<Uuid> = variants.into_iter().map(|v| v.0).collect();
        let rows: Vec<Row> = db::rows(
            self.env.pool.read(),
            include_str!("../../sql/sellables.sql"),
            values![ids],
        )
        .await?;
        let mut sellables = Vec::with_capacity(rows.len());
        for row in rows {
            let tree = self.categories.tree_with(row.category_id).await?;
            let path = tree.path(row.category_id).iter().map(|c| c.id).collect();
            sellables.push(row.sellable(path)?);
        }
        Ok(sellables)
    }
}

impl Row {
    fn sellable(self, category_path: Vec<CategoryId>) -> Result<Sellable, CatalogError> {
        let options: Vec<OptionValue> = parse::json(&self.options)?;
        let image: Option<ImageRef> = self.image.as_deref().map(parse::json).transpose()?;
        let currency: Currency = parse::currency(&self.currency)?;
        let unit_price: Money = parse::money(self.price, currency)?;
        Ok(Sellable {
            variant: self.id,
            product: self.product_id,
            store: self.store_id,
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
            stock_policy: self.stock_policy,
        })
    }
}
