//! Paying with what is kept.

use feira_kernel::Actor;
use feira_payment::{
    Method, PaymentError, PaymentFailure, PaymentStatus as S, ProviderKind, ProviderSettings,
    SavedMethodId, StartPayment,
    testing::{self, FakeProvider, brl},
};
use feira_testkit::TestDb;
use time::Duration;

use super::{GOOD, list, remove, saved, shopper, world};
use crate::world::World;

fn paid_with(world: &World, id: SavedMethodId, payer: &Actor) -> StartPayment {
    StartPayment {
        payer: payer.user(),
        ..world.asked(
            Method::SavedCard {
                saved: id,
                instalments: 1,
            },
            1990,
        )
    }
}

/// The codes of the refusal, of both who asks before and who pays.
async fn refused(world: &World, start: StartPayment) -> String {
    let stores = start.splits.iter().map(|split| split.store).collect();
    let order = testing::order();
    let (method, payer) = (start.method.clone(), start.payer);
    let asked = world
        .payments
        .accepts(&order, method, brl(1990), stores, payer);
    let code = |error: PaymentError| match error {
        PaymentError::Invalid(fields) => {
            assert_eq!(fields[0].pointer, "/method/saved");
            fields[0].code.clone()
        }
        other => panic!("{other:?}"),
    };
    let before = code(asked.await.unwrap_err());
    assert_eq!(code(world.begin(start).await.unwrap_err()), before);
    before
}

#[feira_testkit::test("payments")]
async fn a_saved_card_pays_for_whom_it_is_kept(db: TestDb) {
    let (world, fake) = world(&db).await;
    let (who, other) = (shopper(), shopper());
    let card = saved(&world, &fake, &who, "tok_approved", (3, 2026)).await;
    let start = paid_with(&world, card.id, &who);
    let order = testing::order();
    let stores = start.splits.iter().map(|split| split.store).collect();
    let (method, payer) = (start.method.clone(), start.payer);
    let accepts = world
        .payments
        .accepts(&order, method, brl(1990), stores, payer);
    assert!(!accepts.await.unwrap().by_hand);
    let paid = world.begin(start).await.unwrap();
    assert_eq!((paid.status, &*paid.gateway), (S::Completed, "fake"));
    let names = "payments WHERE card_token IS NOT NULL OR card_customer IS NOT NULL";
    assert_eq!(world.count(names).await, 0);

    // Declined, or to be confirmed, as any card.
    let poor = saved(&world, &fake, &who, "tok_declined", GOOD).await;
    let declined = world.begin(paid_with(&world, poor.id, &who)).await.unwrap();
    assert_eq!(
        declined.failure.map(PaymentFailure::as_str),
        Some("card_declined")
    );
    let slow = saved(&world, &fake, &who, "tok_timeout_after_charge", GOOD).await;
    let waiting = world.begin(paid_with(&world, slow.id, &who)).await.unwrap();
    assert_eq!(waiting.status, S::Pending);
    assert_eq!(
        world.count(names).await,
        1,
        "asked again, it is asked with them"
    );
    world.after(Duration::minutes(1)).await;
    assert_eq!(world.payment(waiting.id).await.status, S::Completed);
    assert_eq!(world.count(names).await, 0);

    // A repeat is answered, whatever became of the card.
    let again = paid_with(&world, poor.id, &who);
    let first = world.begin(again.clone()).await.unwrap();
    remove(&world, &who, poor.id).await.unwrap();
    assert_eq!(world.begin(again).await.unwrap().id, first.id);

    let made = fake.made();
    let unknown = "request.unknown";
    assert_eq!(
        refused(&world, paid_with(&world, card.id, &other)).await,
        unknown
    );
    assert_eq!(
        refused(&world, paid_with(&world, card.id, &order)).await,
        unknown
    );
    let nobodys = SavedMethodId(testing::random());
    assert_eq!(
        refused(&world, paid_with(&world, nobodys, &who)).await,
        unknown
    );
    let open = world
        .payments
        .add_saved_method(&who, None)
        .await
        .unwrap()
        .id;
    assert_eq!(
        refused(&world, paid_with(&world, open, &who)).await,
        unknown
    );
    remove(&world, &who, slow.id).await.unwrap();
    assert_eq!(
        refused(&world, paid_with(&world, slow.id, &who)).await,
        unknown
    );

    // March is over.
    db.clock().advance(Duration::days(31));
    assert!(list(&world, &who).await[0].expired);
    let expired = refused(&world, paid_with(&world, card.id, &who)).await;
    assert_eq!(expired, "payment.card_expired");
    assert_eq!(fake.made(), made, "nothing was asked of the provider");
}

#[feira_testkit::test("payments")]
async fn a_saved_card_is_charged_where_it_is_kept(db: TestDb) {
    let fakes = [0, 1].map(|_| FakeProvider::new(db.clock().clock()));
    let named = |index: usize, name: &str| {
        ProviderSettings::new(name, ProviderKind::Fake(fakes[index].clone()))
    };
    let world = World::at(&db, vec![named(0, "old"), named(1, "new")]).await;
    let who = shopper();
    let card = saved(&world, &fakes[0], &who, "tok_approved", GOOD).await;
    let other = World::at(&db, vec![named(1, "new"), named(0, "old")]).await;
    let paid = other.begin(paid_with(&other, card.id, &who)).await.unwrap();
    assert_eq!((&*paid.gateway, fakes[0].made().0), ("old", 1));
    let newer = saved(&other, &fakes[1], &who, "tok_approved", GOOD).await;
    let paid = other
        .begin(paid_with(&other, newer.id, &who))
        .await
        .unwrap();
    assert_eq!((&*paid.gateway, fakes[1].made().0), ("new", 1));
    // Where it is kept takes nothing new.
    let mut off = named(0, "old");
    off.takes_new = false;
    let third = World::at(&db, vec![named(1, "new"), off]).await;
    let nobody = third.begin(paid_with(&third, card.id, &who)).await;
    assert!(
        matches!(nobody, Err(PaymentError::NotOffered)),
        "{nobody:?}"
    );
    remove(&third, &who, card.id).await.unwrap();
    assert_eq!(fakes[0].keeps().1, 0);
}
