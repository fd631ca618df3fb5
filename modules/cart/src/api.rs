//! The public face of `cart`: what somebody means to buy, from any number of stores.

use feira_catalog::{CategoryId, ImageRef, OptionValue, ProductId, VariantId};
use feira_kernel::{
    Actor, Currency, FieldError, IdempotencyKey, Money, Page, PageRequest, StoreId, UserId,
    Versions, id, module_error, outbox::Event, remote, token::TokenHash,
};
use feira_store::{Destination, ShippingMethodId, ShippingOption};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

id! {
    CartId,
    /// A line of a cart.
    CartItemId,
}

/// The most units of one line.
pub const MAX_QUANTITY: u32 = 999;
/// The most lines of a cart.
pub const MAX_LINES: usize = 100;
/// For so long a cart may be held for an order that is not there yet: longer than placing it can
/// take, with all repetitions.
pub const HOLD_LEASE: time::Duration = time::Duration::minutes(5);

remote! {
    /// Carts. Calls `catalog` and `store` at every read: prices, stock and store states are live.
    ///
    /// What takes `expected` is `VersionMismatch`, and changes nothing, if that does not name the
    /// cart's current version.
    pub trait Carts, client HttpCarts, dispatch dispatch_carts {
        /// A new, empty cart of the person, or of a guest: then with a token, given once. Who has
        /// an open cart is given that one: a person, and a guest who shows the token of a held
        /// cart and goes on under the same token. What was put into it need not be on the disk
        /// before its first line is.
        async fn create(&self, actor: &Actor, key: Option<IdempotencyKey>) -> Result<NewCart, CartError>;
        /// The cart as it stands now. Only its owner sees it; else `NotFound`.
        async fn cart(&self, actor: &Actor, id: CartId) -> Result<Cart, CartError>;
        /// Adds units of a variant; to a line that has it already, they are summed.
        /// `OutOfStock` when more are wanted than there are. Idempotent by its key. The first
        /// line of a cart is on the disk when this answers, and its cart with it; a crash of the
        /// database may take back the last tenths of a second of later changes.
        async fn add_item(&self, actor: &Actor, id: CartId, item: NewItem, key: Option<IdempotencyKey>) -> Result<Cart, CartError>;
        /// Sets a line's quantity. Idempotent.
        async fn set_quantity(&self, actor: &Actor, id: CartId, item: CartItemId, quantity: u32, expected: Option<Versions>) -> Result<Cart, CartError>;
        /// Removes a line; one that is not there is `NotFound`.
        async fn remove_item(&self, actor: &Actor, id: CartId, item: CartItemId, expected: Option<Versions>) -> Result<Cart, CartError>;
        /// Says where to send it and how per store. Idempotent. A method that the store does not
        /// offer there is `Invalid`.
        async fn set_shipping(&self, actor: &Actor, id: CartId, shipping: ShippingSelection, expected: Option<Versions>) -> Result<Cart, CartError>;
        /// A person takes over a guest's cart: lines merge into her open cart (or the guest's
        /// becomes hers); quantities are summed, capped by stock and by the line limit, and the
        /// report says what was done to each line. Repeating it answers her cart and an empty report.
        /// Held carts of the same token become hers as they are.
        async fn claim(&self, actor: &Actor, id: CartId, guest: TokenHash, key: Option<IdempotencyKey>) -> Result<Claimed, CartError>;
        /// The cart as checkout needs it: only of this owner, only open or held; else
        /// `NotFound`/`Closed`. For `order`.
        async fn for_checkout(&self, actor: &Actor, id: CartId, owner: CartOwner) -> Result<Cart, CartError>;
        /// Keeps an open cart for an order that is about to be placed, as it is in this version, and
        /// answers the next one; `None` if it is not so any more: to be read again. A repeat for the
        /// same order has a version of its own, and the lease begins anew. For `order`.
        async fn hold(&self, actor: &Actor, id: CartId, version: i64, order: Uuid) -> Result<Option<i64>, CartError>;
        /// Gives a cart back that was held for an order which has ended, or never came to be: its
        /// lines are merged into the open cart of its owner, by the rule of [`Carts::claim`]; if
        /// there is none it is open again as it was. With a version only while it is of that one.
        /// Idempotent: a repeat says where the lines are, with an empty report. `None` if the cart
        /// is another order's, or bought. For `order`.
        async fn release(&self, actor: &Actor, id: CartId, order: Uuid, version: Option<i64>) -> Result<Option<Released>, CartError>;
        /// Carts that have been held for [`HOLD_LEASE`] and longer, by their ids. For `order`, which
        /// knows whether their orders exist.
        async fn held(&self, actor: &Actor, page: PageRequest) -> Result<Page<HeldCart>, CartError>;
        /// Ends a cart because the order that it is held for is paid. With `held` false the order
        /// was placed before carts were held: then an open or a merged one is ended. Idempotent for
        /// the same order. For `order`.
        async fn close(&self, actor: &Actor, id: CartId, order: Uuid, held: bool) -> Result<(), CartError>;
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartOwner {
    User(UserId),
    Guest(TokenHash),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CartStatus {
    Open,
    /// An order made of it waits for its payment: it can be read and not changed.
    Held,
    /// An order made of it was paid.
    Completed,
    /// Its lines went to another cart: at log-in, or because its order ended.
    Merged,
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
    /// 1 to [`MAX_QUANTITY`].
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
    /// Of a merged cart: where its lines went.
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
    /// What was done to each line; empty if it was done before.
    pub report: Vec<MergedLine>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldCart {
    pub cart: CartId,
    pub order: Uuid,
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedLine {
    pub variant: VariantId,
    pub title: String,
    /// In the cart that ends: the guest's, or the held one.
    pub guest_quantity: u32,
    /// In the open cart before.
    pub own_quantity: u32,
    /// Now.
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

impl Event for CartCompleted {
    const NAME: &'static str = "cart.completed.v1";
    fn aggregate_id(&self) -> Uuid {
        self.cart.0
    }
    fn aggregate_version(&self) -> i64 {
        self.version
    }
}

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum CartError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("only {available} left")]
    OutOfStock {
        variant: VariantId,
        requested: u32,
        available: u32,
    },
    #[error("a cart has one currency: {cart}, not {item}")]
    OtherCurrency { cart: Currency, item: Currency },
    #[error("the cart is full")]
    Full,
    #[error(
        "an order made of this cart waits for its payment: pay or cancel the order, or go on in a \
         new cart"
    )]
    Held { order: Uuid },
    #[error("this cart has ended, by an order or because its lines went elsewhere: take a new one")]
    Closed,
    #[error("the cart was changed meanwhile")]
    VersionMismatch,
    #[error("there is no such cart or line")]
    NotFound,
    #[error("you may not do this")]
    Forbidden,
    #[error("carts are not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

module_error!(CartError,
    kind: |e| {
        use feira_kernel::ErrorKind as K;
        match e {
            Self::Invalid(_) => K::Invalid,
            Self::OutOfStock { .. }
            | Self::OtherCurrency { .. }
            | Self::Full
            | Self::Held { .. }
            | Self::Closed => K::Conflict,
            Self::VersionMismatch => K::PreconditionFailed,
            Self::NotFound => K::NotFound,
            Self::Forbidden => K::Forbidden,
            Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    code: |e| match e {
        Self::Invalid(_) => "cart.invalid",
        Self::OutOfStock { .. } => "cart.out_of_stock",
        Self::OtherCurrency { .. } => "cart.other_currency",
        Self::Full => "cart.full",
        Self::Held { .. } => "cart.held",
        Self::Closed => "cart.closed",
        Self::VersionMismatch => "cart.version_mismatch",
        Self::NotFound => "cart.not_found",
        Self::Forbidden => "cart.forbidden",
        Self::Unavailable(_) => "cart.unavailable",
        Self::Internal(_) => "cart.internal",
    },
    fields: |e| match e {
        Self::Invalid(fields) => fields,
        _ => &[],
    },
);
