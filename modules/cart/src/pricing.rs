//! Prices a cart at today's prices, stock and store states. Pure: the answers of `catalog` and `store`
//! are arguments.

use std::collections::BTreeMap;

use feira_catalog::{Sellable, VariantId};
use feira_kernel::{Money, MoneyError, StoreId};
use feira_store::{ShippingQuote, ShippingRequest};

use crate::{
    api::{Cart, CartGroup, CartLine, CartStatus, Problem, Totals},
    snapshot::{Item, Snapshot},
    totals,
};

pub(crate) type Sellables = BTreeMap<VariantId, Sellable>;

/// Lines at today's prices, without shipping costs.
pub(crate) struct PricedLines {
    snapshot: Snapshot,
    groups: BTreeMap<StoreId, (Vec<CartLine>, Totals)>,
    problems: Vec<Problem>,
}

impl PricedLines {
    /// Fails if the amounts are too large to be kept.
    pub(crate) fn of(snapshot: Snapshot, sellables: &Sellables) -> Result<Self, MoneyError> {
        let mut lines: BTreeMap<StoreId, Vec<CartLine>> = BTreeMap::new();
        let mut problems = Vec::new();
        for item in &snapshot.items {
            let offered = offered(&snapshot, item, sellables);
            problems.extend(problem(snapshot.status, item, offered));
            // A product may have moved since; it is its store of today that sends it.
            let store = offered.map_or(item.store, |sellable| sellable.store);
            let of = offered.or_else(|| sellables.get(&item.variant));
            let line = line(item, of, offered)?;
            lines.entry(store).or_default().push(line);
        }
        let mut groups = BTreeMap::new();
        for (store, lines) in lines {
            let totals = totals::group(snapshot.currency, &lines, None)?;
            groups.insert(store, (lines, totals));
        }
        Ok(Self {
            snapshot,
            groups,
            problems,
        })
    }

    /// What to ask of the stores: one request per group.
    pub(crate) fn requests(&self) -> Vec<ShippingRequest> {
        let requests = self.groups.iter().map(|(store, (lines, totals))| {
            let weights = lines
                .iter()
                .map(|line| line.weight_grams.saturating_mul(line.quantity));
            ShippingRequest {
                store: *store,
                value: totals
                    .subtotal
                    .checked_sub(totals.discount)
                    .unwrap_or(totals.subtotal),
                weight_grams: weights.fold(0, u32::saturating_add),
                destination: self.snapshot.destination.clone(),
            }
        });
        requests.collect()
    }

    /// The cart with the stores' answers.
    pub(crate) fn finish(self, quotes: Vec<ShippingQuote>) -> Result<Cart, MoneyError> {
        let snapshot = self.snapshot;
        let mut problems = self.problems;
        let mut quotes: BTreeMap<StoreId, ShippingQuote> = quotes
            .into_iter()
            .map(|quote| (quote.store, quote))
            .collect();
        let mut groups = Vec::with_capacity(self.groups.len());
        for (store, (lines, _)) in self.groups {
            let quote = quotes.remove(&store).unwrap_or_else(|| unknown(store));
            problems.extend(store_problem(&snapshot, &quote));
            groups.push(group(&snapshot, lines, quote)?);
        }
        if groups.is_empty() {
            problems.push(Problem::Empty {});
        }
        groups.sort_by(|a, b| (&a.store_name, a.store).cmp(&(&b.store_name, b.store)));
        Ok(Cart {
            id: snapshot.id,
            owner: snapshot.owner,
            status: snapshot.status,
            currency: snapshot.currency,
            totals: totals::cart(snapshot.currency, &groups)?,
            groups,
            problems,
            destination: snapshot.destination,
            order: snapshot.order,
            continued_in: snapshot.continued_in,
            version: snapshot.version,
        })
    }
}

