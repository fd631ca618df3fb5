//! To whom what stores are paid themselves is offered, and whom a way to pay pays.

use feira_kernel::{Currency, StoreId};
use feira_payment::{
    Method, MethodKind, MethodRule, PayeeKind, PaymentError,
    testing::{self, brl},
};
use feira_store::{PayeeAccount, testing::payee_account};
use feira_testkit::TestDb;
use time::Duration;

use super::before::{of_stores, world};
use crate::entering::chief;

#[feira_testkit::test("payments")]
async fn a_store_without_an_account_for_it_is_named(db: TestDb) {
    let world = world(&db).await;
    let (with, without, changed) = (world.store(), world.store(), world.store());
    world.stores.set_account(without, None);
    let anew = PayeeAccount {
        version: 2,
        ..payee_account(&changed.to_string(), world.env.now())
    };
    world.stores.set_account(changed, Some(anew));
    let stores = vec![with, without, changed];
    let pix = of_stores(&world, Method::Pix {}, &stores, &[300, 200, 100]).await;
    let Err(PaymentError::StoresCannotReceive(lacking)) = pix else {
        panic!("{:?}", pix.map(|paid| paid.payment));
    };
    assert_eq!(lacking, [without, changed]);
    let offers = async |stores: Vec<StoreId>| {
        let gateway = feira_kernel::Actor::system("gateway");
        let told = world.payments.offers(&gateway, brl(600), stores).await;
        let told = told.unwrap();
        let offered: Vec<_> = told.methods.iter().map(|one| one.method).collect();
        let lacking: Vec<_> = told
            .lacking
            .into_iter()
            .map(|one| (one.method, one.stores))
            .collect();
        (offered, lacking)
    };
    let asked = world.stores.calls("payees");
    let (offered, lacking) = offers(stores).await;
    assert_eq!(world.stores.calls("payees"), asked + 1, "for all methods");
    assert!(!offered.contains(&MethodKind::Pix) && offered.contains(&MethodKind::Whatsapp));
    assert_eq!(lacking[0], (MethodKind::Pix, vec![without, changed]));
    let (offered, lacking) = offers(vec![with]).await;
    assert!(offered.contains(&MethodKind::Pix));
    assert_eq!(lacking, [(MethodKind::BankTransfer, vec![with])]);
    let accepts = async |store| {
        let (order, pix) = (testing::order(), Method::Pix {});
        world
            .payments
            .accepts(&order, pix, brl(100), vec![store], None)
            .await
    };
    assert!(accepts(with).await.unwrap().by_hand);
    let refused = accepts(without).await;
    assert!(
        matches!(refused, Err(PaymentError::StoresCannotReceive(_))),
        "{refused:?}"
    );
    // A changed account is paid once no payout is held for it any more.
    world.db.clock().advance(Duration::hours(24));
    assert!(accepts(changed).await.is_ok());
}

/// A rule of a store goes before that of all, and that before the provider; stores of both kinds are paid by the
/// marketplace, which takes the whole.
#[feira_testkit::test("payments")]
async fn a_rule_says_whom_a_method_pays(db: TestDb) {
    let world = world(&db).await;
    let (itself, other) = (world.store(), world.store());
    let rule = |method, store, payee| MethodRule {
        method,
        currency: Currency::BRL,
        store,
        enabled: true,
        payee,
        least: None,
        most: None,
    };
    let set = async |rule| {
        world
            .payments
            .set_method_limit(&chief(), rule, None, None)
            .await
    };
    let of_market = rule(MethodKind::Pix, Some(other), Some(PayeeKind::Marketplace));
    set(of_market).await.unwrap();
    for (stores, split) in [
        (&[itself][..], true),
        (&[other], false),
        (&[itself, other], false),
    ] {
        let paid = of_stores(&world, Method::Pix {}, stores, &[500, 400]).await;
        let payment = paid.unwrap().payment;
        assert_eq!(!payment.legs.is_empty(), split, "{stores:?}");
        assert_eq!(payment.statement.is_none(), split);
    }
    let refused = set(rule(MethodKind::Card, None, Some(PayeeKind::Store))).await;
    let refused = refused.unwrap_err();
    let PaymentError::Invalid(fields) = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(fields[0].pointer, "/payee");
    let kept = world.payments.method_limits(&chief()).await.unwrap();
    assert_eq!(kept[0].rule.payee, Some(PayeeKind::Marketplace));
}

#[feira_testkit::test("payments")]
async fn it_is_offered_within_its_limits_to_whom_it_is_allowed(db: TestDb) {
    let world = super::world(&db).await;
    let configurer = chief();
    let one = world.store();
    let rule = |store, enabled| MethodRule {
        method: MethodKind::CashOnDelivery,
        currency: Currency::BRL,
        store,
        enabled,
        payee: None,
        least: None,
        most: Some(brl(5_000)),
    };
    for rule in [rule(None, true), rule(Some(one), false)] {
        let set = world
            .payments
            .set_method_limit(&configurer, rule, None, None)
            .await;
        set.unwrap();
    }
    let accepts = async |store, cents| {
        let order = testing::order();
        let cod = Method::CashOnDelivery {};
        world
            .payments
            .accepts(&order, cod, brl(cents), vec![store], None)
            .await
    };
    let other = world.store();
    assert!(accepts(other, 5_000).await.is_ok());
    let more = accepts(other, 5_001).await;
    assert!(
        matches!(more, Err(PaymentError::AmountNotAccepted { .. })),
        "{more:?}"
    );
    let never = accepts(one, 100).await;
    assert!(matches!(never, Err(PaymentError::NotOffered)), "{never:?}");
}
