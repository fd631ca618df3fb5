//! How much commission and earning a refund takes back, at the split's own ratio, never today's; and from
//! whom it is taken.

use feira_kernel::{Money, MoneyError};

use crate::BorneBy;

/// A split and what was taken back of it before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) amount: Money,
    pub(crate) commission: Money,
    pub(crate) refunded: Money,
    pub(crate) commission_reversed: Money,
    /// What refunds have left to the marketplace of its commission, at the ratio.
    pub(crate) commission_kept: Money,
}

/// The two sides of one refund; they sum to it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reversal {
    pub(crate) commission: Money,
    pub(crate) earning: Money,
}

/// From whom a refund is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bearer {
    /// Each gives back its own side.
    BothSides,
    /// The store, also the commission, which the marketplace keeps.
    StoreAlone,
    Marketplace,
}

impl Bearer {
    pub(crate) fn of(borne_by: Option<BorneBy>, keeps_commission: bool) -> Self {
        match borne_by {
            Some(BorneBy::Marketplace) => Self::Marketplace,
            Some(BorneBy::Store) if keeps_commission => Self::StoreAlone,
            Some(BorneBy::Store) | None => Self::BothSides,
        }
    }
}

/// What is taken from whom: the three sum to the refund exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Borne {
    pub(crate) commission: Money,
    pub(crate) earning: Money,
    /// What the marketplace gives beside its commission.
    pub(crate) promotion: Money,
    /// Of the commission, what it would have given back.
    pub(crate) kept: Money,
}

impl Reversal {
    pub(crate) fn borne(self, bearer: Bearer) -> Result<Borne, MoneyError> {
        let zero = Money::zero(self.commission.currency());
        let whole = self.commission.checked_add(self.earning)?;
        Ok(match bearer {
            Bearer::BothSides => Borne {
                commission: self.commission,
                earning: self.earning,
                promotion: zero,
                kept: zero,
            },
            Bearer::StoreAlone => Borne {
                commission: zero,
                earning: whole,
                promotion: zero,
                kept: self.commission,
            },
            Bearer::Marketplace => Borne {
                commission: zero,
                earning: zero,
                promotion: whole,
                kept: self.commission,
            },
        })
    }
}

/// Rounds the commission of everything refunded so far, this refund included, and takes what is
/// not taken yet: cents never drift, and the last refund takes exactly the rest. What came back may have left
/// the cents uneven: no side gives more than it has.
pub(crate) fn reverse(taken: &Taken, refund: Money) -> Result<Reversal, MoneyError> {
    let after = taken.refunded.checked_add(refund)?;
    let target = proportion(taken.commission, after, taken.amount)?;
    let gone = taken
        .commission_reversed
        .checked_add(taken.commission_kept)?;
    let commission_left = taken.commission.checked_sub(gone)?.minor();
    let left = taken.amount.checked_sub(taken.refunded)?.minor();
    let (least, most) = (
        (refund.minor() - (left - commission_left)).max(0),
        refund.minor().min(commission_left),
    );
    let wanted = target.checked_sub(gone)?.minor();
    let commission = match least <= most {
        true => wanted.clamp(least, most),
        false => wanted,
    };
    let commission = Money::from_minor(commission, refund.currency())?;
    Ok(Reversal {
        commission,
        earning: refund.checked_sub(commission)?,
    })
}

/// What is there again of a part that was taken before: as much as `less` exactly, so that what stays taken is at the
/// ratio. No side gets more than the part took of it.
pub(crate) fn let_go(taken: &Taken, part: Reversal, less: Money) -> Result<Reversal, MoneyError> {
    let whole = part.commission.checked_add(part.earning)?;
    let without = Taken {
        refunded: taken.refunded.checked_sub(whole)?,
        commission_reversed: taken.commission_reversed.checked_sub(part.commission)?,
        ..*taken
    };
    let stays = reverse(&without, whole.checked_sub(less)?)?;
    let (least, most) = (
        (less.minor() - part.earning.minor()).max(0),
        less.minor().min(part.commission.minor()),
    );
    let wanted = part.commission.checked_sub(stays.commission)?.minor();
    let commission = wanted.max(least).min(most);
    let commission = Money::from_minor(commission, less.currency())?;
    Ok(Reversal {
        commission,
        earning: less.checked_sub(commission)?,
    })
}

/// `of * part / whole`, rounded half away from zero, in whole minor units: multiplying first
/// keeps an exact half exact.
fn proportion(of: Money, part: Money, whole: Money) -> Result<Money, MoneyError> {
    let product = i128::from(of.minor()) * i128::from(part.minor());
    let whole = i128::from(whole.minor()).max(1);
    let rounded = (2 * product.abs() + whole) / (2 * whole) * product.signum();
    let minor = i64::try_from(rounded).map_err(|_| MoneyError::TooLarge)?;
    Money::from_minor(minor, of.currency())
}

#[cfg(test)]
#[path = "reversal_tests.rs"]
mod tests;
