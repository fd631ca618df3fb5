//! What the kinds of providers are configured by: each has a table of its fields, which the configuration
//! and the operator's page both read, and one check, which both pass.

use std::time::Duration;

use feira_kernel::{Currency, FieldCode, token::TokenKey};

/// One thing that a kind is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// As the configuration calls it.
    pub name: &'static str,
    pub form: FieldForm,
    /// Whether it must be there.
    pub required: bool,
    /// What an absent one is.
    pub default: &'static str,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldForm {
    /// One line of text.
    Line,
    /// Several.
    Text,
    /// Texts, one a line on a page.
    List,
    Choice(&'static [&'static str]),
    /// Of a site to which secrets are sent: who changes it enters them again.
    Address,
    /// PEM, or in a file of settings the path of one.
    Pem,
    /// Kept sealed, and never shown again.
    Secret,
    /// Both.
    SecretPem,
}

impl FieldForm {
    pub fn is_secret(self) -> bool {
        match self {
            Self::Secret | Self::SecretPem => true,
            Self::Line | Self::Text | Self::List | Self::Choice(_) | Self::Address | Self::Pem => {
                false
            }
        }
    }

    pub fn is_list(self) -> bool {
        self == Self::List
    }

    pub(crate) fn is_address(self) -> bool {
        self == Self::Address
    }

    pub(crate) fn is_pem(self) -> bool {
        matches!(self, Self::Pem | Self::SecretPem)
    }

    /// Of which a choice is one.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Self::Choice(words) => words,
            _ => &[],
        }
    }
}

impl Field {
    pub(crate) const fn new(name: &'static str, form: FieldForm) -> Self {
        Self {
            name,
            form,
            required: false,
            default: "",
        }
    }

    pub(crate) const fn required(name: &'static str, form: FieldForm) -> Self {
        Self {
            required: true,
            ..Self::new(name, form)
        }
    }

    pub(crate) const fn or(self, default: &'static str) -> Self {
        Self { default, ..self }
    }
}

/// Of kinds whose cards pay in instalments: the greatest count, and the least amount of one per currency.
pub(crate) const INSTALMENTS: Field = Field::new("instalments", FieldForm::Line).or("1");
pub(crate) const INSTALMENT_LEAST: Field = Field::new("instalment_least", FieldForm::List);

/// Whose payments it takes: each kind has this one, too.
pub(crate) const STORES: Field = Field::new("stores", FieldForm::List);

/// A field that cannot be used: its name, and what follows that in a sentence. A secret's value is never
/// repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub field: String,
    pub code: FieldCode,
    pub why: String,
}

/// What of the installation the settings of a provider are made with.
#[derive(Debug, Clone)]
pub struct Installation {
    /// Under which keys that are entered on a page are kept; without it none can be.
    pub key: Option<TokenKey>,
    /// Only what moves money is taken.
    pub production: bool,
    pub currency: Currency,
    /// Where the simulated provider of this process is.
    pub sandbox_url: String,
    /// Where everybody reaches this installation, without a slash at its end.
    pub public_url: String,
    /// Of one exchange; shorter than [`crate::Settings::charge_deadline`].
    pub timeout: Duration,
}

impl Default for Installation {
    fn default() -> Self {
        Self {
            key: None,
            production: false,
            currency: Currency::BRL,
            sandbox_url: String::new(),
            public_url: String::new(),
            timeout: Duration::from_secs(10),
        }
    }
}

pub(crate) fn refuse<T>(
    field: &str,
    code: FieldCode,
    why: impl Into<String>,
) -> Result<T, Refusal> {
    Err(Refusal {
        field: field.to_owned(),
        code,
        why: why.into(),
    })
}
