//! What people keep to pay with.

#[path = "saved_methods/paying.rs"]
mod paying;

use feira_kernel::{Actor, IdempotencyKey, StoreId, UserId, Versions};
use feira_payment::{
    PaymentError, ProviderKind, ProviderSettings, SavedMethod, SavedMethodChange, SavedMethodId,
    testing::{self, FakeProvider},
};
use feira_testkit::TestDb;
use time::Duration;

use crate::world::{World, operator, seller};

const GOOD: (i64, i64) = (12, 2030);

async fn world(db: &TestDb) -> (World, FakeProvider) {
    let fake = FakeProvider::new(db.clock().clock());
    let kind = ProviderKind::Fake(fake.clone());
    let world = World::at(db, vec![ProviderSettings::new("fake", kind)]).await;
    (world, fake)
}

fn shopper() -> Actor {
    Actor::customer(UserId(testing::random()))
}

fn key(key: &str) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        route: "me/payment-methods".to_owned(),
        key: key.to_owned(),
        fingerprint: String::new(),
    })
}

async fn saved(
    world: &World,
    fake: &FakeProvider,
    who: &Actor,
    token: &str,
    expiry: (i64, i64),
) -> SavedMethod {
    // Ids are in the order of time.
    world.db.clock().advance(Duration::seconds(1));
    let adding = world.payments.add_saved_method(who, None).await.unwrap();
    fake.confirm_card(&adding.client_secret, token, expiry);
    let finished = world.payments.finish_saved_method(who, adding.id);
    finished.await.unwrap()
}

async fn list(world: &World, who: &Actor) -> Vec<SavedMethod> {
    world.payments.saved_methods(who).await.unwrap()
}

async fn defaults(world: &World, who: &Actor) -> Vec<SavedMethodId> {
    let all = list(world, who).await.into_iter();
    all.filter(|one| one.is_default).map(|one| one.id).collect()
}

async fn remove(world: &World, who: &Actor, id: SavedMethodId) -> Result<(), PaymentError> {
    world.payments.remove_saved_method(who, id, None).await
}

async fn prefer(
    world: &World,
    who: &Actor,
    id: SavedMethodId,
) -> Result<SavedMethod, PaymentError> {
    let change = SavedMethodChange {
        is_default: Some(true),
        ..SavedMethodChange::default()
    };
    world.payments.change_saved_method(who, id, change).await
}

fn missing<T>(answer: Result<T, PaymentError>) -> bool {
    matches!(answer, Err(PaymentError::NoSuchMethod))
}

#[feira_testkit::test("payments")]
async fn a_card_is_added_by_its_holder_and_shown_without_its_names(db: TestDb) {
    let (world, fake) = world(&db).await;
    let (who, payments) = (shopper(), &world.payments);
    let adding = payments.add_saved_method(&who, key("k")).await.unwrap();
    assert!(!format!("{adding:?}").contains(&adding.client_secret));
    let early = payments.finish_saved_method(&who, adding.id).await;
    assert!(
        matches!(early, Err(PaymentError::MethodNotConfirmed)),
        "{early:?}"
    );
    assert!(list(&world, &who).await.is_empty());
    // The same again, also where the answer was lost.
    let again = payments.add_saved_method(&who, key("k")).await.unwrap();
    assert_eq!(again, adding);

    fake.confirm_card(&adding.client_secret, "tok_approved", GOOD);
    let first = payments.finish_saved_method(&who, adding.id).await.unwrap();
    let twice = payments.finish_saved_method(&who, adding.id).await.unwrap();
    assert_eq!(first, twice);
    assert_eq!(
        (
            &*first.brand,
            &*first.last4,
            first.expiry_month,
            first.expiry_year
        ),
        ("visa", "4242", 12, 2030)
    );
    assert!(first.is_default && !first.expired);
    let second = saved(&world, &fake, &who, "tok_approved", (1, 2031)).await;
    assert!(!second.is_default);
    let all = list(&world, &who).await;
    assert_eq!(all, [first, second]);
    let told = serde_json::to_string(&all).unwrap();
    for name in ["cus_", "seti_", "card_"] {
        assert!(!told.contains(name), "{told}");
    }
    assert_eq!(fake.keeps(), (1, 2), "of one person there is one customer");
    assert!(list(&world, &shopper()).await.is_empty());
}

