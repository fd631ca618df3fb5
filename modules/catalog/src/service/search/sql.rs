use std::fmt::Write;

use rust_decimal::Decimal;
use sea_orm::Value;
use uuid::Uuid;

use super::effective;
use crate::{Search, Sort};

/// What a card shows of a product `p`.
pub(super) const CARD: &str = "\
    p.id, p.slug, p.name, p.store_id, p.price_from, p.price_to, p.compare_at, p.currency, \
    (p.image -> 'medium')::text AS image, \
    EXISTS (SELECT 1 FROM inventory i WHERE i.product_id = p.id \
            AND (i.on_hand > i.reserved OR i.stock_policy <> 'counted')) AS in_stock";

const COLUMNS: &str =
    "p.id, p.slug, p.name, p.store_id, p.price_from, p.price_to, p.compare_at, p.currency, p.image";

/// How many of the newest matches are ranked by relevance: bounds the work of common words.
const RANKED: i64 = 2_000;

/// How products match a text.
#[derive(Debug, Clone, Copy)]
pub(super) enum Text<'a> {
    None,
    /// All words, whatever their endings and accents.
    Words(&'a str),
    /// Names that look alike.
    Similar(&'a str),
}

/// What one list asks for.
pub(super) struct List {
    pub(super) query: Search,
    pub(super) categories: Option<Vec<Uuid>>,
    pub(super) closed: Vec<Uuid>,
    pub(super) limit: i64,
}

/// SQL that grows with its bound values.
struct Builder {
    sql: String,
    values: Vec<Value>,
}

impl Builder {
    /// Binds a value; `{}` in the fragment is its place.
    fn and(&mut self, fragment: &str, value: impl Into<Value>) {
        let place = self.bind(value);
        self.sql.push_str(" AND ");
        self.sql.push_str(&fragment.replace("{}", &place));
    }

    fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }
}

impl List {
    /// The statement and its values; `after` is score, price and id of the last card.
    pub(super) fn statement(
        &self,
        text: Text<'_>,
        after: Option<(i64, Decimal, Uuid)>,
    ) -> (String, Vec<Value>) {
        let mut hits = Builder {
            sql: String::new(),
            values: Vec::new(),
        };
        self.filters(&mut hits, text);
        let sort = effective(self.query.sort, text);
        let ranked = matches!(sort, Sort::Relevance);
        let (mut sql, score) = if ranked {
            let score = score(&mut hits, text);
            let capped = hits.bind(RANKED);
            let found = format!(
                "(SELECT p.id, p.search, p.name_plain FROM products p \
                  WHERE p.status = 'active'{} ORDER BY p.id DESC LIMIT {capped}) p",
                hits.sql
            );
            (format!("FROM {found} WHERE true"), score)
        } else {
            let found = format!("FROM products p WHERE p.status = 'active'{}", hits.sql);
            (found, "0::bigint".to_owned())
        };
        if let Some(after) = after {
            let keyset = keyset(&mut hits, sort, &score, after);
            let _ = write!(sql, " AND {keyset}");
        }
        let limit = hits.bind(self.limit);
        let order = match sort {
            Sort::Relevance => "score DESC, p.id DESC",
            Sort::Newest => "p.id DESC",
            Sort::PriceAscending => "p.price_from, p.id",
            Sort::PriceDescending => "p.price_from DESC, p.id DESC",
        };
        // The few rows of the page first: only those are looked up in the stock. What is ranked is
        // carried around without the rest of its row.
        let columns = if ranked { "p.id" } else { COLUMNS };
        let page =
            format!("SELECT {columns}, {score} AS score {sql} ORDER BY {order} LIMIT {limit}");
        let from = if ranked {
            format!(
                "(SELECT p.*, page.score FROM ({page}) page JOIN products p ON p.id = page.id) p"
            )
        } else {
            format!("({page}) p")
        };
        let sql = format!("SELECT {CARD}, p.score FROM {from} ORDER BY {order}");
        (sql, hits.values)
    }

    /// The text becomes a query in a subselect of its own, once and not for every row.
    fn filters(&self, hits: &mut Builder, text: Text<'_>) {
        match text {
            Text::None => {}
            Text::Words(words) => {
                hits.and(
                    "p.search @@ (SELECT websearch_to_tsquery('feira', {}))",
                    words,
                );
            }
            Text::Similar(words) => hits.and("(SELECT lower(unaccent({}))) <% p.name_plain", words),
        }
        let query = &self.query;
        if !self.closed.is_empty() {
            hits.and("p.store_id <> ALL({})", self.closed.clone());
        }
        match self.categories.as_deref() {
            // One category can give its own index's order.
            Some([one]) => hits.and("p.category_id = {}", *one),
            Some(many) => hits.and("p.category_id = ANY({})", many.to_vec()),
            None => {}
        }
        if let Some(store) = query.store {
            hits.and("p.store_id = {}", store);
        }
        if let Some(currency) = query.price_min.or(query.price_max).map(|m| m.currency()) {
            hits.and("p.currency = {}", currency.code());
        }
        if let Some(min) = query.price_min {
            hits.and("p.price_to >= {}", min.amount());
        }
        if let Some(max) = query.price_max {
            hits.and("p.price_from <= {}", max.amount());
        }
        if query.in_stock {
            let any = " AND EXISTS (SELECT 1 FROM inventory i WHERE i.product_id = p.id \
                                   AND (i.on_hand > i.reserved OR i.stock_policy <> 'counted'))";
            hits.sql.push_str(any);
        }
    }
}

/// Relevance as a whole number, so that a cursor can name it exactly.
fn score(hits: &mut Builder, text: Text<'_>) -> String {
    match text {
        Text::Words(words) => {
            let words = hits.bind(words);
            format!(
                "(ts_rank(p.search, (SELECT websearch_to_tsquery('feira', {words})), 1) * 1000000)::bigint"
            )
        }
        Text::Similar(words) => {
            let words = hits.bind(words);
            format!(
                "(word_similarity((SELECT lower(unaccent({words}))), p.name_plain) * 1000000)::bigint"
            )
        }
        Text::None => "0::bigint".to_owned(),
    }
}

fn keyset(
    hits: &mut Builder,
    sort: Sort,
    score: &str,
    (last_score, price, id): (i64, Decimal, Uuid),
) -> String {
    match sort {
        Sort::Relevance => {
            let (last, id) = (hits.bind(last_score), hits.bind(id));
            format!("({score}, p.id) < ({last}, {id})")
        }
        Sort::Newest => format!("p.id < {}", hits.bind(id)),
        Sort::PriceAscending => {
            let (price, id) = (hits.bind(price), hits.bind(id));
            format!("(p.price_from, p.id) > ({price}, {id})")
        }
        Sort::PriceDescending => {
            let (price, id) = (hits.bind(price), hits.bind(id));
            format!("(p.price_from, p.id) < ({price}, {id})")
        }
    }
}
