use feira_kernel::{Currency, Money};

use super::{Tried, card};
use crate::{
    MethodKind, PayeeKind,
    provider::{ChargeMethod, Fact, NewCharge},
};

/// What it takes for stores that are paid themselves before anything is sold waits for their word, tells its payer
/// nothing of its own, for the legs do, and can be ended; both ends of it are taken. Who takes nothing for stores takes
/// nothing of these methods for them, however it is asked, but what a person hands over at the door.
pub(super) async fn charges(tried: &Tried<'_>) {
    let capabilities = tried.provider.capabilities();
    let methods = MethodKind::ALL.into_iter();
    for method in methods.filter(|method| !method.is_on_delivery()) {
        let limits = capabilities.limits_to(PayeeKind::Store, method, Currency::BRL);
        let claimed = capabilities
            .to_stores
            .iter()
            .any(|(kind, _)| *kind == method);
        assert_eq!(limits.is_some(), claimed, "{method:?}");
        let Some(limits) = limits else {
            continue;
        };
        assert!(method.can_pay_stores(), "{method:?}");
        // Nobody but a person knows what came to somebody else's account.
        assert!(capabilities.by_hand, "{method:?}");
        for amount in [limits.least, limits.most] {
            let asked = NewCharge {
                to_stores: true,
                ..tried.asked(by(method), amount)
            };
            let made = tried.provider.charge(&asked).await.expect("it is taken");
            assert_eq!((made.amount, &made.fact), (amount, &Fact::Waiting));
            assert_eq!(
                (&made.pix, &made.instructions, &made.action_url),
                (&None, &None, &None)
            );
            assert_eq!(tried.provider.charge(&asked).await, Ok(made.clone()));
            assert_eq!(tried.found(&made).await, made);
            let ended = tried.provider.cancel(&made.id).await.expect("it ends");
            assert_eq!(ended.fact, Fact::Cancelled);
        }
        // There may be no such amount at all.
        if let Ok(beyond) = Money::from_minor(limits.most.minor() + 1, Currency::BRL) {
            let asked = NewCharge {
                to_stores: true,
                ..tried.asked(by(method), beyond)
            };
            super::limits::denies(tried, &asked).await;
        }
    }
}

fn by(method: MethodKind) -> ChargeMethod {
    match method {
        MethodKind::Pix => ChargeMethod::Pix,
        MethodKind::Card => card("tok_approved"),
        MethodKind::BankTransfer => ChargeMethod::BankTransfer,
        MethodKind::Paypal => ChargeMethod::Paypal,
        MethodKind::Whatsapp => ChargeMethod::Whatsapp,
        MethodKind::CashOnDelivery => ChargeMethod::CashOnDelivery,
    }
}
