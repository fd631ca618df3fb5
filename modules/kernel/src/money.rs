use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Serialize};

use crate::Currency;

/// An amount at exactly its currency's exponent. A sub-cent amount cannot be built, amounts of
/// two currencies cannot be added, and nothing in here is a float.
///
/// On the wire `{"amount":"19.90","currency":"BRL"}`; in SQL `numeric(19,4)` beside `char(3)`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    amount: Decimal,
    currency: Currency,
}

/// The largest absolute amount of one thing, in major units: it fits `numeric(19,4)`. What adds
/// amounts up without end is a [`Total`](crate::Total).
const LIMIT: i64 = 99_999_999_999;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("{currency} has {exponent} decimal places, {amount} has more")]
    SubUnit {
        amount: String,
        currency: Currency,
        exponent: u32,
    },
    #[error("the amount is not a decimal number such as 19.90")]
    NotANumber,
    #[error("the amount is larger than can be kept")]
    TooLarge,
    #[error("{0} and {1} cannot be added or compared")]
    CurrencyMismatch(Currency, Currency),
}

/// A share of an amount, such as a commission: a decimal fraction, 0.125 for 12.5 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate(#[serde(with = "rust_decimal::serde::str")] pub Decimal);

impl Money {
    /// `amount` must have no more decimals than the currency; trailing zeros do not count.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let amount = exact(amount, currency)?;
        if amount.abs() > Decimal::from(LIMIT) {
            return Err(MoneyError::TooLarge);
        }
        Ok(Self { amount, currency })
    }

    /// The largest amount there can be.
    pub fn most(currency: Currency) -> Self {
        let mut amount = Decimal::from(LIMIT);
        amount.rescale(currency.exponent());
        Self { amount, currency }
    }

    pub fn zero(currency: Currency) -> Self {
        Self {
            amount: Decimal::new(0, currency.exponent()),
            currency,
        }
    }

    /// From minor units: cents for BRL, yen for JPY.
    pub fn from_minor(minor: i64, currency: Currency) -> Result<Self, MoneyError> {
        Self::new(Decimal::new(minor, currency.exponent()), currency)
    }

    /// Parses plain digits with an optional point; no sign trickery, exponents or spaces.
    pub fn parse(text: &str, currency: Currency) -> Result<Self, MoneyError> {
        Self::new(plain(text, 24)?, currency)
    }

    pub fn amount(self) -> Decimal {
        self.amount
    }

    pub fn currency(self) -> Currency {
        self.currency
    }

    /// The amount in minor units, as card providers want it.
    pub fn minor(self) -> i64 {
        // The limit times the largest exponent fits an i64.
        let mut scaled = self.amount;
        scaled.rescale(self.currency.exponent());
        scaled.mantissa().to_i64().unwrap_or(i64::MAX)
    }

    pub fn is_zero(self) -> bool {
        self.amount.is_zero()
    }

    pub fn is_negative(self) -> bool {
        self.amount.is_sign_negative() && !self.amount.is_zero()
    }

    pub fn is_positive(self) -> bool {
        self.amount.is_sign_positive() && !self.amount.is_zero()
    }

    pub fn negated(self) -> Self {
        Self {
            amount: if self.is_zero() {
                self.amount
            } else {
                -self.amount
            },
            currency: self.currency,
        }
    }

    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        let sum = self
            .amount
            .checked_add(other.amount)
            .ok_or(MoneyError::TooLarge)?;
        Self::new(sum, self.currency)
    }

    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.checked_add(other.negated())
    }

    pub fn times(self, quantity: u32) -> Result<Self, MoneyError> {
        let product = self
            .amount
            .checked_mul(Decimal::from(quantity))
            .ok_or(MoneyError::TooLarge)?;
        Self::new(product, self.currency)
    }

    /// The one rounding of the project: half up (away from zero) to the currency's exponent.
    pub fn share(self, rate: Rate) -> Result<Self, MoneyError> {
        let exact = self
            .amount
            .checked_mul(rate.0)
            .ok_or(MoneyError::TooLarge)?;
        let rounded = exact.round_dp_with_strategy(
            self.currency.exponent(),
            RoundingStrategy::MidpointAwayFromZero,
        );
        Self::new(rounded, self.currency)
    }

    /// Sums amounts of one currency to an amount; the sum of nothing is zero.
    pub fn sum(
        currency: Currency,
        parts: impl IntoIterator<Item = Self>,
    ) -> Result<Self, MoneyError> {
        parts
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }

    /// Divides the amount by weights with the largest remainder: the parts sum to it exactly,
    /// and equal weights differ by one minor unit at most (earlier ones get it).
    /// Without any positive weight the division is even.
    pub fn allocate(self, weights: &[u64]) -> Vec<Self> {
        if weights.is_empty() {
            return Vec::new();
        }
        let even = vec![1_u64; weights.len()];
        let weights = if weights.iter().all(|w| *w == 0) {
            &even[..]
        } else {
            weights
        };
        let total: u128 = weights.iter().map(|w| u128::from(*w)).sum();
        let whole = u128::from(self.minor().unsigned_abs());
        let mut parts: Vec<u128> = Vec::with_capacity(weights.len());
        let mut remainders: Vec<(u128, usize)> = Vec::with_capacity(weights.len());
        for (index, weight) in weights.iter().enumerate() {
            let product = whole * u128::from(*weight);
            parts.push(product / total);
            remainders.push((product % total, index));
        }
        let mut left = whole - parts.iter().sum::<u128>();
        remainders.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        for (_, index) in remainders {
            if left == 0 {
                break;
            }
            parts[index] += 1;
            left -= 1;
        }
        let sign = if self.is_negative() { -1 } else { 1 };
        parts
            .into_iter()
            .map(|minor| {
                let minor = i64::try_from(minor).unwrap_or(i64::MAX) * sign;
                Self {
                    amount: Decimal::new(minor, self.currency.exponent()),
                    currency: self.currency,
                }
            })
            .collect()
    }

    /// Compares amounts of one currency.
    pub fn compare(self, other: Self) -> Result<std::cmp::Ordering, MoneyError> {
        self.same_currency(other)?;
        Ok(self.amount.cmp(&other.amount))
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }
}

/// At exactly the currency's exponent; trailing zeros do not count.
pub(crate) fn exact(amount: Decimal, currency: Currency) -> Result<Decimal, MoneyError> {
    let exponent = currency.exponent();
    let mut exact = amount.normalize();
    if exact.scale() > exponent {
        return Err(MoneyError::SubUnit {
            amount: amount.to_string(),
            currency,
            exponent,
        });
    }
    exact.rescale(exponent);
    // As many zeros as the exponent has do not fit behind it.
    if exact.scale() != exponent {
        return Err(MoneyError::TooLarge);
    }
    if exact.is_zero() {
        exact.set_sign_positive(true);
    }
    Ok(exact)
}

/// Plain digits with an optional point, of at most so many characters.
pub(crate) fn plain(text: &str, most: usize) -> Result<Decimal, MoneyError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.len() <= most
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit());
    if !plain {
        return Err(MoneyError::NotANumber);
    }
    Decimal::from_str_exact(text).map_err(|_| MoneyError::NotANumber)
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wire {
    pub(crate) amount: String,
    pub(crate) currency: Currency,
}

impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire {
            amount: self.amount.to_string(),
            currency: self.currency,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        Self::parse(&wire.amount, wire.currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "money_tests.rs"]
mod tests;
