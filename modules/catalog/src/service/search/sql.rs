//! The statements of lists, composed of what each asks for.

use rust_decimal::Decimal;
use sea_orm::{
    Value,
    sea_query::{Expr, JoinType, Order, PostgresQueryBuilder, Query, SelectStatement},
};
use uuid::Uuid;

use super::effective;
use crate::{
    ProductId, Search, Sort,
    entities::{
        inventory,
        product::{self, Column},
        variant,
    },
};

/// The product, in each of the statements and in the fragments here.
const P: &str = "p";
const PAGE: &str = "page";
const SCORE: &str = "score";

/// What a card shows of a product as it is; its image and its stock besides.
const CARD: [Column; 8] = [
    Column::Id,
    Column::Slug,
    Column::Name,
    Column::StoreId,
    Column::PriceFrom,
    Column::PriceTo,
    Column::CompareAt,
    Column::Currency,
];

const ACTIVE: &str = "p.status = 'active'";
/// What buyers type is words: none of it is an operator.
const WORDS: &str = "plainto_tsquery('feira', $1)";
const PLAIN: &str = "lower(unaccent($1))";

/// How many of the newest matches are ranked by relevance: bounds the work of common words.
const RANKED: u64 = 2_000;

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
    pub(super) limit: u64,
}

/// The active ones of the products, of stores that can be bought from.
pub(super) fn cards(ids: Vec<Uuid>, closed: Vec<Uuid>) -> (String, Vec<Value>) {
    let mut found = Query::select();
    card(&mut found)
        .expr_as(no_score(), SCORE)
        .from_as(product::Entity, P)
        .and_where(Expr::cust_with_values("p.id = ANY($1)", [ids]))
        .and_where(Expr::cust(ACTIVE))
        .and_where(Expr::cust_with_values("p.store_id <> ALL($1)", [closed]));
    built(&found)
}

impl List {
    /// The statement and its values; `after` is score, price and id of the last card.
    pub(super) fn statement(
        &self,
        text: Text<'_>,
        after: Option<(i64, Decimal, ProductId)>,
    ) -> (String, Vec<Value>) {
        let sort = effective(self.query.sort, text);
        let score = if sort == Sort::Relevance {
            score(text)
        } else {
            no_score()
        };
        let keyset = after.map(|after| keyset(sort, score.clone(), after));
        // The few rows of the page first: only those are looked up in the stock.
        let mut page = Query::select();
        page.expr_as(score, SCORE).and_where_option(keyset);
        ordered(&mut page, sort).limit(self.limit);
        let mut list = Query::select();
        card(&mut list).column(SCORE);
        if sort == Sort::Relevance {
            // What is ranked is carried around without the rest of its row.
            page.column((P, Column::Id))
                .from_subquery(self.newest(text), P);
            list.from_subquery(page, PAGE).join_as(
                JoinType::InnerJoin,
                product::Entity,
                P,
                Expr::cust("p.id = page.id"),
            );
        } else {
            page.columns(CARD.map(|column| (P, column)))
                .column((P, Column::Image))
                .from_as(product::Entity, P);
            self.filter(&mut page, text);
            list.from_subquery(page, P);
        }
        built(ordered(&mut list, sort))
    }

    /// The newest matches, with what they are ranked by.
    fn newest(&self, text: Text<'_>) -> SelectStatement {
        let mut found = Query::select();
        found
            .column((P, Column::Id))
            .columns([(P, "search"), (P, "name_plain")])
            .from_as(product::Entity, P)
            .order_by((P, Column::Id), Order::Desc)
            .limit(RANKED);
        self.filter(&mut found, text);
        found
    }

