//! Shipping methods, and their prices for a cart's groups.

use std::collections::{BTreeMap, BTreeSet};

use feira_kernel::{
    Actor, Currency, IdempotencyKey, Money, StoreId, Versions, audit,
    db::{self, Change, Find},
    idempotency,
    validate::{CURRENCY, Fields},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde_json::json;

use super::{MAX_BATCH, Service, as_seen, bounded, rows};
use crate::{
    access,
    acts::SHIPPING_METHOD_REMOVED,
    api::{
        NewShippingMethod, ShippingMethod, ShippingMethodChange, ShippingMethodId, ShippingPrice,
        ShippingQuote, ShippingRequest, StoreError,
    },
    entities::{
        shipping_method::{self, ShippingKind},
        store,
    },
    shipping,
};

/// The most shipping methods of one store.
const MAX_METHODS: usize = 50;
const MAX_TRANSIT_DAYS: i64 = 365;

struct Offer {
    name: String,
    slug: String,
    purchasable: bool,
    methods: Vec<ShippingMethod>,
}

impl Service {
    pub(crate) async fn shipping_methods(
        &self,
        actor: &Actor,
    ) -> Result<Vec<ShippingMethod>, StoreError> {
        let store = actor.store().ok_or(StoreError::Forbidden)?;
        let rows = shipping_method::Entity::find()
            .filter(shipping_method::Column::StoreId.eq(store))
            .order_by_asc(shipping_method::Column::Id)
            .limit(MAX_METHODS as u64)
            .rows(self.env.pool.read())
            .await?;
        rows.into_iter().map(ShippingMethod::try_from).collect()
    }

    pub(crate) async fn add_shipping_method(
        &self,
        actor: &Actor,
        new: NewShippingMethod,
        key: Option<IdempotencyKey>,
    ) -> Result<ShippingMethod, StoreError> {
        let store = access::manager(actor)?;
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

    pub(crate) async fn update_shipping_method(
        &self,
        actor: &Actor,
        id: ShippingMethodId,
        change: ShippingMethodChange,
    ) -> Result<ShippingMethod, StoreError> {
        let store = access::manager(actor)?;
        let input = (self.env.clone(), change);
        self.env
            .pool
            .transaction(input, move |tx, (env, change)| {
                Box::pin(async move {
                    let row = own(tx, store, id, change.expected_version.as_ref()).await?;
                    let method = changed(tx, row.try_into()?, change).await?;
                    let update = shipping_method::Entity::update_many()
                        .set(shipping_method::ActiveModel {
                            updated_at: Set(env.now()),
                            ..row_of(&method)
                        })
                        .filter(shipping_method::Column::Id.eq(id));
                    update.run(&**tx).await?;
                    Ok(method)
                })
            })
            .await
    }

    pub(crate) async fn remove_shipping_method(
        &self,
        actor: &Actor,
        id: ShippingMethodId,
        expected: Option<Versions>,
    ) -> Result<(), StoreError> {
        let store = access::manager(actor)?;
        let input = (self.env.clone(), actor.clone(), expected);
        self.env
            .pool
            .transaction(input, move |tx, (env, who, expected)| {
                Box::pin(async move {
                    own(tx, store, id, expected.as_ref()).await?;
                    let gone = shipping_method::Entity::delete_many();
                    let gone = gone.filter(shipping_method::Column::Id.eq(id));
                    gone.run(&**tx).await?;
                    let details = json!({"store": store});
                    audit::record(tx, &env, &who, SHIPPING_METHOD_REMOVED, id.0, details).await?;
                    Ok(())
                })
            })
            .await
    }

    pub(crate) async fn quote_shipping(
        &self,
        actor: &Actor,
        requests: Vec<ShippingRequest>,
    ) -> Result<Vec<ShippingQuote>, StoreError> {
        access::modules_only(actor)?;
        bounded(&requests, MAX_BATCH)?;
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        let ids: BTreeSet<StoreId> = requests.iter().map(|request| request.store).collect();
        let db = self.env.pool.read();
        let (stores, methods) = tokio::try_join!(
            store::Entity::find()
                .filter(store::Column::Id.eq_any(ids.clone()))
                .rows(db),
            shipping_method::Entity::find()
                .filter(shipping_method::Column::StoreId.eq_any(ids))
                .filter(shipping_method::Column::Active.eq(true))
                .rows(db),
        )?;
        let offers = offers(stores, methods)?;
        Ok(requests.iter().map(|r| quote(&offers, r)).collect())
    }
}

/// The method made by an earlier call with the same key, unless it was removed since.
async fn made(tx: &db::Tx, id: ShippingMethodId) -> Result<ShippingMethod, StoreError> {
    let row = shipping_method::Entity::find_by_id(id).row(&**tx).await?;
    row.ok_or(StoreError::NotFound)?.try_into()
}

/// Locks a method of the store and checks its version.
async fn own(
    tx: &db::Tx,
    store: StoreId,
    id: ShippingMethodId,
    expected: Option<&Versions>,
) -> Result<shipping_method::Model, StoreError> {
    let own = shipping_method::Entity::find_by_id(id)
        .filter(shipping_method::Column::StoreId.eq(store))
        .lock_exclusive();
    let found = own.row(&**tx).await?.ok_or(StoreError::NotFound)?;
    as_seen(expected, found.version)?;
    Ok(found)
}

/// The method with the change applied.
async fn changed(
    tx: &db::Tx,
    was: ShippingMethod,
    change: ShippingMethodChange,
) -> Result<ShippingMethod, StoreError> {
    let of = store::Entity::find_by_id(was.store).row(&**tx).await?;
    let currency = rows::currency(&of.ok_or(StoreError::NotFound)?.currency)?;
    let new = NewShippingMethod {
        name: change.name.unwrap_or(was.name),
        price: change.price.unwrap_or(was.price),
        transit_days: change.transit_days.unwrap_or(was.transit_days),
    };
    Ok(ShippingMethod {
        active: change.active.unwrap_or(was.active),
        version: was.version + 1,
        ..checked(was.id, was.store, currency, new, 0)?
    })
}

fn row_of(method: &ShippingMethod) -> shipping_method::ActiveModel {
    let (kind, price, threshold) = match method.price {
        ShippingPrice::Flat { price } => (ShippingKind::Flat, Some(price), None),
        ShippingPrice::FreeAbove { price, threshold } => {
            (ShippingKind::FreeAbove, Some(price), Some(threshold))
        }
        ShippingPrice::Pickup {} => (ShippingKind::Pickup, None, None),
    };
    shipping_method::ActiveModel {
        id: Set(method.id),
        store_id: Set(method.store),
        name: Set(method.name.clone()),
        kind: Set(kind),
        price: Set(price.map(Money::amount)),
        threshold: Set(threshold.map(Money::amount)),
        currency: Set(price.map(|price| price.currency().code().to_owned())),
        transit_days: Set(method.transit_days.into()),
        active: Set(method.active),
        version: Set(method.version),
        ..Default::default()
    }
}

async fn add(
    tx: &db::Tx,
    id: ShippingMethodId,
    store: StoreId,
    new: NewShippingMethod,
) -> Result<ShippingMethod, StoreError> {
    // The lock keeps concurrent additions within the limit.
    let locked = store::Entity::find_by_id(store).lock_exclusive();
    let of = locked.row(&**tx).await?.ok_or(StoreError::NotFound)?;
    let count = shipping_method::Entity::find()
        .filter(shipping_method::Column::StoreId.eq(store))
        .limit(MAX_METHODS as u64)
        .rows(&**tx)
        .await?
        .len();
    let method = checked(id, store, rows::currency(&of.currency)?, new, count)?;
    shipping_method::Entity::insert(row_of(&method))
        .run(&**tx)
        .await?;
    Ok(method)
}

fn checked(
    id: ShippingMethodId,
    store: StoreId,
    currency: Currency,
    new: NewShippingMethod,
    count: usize,
) -> Result<ShippingMethod, StoreError> {
    let mut fields = Fields::default();
    fields.count("", count + 1, MAX_METHODS);
    let name = fields.text("/name", &new.name, 1..=80);
    fields.within("/transit_days", new.transit_days, 0..=MAX_TRANSIT_DAYS);
    let mut amount = |pointer: &str, amount: Money, positive: bool| {
        if amount.currency() != currency {
            let detail = format!("the store sells in {currency}");
            fields.refuse(pointer, CURRENCY, detail);
        }
        if positive {
            fields.positive(pointer, amount);
        } else {
            fields.not_negative(pointer, amount);
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
    Ok(fields.or(ShippingMethod {
        id,
        store,
        name,
        price: new.price,
        transit_days: new.transit_days,
        active: true,
        version: 1,
    })?)
}

fn offers(
    stores: Vec<store::Model>,
    methods: Vec<shipping_method::Model>,
) -> Result<BTreeMap<StoreId, Offer>, StoreError> {
    let offer = |store: store::Model| {
        let offer = Offer {
            name: store.name,
            slug: store.slug,
            purchasable: store.status.is_purchasable(),
            methods: Vec::new(),
        };
        (store.id, offer)
    };
    let mut offers: BTreeMap<StoreId, Offer> = stores.into_iter().map(offer).collect();
    for method in methods {
        if let Some(offer) = offers.get_mut(&method.store_id) {
            offer.methods.push(method.try_into()?);
        }
    }
    Ok(offers)
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
