//! Totals as a pure function: lines -> discounts -> shipping -> tax -> total.

use feira_kernel::{Currency, Money, MoneyError};

use crate::api::{CartGroup, CartLine, Totals};

/// unit price x quantity - discount + tax.
pub(crate) fn line(
    unit_price: Money,
    quantity: u32,
    discount: Money,
    tax: Money,
) -> Result<Money, MoneyError> {
    unit_price
        .times(quantity)?
        .checked_sub(discount)?
        .checked_add(tax)
}

/// The totals of one store's lines, sent for `shipping`.
pub(crate) fn group(
    currency: Currency,
    lines: &[CartLine],
    shipping: Option<Money>,
) -> Result<Totals, MoneyError> {
    let mut prices = Vec::with_capacity(lines.len());
    for line in lines {
        prices.push(line.unit_price.times(line.quantity)?);
    }
    Totals {
        subtotal: Money::sum(currency, prices)?,
        discount: Money::sum(currency, lines.iter().map(|line| line.discount))?,
        shipping: shipping.unwrap_or_else(|| Money::zero(currency)),
        tax: Money::sum(currency, lines.iter().map(|line| line.tax))?,
        total: Money::zero(currency),
    }
    .totalled()
}

/// The totals of all groups.
pub(crate) fn cart(currency: Currency, groups: &[CartGroup]) -> Result<Totals, MoneyError> {
    let sum = |part: fn(&Totals) -> Money| {
        Money::sum(currency, groups.iter().map(|group| part(&group.totals)))
    };
    Totals {
        subtotal: sum(|t| t.subtotal)?,
        discount: sum(|t| t.discount)?,
        shipping: sum(|t| t.shipping)?,
        tax: sum(|t| t.tax)?,
        total: Money::zero(currency),
    }
    .totalled()
}

impl Totals {
    fn totalled(self) -> Result<Self, MoneyError> {
        let total = self
            .subtotal
            .checked_sub(self.discount)?
            .checked_add(self.shipping)?
            .checked_add(self.tax)?;
        Ok(Self { total, ..self })
    }
}

#[cfg(test)]
#[path = "totals_tests.rs"]
mod tests;
