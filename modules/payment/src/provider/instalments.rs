//! Payments by card in instalments, as this module asks a provider for them and decides which it may ask.

use feira_kernel::{Currency, Money};

use crate::{InstalmentPlan, InstalmentSettings, InterestBearer, MOST_INSTALMENTS};

/// What a provider can do of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CanDivide {
    /// The greatest count.
    pub(crate) most: u8,
    /// What one instalment is at least, per currency; one that is not named has no least amount.
    pub(crate) least: Vec<Money>,
    pub(crate) plans: Plans,
}

/// Where it is known from what a payer pays in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plans {
    /// From the charge alone, where the payer bears interest: the card decides on it.
    Untold,
    /// It is asked before, and the card may decide otherwise.
    Likely,
    /// It is asked before, and what it says holds.
    Binding,
}

/// What is chosen of it: nothing of a charge that is paid at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Divided {
    /// 2 or more.
    pub(crate) count: u8,
    pub(crate) interest: InterestBearer,
}

/// What a provider took for a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fee {
    /// In all.
    pub(crate) amount: Money,
    /// As much of it is interest of instalments, where it says so.
    pub(crate) financing: Option<Money>,
}

impl From<Money> for Fee {
    fn from(amount: Money) -> Self {
        Self {
            amount,
            financing: None,
        }
    }
}

/// Of which charges a provider tells what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TellsFees {
    Never,
    /// Those whose interest the payer does not bear.
    Financed,
    Always,
}

fn least_of(all: &[Money], currency: Currency) -> i64 {
    let mut named = all.iter().filter(|least| least.currency() == currency);
    named.next().map_or(1, |least| least.minor())
}

impl CanDivide {
    /// Nothing where all is paid at once.
    pub(crate) fn new(most: u8, least: &[Money], plans: Plans) -> Option<Self> {
        let least = least.to_vec();
        (most > 1).then_some(Self { most, least, plans })
    }

    /// Whether the amount can be paid in so many, by its word and by what the settings say.
    pub(crate) fn allows(&self, settings: &InstalmentSettings, count: u8, amount: Money) -> bool {
        let currency = amount.currency();
        let least = least_of(&self.least, currency).max(least_of(&settings.least, currency));
        let most = self.most.min(settings.most).min(MOST_INSTALMENTS);
        (2..=most).contains(&count) && amount.minor() / i64::from(count) >= least
    }

    /// The same of each count.
    pub(crate) fn counts(&self, settings: &InstalmentSettings, amount: Money) -> Vec<u8> {
        let counts = 2..=self.most.min(MOST_INSTALMENTS);
        counts
            .filter(|count| self.allows(settings, *count, amount))
            .collect()
    }

    /// Whether the provider is asked for plans: where the payer bears nothing, they are the price divided.
    pub(crate) fn is_asked(&self, interest: InterestBearer) -> bool {
        interest == InterestBearer::Buyer && self.plans != Plans::Untold
    }

    /// Plans that need no asking.
    pub(crate) fn untold(
        &self,
        settings: &InstalmentSettings,
        amount: Money,
    ) -> Vec<InstalmentPlan> {
        let free = settings.interest_borne_by != InterestBearer::Buyer;
        let counts = self.counts(settings, amount).into_iter();
        let plan = |count| match free {
            true => InstalmentPlan::free(count, amount),
            false => InstalmentPlan::untold(count),
        };
        counts.map(plan).collect()
    }

    /// Of plans that it told, those that are allowed, the fewest first.
    pub(crate) fn told(
        &self,
        settings: &InstalmentSettings,
        amount: Money,
        told: Vec<InstalmentPlan>,
    ) -> Vec<InstalmentPlan> {
        let allowed = |plan: &InstalmentPlan| self.allows(settings, plan.count, amount);
        // Nobody pays less than the price.
        let whole = |plan: &InstalmentPlan| {
            let total = plan
                .total
                .filter(|total| total.currency() == amount.currency());
            total.is_some_and(|total| total.minor() >= amount.minor())
        };
        let mut plans: Vec<_> = told.into_iter().filter(allowed).filter(whole).collect();
        plans.sort_by_key(|plan| plan.count);
        plans.dedup_by_key(|plan| plan.count);
        plans
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    fn can(most: u8, least: Vec<Money>) -> CanDivide {
        CanDivide {
            most,
            least,
            plans: Plans::Binding,
        }
    }

    #[test]
    fn the_smaller_count_and_the_larger_amount_bound_it() {
        let settings = InstalmentSettings {
            most: 6,
            least: vec![brl(500)],
            ..InstalmentSettings::default()
        };
        let wide = can(12, vec![brl(100)]);
        assert_eq!(wide.counts(&settings, brl(100_000)), [2, 3, 4, 5, 6]);
        assert_eq!(wide.counts(&settings, brl(1_500)), [2, 3]);
        assert_eq!(wide.counts(&settings, brl(1_499)), [2]);
        assert!(wide.counts(&settings, brl(999)).is_empty());
        let narrow = can(3, vec![brl(1_000)]);
        assert_eq!(narrow.counts(&settings, brl(100_000)), [2, 3]);
        assert_eq!(narrow.counts(&settings, brl(2_999)), [2]);
        for count in [0, 1, 4, 255] {
            assert!(!narrow.allows(&settings, count, brl(100_000)), "{count}");
        }
    }

    #[test]
    fn a_plan_of_less_than_the_price_is_none() {
        let settings = InstalmentSettings::default();
        let told = vec![
            InstalmentPlan::of(3, brl(1_100), brl(1_000)),
            InstalmentPlan::of(2, brl(999), brl(1_000)),
            InstalmentPlan::of(13, brl(1_300), brl(1_000)),
            InstalmentPlan::of(2, brl(1_000), brl(1_000)),
            InstalmentPlan::of(2, brl(1_001), brl(1_000)),
            InstalmentPlan::untold(4),
        ];
        let kept = can(12, Vec::new()).told(&settings, brl(1_000), told);
        let kept: Vec<_> = kept
            .iter()
            .map(|plan| (plan.count, plan.interest_free))
            .collect();
        assert_eq!(kept, [(2, true), (3, false)]);
    }

    #[test]
    fn where_the_payer_bears_nothing_nobody_is_asked() {
        let asked = can(12, Vec::new());
        let likely = CanDivide {
            plans: Plans::Likely,
            ..asked.clone()
        };
        let untold = CanDivide {
            plans: Plans::Untold,
            ..asked.clone()
        };
        for bearer in InterestBearer::ALL {
            let buyer = bearer == InterestBearer::Buyer;
            assert_eq!(asked.is_asked(bearer), buyer);
            assert_eq!(likely.is_asked(bearer), buyer);
            assert!(!untold.is_asked(bearer));
            let settings = InstalmentSettings {
                interest_borne_by: bearer,
                most: 2,
                ..InstalmentSettings::default()
            };
            let plans = untold.untold(&settings, brl(1_001));
            let [plan] = plans.as_slice() else {
                panic!("{plans:?}")
            };
            assert_eq!(plan.total, (!buyer).then(|| brl(1_001)));
            assert_eq!(plan.interest_free, !buyer);
        }
    }
}
