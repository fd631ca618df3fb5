//! What the seller's list shows: her own products in any state.

use feira_kernel::{Actor, Page, PageRequest, Surface, Time, db, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{Service, parse};
use crate::{
    CatalogError, ImageRef, ProductId, ProductStatus, SellerFilter, SellerProduct, rules::invalid,
};

const LIST: &str = "\
    SELECT p.id, p.slug, p.name, p.status, p.price_from, p.price_to, p.currency, p.updated_at, \
           (p.image -> 'small')::text AS image, s.variants, s.available, s.not_counted, s.sold_out \
    FROM products p \
    CROSS JOIN LATERAL (SELECT count(*) AS variants, \
                               coalesce(sum(greatest(i.on_hand - i.reserved, 0)) \
                                        FILTER (WHERE i.stock_policy <> 'not_counted'), 0)::bigint AS available, \
                               coalesce(bool_and(i.stock_policy = 'not_counted'), false) AS not_counted, \
                               coalesce(bool_and(i.stock_policy = 'counted' AND i.on_hand = i.reserved), true) AS sold_out \
                        FROM inventory i WHERE i.product_id = p.id) s \
    WHERE p.store_id = $1 AND ($2::uuid IS NULL OR p.id < $2) AND ($3::text IS NULL OR p.status = $3) \
      AND ($4::text IS NULL OR strpos(p.name_plain, lower(unaccent($4))) > 0 \
           OR EXISTS (SELECT 1 FROM variants v WHERE v.product_id = p.id AND v.sku = $4)) \
      AND (NOT $5 OR s.sold_out) \
    ORDER BY p.id DESC LIMIT $6";

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    slug: String,
    name: String,
    status: String,
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
    pub(crate) async fn products_of_store(
        &self,
        actor: &Actor,
        filter: SellerFilter,
        page: PageRequest,
    ) -> Result<Page<SellerProduct>, CatalogError> {
        let store = match actor {
            Actor::Person {
                surface: Surface::Seller,
                store: Some(store),
                ..
            } => *store,
            _ => return Err(CatalogError::Forbidden),
        };
        let q = filter.q.map(|q| q.trim().to_owned());
        let q = q.filter(|q| !q.is_empty());
        if q.as_ref()
            .is_some_and(|q| q.contains('\0') || q.chars().count() > 200)
        {
            return Err(invalid("/q", "too_long", "at most 200 characters"));
        }
        let after: Option<Uuid> = page.after().map_err(parse::cursor)?;
        let rows: Vec<Row> = db::rows(
            self.env.pool.reads(),
            LIST,
            values![
                store,
                after,
                filter.status.map(ProductStatus::word),
                q,
                filter.sold_out,
                page.fetch()
            ],
        )
        .await?;
        let page = Page::from_rows(rows, &page, |row| row.id);
        let items: Result<Vec<_>, _> = page.items.into_iter().map(present).collect();
        Ok(Page {
            items: items?,
            next_cursor: page.next_cursor,
        })
    }
}

fn present(row: Row) -> Result<SellerProduct, CatalogError> {
    let currency = parse::currency(&row.currency)?;
    let image: Option<ImageRef> = row.image.as_deref().map(parse::json).transpose()?;
    Ok(SellerProduct {
        id: ProductId(row.id),
        slug: row.slug,
        name: row.name,
        status: ProductStatus::from_word(&row.status)
            .ok_or_else(|| CatalogError::Internal(format!("a product is {}", row.status)))?,
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
