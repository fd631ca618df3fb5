use std::time::Duration;

use feira_payment::{PaymentStatus as S, testing};
use feira_testkit::TestDb;

use crate::{provider::Fault, world::World};

/// Whatever the provider does, it charges once, and within two looks the module knows.
#[feira_testkit::test("payments")]
async fn an_unknown_outcome_is_asked_for_and_never_charged_again(db: TestDb) {
    let world = World::with(&db, |s| s.charge_deadline = Duration::from_millis(300)).await;
    for fault in [
        Fault::Refuse,
        Fault::DropAfter,
        Fault::StallAfter,
        Fault::ErrorBefore(500),
        Fault::ErrorBefore(429),
        Fault::ErrorAfter(502),
        Fault::GarbageAfter,
        Fault::OtherKey,
        Fault::UnknownStatus,
    ] {
        let calls = world.provider.calls("POST charges");
        world.provider.next(fault);
        let asked = world.asked(testing::card("tok_approved"), 4200);
        let payment = world.begin(asked.clone()).await.unwrap();
        assert_eq!(payment.status, S::Pending, "{fault:?}");
        let again = world.begin(asked).await.unwrap();
        assert_eq!(
            (again.id, again.status),
            (payment.id, S::Pending),
            "{fault:?}"
        );
        world.after(time::Duration::seconds(30)).await;
        assert_eq!(
            world.payment(payment.id).await.status,
            S::Completed,
            "{fault:?}"
        );
        let known = world
            .provider
            .charges()
            .iter()
            .filter(|c| c.key == payment.id.to_string())
            .count();
        assert_eq!(known, 1, "{fault:?}");
        let lost = matches!(fault, Fault::Refuse | Fault::ErrorBefore(_));
        let made = world.provider.calls("POST charges") - calls;
        assert_eq!(made, if lost { 2 } else { 1 }, "{fault:?}");
    }
}

#[feira_testkit::test("payments")]
async fn another_amount_currency_or_payee_pays_nothing_and_is_told(world: World) {
    for fault in [Fault::WrongAmount, Fault::WrongCurrency, Fault::WrongPayee] {
        world.provider.next(fault);
        world.provider.next_fetch(fault);
        let payment = world.started(testing::card("tok_approved"), 4200).await;
        assert_eq!(payment.status, S::Pending, "{fault:?}");
        world
            .notify(world.webhook(&format!("evt_{fault:?}"), payment.id))
            .await;
        assert_eq!(
            world.payment(payment.id).await.status,
            S::Pending,
            "{fault:?}"
        );
        let told = world
            .payments
            .exchanges(&crate::world::operator(), payment.id)
            .await
            .unwrap();
        assert!(
            told.iter().any(|e| e.kind == "mismatch"),
            "{fault:?}: {told:?}"
        );
        // Said rightly at last.
        world.after(time::Duration::seconds(30)).await;
        assert_eq!(
            world.payment(payment.id).await.status,
            S::Completed,
            "{fault:?}"
        );
    }
    assert_eq!(world.count("payment_logs").await, 3);
}

#[feira_testkit::test("payments")]
async fn a_payment_whose_charge_is_never_right_ends_unpaid(world: World) {
    let payment = world.started(feira_payment::Method::Pix {}, 4200).await;
    world.provider.change(payment.id, |charge| {
        charge.amount = 1;
        charge.status = "captured";
    });
    world.after(time::Duration::minutes(10)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Pending);
    world.after(time::Duration::minutes(21)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Expired);
    world.after(time::Duration::minutes(15)).await;
    assert_eq!(world.events().await, ["payment.failed.v1"]);
    assert_eq!(
        world.count("payments WHERE next_poll_at IS NOT NULL").await,
        0
    );
    assert_eq!(world.count("ledger_entries").await, 0);
}

#[feira_testkit::test("payments")]
async fn a_provider_that_is_down_stops_the_poller_early_and_loses_nothing(world: World) {
    let mut open = Vec::new();
    for _ in 0..12 {
        open.push(world.started(feira_payment::Method::Pix {}, 900).await);
    }
    world.provider.down(true);
    world.after(time::Duration::seconds(40)).await;
    world.provider.down(false);
    for payment in &open {
        world.provider.set(payment.id, "captured");
    }
    world.after(time::Duration::minutes(6)).await;
    for payment in &open {
        assert_eq!(world.payment(payment.id).await.status, S::Completed);
    }
    assert_eq!(world.events().await.len(), 12);
}
