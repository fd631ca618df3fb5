//! Ways of shipping, and what they cost for a cart's groups.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{Actor, Currency, IdempotencyKey, Money, StoreId, db, idempotency, values};
use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{
    MAX_BATCH, Service, bounded, defect,
    rows::{self, MethodRow},
};
use crate::{
    access,
    api::{
        MANAGE_STORE, NewShippingMethod, ShippingMethod, ShippingMethodId, ShippingPrice,
        ShippingQuote, ShippingRequest, StoreError,
    },
    shipping,
    validation::Faults,
};

/// The most ways of shipping of one store.
const MAX_METHODS: i64 = 50;
const MAX_TRANSIT_DAYS: u16 = 365;

/// A store beside one of its methods, or beside none.
#[derive(FromQueryResult)]
struct OfferRow {
    of: Uuid,
    store_name: String,
    slug: String,
    status: String,
    id: Option<Uuid>,
    name: Option<String>,
    kind: Option<String>,
    price: Option<Decimal>,
    threshold: Option<Decimal>,
    currency: Option<String>,
    transit_days: Option<i32>,
}

struct Offer {
    name: String,
    slug: String,
    purchasable: bool,
    methods: Vec<ShippingMethod>,
}

impl Service {
    pub(super) async fn own_shipping_methods(
        &self,
        actor: &Actor,
    ) -> Result<Vec<ShippingMethod>, StoreError> {
        let store = actor.store().ok_or(StoreError::Forbidden)?;
        let rows: Vec<MethodRow> = db::rows(
            self.env.pool.reads(),
            "SELECT id, store_id, name, kind, price, threshold, currency, transit_days, active \
             FROM shipping_methods WHERE store_id = $1 ORDER BY id LIMIT $2",
            values![store, MAX_METHODS],
        )
        .await?;
        rows.into_iter().map(ShippingMethod::try_from).collect()
    }

    pub(super) async fn new_shipping_method(
        &self,
        actor: &Actor,
        new: NewShippingMethod,
        key: Option<IdempotencyKey>,
    ) -> Result<ShippingMethod, StoreError> {
        let store = actor
            .seller_store(MANAGE_STORE)
            .ok_or(StoreError::Forbidden)?;
        let id = ShippingMethodId(self.env.uuid());
        let input = (self.env.clone(), new, IdempotencyKey::of(key, actor));
        self.env
            .pool
            .transaction(input, move |tx, (env, new, keyed)| {
                Box::pin(async move {
                    match idempotency::first(tx, &env, keyed.as_ref(), &id).await? {
                        Some(done) => made(tx, done).await,
                        None => add(tx, id, store, new).await,
                    }
                })
            })
            .await
    }

    pub(super) async fn shipping_quotes(
        &self,
        actor: &Actor,
        requests: Vec<ShippingRequest>,
    ) -> Result<Vec<ShippingQuote>, StoreError> {
        access::modules_only(actor)?;
        bounded(&requests, MAX_BATCH)?;
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let ids: BTreeSet<Uuid> = requests.iter().map(|request| request.store.0).collect();
        let rows: Vec<OfferRow> = db::rows(
            self.env.pool.by_key(),
            "SELECT s.id AS of, s.name AS store_name, s.slug, s.status, m.id, m.name, m.kind, \
                    m.price, m.threshold, m.currency, m.transit_days \
             FROM stores s LEFT JOIN shipping_methods m ON m.store_id = s.id AND m.active \
             WHERE s.id = ANY($1)",
            values![Vec::from_iter(ids)],
        )
        .await?;
        let offers = offers(rows)?;
        Ok(requests.iter().map(|r| quote(&offers, r)).collect())
    }
}

/// The one that an earlier call with the same key made.
async fn made(tx: &db::Tx, id: ShippingMethodId) -> Result<ShippingMethod, StoreError> {
    let row: MethodRow = db::one(
        &**tx,
        "SELECT id, store_id, name, kind, price, threshold, currency, transit_days, active \
         FROM shipping_methods WHERE id = $1",
        values![id],
    )
    .await?;
    row.try_into()
}

