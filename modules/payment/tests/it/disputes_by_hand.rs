//! Disputes that a person tells of: the bank took money of a PIX back (MED).

use feira_kernel::{Currency, IdempotencyKey};
use feira_payment::{
    DisputeAction, DisputeDetails, DisputeId, DisputeKind, DisputeState, ManualSettings, Method,
    NewDispute, PaymentError, PaymentId, PaymentStatus as S, ProviderKind, ProviderSettings,
    pix_account::PixAccount,
    testing::{brl, card},
};
use feira_testkit::TestDb;
use serde_json::json;

use crate::{
    disputes::{balanced, disputes},
    provider::Stub,
    world::{Paid, World, at, operator, seller},
};

fn hand() -> ProviderSettings {
    let settings = ManualSettings {
        currency: Currency::BRL,
        payee: feira_payment::PayeeKind::Marketplace,
        pix: Some(PixAccount::new("52998224725", "Ana", "Recife").unwrap()),
        transfer: None,
        whatsapp: None,
        on_delivery: None,
    };
    ProviderSettings::new("hand", ProviderKind::Manual(settings))
}

async fn world(db: &TestDb) -> World {
    let stub = Stub::start().await;
    World::at(db, vec![hand(), at("sandbox", &stub)]).await
}

async fn paid(world: &World, minor: i64) -> Paid {
    let start = world.asked(Method::Pix {}, minor);
    let open = world.begin(start.clone()).await.unwrap();
    let marked = world
        .payments
        .mark_payment_paid(&operator(), open.id, None, None)
        .await;
    let payment = marked.unwrap();
    Paid { payment, start }
}

fn med(payment: PaymentId, minor: i64, reference: &str) -> NewDispute {
    NewDispute {
        payment,
        kind: DisputeKind::Med,
        amount: brl(minor),
        reason: "fraud".to_owned(),
        bank_reference: reference.to_owned(),
        evidence_due_at: None,
    }
}

async fn open(world: &World, new: NewDispute) -> Result<DisputeDetails, PaymentError> {
    world.payments.open_dispute(&operator(), new, None).await
}

pub(crate) async fn close(
    world: &World,
    id: DisputeId,
    won: bool,
) -> Result<DisputeDetails, PaymentError> {
    let key = IdempotencyKey {
        route: "close".to_owned(),
        key: format!("{id}{won}"),
        fingerprint: String::new(),
    };
    world
        .payments
        .close_dispute(&operator(), id, won, Some(key))
        .await
}

#[feira_testkit::test("payments")]
async fn what_the_bank_took_back_is_kept_back_and_lost(db: TestDb) {
    let world = world(&db).await;
    let paid = paid(&world, 1000).await;
    let made = open(&world, med(paid.payment.id, 1000, " MED 1 "))
        .await
        .unwrap();
    let again = open(&world, med(paid.payment.id, 1000, "MED 1"))
        .await
        .unwrap();
    assert_eq!(made.dispute.id, again.dispute.id);
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    let id = made.dispute.id;
    let sent = world.payments.send_evidence(&operator(), id, None).await;
    assert_eq!(sent.unwrap().dispute.state, DisputeState::EvidenceSent);
    for _ in 0..2 {
        let lost = close(&world, id, false).await.unwrap();
        assert_eq!(lost.dispute.state, DisputeState::Lost);
    }
    let payment = world.payment(paid.payment.id).await;
    assert_eq!((payment.status, payment.refunded), (S::Refunded, brl(1000)));
    balanced(&world).await;
    // The bank decides otherwise after that, and so does a person here; the other way round she cannot.
    let details = world.payments.dispute(&operator(), id).await.unwrap();
    assert_eq!(details.allowed, [DisputeAction::Appeal]);
    let won = close(&world, id, true).await.unwrap();
    assert_eq!(won.dispute.state, DisputeState::Won);
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);
    let by = operator();
    let lost = world.payments.close_dispute(&by, id, false, None).await;
    assert!(matches!(
        lost,
        Err(PaymentError::DisputeMove(DisputeState::Won))
    ));
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn won_it_is_there_again_and_what_is_wrong_is_refused(db: TestDb) {
    let world = world(&db).await;
    let paid = paid(&world, 1000).await;
    for (minor, reference) in [(1001, "MED 1"), (0, "MED 1"), (-5, "MED 1"), (10, " ")] {
        let refused = open(&world, med(paid.payment.id, minor, reference)).await;
        assert!(matches!(refused, Err(PaymentError::Invalid(_))), "{minor}");
    }
    let made = open(&world, med(paid.payment.id, 400, "MED 1"))
        .await
        .unwrap();
    let other = open(&world, med(paid.payment.id, 300, "MED 1")).await;
    assert!(matches!(other, Err(PaymentError::Invalid(_))), "{other:?}");
    let won = close(&world, made.dispute.id, true).await.unwrap();
    assert_eq!(won.dispute.state, DisputeState::Won);
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);

    let told = world.started(card("tok_approved"), 700).await;
    let refused = open(&world, med(told.id, 700, "CB 1")).await;
    assert!(matches!(refused, Err(PaymentError::NotByHand)));
    let unpaid = world.started(Method::Pix {}, 800).await;
    let refused = open(&world, med(unpaid.id, 800, "MED 2")).await;
    assert!(matches!(
        refused,
        Err(PaymentError::IllegalMove(S::Pending))
    ));
    let store = seller(paid.store(0));
    let new = med(paid.payment.id, 1, "MED 3");
    let refused = world.payments.open_dispute(&store, new, None).await;
    assert!(matches!(refused, Err(PaymentError::Forbidden)));
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_its_provider_tells_of_is_in_the_books_before_it_is_refused(world: World) {
    let paid = world.captured(&[1000]).await;
    // No notification of it came.
    world.provider.dispute(paid.payment.id, "dp_1", json!({}));
    world.provider.down(true);
    let away = open(&world, med(paid.payment.id, 1000, "CB 1")).await;
    assert!(matches!(away, Err(PaymentError::ProviderUnavailable)));
    assert_eq!(disputes(&world).await.len(), 0);
    world.provider.down(false);
    for _ in 0..2 {
        let refused = open(&world, med(paid.payment.id, 1000, "CB 1")).await;
        assert!(matches!(refused, Err(PaymentError::NotByHand)));
    }
    let told = disputes(&world).await;
    assert_eq!((told.len(), told[0].held), (1, brl(1000)));
    assert_eq!(told[0].provider_id, "dp_1");
    assert!(!told[0].by_hand);
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
    assert_eq!(world.balance(paid.store(0)).await, [0, 0, 0, 0]);
    balanced(&world).await;
}
