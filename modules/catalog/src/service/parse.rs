//! From database values to types that cannot be wrong; a failure is a defect of ours.

use feira_kernel::{Currency, Money};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use crate::CatalogError;

pub(crate) fn json<T: DeserializeOwned>(text: &str) -> Result<T, CatalogError> {
    serde_json::from_str(text)
        .map_err(|e| CatalogError::defect(format_args!("a stored document: {e}")))
}

pub(crate) fn stored<T: DeserializeOwned>(value: &serde_json::Value) -> Result<T, CatalogError> {
    T::deserialize(value).map_err(|e| CatalogError::defect(format_args!("a stored document: {e}")))
}

pub(crate) fn currency(code: &str) -> Result<Currency, CatalogError> {
    code.parse()
        .map_err(|e| CatalogError::defect(format_args!("a stored currency: {e}")))
}

pub(crate) fn money(amount: Decimal, currency: Currency) -> Result<Money, CatalogError> {
    Money::new(amount, currency)
        .map_err(|e| CatalogError::defect(format_args!("a stored amount: {e}")))
}

/// An amount as PostgreSQL writes it as text: `19.9000`.
pub(crate) fn money_text(amount: &str, currency: Currency) -> Result<Money, CatalogError> {
    let amount: Decimal = amount
        .parse()
        .map_err(|e| CatalogError::defect(format_args!("a stored amount: {e}")))?;
    money(amount, currency)
}
