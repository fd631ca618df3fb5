use feira_kernel::Money;

use super::{Tried, card, limits::denies};
use crate::{
    InterestBearer, MethodKind,
    provider::{Divided, Fact, Failure, NewCharge, Plans},
    testing::brl,
};

/// A card pays in as many instalments as it says, of the least amount or more; nobody pays less than the price.
pub(super) async fn all(tried: &Tried<'_>) {
    let provider = &tried.provider;
    let Some(can) = provider.capabilities().instalments.clone() else {
        denies(tried, &divided(tried, 2, brl(1000), InterestBearer::Buyer)).await;
        assert_eq!(provider.plans(brl(1000)).await, Err(Failure::NotSupported));
        return;
    };
    let limits = provider
        .capabilities()
        .limits(MethodKind::Card, brl(1).currency());
    let limits = limits.expect("it takes cards");
    let least = can.least.first().map_or(1, |least| least.minor());
    let price = brl(10_000_i64
        .max(least * i64::from(can.most))
        .min(limits.most.minor()));
    let plans = provider.plans(price).await;
    match can.plans {
        Plans::Untold => assert_eq!(plans, Err(Failure::NotSupported)),
        Plans::Likely | Plans::Binding => {
            let plans = plans.as_ref().expect("it has plans");
            assert!(!plans.is_empty());
        }
    }
    for count in [2, can.most] {
        for bearer in InterestBearer::ALL {
            let asked = divided(tried, count, price, bearer);
            let charge = provider.charge(&asked).await.expect("it is charged");
            assert!(matches!(charge.fact, Fact::Captured | Fact::Authorized));
            assert_eq!(charge.amount, price);
            let paid = charge.paid;
            assert!(
                paid.is_none_or(|paid| paid.minor() >= price.minor()),
                "{paid:?}"
            );
            if can.plans == Plans::Binding {
                let plan = plans.iter().flatten().find(|plan| plan.count == count);
                let told = plan.and_then(|plan| plan.total);
                let buyer = bearer == InterestBearer::Buyer;
                assert_eq!(paid, if buyer { told } else { Some(price) }, "{bearer:?}");
            }
            let again = provider.charge(&asked).await.expect("it is a repeat");
            assert_eq!(again, charge);
        }
    }
    let more = divided(tried, can.most + 1, price, InterestBearer::Buyer);
    denies(tried, &more).await;
    if least > 1 {
        let short = brl(2 * least - 1);
        denies(tried, &divided(tried, 2, short, InterestBearer::Buyer)).await;
    }
}

fn divided(tried: &Tried<'_>, count: u8, price: Money, interest: InterestBearer) -> NewCharge {
    NewCharge {
        divided: Some(Divided { count, interest }),
        ..tried.asked(card("tok_approved"), price)
    }
}
