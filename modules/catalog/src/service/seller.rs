//! What the seller's list shows: her own products in any state.

use feira_kernel::{Actor, Page, PageRequest, Time, db, validate::Fields, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, parse};
use crate::{
    CatalogError, ImageRef, ProductId, ProductStatus, SellerFilter, SellerProduct, access,
};

const MAX_TEXT: usize = 200;

#[derive(FromQueryResult)]
struct Row {
    id: ProductId,
    slug: String,
    name: String,
    status: ProductStatus,
    price_from: Decimal,
    price_to: Decimal,
    currency: String,
    updated_at: Time,
    image: Option<String>,
    variants: i64,
    available: i64,
    not_counted: bool,
    sold_out: bool,
}

impl Service {
    /// Every member of the store may look; what she may change is another question.
    pub(crate) async fn seller_products(
        &self,
        actor: &Actor,
        filter: SellerFilter,
        page: PageRequest,
    ) -> Result<Page<SellerProduct>, CatalogError> {
        let store = access::member(actor)?;
        let mut fields = Fields::default();
        let q = fields.optional("/q", filter.q.as_deref(), MAX_TEXT);
        fields.finish()?;
        let (db, sql) = (
            self.env.pool.search(),
            include_str!("../sql/seller_products.sql"),
        );
        let wanted = values![store, filter.status, q, filter.sold_out];
        let (start, key) = (ProductId(Uuid::max()), |row: &Row| row.id);
        let rows = db::page_of::<_, _, CatalogError>(db, sql, wanted, start, &page, key).await?;
        rows.try_map(present)
    }
}

fn present(row: Row) -> Result<SellerProduct, CatalogError> {
    let currency = parse::currency(&row.currency)?;
    let image: Option<ImageRef> = row.image.as_deref().map(parse::json).transpose()?;
    Ok(SellerProduct {
        id: row.id,
        slug: row.slug,
        name: row.name,
        status: row.status,
        variants: u32::try_from(row.variants).unwrap_or(u32::MAX),
        price_from: parse::money(row.price_from, currency)?,
        price_to: parse::money(row.price_to, currency)?,
        available: u32::try_from(row.available).unwrap_or(u32::MAX),
        not_counted: row.not_counted,
        sold_out: row.sold_out,
        image,
        updated_at: row.updated_at,
    })
}