async fn add(
    tx: &db::Tx,
    id: ShippingMethodId,
    store: StoreId,
    new: NewShippingMethod,
) -> Result<ShippingMethod, StoreError> {
    // The lock keeps two additions from passing the limit together.
    let code: String = db::scalar(
        &**tx,
        "SELECT currency FROM stores WHERE id = $1 FOR UPDATE",
        values![store],
    )
    .await?
    .ok_or(StoreError::NotFound)?;
    let count: Option<i64> = db::scalar(
        &**tx,
        "SELECT count(*) FROM shipping_methods WHERE store_id = $1",
        values![store],
    )
    .await?;
    let method = checked(id, store, rows::currency(&code)?, new, count.unwrap_or(0))?;
    let (kind, price, threshold) = match method.price {
        ShippingPrice::Flat { price } => ("flat", Some(price), None),
        ShippingPrice::FreeAbove { price, threshold } => {
            ("free_above", Some(price), Some(threshold))
        }
        ShippingPrice::Pickup {} => ("pickup", None, None),
    };
    db::exec(
        &**tx,
        "INSERT INTO shipping_methods \
             (id, store_id, name, kind, price, threshold, currency, transit_days) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        values![
            method.id,
            store,
            method.name.clone(),
            kind,
            price.map(Money::amount),
            threshold.map(Money::amount),
            price.map(|price| price.currency().code()),
            i32::from(method.transit_days)
        ],
    )
    .await?;
    Ok(method)
}

fn checked(
    id: ShippingMethodId,
    store: StoreId,
    currency: Currency,
    new: NewShippingMethod,
    count: i64,
) -> Result<ShippingMethod, StoreError> {
    let mut faults = Faults::default();
    if count >= MAX_METHODS {
        let detail = format!("a store has at most {MAX_METHODS} ways of shipping");
        faults.add("", "too_many", detail);
    }
    let name = faults.line("/name", &new.name, 80);
    if new.transit_days > MAX_TRANSIT_DAYS {
        let detail = format!("at most {MAX_TRANSIT_DAYS}");
        faults.add("/transit_days", "too_long", detail);
    }
    let mut amount = |pointer: &str, amount: Money, positive: bool| {
        if amount.currency() != currency {
            faults.add(
                pointer,
                "currency",
                format!("the store sells in {currency}"),
            );
        }
        if amount.is_negative() || (positive && amount.is_zero()) {
            faults.add(pointer, "too_small", "must not be so small");
        }
    };
    match new.price {
        ShippingPrice::Flat { price } => amount("/price/price", price, false),
        ShippingPrice::FreeAbove { price, threshold } => {
            amount("/price/price", price, false);
            amount("/price/threshold", threshold, true);
        }
        ShippingPrice::Pickup {} => {}
    }
    faults.or(ShippingMethod {
        id,
        store,
        name,
        price: new.price,
        transit_days: new.transit_days,
        active: true,
    })
}

fn offers(rows: Vec<OfferRow>) -> Result<BTreeMap<StoreId, Offer>, StoreError> {
    let mut offers = BTreeMap::new();
    for row in rows {
        let purchasable = rows::status(&row.status)?.is_purchasable();
        let offer = offers.entry(StoreId(row.of)).or_insert_with(|| Offer {
            name: row.store_name.clone(),
            slug: row.slug.clone(),
            purchasable,
            methods: Vec::new(),
        });
        if let Some(method) = method(row)? {
            offer.methods.push(method);
        }
    }
    Ok(offers)
}

fn method(row: OfferRow) -> Result<Option<ShippingMethod>, StoreError> {
    let Some(id) = row.id else { return Ok(None) };
    let (Some(name), Some(kind), Some(transit_days)) = (row.name, row.kind, row.transit_days)
    else {
        return Err(defect("a shipping method without its columns"));
    };
    let row = MethodRow {
        id,
        store_id: row.of,
        name,
        kind,
        price: row.price,
        threshold: row.threshold,
        currency: row.currency,
        transit_days,
        active: true,
    };
    row.try_into().map(Some)
}

fn quote(offers: &BTreeMap<StoreId, Offer>, request: &ShippingRequest) -> ShippingQuote {
    let offer = offers.get(&request.store);
    let open = offer.filter(|offer| offer.purchasable);
    ShippingQuote {
        store: request.store,
        store_name: offer.map(|offer| offer.name.clone()).unwrap_or_default(),
        store_slug: offer.map(|offer| offer.slug.clone()).unwrap_or_default(),
        purchasable: open.is_some(),
        options: open
            .map(|offer| shipping::options(&offer.methods, request.value))
            .unwrap_or_default(),
    }
}
