use serde::{Deserialize, Serialize};

/// What a caller can do about an error; the gateway's one table turns it into a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    /// The request cannot be read at all (400).
    Malformed,
    /// No valid credential (401).
    Unauthenticated,
    /// A valid credential that may not do this (403).
    Forbidden,
    /// Absent, or somebody else's, which looks the same (404).
    NotFound,
    /// The state does not allow it now (409).
    Conflict,
    /// `If-Match` named another version (412).
    PreconditionFailed,
    /// Readable, but its values are refused (422).
    Invalid,
    /// Too many tries (429).
    Throttled,
    /// Try again later; nothing was done (503).
    Unavailable,
    /// A defect of ours (500).
    Internal,
}

/// One refused field: where it is (JSON pointer), a stable code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// RFC 6901 pointer into the request body, such as `/variants/0/price`.
    pub pointer: String,
    pub code: String,
    pub detail: String,
}

impl FieldError {
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
        }
    }
}

/// What every module's error enum can say of itself.
pub trait ModuleError: std::error::Error + Send + Sync + 'static {
    fn kind(&self) -> ErrorKind;
    /// Stable and documented: `<module>.<name>`.
    fn code(&self) -> &'static str;
    fn fields(&self) -> &[FieldError] {
        &[]
    }
    /// The variant for "the other side did not answer; nothing is known to have happened".
    fn unavailable(reason: String) -> Self
    where
        Self: Sized;
    /// The variant for a defect; the reason is logged, never shown.
    fn internal(reason: String) -> Self
    where
        Self: Sized;
}

/// Declares the parts of a module's error that are the same everywhere: conversion from the
/// database's error and the two variants that every module has.
#[macro_export]
macro_rules! module_error {
    ($error:ident, kind: |$k:ident| $kind:expr, code: |$c:ident| $code:expr $(, fields: |$f:ident| $fields:expr)? $(,)?) => {
        impl $crate::ModuleError for $error {
            fn kind(&self) -> $crate::ErrorKind {
                let $k = self;
                $kind
            }
            fn code(&self) -> &'static str {
                let $c = self;
                $code
            }
            $(fn fields(&self) -> &[$crate::FieldError] {
                let $f = self;
                $fields
            })?
            fn unavailable(reason: String) -> Self {
                Self::Unavailable(reason)
            }
            fn internal(reason: String) -> Self {
                Self::Internal(reason)
            }
        }

        impl From<$crate::db::Error> for $error {
            fn from(error: $crate::db::Error) -> Self {
                if error.is_unacceptable() {
                    let detail = "it has a character or a size that cannot be kept";
                    Self::Invalid(vec![$crate::FieldError::new("", "unacceptable", detail)])
                } else if error.is_key_reused() {
                    let detail = "this key was used for another request; take a new one";
                    Self::Invalid(vec![$crate::FieldError::new("", $crate::idempotency::REUSED, detail)])
                } else if error.is_unavailable() {
                    Self::Unavailable(error.to_string())
                } else {
                    Self::Internal(error.to_string())
                }
            }
        }
    };
}
