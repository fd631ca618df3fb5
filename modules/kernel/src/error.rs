use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::validate;

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

/// The code of a refused field. Only [`field_codes!`](crate::field_codes) makes one, so that each
/// stands in its module's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldCode(&'static str);

impl FieldCode {
    #[doc(hidden)]
    pub const fn declared(code: &'static str) -> Self {
        Self(code)
    }

    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// Declares the codes of a module's fields, `<module>.<name>`, and the list of them.
#[macro_export]
macro_rules! field_codes {
    ($list_vis:vis $list:ident: $($vis:vis $name:ident = $code:literal),+ $(,)?) => {
        $($vis const $name: $crate::FieldCode = $crate::FieldCode::declared($code);)+
        $list_vis const $list: &[&str] = &[$($code),+];
    };
}

/// One refused field: where it is (JSON pointer), a stable code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// RFC 6901 pointer into the request body, such as `/variants/0/price`.
    pub pointer: String,
    pub code: String,
    pub detail: String,
    /// The least that is allowed, for sentences in other languages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    /// The most that is allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
}

impl FieldError {
    pub fn new(pointer: impl Into<String>, code: FieldCode, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.as_str().to_owned(),
            detail: detail.into(),
            min: None,
            max: None,
        }
    }

    /// Fewer characters than are needed.
    pub fn too_short(pointer: impl Into<String>, min: usize) -> Self {
        Self {
            min: Some(whole(min)),
            ..Self::new(
                pointer,
                validate::TOO_SHORT,
                format!("at least {min} characters"),
            )
        }
    }

    /// More characters than are allowed.
    pub fn too_long(pointer: impl Into<String>, max: usize) -> Self {
        Self {
            max: Some(whole(max)),
            ..Self::new(
                pointer,
                validate::TOO_LONG,
                format!("at most {max} characters"),
            )
        }
    }

    /// More things than are allowed at once.
    pub fn too_many(pointer: impl Into<String>, max: usize) -> Self {
        Self {
            max: Some(whole(max)),
            ..Self::new(pointer, validate::TOO_MANY, format!("at most {max}"))
        }
    }

    pub fn out_of_range(pointer: impl Into<String>, range: RangeInclusive<i64>) -> Self {
        let (min, max) = range.into_inner();
        Self {
            min: Some(min),
            max: Some(max),
            ..Self::new(
                pointer,
                validate::OUT_OF_RANGE,
                format!("from {min} to {max}"),
            )
        }
    }
}

fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
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
    ($error:ident, kind: |$k:ident| $kind:expr, codes: { $($variant:pat => $code:literal),+ $(,)? } $(,)?) => {
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
