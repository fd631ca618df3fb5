use feira_catalog::{
    Category, Image, ImageRef, OptionValue, Product, ProductCard, SellerProduct, Variant,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    MoneyView, Timestamp,
    words::{ProductStatus, StockPolicy},
};

/// An option of a variant: `{"name": "Size", "value": "M"}`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OptionView {
    #[schema(example = "Size")]
    pub(crate) name: String,
    #[schema(example = "M")]
    pub(crate) value: String,
}

impl From<OptionValue> for OptionView {
    fn from(o: OptionValue) -> Self {
        Self {
            name: o.name,
            value: o.value,
        }
    }
}

impl From<OptionView> for OptionValue {
    fn from(o: OptionView) -> Self {
        Self {
            name: o.name,
            value: o.value,
        }
    }
}

/// A picture in one size, below the public base of files.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImageRefView {
    #[schema(
        example = "/files/9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.jpg"
    )]
    url: String,
    width: u32,
    height: u32,
}

impl From<ImageRef> for ImageRefView {
    fn from(image: ImageRef) -> Self {
        Self {
            url: format!("/files/{}", image.key),
            width: image.width,
            height: image.height,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImageView {
    id: Uuid,
    alt_text: String,
    position: i32,
    small: ImageRefView,
    medium: ImageRefView,
    large: ImageRefView,
}

impl From<Image> for ImageView {
    fn from(image: Image) -> Self {
        Self {
            id: image.id.0,
            alt_text: image.alt_text,
            position: image.position,
            small: image.small.into(),
            medium: image.medium.into(),
            large: image.large.into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CategoryView {
    id: Uuid,
    parent_id: Option<Uuid>,
    /// Where a language has no name of its own.
    name: String,
    names: CategoryNames,
    slug: String,
}

/// What a category is called in the languages of pages and messages.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CategoryNames {
    en: Option<String>,
    #[serde(rename = "pt-BR")]
    pt_br: Option<String>,
}

impl From<feira_catalog::CategoryNames> for CategoryNames {
    fn from(names: feira_catalog::CategoryNames) -> Self {
        Self {
            en: names.en,
            pt_br: names.pt_br,
        }
    }
}

impl From<CategoryNames> for feira_catalog::CategoryNames {
    fn from(names: CategoryNames) -> Self {
        Self {
            en: names.en,
            pt_br: names.pt_br,
        }
    }
}

impl From<Category> for CategoryView {
    fn from(c: Category) -> Self {
        Self {
            id: c.id.0,
            parent_id: c.parent.map(|p| p.0),
            name: c.name,
            names: c.names.into(),
            slug: c.slug,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VariantView {
    id: Uuid,
    sku: String,
    options: Vec<OptionView>,
    price: MoneyView,
    compare_at: Option<MoneyView>,
    weight_grams: u32,
    barcode: Option<String>,
    /// Units on hand that are not reserved, never below zero.
    available: u32,
    stock_policy: StockPolicy,
    /// For the store's own people only. Below zero where more was sold than there was.
    on_hand: Option<i64>,
    reserved: Option<u32>,
}

impl From<Variant> for VariantView {
    fn from(v: Variant) -> Self {
        Self {
            id: v.id.0,
            sku: v.sku,
            options: v.options.into_iter().map(OptionView::from).collect(),
            price: v.price.into(),
            compare_at: v.compare_at.map(MoneyView::from),
            weight_grams: v.weight_grams,
            barcode: v.barcode,
            available: v.available,
            stock_policy: v.stock_policy.into(),
            on_hand: v.on_hand,
            reserved: v.reserved,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
struct StoreRefView {
    id: Uuid,
    name: String,
    slug: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductView {
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    brand: Option<String>,
    tags: Vec<String>,
    status: ProductStatus,
    store: StoreRefView,
    /// From the root down.
    category_path: Vec<CategoryView>,
    variants: Vec<VariantView>,
    images: Vec<ImageView>,
    version: i64,
    updated_at: Timestamp,
}

impl From<Product> for ProductView {
    fn from(p: Product) -> Self {
        Self {
            id: p.id.0,
            slug: p.slug,
            name: p.name,
            description: p.description,
            brand: p.brand,
            tags: p.tags,
            status: p.status.into(),
            store: StoreRefView {
                id: p.store.0,
                name: p.store_name,
                slug: p.store_slug,
            },
            category_path: p
                .category_path
                .into_iter()
                .map(CategoryView::from)
                .collect(),
            variants: p.variants.into_iter().map(VariantView::from).collect(),
            images: p.images.into_iter().map(ImageView::from).collect(),
            version: p.version,
            updated_at: p.updated_at.into(),
        }
    }
}

/// A product in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CardView {
    id: Uuid,
    slug: String,
    name: String,
    store: StoreRefView,
    price_from: MoneyView,
    price_to: MoneyView,
    compare_at: Option<MoneyView>,
    image: Option<ImageRefView>,
    in_stock: bool,
}

impl From<ProductCard> for CardView {
    fn from(c: ProductCard) -> Self {
        Self {
            id: c.id.0,
            slug: c.slug,
            name: c.title,
            store: StoreRefView {
                id: c.store.0,
                name: c.store_name,
                slug: c.store_slug,
            },
            price_from: c.price_from.into(),
            price_to: c.price_to.into(),
            compare_at: c.compare_at.map(MoneyView::from),
            image: c.image.map(ImageRefView::from),
            in_stock: c.in_stock,
        }
    }
}

/// A product in its seller's list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SellerProductView {
    id: Uuid,
    slug: String,
    name: String,
    status: ProductStatus,
    variants: u32,
    price_from: MoneyView,
    price_to: MoneyView,
    available: u32,
    /// Whether none of its variants is counted; then `available` says nothing.
    not_counted: bool,
    /// Whether none of its variants can be bought.
    sold_out: bool,
    image: Option<ImageRefView>,
    updated_at: Timestamp,
}

impl From<SellerProduct> for SellerProductView {
    fn from(p: SellerProduct) -> Self {
        Self {
            id: p.id.0,
            slug: p.slug,
            name: p.name,
            status: p.status.into(),
            variants: p.variants,
            price_from: p.price_from.into(),
            price_to: p.price_to.into(),
            available: p.available,
            not_counted: p.not_counted,
            sold_out: p.sold_out,
            image: p.image.map(ImageRefView::from),
            updated_at: p.updated_at.into(),
        }
    }
}
