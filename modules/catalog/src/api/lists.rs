//! What lists of products show, and by what they are searched.

use feira_kernel::{Money, StoreId, Time};
use serde::{Deserialize, Serialize};

use super::{CategoryKey, ImageRef, ProductId, ProductStatus};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProductCard {
    pub id: ProductId,
    pub slug: String,
    pub title: String,
    pub store: StoreId,
    pub store_name: String,
    pub store_slug: String,
    pub price_from: Money,
    pub price_to: Money,
    pub compare_at: Option<Money>,
    pub image: Option<ImageRef>,
    pub in_stock: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SellerProduct {
    pub id: ProductId,
    pub slug: String,
    pub name: String,
    pub status: ProductStatus,
    pub variants: u32,
    pub price_from: Money,
    pub price_to: Money,
    /// Units of the variants that are counted or sold on.
    pub available: u32,
    /// Whether none of its variants is counted; then `available` says nothing.
    #[serde(default)]
    pub not_counted: bool,
    /// Whether none of its variants can be bought.
    #[serde(default)]
    pub sold_out: bool,
    pub image: Option<ImageRef>,
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: Time,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SellerFilter {
    pub status: Option<ProductStatus>,
    /// A part of the name, a SKU in any case, or a barcode.
    pub q: Option<String>,
    pub sold_out: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// By the text's rank; without a text the newest first.
    #[default]
    Relevance,
    Newest,
    PriceAscending,
    PriceDescending,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Search {
    pub q: Option<String>,
    /// A category with its descendants.
    pub category: Option<CategoryKey>,
    pub store: Option<StoreId>,
    pub price_min: Option<Money>,
    pub price_max: Option<Money>,
    pub in_stock: bool,
    pub sort: Sort,
}