    fn filter(&self, found: &mut SelectStatement, text: Text<'_>) {
        found.and_where(Expr::cust(ACTIVE));
        match text {
            Text::None => {}
            Text::Words(words) => {
                let words = once(WORDS, words);
                found.and_where(Expr::cust_with_exprs("p.search @@ $1", [words]));
            }
            Text::Similar(words) => {
                let words = once(PLAIN, words);
                found.and_where(Expr::cust_with_exprs("$1 <% p.name_plain", [words]));
            }
        }
        let query = &self.query;
        if !self.closed.is_empty() {
            let closed = self.closed.clone();
            found.and_where(Expr::cust_with_values("p.store_id <> ALL($1)", [closed]));
        }
        let in_category = match self.categories.as_deref() {
            // One category can give its own index's order.
            Some([one]) => Some(Expr::cust_with_values("p.category_id = $1", [*one])),
            Some(many) => {
                let many = many.to_vec();
                Some(Expr::cust_with_values("p.category_id = ANY($1)", [many]))
            }
            None => None,
        };
        let of_store = |store| Expr::cust_with_values("p.store_id = $1", [store]);
        let currency = query.price_min.or(query.price_max).map(|m| m.currency());
        let in_currency = currency.map(|c| Expr::cust_with_values("p.currency = $1", [c.code()]));
        let at_least = |min| Expr::cust_with_values("p.price_to >= $1", [min]);
        let at_most = |max| Expr::cust_with_values("p.price_from <= $1", [max]);
        found
            .and_where_option(in_category)
            .and_where_option(query.store.map(of_store))
            .and_where_option(in_currency)
            .and_where_option(query.price_min.map(|min| at_least(min.amount())))
            .and_where_option(query.price_max.map(|max| at_most(max.amount())))
            .and_where_option(query.in_stock.then(in_stock));
    }
}

fn card(products: &mut SelectStatement) -> &mut SelectStatement {
    products
        .columns(CARD.map(|column| (P, column)))
        .expr_as(Expr::cust("(p.image -> 'medium')::text"), "image")
        .expr_as(in_stock(), "in_stock")
}

/// Whether any variant of the product can be bought.
fn in_stock() -> Expr {
    let live = Query::select()
        .expr(Expr::cust("1"))
        .from_as(variant::Entity, "v")
        .and_where(Expr::cust("v.id = i.variant_id"))
        .and_where(Expr::cust("v.archived_at IS NULL"))
        .take();
    let any = Query::select()
        .expr(Expr::cust("1"))
        .from_as(inventory::Entity, "i")
        .and_where(Expr::cust("i.product_id = p.id"))
        .and_where(Expr::cust(
            "(i.on_hand > i.reserved OR i.stock_policy <> 'counted')",
        ))
        .and_where(Expr::exists(live))
        .take();
    Expr::exists(any)
}

/// A function of the text in a subselect of its own: called once and not for every row.
fn once(call: &'static str, text: &str) -> Expr {
    let called = Query::select()
        .expr(Expr::cust_with_values(call, [text]))
        .take();
    called.into()
}

/// Relevance as a whole number, so that a cursor can name it exactly.
fn score(text: Text<'_>) -> Expr {
    match text {
        Text::Words(words) => Expr::cust_with_exprs(
            "(ts_rank(p.search, $1, 1) * 1000000)::bigint",
            [once(WORDS, words)],
        ),
        Text::Similar(words) => Expr::cust_with_exprs(
            "(word_similarity($1, p.name_plain) * 1000000)::bigint",
            [once(PLAIN, words)],
        ),
        Text::None => no_score(),
    }
}

fn no_score() -> Expr {
    Expr::cust("0::bigint")
}

fn ordered(select: &mut SelectStatement, sort: Sort) -> &mut SelectStatement {
    match sort {
        Sort::Relevance => select
            .order_by(SCORE, Order::Desc)
            .order_by((P, Column::Id), Order::Desc),
        Sort::Newest => select.order_by((P, Column::Id), Order::Desc),
        Sort::PriceAscending => select
            .order_by((P, Column::PriceFrom), Order::Asc)
            .order_by((P, Column::Id), Order::Asc),
        Sort::PriceDescending => select
            .order_by((P, Column::PriceFrom), Order::Desc)
            .order_by((P, Column::Id), Order::Desc),
    }
}

/// What comes after the last card.
fn keyset(sort: Sort, score: Expr, (last, price, id): (i64, Decimal, ProductId)) -> Expr {
    let (price, id) = (Expr::val(price), Expr::val(id));
    match sort {
        Sort::Relevance => {
            Expr::cust_with_exprs("($1, p.id) < ($2, $3)", [score, Expr::val(last), id])
        }
        Sort::Newest => Expr::cust_with_exprs("p.id < $1", [id]),
        Sort::PriceAscending => {
            Expr::cust_with_exprs("(p.price_from, p.id) > ($1, $2)", [price, id])
        }
        Sort::PriceDescending => {
            Expr::cust_with_exprs("(p.price_from, p.id) < ($1, $2)", [price, id])
        }
    }
}

fn built(select: &SelectStatement) -> (String, Vec<Value>) {
    let (sql, values) = select.build(PostgresQueryBuilder);
    (sql, values.0)
}
