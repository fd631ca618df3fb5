use feira_kernel::{FieldError, module_error};
use serde::{Deserialize, Serialize};

use super::StoreStatus;

#[derive(Debug, Clone, thiserror::Error, Serialize, Deserialize)]
pub enum StoreError {
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    #[error("you have already applied to sell")]
    AlreadyApplied,
    #[error("a store that is {from:?} cannot become {to:?}")]
    IllegalMove { from: StoreStatus, to: StoreStatus },
    #[error("the last rule of the list is the default: it stays")]
    DefaultRule,
    #[error("it was changed by somebody else meanwhile")]
    VersionMismatch,
    #[error("too many tries; try again in {retry_after} seconds")]
    TooManyTries {
        /// Seconds.
        retry_after: u32,
    },
    #[error("you may not do this")]
    Forbidden,
    #[error("there is no such store, or nothing of this kind in it")]
    NotFound,
    #[error("stores are not available now; try again")]
    Unavailable(String),
    #[error("an error on our side")]
    Internal(String),
}

module_error!(StoreError,
    kind: |e| {
        use feira_kernel::ErrorKind as K;
        match e {
            Self::Invalid(_) => K::Invalid,
            Self::AlreadyApplied | Self::IllegalMove { .. } | Self::DefaultRule => K::Conflict,
            Self::VersionMismatch => K::PreconditionFailed,
            Self::TooManyTries { .. } => K::Throttled,
            Self::Forbidden => K::Forbidden,
            Self::NotFound => K::NotFound,
            Self::Unavailable(_) => K::Unavailable,
            Self::Internal(_) => K::Internal,
        }
    },
    codes: {
        Self::Invalid(_) => "store.invalid",
        Self::AlreadyApplied => "store.already_applied",
        Self::IllegalMove { .. } => "store.illegal_move",
        Self::DefaultRule => "store.default_rule",
        Self::VersionMismatch => "store.version_mismatch",
        Self::TooManyTries { .. } => "store.too_many_tries",
        Self::Forbidden => "store.forbidden",
        Self::NotFound => "store.not_found",
        Self::Unavailable(_) => "store.unavailable",
        Self::Internal(_) => "store.internal",
    },
);
