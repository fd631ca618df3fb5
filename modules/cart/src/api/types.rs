use feira_catalog::{CategoryId, ImageRef, OptionValue, ProductId, VariantId};
use feira_kernel::{Currency, Money, StoreId, UserId, id, token::TokenHash};
use feira_store::{Destination, ShippingMethodId, ShippingOption};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

id! {
    CartId,
    /// A line of a cart.
    CartItemId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartOwner {
    User(UserId),
    Guest(TokenHash),
}

feira_kernel::text_enum! {
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum CartStatus {
        Open = "open",
        /// An order made of it waits for its payment: it can be read and not changed.
        Held = "held",
        /// An order made of it was paid.
        Completed = "completed",
        /// Its lines went to another cart: at log-in, or because its order ended.
        Merged = "merged",
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewCart {
    pub cart: Cart,
    /// For a guest: the only time that it is shown. `None` if the one that she sent opens the cart.
    pub token: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewItem {
    pub variant: VariantId,
    /// 1 to [`MAX_QUANTITY`](super::MAX_QUANTITY).
    pub quantity: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShippingSelection {
    /// Where to; `None` keeps what was said before.
    pub destination: Option<Destination>,
    /// Stores that are not named keep their choice, or get their cheapest option.
    pub choices: Vec<ShippingChoice>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShippingChoice {
    pub store: StoreId,
    pub method: ShippingMethodId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    pub id: CartId,
    pub owner: CartOwner,
    pub status: CartStatus,
    pub currency: Currency,
    /// One per store, by the store's name.
    pub groups: Vec<CartGroup>,
    pub totals: Totals,
    /// Why it cannot be bought as it stands; empty when it can.
    pub problems: Vec<Problem>,
    pub destination: Option<Destination>,
    /// The order that it is held for or was completed by.
    pub order: Option<Uuid>,
    /// Of a merged cart: where its lines went. Of a completed one of release 0.1.0: where the
    /// lines went that were not bought.
    pub continued_in: Option<CartId>,
    /// Grows with each change of the cart itself.
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartGroup {
    pub store: StoreId,
    pub store_name: String,
    pub store_slug: String,
    pub lines: Vec<CartLine>,
    pub shipping_options: Vec<ShippingOption>,
    /// The chosen one of the options; `None` if there is no option.
    pub shipping: Option<ShippingOption>,
    pub totals: Totals,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    pub id: CartItemId,
    pub variant: VariantId,
    pub product: ProductId,
    pub product_slug: String,
    pub title: String,
    pub sku: String,
    pub options: Vec<OptionValue>,
    pub image: Option<ImageRef>,
    pub category_path: Vec<CategoryId>,
    pub weight_grams: u32,
    pub quantity: u32,
    /// Now.
    pub unit_price: Money,
    /// When it was put in.
    pub unit_price_seen: Money,
    pub discount: Money,
    pub tax: Money,
    /// unit price x quantity - discount + tax.
    pub total: Money,
}

/// lines -> discounts -> shipping -> tax -> total, each in the cart's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    pub subtotal: Money,
    pub discount: Money,
    pub shipping: Money,
    pub tax: Money,
    /// subtotal - discount + shipping + tax.
    pub total: Money,
}

/// Something that the buyer must know or mend, with the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Problem {
    /// Does not block: the price is another than when it was put in.
    PriceChanged {
        item: CartItemId,
        was: Money,
        now: Money,
    },
    SoldOut {
        item: CartItemId,
    },
    LessLeft {
        item: CartItemId,
        requested: u32,
        available: u32,
    },
    /// The product is not offered any more.
    NotOffered {
        item: CartItemId,
    },
    StoreClosed {
        store: StoreId,
    },
    NoShipping {
        store: StoreId,
    },
    /// What was chosen is not offered any more. Until another is chosen the default is priced.
    ShippingGone {
        store: StoreId,
    },
    Empty {},
}

impl Problem {
    /// Whether the cart cannot be bought while it stands.
    pub fn blocks(&self) -> bool {
        !matches!(self, Self::PriceChanged { .. })
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claimed {
    pub cart: Cart,
    pub report: Vec<MergedLine>,
}

/// What became of a held cart whose order has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// Where its lines are: the open cart of its owner.
    pub cart: CartId,
    /// What was done to each line.
    pub report: Vec<MergedLine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldCart {
    pub cart: CartId,
    pub order: Uuid,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedLine {
    pub variant: VariantId,
    pub title: String,
    /// Units in the cart that the line comes from: the guest's, or the held one.
    pub guest_quantity: u32,
    /// Units in the open cart before.
    pub own_quantity: u32,
    /// Units in the open cart now.
    pub quantity: u32,
    /// `moved`, `summed`, `capped_by_stock`, `capped_by_limit`, `not_offered`, `cart_full`.
    pub outcome: MergeOutcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeOutcome {
    Moved,
    Summed,
    CappedByStock,
    CappedByLimit,
    NotOffered,
    CartFull,
}

/// An order was made of a cart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartCompleted {
    pub cart: CartId,
    pub version: i64,
    pub order: Uuid,
}

feira_kernel::event!(CartCompleted, cart, "cart.completed.v1");
