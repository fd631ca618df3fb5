//! Amounts as Mercado Pago writes them.

use feira_kernel::{Currency, Money};
use serde_json::value::RawValue;

use crate::provider::{Failure, http::broken};

/// A number with decimals, taken as it is written: no float is made of it.
pub(super) fn money(number: &RawValue, currency: Currency) -> Result<Money, Failure> {
    Money::parse(number.get(), currency).map_err(|e| broken(&e.to_string()))
}
