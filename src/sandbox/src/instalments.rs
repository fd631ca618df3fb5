//! What instalments cost: two percent of the amount for each but the first, rounded half up to the minor unit.

use serde::Serialize;

/// The greatest count.
pub(crate) const MOST: u8 = 24;
/// Of the amount, for each instalment but the first.
const PERCENT: i128 = 2;

#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Plan {
    pub(crate) count: u8,
    /// Of each but the first, which has the minor units that are left over.
    pub(crate) amount: i64,
    /// What the payer pays in all.
    pub(crate) total: i64,
}

/// Of an amount in minor units.
pub(crate) fn interest(amount: i64, count: u8) -> i64 {
    let rate = PERCENT * i128::from(count.saturating_sub(1));
    let interest = (i128::from(amount) * rate + 50) / 100;
    i64::try_from(interest).unwrap_or(i64::MAX)
}

/// Those whose instalments are one minor unit or more.
pub(crate) fn plans(amount: i64) -> Vec<Plan> {
    let counts = (1..=MOST).filter(|count| i64::from(*count) <= amount);
    let plan = |count| {
        let total = amount.checked_add(interest(amount, count))?;
        let amount = total / i64::from(count);
        Some(Plan {
            count,
            amount,
            total,
        })
    };
    counts.filter_map(plan).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interest_is_two_percent_for_each_but_the_first() {
        for (amount, count, expected) in [
            (10_000, 1, 0),
            (10_000, 2, 200),
            (10_000, 12, 2_200),
            (24, 2, 0),
            (25, 2, 1),
            (1, 24, 0),
            (i64::MAX, 1, 0),
        ] {
            assert_eq!(interest(amount, count), expected, "{amount} {count}");
        }
    }

    #[test]
    fn plans_end_where_an_instalment_would_be_nothing() {
        let few = plans(3);
        let counts: Vec<u8> = few.iter().map(|plan| plan.count).collect();
        assert_eq!(counts, [1, 2, 3]);
        assert_eq!(plans(0), []);
        assert_eq!(plans(10_000).len(), 24);
        let third = &plans(10_000)[2];
        assert_eq!((third.amount, third.total), (3_466, 10_400));
    }
}
