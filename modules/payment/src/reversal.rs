//! How much commission and earning a refund takes back: at the split's own ratio, never today's.

use feira_kernel::{Money, MoneyError};

/// A split and what was taken back of it before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Taken {
    pub(crate) amount: Money,
    pub(crate) commission: Money,
    pub(crate) refunded: Money,
    pub(crate) commission_reversed: Money,
}

/// What one refund takes back; the two sum to it exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reversal {
    pub(crate) commission: Money,
    pub(crate) earning: Money,
}

/// Rounds the commission of everything refunded so far, this refund included, and takes what is
/// not taken yet: cents never drift, and the last refund takes exactly the rest.
pub(crate) fn reverse(taken: &Taken, refund: Money) -> Result<Reversal, MoneyError> {
    let after = taken.refunded.checked_add(refund)?;
    let target = proportion(taken.commission, after, taken.amount)?;
    let commission = target.checked_sub(taken.commission_reversed)?;
    Ok(Reversal {
        commission,
        earning: refund.checked_sub(commission)?,
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
mod tests {
    use feira_kernel::Currency;
    use proptest::prelude::*;

    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    #[test]
    fn a_half_cent_goes_up_once() {
        let taken = Taken {
            amount: brl(1000),
            commission: brl(125),
            refunded: brl(0),
            commission_reversed: brl(0),
        };
        let half = reverse(&taken, brl(500)).unwrap();
        assert_eq!((half.commission, half.earning), (brl(63), brl(437)));
        let rest = Taken {
            refunded: brl(500),
            commission_reversed: brl(63),
            ..taken
        };
        let rest = reverse(&rest, brl(500)).unwrap();
        assert_eq!((rest.commission, rest.earning), (brl(62), brl(438)));
    }

    proptest! {
        #[test]
        fn any_sequence_of_refunds_reverses_the_split_exactly(
            amount in 1_i64..50_000,
            percent in 0_i64..=100,
            cuts in proptest::collection::vec(1_i64..9_000, 0..12),
        ) {
            let commission = amount * percent / 100;
            let mut taken = Taken {
                amount: brl(amount),
                commission: brl(commission),
                refunded: brl(0),
                commission_reversed: brl(0),
            };
            let mut earned_back = 0;
            let mut left = amount;
            for cut in cuts.into_iter().chain([i64::MAX]) {
                let refund = cut.min(left);
                if refund == 0 {
                    continue;
                }
                let part = reverse(&taken, brl(refund)).unwrap();
                prop_assert_eq!(part.commission.minor() + part.earning.minor(), refund);
                prop_assert!(!part.commission.is_negative() && !part.earning.is_negative());
                left -= refund;
                earned_back += part.earning.minor();
                taken.refunded = taken.refunded.checked_add(brl(refund)).unwrap();
                taken.commission_reversed = taken.commission_reversed.checked_add(part.commission).unwrap();
            }
            prop_assert_eq!(left, 0);
            prop_assert_eq!(taken.commission_reversed.minor(), commission);
            prop_assert_eq!(earned_back, amount - commission);
        }
    }
}
