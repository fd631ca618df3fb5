use feira_kernel::{Currency, Money};

use super::{Tried, card, denied};
use crate::{
    MethodKind,
    provider::{ChargeMethod, Failure, Limits, Lookup, NewCharge},
};

/// Both ends of what it takes are taken; beyond them, and in another way, nothing is.
pub(super) async fn all(tried: &Tried<'_>) {
    for method in MethodKind::ALL {
        for currency in [Currency::BRL, Currency::USD, Currency::JPY] {
            let limits = tried.provider.capabilities().limits(method, currency);
            let Some(Limits { least, most }) = limits else {
                let some = Money::from_minor(1000, currency).expect("a small amount");
                refused(tried, method, some).await;
                continue;
            };
            for end in [least, most] {
                let asked = tried.asked(charged_by(method), end);
                let taken = tried.provider.charge(&asked).await;
                let taken = taken.unwrap_or_else(|e| panic!("{method:?} {end}: {e}"));
                assert_eq!(taken.amount, end);
            }
            for minor in [least.minor() - 1, most.minor() + 1] {
                // There may be no such amount at all.
                if let Ok(beyond) = Money::from_minor(minor, currency) {
                    refused(tried, method, beyond).await;
                }
            }
        }
    }
}

async fn refused(tried: &Tried<'_>, method: MethodKind, amount: Money) {
    denies(tried, &tried.asked(charged_by(method), amount)).await;
}

/// It is refused, and nothing was made of it.
pub(super) async fn denies(tried: &Tried<'_>, asked: &NewCharge) {
    let (method, amount) = (asked.method.kind(), asked.amount);
    let failure = tried.provider.charge(asked).await;
    let failure = failure.expect_err("it is refused");
    assert!(denied(&failure), "{method:?} {amount}: {failure:?}");
    let made = tried
        .provider
        .fetch(&Lookup::Key(asked.id, asked.expires_at))
        .await;
    assert_eq!(made, Err(Failure::NotFound), "{method:?} {amount}");
}

fn charged_by(method: MethodKind) -> ChargeMethod {
    match method {
        MethodKind::Pix => ChargeMethod::Pix,
        MethodKind::Card => card("tok_approved"),
        MethodKind::BankTransfer => ChargeMethod::BankTransfer,
        MethodKind::Paypal => ChargeMethod::Paypal,
        MethodKind::Whatsapp => ChargeMethod::Whatsapp,
        MethodKind::CashOnDelivery => ChargeMethod::CashOnDelivery,
    }
}
