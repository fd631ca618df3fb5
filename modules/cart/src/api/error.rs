use feira_catalog::VariantId;
use feira_kernel::{Currency, FieldError, StoreId, module_error};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
    #[error("nothing of this store can be bought now: lines of it can only be lowered or removed")]
    StoreClosed { store: StoreId },
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
            | Self::StoreClosed { .. }
            | Self::Held { .. }
            | Self::Closed => K::Conflict,
            Self::VersionMismatch => K::PreconditionFailed,
            Self::NotFound => K::NotFound,
            Self::Forbidden => K::Forbidden,
            Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    codes: {
        Self::Invalid(_) => "cart.invalid",
        Self::OutOfStock { .. } => "cart.out_of_stock",
        Self::OtherCurrency { .. } => "cart.other_currency",
        Self::Full => "cart.full",
        Self::StoreClosed { .. } => "cart.store_closed",
        Self::Held { .. } => "cart.held",
        Self::Closed => "cart.closed",
        Self::VersionMismatch => "cart.version_mismatch",
        Self::NotFound => "cart.not_found",
        Self::Forbidden => "cart.forbidden",
        Self::Unavailable(_) => "cart.unavailable",
        Self::Internal(_) => "cart.internal",
    },
);