#[feira_testkit::test("payments")]
async fn an_answer_that_was_lost_is_asked_for_again(db: TestDb) {
    let (world, fake) = world(&db).await;
    let who = shopper();
    fake.lose_next();
    let lost = world.payments.add_saved_method(&who, key("k")).await;
    assert!(
        matches!(lost, Err(PaymentError::ProviderUnavailable)),
        "{lost:?}"
    );
    let adding = world
        .payments
        .add_saved_method(&who, key("k"))
        .await
        .unwrap();
    assert_eq!(world.count("payment_methods").await, 1);
    fake.confirm_card(&adding.client_secret, "tok_approved", GOOD);
    fake.lose_next();
    let lost = world.payments.finish_saved_method(&who, adding.id).await;
    assert!(
        matches!(lost, Err(PaymentError::ProviderUnavailable)),
        "{lost:?}"
    );
    world
        .payments
        .finish_saved_method(&who, adding.id)
        .await
        .unwrap();
    assert_eq!(defaults(&world, &who).await, [adding.id]);
}

#[feira_testkit::test("payments")]
async fn two_that_are_added_at_once_are_kept_and_one_is_the_default(db: TestDb) {
    let (world, fake) = world(&db).await;
    let who = shopper();
    for _ in 0..5 {
        let (a, b) = tokio::join!(
            saved(&world, &fake, &who, "tok_approved", GOOD),
            saved(&world, &fake, &who, "tok_approved", GOOD),
        );
        let made = [a.id, b.id];
        let default = defaults(&world, &who).await;
        assert_eq!(default.len(), 1);
        assert!(made.contains(&default[0]), "{default:?}");
        for id in made {
            remove(&world, &who, id).await.unwrap();
        }
    }
    assert_eq!(fake.keeps().1, 0);
}

#[feira_testkit::test("payments")]
async fn the_default_moves_and_stays_one(db: TestDb) {
    let (world, fake) = world(&db).await;
    let (who, payments) = (shopper(), &world.payments);
    assert!(defaults(&world, &who).await.is_empty());
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(saved(&world, &fake, &who, "tok_approved", GOOD).await.id);
    }
    assert_eq!(defaults(&world, &who).await, [ids[0]]);
    let seen = list(&world, &who).await[1].version;
    let of_seen = |is_default| SavedMethodChange {
        expected_version: Some(Versions::from(seen)),
        is_default,
    };
    let changed = payments.change_saved_method(&who, ids[1], of_seen(Some(true)));
    assert!(changed.await.unwrap().is_default);
    assert_eq!(defaults(&world, &who).await, [ids[1]]);
    for is_default in [None, Some(true), Some(false)] {
        let late = payments.change_saved_method(&who, ids[1], of_seen(is_default));
        assert!(matches!(late.await, Err(PaymentError::VersionMismatch)));
    }
    // None needs to be it, and a change of nothing changes nothing.
    for (is_default, left) in [(None, true), (Some(false), false), (Some(true), true)] {
        let change = SavedMethodChange {
            expected_version: None,
            is_default,
        };
        let changed = payments.change_saved_method(&who, ids[1], change);
        assert_eq!(changed.await.unwrap().is_default, left);
        assert_eq!(defaults(&world, &who).await.len(), usize::from(left));
    }
    // One that is no default leaves it where it is; the default leaves it to the newest.
    remove(&world, &who, ids[0]).await.unwrap();
    assert_eq!(defaults(&world, &who).await, [ids[1]]);
    remove(&world, &who, ids[1]).await.unwrap();
    assert_eq!(defaults(&world, &who).await, [ids[2]]);
    assert!(missing(prefer(&world, &who, ids[1]).await));
    remove(&world, &who, ids[2]).await.unwrap();
    assert!(list(&world, &who).await.is_empty());
    let next = saved(&world, &fake, &who, "tok_approved", GOOD).await;
    assert!(next.is_default);
    assert_eq!(fake.keeps(), (1, 1), "she is still the same customer");
}

