//! A card's payment that its payer pays in parts: the plans that are offered, and the one that was chosen.

use feira_kernel::{Money, StoreId};
use serde::{Deserialize, Serialize};

use super::MethodKind;

/// More than any card is paid in.
pub const MOST_INSTALMENTS: u8 = 99;

feira_kernel::text_enum! {
    /// Who bears the interest of instalments.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum InterestBearer {
        /// Who pays more than the price. The difference is between her and the provider: it is in no book here.
        Buyer = "buyer",
        /// The provider takes it as a fee.
        Marketplace = "marketplace",
        /// The same, and each store of the payment bears it by its part.
        Store = "store",
    }
}

/// What is said of instalments for all providers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstalmentSettings {
    pub interest_borne_by: InterestBearer,
    /// The greatest count; 1: nothing is paid in instalments.
    pub most: u8,
    /// What one instalment is at least, per currency; a currency that is not named has no least amount.
    pub least: Vec<Money>,
}

impl Default for InstalmentSettings {
    fn default() -> Self {
        Self {
            interest_borne_by: InterestBearer::Buyer,
            most: 12,
            least: Vec::new(),
        }
    }
}

/// A way to pay an amount by card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstalmentPlan {
    /// 1: at once.
    pub count: u8,
    /// Of each but the first, which has what is left over by the division. Absent where the provider tells
    /// interest only once it knows the card.
    pub amount: Option<Money>,
    /// What the payer pays in all, with the interest that is hers.
    pub total: Option<Money>,
    /// Whether that is the price.
    pub interest_free: bool,
}

impl InstalmentPlan {
    /// Without interest for the payer.
    pub fn free(count: u8, price: Money) -> Self {
        Self::of(count, price, price)
    }

    pub(crate) fn of(count: u8, total: Money, price: Money) -> Self {
        Self {
            count,
            amount: parts(total, count).last().copied(),
            total: Some(total),
            interest_free: total == price,
        }
    }

    /// With interest of which nobody knows how much it is yet.
    pub(crate) fn untold(count: u8) -> Self {
        Self {
            count,
            amount: None,
            total: None,
            interest_free: false,
        }
    }

    /// Its instalments, where they are known. They sum to the total: all are equal but the first, which has
    /// the cents that are left over. That is the rule of the built-in provider; what Mercado Pago and Stripe
    /// publish says nothing of it, and the bank of the card writes its own bill.
    pub fn parts(&self) -> Vec<Money> {
        self.total
            .map_or_else(Vec::new, |total| parts(total, self.count))
    }
}

/// Equal but for the first.
fn parts(total: Money, count: u8) -> Vec<Money> {
    let count = count.max(1);
    let each = total.minor() / i64::from(count);
    let first = total.minor() - each * i64::from(count - 1);
    let money = |minor| Money::from_minor(minor, total.currency()).ok();
    let rest = (1..count).filter_map(|_| money(each));
    money(first).into_iter().chain(rest).collect()
}

/// How a payment is paid by card, where it is not at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalments {
    /// 2 or more.
    pub count: u8,
    /// Of each but the first, once it is known what the payer pays in all.
    pub amount: Option<Money>,
    pub total: Option<Money>,
    pub interest_borne_by: InterestBearer,
}

impl Instalments {
    pub(crate) fn new(count: u8, total: Option<Money>, interest_borne_by: InterestBearer) -> Self {
        let each = |total| parts(total, count).last().copied();
        Self {
            count,
            amount: total.and_then(each),
            total,
            interest_borne_by,
        }
    }
}

/// In which ways an amount can be paid now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offers {
    pub methods: Vec<MethodOffer>,
    /// Those that pay the stores themselves, of which some cannot be paid so now.
    pub lacking: Vec<MethodLacking>,
}

/// A way that would be offered, if these stores had given an account for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodLacking {
    pub method: MethodKind,
    pub stores: Vec<StoreId>,
}

/// A way in which an amount can be paid now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodOffer {
    pub method: MethodKind,
    /// Of a card, the fewest first, and 1 is always there; of all else nothing.
    pub instalments: Vec<InstalmentPlan>,
}

#[cfg(test)]
mod tests {
    use feira_kernel::Currency;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn instalments_sum_to_the_total_to_the_cent(
            minor in 1_i64..1_000_000_000,
            interest in 0_i64..1_000_000,
            count in 1_u8..=99,
            yen in any::<bool>(),
        ) {
            let currency = if yen { "JPY".parse().unwrap() } else { Currency::BRL };
            let price = Money::from_minor(minor, currency).unwrap();
            let total = Money::from_minor(minor + interest, currency).unwrap();
            let plan = InstalmentPlan::of(count, total, price);
            let parts = plan.parts();
            prop_assert_eq!(parts.len(), usize::from(count));
            prop_assert_eq!(Money::sum(currency, parts.clone()).unwrap(), total);
            let (first, rest) = parts.split_first().unwrap();
            prop_assert!(rest.iter().all(|part| Some(*part) == plan.amount));
            let each = plan.amount.unwrap().minor();
            prop_assert!((0..i64::from(count)).contains(&(first.minor() - each)));
            prop_assert_eq!(plan.interest_free, interest == 0);
        }
    }

    #[test]
    fn what_is_left_over_is_in_the_first() {
        let brl = |minor| Money::from_minor(minor, Currency::BRL).unwrap();
        let plan = InstalmentPlan::free(3, brl(10_000));
        assert_eq!(plan.parts(), [brl(3_334), brl(3_333), brl(3_333)]);
        assert_eq!(plan.amount, Some(brl(3_333)));
        assert!(plan.interest_free);
        assert_eq!(InstalmentPlan::untold(6).parts(), []);
    }
}