/// What is sold of the line now, if it is sold at all in the cart's currency.
fn offered<'a>(snapshot: &Snapshot, item: &Item, sellables: &'a Sellables) -> Option<&'a Sellable> {
    sellables
        .get(&item.variant)
        .filter(|sellable| sellable.active && sellable.currency == snapshot.currency)
}

/// What is wrong with a line: at most a changed price and a shortage. A held cart has no shortage,
/// because its stock is reserved for its order and so no longer available.
fn problem(status: CartStatus, item: &Item, offered: Option<&Sellable>) -> Vec<Problem> {
    let Some(sellable) = offered else {
        return vec![Problem::NotOffered { item: item.id }];
    };
    let mut problems = Vec::new();
    if sellable.unit_price != item.price_seen {
        problems.push(Problem::PriceChanged {
            item: item.id,
            was: item.price_seen,
            now: sellable.unit_price,
        });
    }
    let policy = sellable.stock_policy;
    if status == CartStatus::Held || policy.offers(item.quantity, sellable.available) {
        return problems;
    }
    if sellable.available == 0 {
        problems.push(Problem::SoldOut { item: item.id });
    } else {
        problems.push(Problem::LessLeft {
            item: item.id,
            requested: item.quantity,
            available: sellable.available,
        });
    }
    problems
}

/// A line as buyers see it. `of` describes it even when it is not `offered`; such a line keeps
/// the price that was seen.
fn line(
    item: &Item,
    of: Option<&Sellable>,
    offered: Option<&Sellable>,
) -> Result<CartLine, MoneyError> {
    let unit_price = offered.map_or(item.price_seen, |sellable| sellable.unit_price);
    let none = Money::zero(unit_price.currency());
    let text = |part: fn(&Sellable) -> &String| of.map(part).cloned().unwrap_or_default();
    Ok(CartLine {
        id: item.id,
        variant: item.variant,
        product: item.product,
        product_slug: text(|s| &s.product_slug),
        title: of.map_or(&item.title, |sellable| &sellable.title).clone(),
        sku: text(|s| &s.sku),
        options: of.map(|s| s.options.clone()).unwrap_or_default(),
        image: of.and_then(|s| s.image.clone()),
        category_path: of.map(|s| s.category_path.clone()).unwrap_or_default(),
        weight_grams: of.map_or(0, |s| s.weight_grams),
        quantity: item.quantity,
        unit_price,
        unit_price_seen: item.price_seen,
        discount: none,
        tax: none,
        total: totals::line(unit_price, item.quantity, none, none)?,
    })
}

fn store_problem(snapshot: &Snapshot, quote: &ShippingQuote) -> Option<Problem> {
    let store = quote.store;
    if !quote.purchasable {
        Some(Problem::StoreClosed { store })
    } else if quote.options.is_empty() {
        Some(Problem::NoShipping { store })
    } else {
        let chosen = snapshot.choices.get(&store)?;
        let mut offered = quote.options.iter();
        let gone = offered.all(|option| option.method != *chosen);
        gone.then_some(Problem::ShippingGone { store })
    }
}

fn group(
    snapshot: &Snapshot,
    lines: Vec<CartLine>,
    quote: ShippingQuote,
) -> Result<CartGroup, MoneyError> {
    let chosen = snapshot.choices.get(&quote.store);
    let shipping = quote
        .options
        .iter()
        .find(|option| Some(&option.method) == chosen)
        .or_else(|| quote.options.first())
        .cloned();
    let price = shipping.as_ref().map(|option| option.price);
    Ok(CartGroup {
        store: quote.store,
        store_name: quote.store_name,
        store_slug: quote.store_slug,
        totals: totals::group(snapshot.currency, &lines, price)?,
        lines,
        shipping_options: quote.options,
        shipping,
    })
}

/// A store that did not answer is one that cannot be bought from.
fn unknown(store: StoreId) -> ShippingQuote {
    ShippingQuote {
        store,
        store_name: String::new(),
        store_slug: String::new(),
        purchasable: false,
        options: Vec::new(),
    }
}
