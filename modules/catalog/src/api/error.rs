use feira_kernel::{FieldError, module_error};
use serde::{Deserialize, Serialize};

use super::Shortage;

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum CatalogError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("not enough stock")]
    OutOfStock(Vec<Shortage>),
    #[error("the reservation has ended")]
    ReservationEnded,
    #[error("the stock of this variant is not counted; give it another stock policy first")]
    StockNotCounted,
    #[error("this SKU is in use in your store")]
    SkuTaken,
    #[error(
        "the store is suspended or closed: nothing of it can be published, only kept as a draft"
    )]
    StoreClosed,
    #[error("a product has at least one variant; archive the product instead")]
    LastVariant,
    #[error("products or categories are in this category")]
    CategoryInUse,
    /// With the ids of the rules.
    #[error("commission rules are about this category: remove or end them first: {0}")]
    CategoryHasRules(String),
    #[error("it was changed by somebody else meanwhile")]
    VersionMismatch,
    #[error("the image is not acceptable: {0}")]
    BadImage(String),
    #[error("the image breaks off: the file is not whole; send it again")]
    ImageTruncated,
    /// With the size and the limit in numbers.
    #[error("the image is too large: {0}")]
    ImageTooLarge(String),
    #[error("the file cannot be read as this kind of CSV: {0}")]
    BadImport(String),
    #[error("you may not do this")]
    Forbidden,
    #[error("there is no such thing in the catalogue")]
    NotFound,
    #[error("the catalogue is not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

module_error!(CatalogError,
    kind: |e| {
        use feira_kernel::ErrorKind as K;
        match e {
            Self::Invalid(_)
            | Self::BadImage(_)
            | Self::ImageTruncated
            | Self::ImageTooLarge(_)
            | Self::BadImport(_) => K::Invalid,
            Self::OutOfStock(_)
            | Self::ReservationEnded
            | Self::StockNotCounted
            | Self::SkuTaken
            | Self::StoreClosed
            | Self::LastVariant
            | Self::CategoryInUse
            | Self::CategoryHasRules(_) => K::Conflict,
            Self::VersionMismatch => K::PreconditionFailed,
            Self::Forbidden => K::Forbidden,
            Self::NotFound => K::NotFound,
            Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    codes: {
        Self::Invalid(_) => "catalog.invalid",
        Self::OutOfStock(_) => "catalog.out_of_stock",
        Self::ReservationEnded => "catalog.reservation_ended",
        Self::StockNotCounted => "catalog.stock_not_counted",
        Self::SkuTaken => "catalog.sku_taken",
        Self::StoreClosed => "catalog.store_closed",
        Self::LastVariant => "catalog.last_variant",
        Self::CategoryInUse => "catalog.category_in_use",
        Self::CategoryHasRules(_) => "catalog.category_has_rules",
        Self::VersionMismatch => "catalog.version_mismatch",
        Self::BadImage(_) => "catalog.bad_image",
        Self::ImageTruncated => "catalog.image_truncated",
        Self::ImageTooLarge(_) => "catalog.image_too_large",
        Self::BadImport(_) => "catalog.bad_import",
        Self::Forbidden => "catalog.forbidden",
        Self::NotFound => "catalog.not_found",
        Self::Unavailable(_) => "catalog.unavailable",
        Self::Internal(_) => "catalog.internal",
    },
);