#[feira_testkit::test("payments")]
async fn a_card_is_removed_once_and_stays_while_its_provider_is_away(db: TestDb) {
    let (world, fake) = world(&db).await;
    let who = shopper();
    let card = saved(&world, &fake, &who, "tok_approved", GOOD).await;
    fake.lose_next();
    let away = remove(&world, &who, card.id).await;
    assert!(
        matches!(away, Err(PaymentError::ProviderUnavailable)),
        "{away:?}"
    );
    assert_eq!(list(&world, &who).await, std::slice::from_ref(&card));
    let stale = Some(Versions::from(card.version - 1));
    let stale = world.payments.remove_saved_method(&who, card.id, stale);
    assert!(matches!(stale.await, Err(PaymentError::VersionMismatch)));
    assert_eq!(fake.keeps().1, 1);
    remove(&world, &who, card.id).await.unwrap();
    assert!(missing(remove(&world, &who, card.id).await));
    assert!(list(&world, &who).await.is_empty());
    assert_eq!(fake.keeps().1, 0);
    let acts = "audit WHERE action = 'payment.saved_method_removed'";
    assert_eq!(world.count(acts).await, 1);
    let left = "payment_methods WHERE token IS NOT NULL OR last4 IS NOT NULL OR is_default";
    assert_eq!(world.count(left).await, 0);

    // Two at once: one of them did it.
    let card = saved(&world, &fake, &who, "tok_approved", GOOD).await;
    let (a, b) = tokio::join!(remove(&world, &who, card.id), remove(&world, &who, card.id));
    assert_eq!(
        i32::from(a.is_ok()) + i32::from(b.is_ok()),
        1,
        "{a:?} {b:?}"
    );
    assert_eq!(world.count(acts).await, 2);
}

#[feira_testkit::test("payments")]
async fn what_is_somebody_elses_is_not_there(db: TestDb) {
    let (world, fake) = world(&db).await;
    let (hers, other, payments) = (shopper(), shopper(), &world.payments);
    let card = saved(&world, &fake, &hers, "tok_approved", GOOD).await;
    let open = payments.add_saved_method(&hers, None).await.unwrap();
    for id in [card.id, open.id, SavedMethodId(testing::random())] {
        assert!(missing(payments.finish_saved_method(&other, id).await));
        assert!(missing(prefer(&world, &other, id).await));
        assert!(missing(remove(&world, &other, id).await));
    }
    // What is not finished is neither a default nor to be removed.
    assert!(missing(prefer(&world, &hers, open.id).await));
    assert!(missing(remove(&world, &hers, open.id).await));
    assert_eq!(list(&world, &hers).await, std::slice::from_ref(&card));
    let strangers = [
        Actor::stranger(),
        seller(StoreId(testing::random())),
        operator(),
        testing::order(),
    ];
    for who in strangers {
        let refused = payments.saved_methods(&who).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)), "{who:?}");
        let refused = payments.add_saved_method(&who, None).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)), "{who:?}");
        let refused = payments.finish_saved_method(&who, card.id).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)), "{who:?}");
        let refused = prefer(&world, &who, card.id).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)), "{who:?}");
        let refused = remove(&world, &who, card.id).await;
        assert!(matches!(refused, Err(PaymentError::Forbidden)), "{who:?}");
    }
}

#[feira_testkit::test("payments")]
async fn there_are_so_many_and_what_nobody_finished_is_given_up(db: TestDb) {
    let (world, fake) = world(&db).await;
    let (who, payments) = (shopper(), &world.payments);
    for _ in 0..10 {
        payments.add_saved_method(&who, None).await.unwrap();
    }
    let many = payments.add_saved_method(&who, None).await;
    assert!(matches!(many, Err(PaymentError::Invalid(_))), "{many:?}");
    db.clock().advance(Duration::days(1));
    for _ in 0..20 {
        saved(&world, &fake, &who, "tok_approved", GOOD).await;
    }
    assert_eq!(
        world.count("payment_methods WHERE status = 'adding'").await,
        0
    );
    let many = payments.add_saved_method(&who, None).await;
    assert!(matches!(many, Err(PaymentError::Invalid(_))), "{many:?}");
    assert_eq!(fake.keeps(), (1, 20));
}

#[feira_testkit::test("payments")]
async fn without_a_provider_that_keeps_cards_there_are_none(db: TestDb) {
    let fake = FakeProvider::new(db.clock().clock()).without_saved_cards();
    let kind = ProviderKind::Fake(fake);
    let world = World::at(&db, vec![ProviderSettings::new("fake", kind)]).await;
    let none = world.payments.add_saved_method(&shopper(), None).await;
    assert!(matches!(none, Err(PaymentError::NotOffered)), "{none:?}");
    assert_eq!(world.count("payment_methods").await, 0);
}
