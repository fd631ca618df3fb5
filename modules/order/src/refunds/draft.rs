//! How much of each store order a refund takes. Pure.

use feira_kernel::{FieldError, Money};

use crate::{OrderError, Settlement, StoreOrderId, status::Illegal};

/// A store order, and what can still be given back of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub(super) id: StoreOrderId,
    pub(super) settlement: Settlement,
    pub(super) left: Money,
}

/// How much of each, and what is left of all that was meant before it is taken.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Divided {
    pub(super) amount: Money,
    pub(super) left: Money,
    pub(super) parts: Vec<(StoreOrderId, Money)>,
}

/// Of one store order or of all, the amount or all that is left; an amount of several is divided by what each
/// has left.
pub(super) fn divide(
    all: &[Part],
    only: Option<StoreOrderId>,
    amount: Option<Money>,
) -> Result<Divided, OrderError> {
    let meant = all
        .iter()
        .filter(|part| only.is_none_or(|id| part.id == id));
    let meant: Vec<Part> = meant.copied().collect();
    let Some(first) = meant.first() else {
        return Err(OrderError::NotFound);
    };
    let unpaid =
        |part: &Part| matches!(part.settlement, Settlement::Unpaid | Settlement::OnDelivery);
    // What is paid on delivery may be so in part.
    if meant.iter().all(unpaid) {
        return Err(Illegal::new(first.settlement.as_str(), "refunded").into());
    }
    let kept: Vec<Part> = meant
        .iter()
        .filter(|part| !unpaid(part))
        .filter(|part| part.settlement != Settlement::Refunded && part.left.is_positive())
        .copied()
        .collect();
    let left = Money::sum(first.left.currency(), kept.iter().map(|part| part.left))?;
    let amount = amount.unwrap_or(left);
    let fits = amount.compare(left).map_err(|_| other_currency())?;
    if fits.is_gt() || left.is_zero() {
        return Err(OrderError::RefundTooLarge { left });
    }
    let weights: Vec<u64> = kept
        .iter()
        .map(|part| part.left.minor().unsigned_abs())
        .collect();
    let shares = kept.iter().zip(amount.allocate(&weights));
    let shares = shares.map(|(part, share)| (part.id, share));
    Ok(Divided {
        amount,
        left,
        parts: shares.filter(|(_, share)| share.is_positive()).collect(),
    })
}

fn other_currency() -> OrderError {
    let detail = "not the currency of the order";
    OrderError::Invalid(vec![FieldError::new(
        "/amount",
        feira_kernel::validate::CURRENCY,
        detail,
    )])
}

#[cfg(test)]
mod tests {
    use feira_kernel::Currency;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn brl(minor: i64) -> Money {
        Money::from_minor(minor, Currency::BRL).unwrap()
    }

    fn id(n: u128) -> StoreOrderId {
        StoreOrderId(Uuid::from_u128(n))
    }

    fn part(n: u128, settlement: Settlement, left: i64) -> Part {
        Part {
            id: id(n),
            settlement,
            left: brl(left),
        }
    }

    #[test]
    fn an_amount_is_divided_by_what_is_left() {
        use Settlement::{OnDelivery, Paid, PartiallyRefunded as Some_, Refunded, Unpaid};
        let all = [
            part(1, Paid, 900),
            part(2, Some_, 100),
            part(3, Refunded, 0),
        ];
        let divided = divide(&all, None, Some(brl(101))).unwrap();
        assert_eq!(divided.parts, [(id(1), brl(91)), (id(2), brl(10))]);
        let rest = divide(&all, None, None).unwrap();
        assert_eq!(rest.parts, [(id(1), brl(900)), (id(2), brl(100))]);
        let one = divide(&all, Some(id(2)), None).unwrap();
        assert_eq!(one.parts, [(id(2), brl(100))]);

        let large = divide(&all, None, Some(brl(1001)));
        assert!(matches!(large, Err(OrderError::RefundTooLarge { left }) if left == brl(1000)));
        let gone = divide(&all, Some(id(3)), None);
        assert!(matches!(gone, Err(OrderError::RefundTooLarge { left }) if left == brl(0)));
        let none = divide(&all, Some(id(4)), None);
        assert!(matches!(none, Err(OrderError::NotFound)));
        for unpaid in [Unpaid, OnDelivery] {
            let none = divide(&[part(1, unpaid, 900)], None, None);
            assert!(matches!(none, Err(OrderError::IllegalMove { .. })));
            let some = divide(&[part(1, unpaid, 900), part(2, Paid, 100)], None, None);
            assert_eq!(some.unwrap().parts, [(id(2), brl(100))]);
        }
        let dollars = Money::from_minor(1, Currency::USD).unwrap();
        let dollars = divide(&all, None, Some(dollars));
        assert!(matches!(dollars, Err(OrderError::Invalid(_))));
    }

    proptest! {
        #[test]
        fn no_store_order_gives_more_than_it_has_left(
            lefts in proptest::collection::vec(0_i64..10_000, 1..=5),
            amount in 1_i64..60_000,
        ) {
            let all: Vec<Part> = (1_u128..)
                .zip(&lefts)
                .map(|(n, left)| part(n, Settlement::Paid, *left))
                .collect();
            let sum: i64 = lefts.iter().sum();
            match divide(&all, None, Some(brl(amount))) {
                Ok(divided) => {
                    let given: i64 = divided.parts.iter().map(|(_, share)| share.minor()).sum();
                    prop_assert_eq!(given, amount);
                    for (id, share) in divided.parts {
                        let left = all.iter().find(|part| part.id == id).unwrap().left;
                        prop_assert!(share.is_positive() && share.minor() <= left.minor());
                    }
                }
                Err(OrderError::RefundTooLarge { left }) => {
                    prop_assert_eq!(left.minor(), sum);
                    prop_assert!(amount > sum || sum == 0);
                }
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
