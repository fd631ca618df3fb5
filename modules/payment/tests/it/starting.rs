use feira_payment::{
    Method, NextAction, PaymentError, PaymentFailure, PaymentStatus as S, testing,
};
use feira_testkit::TestDb;
use sea_orm::{ConnectionTrait, TransactionTrait};
use tokio::task::JoinSet;

use crate::{
    provider::Fault,
    world::{World, operator},
};

#[feira_testkit::test("payments")]
async fn a_card_is_captured_in_two_commits_and_leaves_no_token(world: World) {
    let paid = world.captured(&[1990, 333]).await;
    assert_eq!(paid.payment.status, S::Completed);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
    assert_eq!(world.balance(paid.store(0)).await, [1791, 0, 0, 0]);
    assert_eq!(world.balance(paid.store(1)).await, [300, 0, 0, 0]);
    assert_eq!(world.count("ledger_entries").await, 5);
    assert_eq!(
        world.count("payments WHERE card_token IS NOT NULL").await,
        0
    );
    assert_eq!(world.provider.charges().len(), 1);
    let exchanges = world
        .payments
        .exchanges(&operator(), paid.payment.id)
        .await
        .unwrap();
    let told: Vec<_> = exchanges
        .iter()
        .map(|e| (e.kind.as_str(), e.outcome.as_str()))
        .collect();
    assert_eq!(told, [("charge", "captured")]);
}

#[feira_testkit::test("payments")]
async fn one_key_started_by_32_at_once_is_one_payment_and_one_charge(world: World) {
    let asked = world.asked(testing::card("tok_approved"), 5000);
    let mut starts = JoinSet::new();
    for _ in 0..32 {
        let (payments, asked) = (world.payments.clone(), asked.clone());
        starts.spawn(async move { payments.start(&testing::order(), asked).await });
    }
    let mut ids: Vec<_> = starts
        .join_all()
        .await
        .into_iter()
        .map(|p| p.unwrap().id)
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(world.provider.calls("POST charges"), 1);
    assert_eq!(world.payment(ids[0]).await.status, S::Completed);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
}

