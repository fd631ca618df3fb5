use feira_kernel::{Money, StoreId, Versions, id};
use serde::{Deserialize, Serialize};

id! {
    /// A way in which a store sends its goods.
    ShippingMethodId,
}

/// How the shipping price is computed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ShippingPrice {
    /// The same for every order.
    Flat { price: Money },
    /// A price, free from this order value on.
    FreeAbove { price: Money, threshold: Money },
    /// Picked up at the store's address.
    Pickup {},
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingMethod {
    pub id: ShippingMethodId,
    pub store: StoreId,
    pub name: String,
    pub price: ShippingPrice,
    /// Working days from hand-over to delivery.
    pub transit_days: u16,
    pub active: bool,
    #[serde(default)]
    pub version: i64,
}

/// A merge patch: what is `None` stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ShippingMethodChange {
    pub expected_version: Option<Versions>,
    pub name: Option<String>,
    pub price: Option<ShippingPrice>,
    pub transit_days: Option<u16>,
    /// Whether it is offered.
    pub active: Option<bool>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewShippingMethod {
    pub name: String,
    pub price: ShippingPrice,
    pub transit_days: u16,
}

/// Where a parcel goes, as far as a quote needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    pub country: String,
    pub state: Option<String>,
    pub postal_code: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShippingRequest {
    pub store: StoreId,
    /// Goods after discounts.
    pub value: Money,
    pub weight_grams: u32,
    pub destination: Option<Destination>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingOption {
    pub method: ShippingMethodId,
    pub name: String,
    pub price: Money,
    pub transit_days: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingQuote {
    pub store: StoreId,
    pub store_name: String,
    pub store_slug: String,
    /// Whether it can be bought from now.
    pub purchasable: bool,
    /// Cheapest first; the first is the default choice.
    pub options: Vec<ShippingOption>,
}
