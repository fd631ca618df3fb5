//! What the two sides come to.

use std::collections::BTreeMap;

use feira_kernel::{Currency, MoneyError, Total};

use super::report::Line;
use crate::ReconciledSum;

/// Each currency's sums; none overflows what a ledger can hold.
#[derive(Default)]
pub(super) struct Sums(BTreeMap<&'static str, ReconciledSum>);

impl Sums {
    fn add(
        &mut self,
        amount: Total,
        side: fn(&mut ReconciledSum) -> &mut Total,
    ) -> Result<(), MoneyError> {
        let currency = amount.currency();
        let sum = self.0.entry(currency.code());
        let sum = sum.or_insert_with(|| nothing(currency));
        let side = side(sum);
        *side = side.checked_add(amount)?;
        Ok(())
    }

    pub(super) fn transferred(&mut self, line: &Line) -> Result<(), MoneyError> {
        self.add(line.amount, |sum| &mut sum.transferred)
    }

    pub(super) fn line(&mut self, line: &Line) -> Result<(), MoneyError> {
        self.add(line.amount, |sum| &mut sum.reported)?;
        match line.fee {
            Some(fee) => self.add(fee, |sum| &mut sum.reported_fees),
            None => Ok(()),
        }
    }

    /// Of the books, with what was taken of it.
    pub(super) fn booked(&mut self, amount: Total, fee: Option<Total>) -> Result<(), MoneyError> {
        self.add(amount, |sum| &mut sum.booked)?;
        match fee {
            Some(fee) => self.add(fee, |sum| &mut sum.booked_fees),
            None => Ok(()),
        }
    }

    pub(super) fn all(self) -> Vec<ReconciledSum> {
        self.0.into_values().collect()
    }
}

fn nothing(currency: Currency) -> ReconciledSum {
    let zero = Total::zero(currency);
    ReconciledSum {
        currency,
        reported: zero,
        booked: zero,
        reported_fees: zero,
        booked_fees: zero,
        transferred: zero,
    }
}