#[feira_testkit::test("payments")]
async fn attempts_of_one_reference_at_once_leave_one_paid(world: World) {
    let asked = world.asked(testing::card("tok_approved"), 5000);
    let mut starts = JoinSet::new();
    for _ in 0..8 {
        let (payments, mut asked) = (world.payments.clone(), asked.clone());
        asked.key = testing::random();
        starts.spawn(async move { payments.start(&testing::order(), asked).await });
    }
    for result in starts.join_all().await {
        match result {
            Ok(_) | Err(PaymentError::IllegalMove(S::Completed) | PaymentError::Unavailable(_)) => {
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    let captured = world
        .provider
        .charges()
        .iter()
        .filter(|c| c.status == "captured")
        .count();
    assert!(captured >= 1, "somebody pays");
    assert_eq!(
        world.count("payments WHERE captured_at IS NOT NULL").await,
        captured as i64
    );
    // A charge that was on its way while another was paid is told as it is; its order gives
    // it back, as this test does.
    let rows = world
        .payments
        .payments(&operator(), feira_kernel::PageRequest::first(50))
        .await
        .unwrap();
    let extra = rows
        .items
        .iter()
        .filter(|p| p.status == S::Completed)
        .skip(1);
    for payment in extra {
        let parts = vec![feira_payment::RefundPart {
            part: asked.splits[0].part,
            amount: payment.amount,
        }];
        let refund = feira_payment::NewRefund {
            key: testing::random(),
            payment: payment.id,
            parts,
            reason: "paid twice".to_owned(),
            borne_by: None,
        };
        world.refund(refund).await.unwrap();
    }
}

/// By another process, whose capture is written and not committed.
#[feira_testkit::test("payments")]
async fn a_reference_that_is_being_paid_gets_no_other_attempt(db: TestDb, world: World) {
    let open = world.started(Method::Pix {}, 1990).await;
    let (owner, watch) = (db.owner().await, db.owner().await);
    let capturing = owner.begin().await.unwrap();
    let captured = "UPDATE payments.payments SET status = 'completed', captured_at = now()";
    capturing.execute_unprepared(captured).await.unwrap();
    let mut asked = world.asked(Method::Pix {}, 1990);
    asked.reference = open.reference;
    let payments = world.payments.clone();
    let starting = tokio::spawn(async move { payments.start(&testing::order(), asked).await });
    let waits = "SELECT 1 FROM pg_stat_activity \
         WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while watch
        .execute_unprepared(waits)
        .await
        .unwrap()
        .rows_affected()
        == 0
    {
        assert!(!starting.is_finished(), "it waits for the capture");
    }
    capturing.commit().await.unwrap();
    let refused = starting.await.unwrap();
    assert!(
        matches!(refused, Err(PaymentError::IllegalMove(S::Completed))),
        "{refused:?}"
    );
    assert_eq!(world.count("payments").await, 1);
    let open = "UPDATE payments.payments SET status = 'pending', captured_at = NULL";
    owner.execute_unprepared(open).await.unwrap();
}

#[feira_testkit::test("payments")]
async fn a_declined_card_fails_at_once_and_says_so(world: World) {
    let asked = world.asked(testing::card("tok_declined"), 5000);
    let payment = world.begin(asked.clone()).await.unwrap();
    assert_eq!(
        (payment.status, payment.failure.map(PaymentFailure::as_str)),
        (S::Failed, Some("card_declined"))
    );
    assert_eq!(world.events().await, ["payment.failed.v1"]);
    let again = world.begin(asked.clone()).await.unwrap();
    assert_eq!(again, payment);
    let mut other = asked;
    (other.key, other.method) = (testing::random(), testing::card("tok_approved"));
    let payment = world.begin(other).await.unwrap();
    assert_eq!(payment.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn pix_shows_a_code_and_its_picture_until_it_is_paid(world: World) {
    let payment = world.started(Method::Pix {}, 1990).await;
    let NextAction::PixCode { br_code, qr_svg } = &payment.next_action else {
        panic!("{payment:?}");
    };
    assert!(feira_payment::br_code::BrCode::parse(br_code).is_ok());
    assert!(qr_svg.contains("<svg"));
    assert_eq!(world.payment(payment.id).await, payment);
    testing::Subject::pay(&world, &payment).await;
    let paid = world.payment(payment.id).await;
    assert_eq!(
        (paid.status, paid.next_action),
        (S::Completed, NextAction::None {})
    );
}

#[feira_testkit::test("payments")]
async fn without_a_provider_nothing_starts(db: TestDb) {
    let world = World::with(&db, |settings| settings.providers.clear()).await;
    let asked = world.asked(Method::Pix {}, 100);
    let refused = world.begin(asked).await.unwrap_err();
    assert!(matches!(refused, PaymentError::NotOffered), "{refused:?}");
    assert_eq!(world.count("payments").await, 0);
    world.after(time::Duration::hours(1)).await;
}

#[feira_testkit::test("payments")]
async fn a_refused_charge_is_failed_and_a_code_that_no_bank_reads_is_unknown(world: World) {
    world.provider.next(Fault::ErrorBefore(422));
    let payment = world.started(testing::card("tok_approved"), 100).await;
    assert_eq!(
        (payment.status, payment.failure.map(PaymentFailure::as_str)),
        (S::Failed, Some("refused"))
    );
    world.provider.next(Fault::BadCode);
    let payment = world.started(Method::Pix {}, 100).await;
    assert_eq!(
        (payment.status, &payment.next_action),
        (S::Pending, &NextAction::None {})
    );
    world.after(time::Duration::minutes(1)).await;
    let payment = world.payment(payment.id).await;
    assert!(
        matches!(payment.next_action, NextAction::PixCode { .. }),
        "{payment:?}"
    );
    // What is paid needs none.
    world.provider.set(payment.id, "captured");
    world.provider.next_fetch(Fault::BadCode);
    world.notify(world.webhook("evt_paid", payment.id)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Completed);
}
