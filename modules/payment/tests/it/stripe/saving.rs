//! Cards that Stripe keeps, from their holders' programs to payments.

use feira_kernel::{Actor, UserId};
use feira_payment::{
    KindName, Method, PaymentError, PaymentStatus as S, StartPayment,
    testing::{self, card, card_in},
};
use feira_testkit::TestDb;
use serde_json::json;

use super::world;
use crate::{
    stripe_book::{Instead, error},
    stub::Fault,
};

const READ: &str = "GET setup_intents/id";
const DETACH: &str = "POST payment_methods/detach";

#[feira_testkit::test("payments")]
async fn a_card_is_kept_by_a_setup_intent_and_paid_with(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let payments = &world.payments;
    let who = Actor::customer(UserId(testing::random()));
    let adding = payments.add_saved_method(&who, None).await.unwrap();
    assert_eq!(adding.kind, Some(KindName::Stripe));
    assert_eq!(adding.client_secret, "seti_1_secret_x");
    let early = payments.finish_saved_method(&who, adding.id).await;
    assert!(matches!(early, Err(PaymentError::MethodNotConfirmed)));
    stub.confirm_card(&adding.client_secret, (7, 2031));

    // Whatever is no answer keeps nothing.
    for instead in [
        Instead::Answer(500, json!({"error": {"type": "api_error"}})),
        Instead::Answer(401, error(401, "invalid_request_error", "", "").1),
        Instead::Fault(Fault::DropAfter),
        Instead::Change("status", json!("teleported")),
        Instead::Change("payment_method", json!("pm_kept_1")),
    ] {
        stub.next(READ, instead);
        let unknown = payments.finish_saved_method(&who, adding.id).await;
        assert!(
            matches!(unknown, Err(PaymentError::ProviderUnavailable)),
            "{unknown:?}"
        );
    }
    stub.next(READ, Instead::Change("customer", json!("cus_9")));
    let anothers = payments.finish_saved_method(&who, adding.id).await;
    assert!(
        matches!(anothers, Err(PaymentError::Internal(_))),
        "{anothers:?}"
    );
    assert!(payments.saved_methods(&who).await.unwrap().is_empty());

    let card = payments.finish_saved_method(&who, adding.id).await.unwrap();
    assert_eq!(
        (
            &*card.brand,
            &*card.last4,
            card.expiry_month,
            card.expiry_year
        ),
        ("visa", "4242", 7, 2031)
    );
    let start = StartPayment {
        payer: who.user(),
        ..world.asked(
            Method::SavedCard {
                saved: card.id,
                instalments: 1,
            },
            1990,
        )
    };
    let paid = world.begin(start).await.unwrap();
    assert_eq!(paid.status, S::Completed);
    assert_eq!(stub.intents()[0]["payment_method"], "pm_kept_1");

    let another = payments.add_saved_method(&who, None).await.unwrap();
    stub.confirm_card(&another.client_secret, (1, 2032));
    payments
        .finish_saved_method(&who, another.id)
        .await
        .unwrap();
    assert_eq!(stub.keeps(), (1, 2), "one customer");
    assert_eq!(stub.calls("POST customers"), 1);
}

#[feira_testkit::test("payments")]
async fn a_card_that_is_detached_already_is_removed(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let payments = &world.payments;
    let who = Actor::customer(UserId(testing::random()));
    let adding = payments.add_saved_method(&who, None).await.unwrap();
    stub.confirm_card(&adding.client_secret, (7, 2031));
    let card = payments.finish_saved_method(&who, adding.id).await.unwrap();
    let invalid = error(400, "invalid_request_error", "", "").1;
    for instead in [
        Instead::Answer(503, json!({"error": {"type": "api_error"}})),
        // Refused, and still somebody's.
        Instead::Answer(400, invalid),
        // The answer is lost.
        Instead::Fault(Fault::DropAfter),
    ] {
        stub.next(DETACH, instead);
        let kept = payments.remove_saved_method(&who, card.id, None).await;
        assert!(
            matches!(kept, Err(PaymentError::ProviderUnavailable)),
            "{kept:?}"
        );
    }
    assert_eq!(stub.keeps().1, 0);
    assert_eq!(payments.saved_methods(&who).await.unwrap().len(), 1);
    payments
        .remove_saved_method(&who, card.id, None)
        .await
        .unwrap();
    assert!(payments.saved_methods(&who).await.unwrap().is_empty());
}

#[feira_testkit::test("payments")]
async fn a_plan_of_instalments_is_selected_as_the_intent_is_confirmed(db: TestDb) {
    let (world, stub) = world(&db, |_| {}).await;
    let paid = world.started(card_in("tok_approved", 6), 3000).await;
    let chosen = paid.instalments.unwrap();
    assert_eq!((chosen.count, chosen.total), (6, None));
    world.started(card("tok_approved"), 3000).await;
    let intents = stub.intents();
    let plan = |index: usize| &intents[index]["payment_method_options"];
    assert_eq!(plan(0)["card"]["installments"]["plan"]["count"], 6);
    assert!(plan(1).is_null());
}
