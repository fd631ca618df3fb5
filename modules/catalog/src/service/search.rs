//! Lists of cards. One bounded statement each; lists read the denormalised columns of products,
//! never variants or images.

mod sql;

use std::collections::HashMap;

use feira_kernel::{
    Actor, Cursor, FieldError, Money, Page, PageRequest, StoreId, db, text,
    validate::{CURRENCY, UNKNOWN},
    values,
};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Service, parse};
use crate::{
    CatalogError, ImageRef, ProductCard, ProductId, Search, Sort, field_codes::PRICE_RANGE,
    product_cache::list_key, validate::stock::batch,
};
use sql::{List, Text};

const MAX_CARDS: usize = 100;
const MAX_TEXT: usize = 200;
/// The share of common trigrams from which a name looks like what was typed: two wrong letters
/// in eight are forgiven.
const ALIKE: &str = "BEGIN READ ONLY; SET LOCAL pg_trgm.word_similarity_threshold TO 0.38";

#[derive(FromQueryResult)]
struct Row {
    id: ProductId,
    slug: String,
    name: String,
    store_id: StoreId,
    price_from: Decimal,
    price_to: Decimal,
    compare_at: Option<Decimal>,
    currency: String,
    image: Option<String>,
    in_stock: bool,
    score: i64,
}

/// The sort key of the last card; which kind of text match the list goes on with.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct After {
    similar: bool,
    score: i64,
    #[serde(with = "rust_decimal::serde::str")]
    price: Decimal,
    id: ProductId,
}

impl Service {
    /// One page of a list, from memory if it was asked for a moment ago.
    pub(crate) async fn search(
        &self,
        _: &Actor,
        query: Search,
        page: PageRequest,
    ) -> Result<Page<ProductCard>, CatalogError> {
        let closed = self.store_cards.closed().await?;
        let now = self.env.now();
        let change_count = self.product_cache.list_change_count();
        let key = list_key(&query, &page);
        if let Some(kept) = key
            .as_deref()
            .and_then(|key| self.product_cache.list(key, &closed, now))
        {
            return Ok(kept);
        }
        let found = self.look_up(query, page, closed.list.clone()).await?;
        if let Some(key) = key {
            self.product_cache
                .keep_list(change_count, key, &found, closed, now);
        }
        Ok(found)
    }

    async fn look_up(
        &self,
        mut query: Search,
        page: PageRequest,
        closed: Vec<Uuid>,
    ) -> Result<Page<ProductCard>, CatalogError> {
        let after: Option<After> = page.after()?;
        let text = clean(query.q.take())?;
        check_prices(query.price_min, query.price_max)?;
        let categories = match query.category.take() {
            Some(key) => {
                let tree = self.categories.tree().await?;
                let detail = "there is no such category";
                let unknown = || FieldError::new("/category", UNKNOWN, detail);
                let category = tree.find(&key).ok_or_else(unknown)?;
                Some(tree.with_descendants(category.id))
            }
            None => None,
        };
        let list = List {
            categories,
            closed,
            limit: page.fetch().unsigned_abs(),
            query,
        };
        let similar = after.as_ref().is_some_and(|a| a.similar);
        let Some(text) = text else {
            let rows = self.rows(&list, Text::None, &after).await?;
            return self.page(rows, &page, false).await;
        };
        if !similar {
            let rows = self.rows(&list, Text::Words(&text), &after).await?;
            if !rows.is_empty() || after.is_some() || self.known(&text).await? {
                return self.page(rows, &page, false).await;
            }
        }
        // No product has these words: names that look alike, for those who mistyped.
        let rows = self.rows(&list, Text::Similar(&text), &after).await?;
        self.page(rows, &page, true).await
    }

    pub(crate) async fn cards(
        &self,
        _: &Actor,
        ids: Vec<ProductId>,
    ) -> Result<Vec<ProductCard>, CatalogError> {
        let asked = batch("/ids", ids.clone(), MAX_CARDS)?;
        let asked: Vec<Uuid> = asked.into_iter().map(|id| id.0).collect();
        let closed = self.store_cards.closed().await?;
        let (sql, values) = sql::cards(asked, closed.list.clone());
        let rows: Vec<Row> = db::rows(self.env.pool.read(), &sql, values).await?;
        let mut cards: HashMap<ProductId, ProductCard> = self
            .present_cards(rows)
            .await?
            .into_iter()
            .map(|card| (card.id, card))
            .collect();
        // In the caller's order, each once.
        Ok(ids.into_iter().filter_map(|id| cards.remove(&id)).collect())
    }

