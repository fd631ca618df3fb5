use std::{cmp::Ordering, fmt};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Currency, Money, MoneyError,
    money::{Wire, exact, plain},
};

/// What amounts of one currency add up to: a balance, an account of the books, a payout, a day's
/// sales. It has the exactness and the wire form of [`Money`] and not its limit; in SQL it is
/// `numeric(38,4)` beside `char(3)`.
///
/// Its own bound is that of [`Decimal`], 96 bits: 7.9 * 10^24 with the four decimal places that a
/// currency has at most. That is 79 million million times the largest amount, more than a ledger
/// can have entries; past it the answer is [`MoneyError::TooLarge`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Total {
    amount: Decimal,
    currency: Currency,
}

impl Total {
    /// `amount` must have no more decimals than the currency; trailing zeros do not count.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        Ok(Self {
            amount: exact(amount, currency)?,
            currency,
        })
    }

    pub fn zero(currency: Currency) -> Self {
        Money::zero(currency).into()
    }

    /// Sums amounts, or sums, of one currency; the sum of nothing is zero.
    pub fn sum<T: Into<Self>>(
        currency: Currency,
        parts: impl IntoIterator<Item = T>,
    ) -> Result<Self, MoneyError> {
        parts
            .into_iter()
            .try_fold(Self::zero(currency), Self::checked_add)
    }

    pub fn checked_add(self, other: impl Into<Self>) -> Result<Self, MoneyError> {
        let other = self.same_currency(other.into())?;
        let sum = self.amount.checked_add(other.amount);
        Self::new(sum.ok_or(MoneyError::TooLarge)?, self.currency)
    }

    pub fn amount(self) -> Decimal {
        self.amount
    }

    pub fn currency(self) -> Currency {
        self.currency
    }

    /// In minor units: cents for BRL, yen for JPY.
    pub fn minor(self) -> i128 {
        self.amount.mantissa()
    }

    pub fn is_zero(self) -> bool {
        self.amount.is_zero()
    }

    pub fn is_negative(self) -> bool {
        self.amount.is_sign_negative() && !self.is_zero()
    }

    pub fn is_positive(self) -> bool {
        self.amount.is_sign_positive() && !self.is_zero()
    }

    pub fn negated(self) -> Self {
        let amount = if self.is_zero() {
            self.amount
        } else {
            -self.amount
        };
        Self { amount, ..self }
    }

    /// Compares sums of one currency.
    pub fn compare(self, other: impl Into<Self>) -> Result<Ordering, MoneyError> {
        let other = self.same_currency(other.into())?;
        Ok(self.amount.cmp(&other.amount))
    }

    fn same_currency(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency == other.currency {
            Ok(other)
        } else {
            Err(MoneyError::CurrencyMismatch(self.currency, other.currency))
        }
    }
}

impl From<Money> for Total {
    fn from(money: Money) -> Self {
        Self {
            amount: money.amount(),
            currency: money.currency(),
        }
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl fmt::Debug for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Total {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire {
            amount: self.amount.to_string(),
            currency: self.currency,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Total {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        plain(&wire.amount, 40)
            .and_then(|amount| Self::new(amount, wire.currency))
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[path = "total_tests.rs"]
mod tests;
