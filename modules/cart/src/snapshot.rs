//! A cart as it is stored, read in one statement, and how changes alter it.

use std::collections::{BTreeMap, BTreeSet};

use feira_catalog::{ProductId, VariantId};
use feira_kernel::{Currency, Money, StoreId, Time, UserId, Versions, token::TokenHash};
use feira_store::{Destination, ShippingMethodId};
use sea_orm::FromQueryResult;
use serde::{Deserialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    api::{CartError, CartId, CartItemId, CartOwner, CartStatus},
    status::Action,
};

#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) id: CartId,
    pub(crate) owner: CartOwner,
    pub(crate) status: CartStatus,
    pub(crate) currency: Currency,
    pub(crate) destination: Option<Destination>,
    pub(crate) choices: BTreeMap<StoreId, ShippingMethodId>,
    pub(crate) expires_at: Option<Time>,
    pub(crate) order: Option<Uuid>,
    pub(crate) continued_in: Option<CartId>,
    pub(crate) version: i64,
    /// In the order in which they were put in.
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) id: CartItemId,
    pub(crate) variant: VariantId,
    pub(crate) product: ProductId,
    pub(crate) store: StoreId,
    pub(crate) title: String,
    pub(crate) quantity: u32,
    /// The price when the item was added.
    pub(crate) price_seen: Money,
    pub(crate) position: i64,
}

/// One change of an open cart.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// A new line, or the line of this variant with another quantity and the price seen now.
    Put(Item),
    Quantity(CartItemId, u32),
    Remove(CartItemId),
    /// The destination, if given, and choices added to those made before.
    Shipping(Option<Destination>, BTreeMap<StoreId, ShippingMethodId>),
}

impl Snapshot {
    /// Its status after the action, or why that may not be done.
    pub(crate) fn after(&self, action: Action) -> Result<CartStatus, CartError> {
        let refused = match (self.status, self.order) {
            (CartStatus::Held, Some(order)) => CartError::Held { order },
            _ => CartError::Closed,
        };
        self.status.after(action).ok_or(refused)
    }

    pub(crate) fn variants(&self) -> BTreeSet<VariantId> {
        self.items.iter().map(|item| item.variant).collect()
    }

    pub(crate) fn line_of(&self, variant: VariantId) -> Option<&Item> {
        self.items.iter().find(|item| item.variant == variant)
    }

    pub(crate) fn item(&self, id: CartItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == id)
    }

    pub(crate) fn next_position(&self) -> i64 {
        let last = self.items.iter().map(|item| item.position).max();
        last.unwrap_or(0).saturating_add(1)
    }

    /// Whether it is a guest's cart whose time is over.
    pub(crate) fn expired(&self, now: Time) -> bool {
        self.status == CartStatus::Open && self.expires_at.is_some_and(|at| at <= now)
    }

    /// Refused if the buyer has seen other versions only. The write is guarded by this one.
    pub(crate) fn is_as_seen(&self, expected: Option<&Versions>) -> Result<(), CartError> {
        match expected {
            Some(seen) if !seen.allow(self.version) => Err(CartError::VersionMismatch),
            _ => Ok(()),
        }
    }

    /// The cart after the change.
    pub(crate) fn changed(mut self, change: Change) -> Self {
        self.version += 1;
        match change {
            Change::Put(new) => match self.items.iter_mut().find(|i| i.id == new.id) {
                Some(item) => *item = new,
                None => self.items.push(new),
            },
            Change::Quantity(id, quantity) => {
                for item in self.items.iter_mut().filter(|item| item.id == id) {
                    item.quantity = quantity;
                }
            }
            Change::Remove(id) => self.items.retain(|item| item.id != id),
            Change::Shipping(destination, choices) => {
                self.destination = destination.or(self.destination);
                self.choices.extend(choices);
            }
        }
        self
    }
}

/// What `read_cart.sql` and `read_open_cart.sql` answer.
#[derive(FromQueryResult)]
pub(crate) struct Row {
    id: CartId,
    user_id: Option<UserId>,
    guest_token_hash: Option<String>,
    status: CartStatus,
    currency: String,
    destination: Option<serde_json::Value>,
    shipping_choices: serde_json::Value,
    expires_at: Option<Time>,
    order_id: Option<Uuid>,
    continued_in: Option<CartId>,
    version: i64,
    items: serde_json::Value,
}

#[derive(Deserialize)]
struct ItemJson {
    id: CartItemId,
    variant: VariantId,
    product: ProductId,
    store: StoreId,
    title: String,
    quantity: u32,
    unit_price: String,
    currency: Currency,
    position: i64,
}

impl TryFrom<Row> for Snapshot {
    type Error = CartError;

    fn try_from(row: Row) -> Result<Self, CartError> {
        let owner = match (row.user_id, row.guest_token_hash) {
            (Some(user), _) => CartOwner::User(user),
            (None, Some(hash)) => CartOwner::Guest(TokenHash(hash)),
            (None, None) => return Err(CartError::defect("a cart without an owner")),
        };
        let items: Vec<ItemJson> = read(row.items)?;
        Ok(Self {
            id: row.id,
            owner,
            status: row.status,
            currency: row.currency.parse().map_err(CartError::defect)?,
            destination: row.destination.map(read).transpose()?,
            choices: read(row.shipping_choices)?,
            expires_at: row.expires_at,
            order: row.order_id,
            continued_in: row.continued_in,
            version: row.version,
            items: items.into_iter().map(item).collect::<Result<_, _>>()?,
        })
    }
}

fn item(json: ItemJson) -> Result<Item, CartError> {
    Ok(Item {
        id: json.id,
        variant: json.variant,
        product: json.product,
        store: json.store,
        title: json.title,
        quantity: json.quantity,
        price_seen: Money::parse(&json.unit_price, json.currency).map_err(CartError::defect)?,
        position: json.position,
    })
}

fn read<T: DeserializeOwned>(json: serde_json::Value) -> Result<T, CartError> {
    serde_json::from_value(json).map_err(CartError::defect)
}