    /// Whether any product has these words: then nobody mistyped, and here there is none.
    async fn known(&self, text: &str) -> Result<bool, CatalogError> {
        let words = include_str!("../sql/words_known.sql");
        let known = db::scalar(self.env.pool.search(), words, values![text]).await?;
        Ok(known.unwrap_or(false))
    }

    async fn rows(
        &self,
        list: &List,
        text: Text<'_>,
        after: &Option<After>,
    ) -> Result<Vec<Row>, CatalogError> {
        let after = after.as_ref().map(|a| (a.score, a.price, a.id));
        let (sql, values) = list.statement(text, after);
        let pool = &self.env.pool;
        let found = match text {
            Text::Similar(_) => db::rows(&pool.search_with(ALIKE), &sql, values).await,
            _ => db::rows(pool.search(), &sql, values).await,
        };
        Ok(found?)
    }

    async fn page(
        &self,
        rows: Vec<Row>,
        request: &PageRequest,
        similar: bool,
    ) -> Result<Page<ProductCard>, CatalogError> {
        let page = Page::from_rows(rows, request, |row| After {
            similar,
            score: row.score,
            price: row.price_from,
            id: row.id,
        });
        let next_cursor: Option<Cursor> = page.next_cursor;
        Ok(Page {
            items: self.present_cards(page.items).await?,
            next_cursor,
        })
    }

    async fn present_cards(&self, rows: Vec<Row>) -> Result<Vec<ProductCard>, CatalogError> {
        let stores = rows.iter().map(|row| row.store_id).collect();
        let stores = self.store_cards.cards(stores).await?;
        let mut cards = Vec::with_capacity(rows.len());
        for row in rows {
            // A store that Stores does not know has nothing to sell.
            if let Some(store) = stores.get(&row.store_id) {
                cards.push(card(row, &store.name, &store.slug)?);
            }
        }
        Ok(cards)
    }
}

fn card(row: Row, store_name: &str, store_slug: &str) -> Result<ProductCard, CatalogError> {
    let currency = parse::currency(&row.currency)?;
    let image: Option<ImageRef> = row.image.as_deref().map(parse::json).transpose()?;
    Ok(ProductCard {
        id: row.id,
        slug: row.slug,
        title: row.name,
        store: row.store_id,
        store_name: store_name.to_owned(),
        store_slug: store_slug.to_owned(),
        price_from: parse::money(row.price_from, currency)?,
        price_to: parse::money(row.price_to, currency)?,
        compare_at: row
            .compare_at
            .map(|amount| parse::money(amount, currency))
            .transpose()?,
        image,
        in_stock: row.in_stock,
    })
}

/// The words looked for; none if there are only spaces.
fn clean(q: Option<String>) -> Result<Option<String>, CatalogError> {
    let Some(q) = q.as_deref().map(text::line) else {
        return Ok(None);
    };
    let words: Vec<&str> = q
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    if q.chars().count() > MAX_TEXT {
        return Err(FieldError::too_long("/q", MAX_TEXT).into());
    }
    Ok((!words.is_empty()).then(|| apart(&words.join(" "))))
}

/// Words that a hyphen joins are each a word: the index has them by themselves too, and a name without
/// the hyphen is meant as well.
fn apart(words: &str) -> String {
    let mut rest = words.chars().peekable();
    let (mut before, mut apart) = (' ', String::with_capacity(words.len()));
    while let Some(c) = rest.next() {
        let joins = |after: &char| c == '-' && before.is_alphabetic() && after.is_alphabetic();
        let is_joint = rest.peek().is_some_and(joins);
        apart.push(if is_joint { ' ' } else { c });
        before = c;
    }
    apart
}

fn check_prices(min: Option<Money>, max: Option<Money>) -> Result<(), CatalogError> {
    let (Some(min), Some(max)) = (min, max) else {
        return Ok(());
    };
    let (code, detail) = match min.compare(max) {
        Ok(std::cmp::Ordering::Greater) => (PRICE_RANGE, "below price_min"),
        Ok(_) => return Ok(()),
        Err(_) => (CURRENCY, "not that of price_min"),
    };
    Err(FieldError::new("/price_max", code, detail).into())
}

/// Without a text relevance means the newest.
fn effective(sort: Sort, text: Text<'_>) -> Sort {
    match (sort, text) {
        (Sort::Relevance, Text::None) => Sort::Newest,
        (sort, _) => sort,
    }
}
