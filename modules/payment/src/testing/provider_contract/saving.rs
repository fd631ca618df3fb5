use feira_kernel::{UserId, db::Secret};

use super::Tried;
use crate::{
    MethodKind, SavedMethodId,
    provider::{ChargeMethod, Fact, Failure, KeptCard, NewSetup, Setup, SetupFact},
    testing::random,
};

fn new(user: UserId, customer: Option<Secret>) -> NewSetup {
    NewSetup {
        id: SavedMethodId(random()),
        user,
        customer,
    }
}

/// A card is kept for one person, who confirmed it, until it is forgotten; who keeps none is asked in vain.
pub(super) async fn cards(tried: &Tried<'_>) {
    let provider = &tried.provider;
    let asked = new(UserId(random()), None);
    if !provider.capabilities().saved_cards {
        let nothing = Secret("any".to_owned());
        let denied = Err(Failure::NotSupported);
        assert_eq!(provider.setup(&asked).await, denied);
        assert_eq!(provider.setup_now(&nothing).await, denied);
        let forgotten = provider.forget(&nothing).await;
        assert_eq!(forgotten, Err(Failure::NotSupported));
        return;
    }
    let setup = provider.setup(&asked).await.expect("it begins");
    assert_eq!(setup.fact, SetupFact::Waiting);
    let again = provider.setup(&asked).await.expect("it is a repeat");
    assert_eq!(again, setup);
    assert_eq!(now(tried, &setup).await, setup);
    tried.harness.confirm_card(&setup.client_secret.0).await;
    let card = confirmed(tried, &setup).await;

    // Another of the same person, and one of somebody else.
    let second = new(asked.user, Some(setup.customer.clone()));
    let second = provider.setup(&second).await.expect("it begins");
    assert_eq!(second.customer, setup.customer);
    let other = new(UserId(random()), None);
    let other = provider.setup(&other).await.expect("it begins");
    assert_ne!(other.customer, setup.customer);
    assert_ne!(other.client_secret, setup.client_secret);

    let paid = charge(tried, &setup.customer, &card.token).await;
    assert!(
        matches!(paid, Ok(Fact::Captured | Fact::Authorized)),
        "{paid:?}"
    );
    refused(tried, &other.customer, &card.token).await;
    for _ in 0..2 {
        let forgotten = provider.forget(&card.token).await;
        assert!(
            matches!(forgotten, Ok(()) | Err(Failure::NotFound)),
            "{forgotten:?}"
        );
    }
    refused(tried, &setup.customer, &card.token).await;
    let nobodys = Secret("seti_nobodys".to_owned());
    assert_eq!(provider.setup_now(&nobodys).await, Err(Failure::NotFound));
}

async fn now(tried: &Tried<'_>, setup: &Setup) -> Setup {
    let found = tried.provider.setup_now(&setup.id).await;
    found.expect("it is found")
}

async fn confirmed(tried: &Tried<'_>, setup: &Setup) -> KeptCard {
    let found = now(tried, setup).await;
    assert_eq!(found.customer, setup.customer);
    match found.fact {
        SetupFact::Kept(card) => card,
        other => panic!("{other:?}"),
    }
}

async fn charge(tried: &Tried<'_>, customer: &Secret, token: &Secret) -> Result<Fact, Failure> {
    let saved = ChargeMethod::SavedCard {
        customer: customer.clone(),
        token: token.clone(),
    };
    let asked = tried.asked(saved, tried.amount(MethodKind::Card));
    let charge = tried.provider.charge(&asked).await;
    charge.map(|charge| charge.fact)
}

async fn refused(tried: &Tried<'_>, customer: &Secret, token: &Secret) {
    let paid = charge(tried, customer, token).await;
    assert!(
        matches!(paid, Ok(Fact::Declined(_)) | Err(Failure::Refused(_))),
        "{paid:?}"
    );
}
