use feira_kernel::{Currency, Money, StoreId, Time, Versions};
use serde::{Deserialize, Serialize};

use super::{Category, CategoryId, ImageId, ProductId, VariantId, patch::given};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductKey {
    Id(ProductId),
    Slug(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CategoryKey {
    Id(CategoryId),
    Slug(String),
}

feira_kernel::text_enum! {
    /// draft -> active -> archived, and back; archived ones stay for the orders that name them.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum ProductStatus {
        #[default]
        Draft = "draft",
        Active = "active",
        Archived = "archived",
    }
}

feira_kernel::text_enum! {
    /// How a variant's units are kept.
    #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum StockPolicy {
        /// Never sold below zero.
        #[default]
        Counted = "counted",
        /// Reserved and sold like counted ones, also below zero: on hand may be negative.
        Continue = "continue",
        /// Always to be had: no reservation and no movement. What was on hand stays recorded.
        NotCounted = "not_counted",
    }
}

impl StockPolicy {
    /// Whether so many units can be bought where so many are available.
    pub fn offers(self, quantity: u32, available: u32) -> bool {
        match self {
            Self::Counted => quantity <= available,
            Self::Continue | Self::NotCounted => true,
        }
    }
}

/// An option's name and value: `Size`, `Large`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionValue {
    pub name: String,
    pub value: String,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct NewProduct {
    pub name: String,
    pub description: String,
    pub category: Option<CategoryId>,
    pub brand: Option<String>,
    pub tags: Vec<String>,
    pub status: ProductStatus,
    /// 1 to 100; the same option names (up to 3) in the same order on each.
    pub variants: Vec<NewVariant>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewVariant {
    /// Unique in the store; made up when absent.
    pub sku: Option<String>,
    pub options: Vec<OptionValue>,
    /// In the store's settlement currency, above zero.
    pub price: Money,
    /// Struck through beside the price; above it.
    pub compare_at: Option<Money>,
    pub weight_grams: u32,
    pub barcode: Option<String>,
    /// Initial quantity on hand; of what is not counted it is only recorded.
    pub quantity: u32,
    #[serde(default)]
    pub stock_policy: StockPolicy,
}

/// A merge patch: what is `None` stays. The inner `None` of an `Option<Option<_>>` clears.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ProductChange {
    /// Of the product, as its author saw it.
    pub expected_version: Option<Versions>,
    pub name: Option<String>,
    pub description: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub category: Option<Option<CategoryId>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub brand: Option<Option<String>>,
    pub tags: Option<Vec<String>>,
    pub status: Option<ProductStatus>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct VariantChange {
    /// Of the product: its variants have no versions of their own.
    pub expected_version: Option<Versions>,
    pub sku: Option<String>,
    pub price: Option<Money>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub compare_at: Option<Option<Money>>,
    pub weight_grams: Option<u32>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    pub barcode: Option<Option<String>>,
    /// `Counted` is refused while less is on hand than is reserved.
    pub stock_policy: Option<StockPolicy>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub store: StoreId,
    pub store_name: String,
    pub store_slug: String,
    pub name: String,
    pub slug: String,
    pub description: String,
    pub brand: Option<String>,
    pub tags: Vec<String>,
    pub status: ProductStatus,
    /// From the root down.
    pub category_path: Vec<Category>,
    pub variants: Vec<Variant>,
    pub images: Vec<Image>,
    pub version: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: Time,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    pub id: VariantId,
    pub sku: String,
    pub options: Vec<OptionValue>,
    pub price: Money,
    pub compare_at: Option<Money>,
    pub weight_grams: u32,
    pub barcode: Option<String>,
    /// On hand less reserved, never below zero; how many can be bought `stock_policy` says.
    pub available: u32,
    #[serde(default)]
    pub stock_policy: StockPolicy,
    /// For the store's own people; `None` for buyers. Below zero only with `Continue`, or if it
    /// was so before.
    pub on_hand: Option<i64>,
    pub reserved: Option<u32>,
    /// For the store's own people: which state of its stock that is, for [`super::Adjustment`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock_version: Option<i64>,
}

impl Variant {
    pub fn not_counted(&self) -> bool {
        self.stock_policy == StockPolicy::NotCounted
    }

    /// Whether not one unit can be bought.
    pub fn sold_out(&self) -> bool {
        !self.stock_policy.offers(1, self.available)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub id: ImageId,
    pub alt_text: String,
    pub position: i32,
    pub small: ImageRef,
    pub medium: ImageRef,
    pub large: ImageRef,
}

/// A stored derivative: a content key below the public base, never a URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRef {
    /// `<sha-256>.<ext>`.
    pub key: String,
    pub width: u32,
    pub height: u32,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImageUpload {
    #[serde(with = "feira_kernel::base64_bytes")]
    pub bytes: Vec<u8>,
    pub alt_text: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImageFile {
    #[serde(with = "feira_kernel::base64_bytes")]
    pub bytes: Vec<u8>,
    pub content_type: String,
}

/// What cart and checkout need of a variant, read live.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sellable {
    pub variant: VariantId,
    pub product: ProductId,
    pub store: StoreId,
    pub title: String,
    pub product_slug: String,
    pub sku: String,
    pub options: Vec<OptionValue>,
    pub image: Option<ImageRef>,
    pub category_path: Vec<CategoryId>,
    pub unit_price: Money,
    pub currency: Currency,
    pub weight_grams: u32,
    /// Whether the product is active; the store's state is the store's to tell.
    pub active: bool,
    /// On hand less reserved, never below zero; see [`StockPolicy::offers`].
    pub available: u32,
    #[serde(default)]
    pub stock_policy: StockPolicy,
}
