//! By what is paid, and within which amounts.

use feira_kernel::{Actor, Currency, Money, StoreId, Versions};
use feira_payment::{
    KindName, Method, MethodKind, MethodRule, PaymentError,
    testing::{self, brl},
};
use feira_testkit::TestDb;

use crate::{
    entering::{PIX, add, chief, new, pointers, with_key},
    world::{World, operator},
};

#[feira_testkit::test("payments")]
async fn a_way_to_pay_is_offered_by_store_currency_and_amount(db: TestDb) {
    let world = World::with(&db, with_key(1)).await;
    add(&world, new("pix", KindName::Manual, PIX))
        .await
        .unwrap();
    let (own, other) = (world.store(), world.store());
    let rule = |store, enabled, least: i64, most: i64| MethodRule {
        method: MethodKind::Pix,
        currency: Currency::BRL,
        store,
        enabled,
        payee: None,
        least: (least > 0).then(|| brl(least)),
        most: (most > 0).then(|| brl(most)),
    };
    let set = async |rule| {
        let by = chief();
        let kept = world.payments.set_method_limit(&by, rule, None, None);
        kept.await
    };
    let takes = async |store, minor| {
        let order = testing::order();
        let (payments, stores) = (&world.payments, vec![store]);
        let taken = payments.accepts(&order, Method::Pix {}, brl(minor), stores, None);
        match taken.await {
            Ok(_) => "yes".to_owned(),
            Err(PaymentError::AmountNotAccepted { least, most }) => {
                format!("{}-{}", least.minor(), most.minor())
            }
            Err(PaymentError::NotOffered) => "no".to_owned(),
            Err(other) => panic!("{other:?}"),
        }
    };
    let methods = async || {
        let actor = Actor::system("gateway");
        let found = world.payments.methods(&actor, Currency::BRL).await;
        found.unwrap().len()
    };
    set(rule(None, true, 500, 90_000)).await.unwrap();
    assert_eq!(takes(own, 499).await, "500-90000");
    assert_eq!(takes(own, 500).await, "yes");
    let exception = set(rule(Some(own), true, 100, 0)).await.unwrap();
    assert_eq!(takes(own, 499).await, "yes");
    assert_eq!(takes(other, 499).await, "500-90000");
    let general = set(rule(None, false, 0, 0)).await.unwrap();
    assert_eq!(general.version, 2);
    assert_eq!(takes(own, 1_000).await, "yes");
    assert_eq!(takes(other, 1_000).await, "no");
    assert_eq!(methods().await, 1);
    let gone = |id, expected| {
        let payments = world.payments.clone();
        async move { payments.remove_method_limit(&chief(), id, expected).await }
    };
    let stale = gone(exception.id, Some(Versions::from(9))).await;
    assert!(matches!(stale, Err(PaymentError::VersionMismatch)));
    gone(exception.id, None).await.unwrap();
    assert_eq!(methods().await, 0);
    let again = gone(exception.id, None).await;
    assert!(matches!(again, Err(PaymentError::NoSuchLimit)));
    gone(general.id, None).await.unwrap();
    assert_eq!(takes(other, 1).await, "yes");

    let dollars = MethodRule {
        least: Some(Money::from_minor(1, Currency::USD).unwrap()),
        ..rule(None, true, 0, 0)
    };
    let nowhere = rule(Some(StoreId(testing::random())), true, 0, 0);
    for (refused, pointer) in [
        (rule(None, true, 9, 8), "/most"),
        (dollars, "/least"),
        (nowhere, "/store_id"),
    ] {
        let refused = set(refused).await.unwrap_err();
        assert_eq!(pointers(&refused)[0].0, pointer);
    }
    assert_eq!(world.count("method_limits").await, 0);
    let kept = world.payments.method_limits(&operator()).await;
    assert!(matches!(kept, Err(PaymentError::Forbidden)));
}
