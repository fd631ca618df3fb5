use serde::{Deserialize, Serialize};

use crate::FieldError;

/// What a caller can do about an error; the gateway maps it to an HTTP status.
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

/// The common interface of the modules' errors.
pub trait ModuleError: std::error::Error + Send + Sync + 'static {
    /// All values of [`Self::code`].
    const CODES: &'static [&'static str];
    fn kind(&self) -> ErrorKind;
    /// Stable and documented: `<module>.<name>`.
    fn code(&self) -> &'static str;
    fn fields(&self) -> &[FieldError];
    /// The variant for "no answer; the outcome is unknown".
    fn unavailable(reason: String) -> Self
    where
        Self: Sized;
    /// The variant for a defect; the reason is logged, never shown.
    fn internal(reason: String) -> Self
    where
        Self: Sized;
    /// The error of a module below that the caller can do nothing about: "try again later" is
    /// passed on, any other is a defect of the module that called.
    fn from_neighbour(error: impl ModuleError) -> Self
    where
        Self: Sized,
    {
        let reason = format!("{}: {error}", error.code());
        match error.kind() {
            ErrorKind::Unavailable | ErrorKind::Throttled => Self::unavailable(reason),
            _ => Self::internal(reason),
        }
    }
}

/// Declares the parts of a module's error that are the same everywhere: its codes, conversion from
/// refused fields, cursors and the database's error, and the variants that every module has.
#[macro_export]
macro_rules! module_error {
    ($error:ident, kind: |$k:ident| $kind:expr, codes: { $($variant:pat => $code:literal),+ $(,)? }
        $(, fields: { $($other:pat => $fields:expr),+ $(,)? })? $(,)?) => {
        impl $crate::ModuleError for $error {
            const CODES: &'static [&'static str] = &[$($code),+];
            fn kind(&self) -> $crate::ErrorKind {
                let $k = self;
                $kind
            }
            fn code(&self) -> &'static str {
                match self {
                    $($variant => $code),+
                }
            }
            fn fields(&self) -> &[$crate::FieldError] {
                match self {
                    Self::Invalid(fields) => fields,
                    $($($other => $fields,)+)?
                    _ => &[],
                }
            }
            fn unavailable(reason: String) -> Self {
                Self::Unavailable(reason)
            }
            fn internal(reason: String) -> Self {
                Self::Internal(reason)
            }
        }

        impl $error {
            /// What cannot be, or an error of a library that the caller can do nothing about.
            pub fn defect(error: impl ::std::fmt::Display) -> Self {
                Self::Internal(error.to_string())
            }
        }

        impl From<Vec<$crate::FieldError>> for $error {
            fn from(fields: Vec<$crate::FieldError>) -> Self {
                Self::Invalid(fields)
            }
        }

        impl From<$crate::FieldError> for $error {
            fn from(field: $crate::FieldError) -> Self {
                Self::Invalid(vec![field])
            }
        }

        impl From<$crate::PageError> for $error {
            fn from(error: $crate::PageError) -> Self {
                let code = $crate::validate::INVALID_CURSOR;
                $crate::FieldError::new("/cursor", code, error.to_string()).into()
            }
        }

        impl From<$crate::db::Error> for $error {
            fn from(error: $crate::db::Error) -> Self {
                if error.is_unacceptable() {
                    let detail = "it has a character or a size that cannot be kept";
                    $crate::FieldError::new("", $crate::validate::UNACCEPTABLE, detail).into()
                } else if error.is_key_reused() {
                    let detail = "this key was used for another request; take a new one";
                    $crate::FieldError::new("", $crate::validate::KEY_REUSED, detail).into()
                } else if error.is_unavailable() {
                    Self::Unavailable(error.to_string())
                } else {
                    Self::Internal(error.to_string())
                }
            }
        }
    };
}
