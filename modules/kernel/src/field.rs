use serde::{Deserialize, Serialize};

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
}
