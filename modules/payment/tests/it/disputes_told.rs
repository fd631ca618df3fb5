//! What a provider tells of disputes, wrong or right, and the evidence that is sent to it.

use feira_kernel::PageRequest;
use feira_payment::{
    DisputeAction, DisputeDetails, DisputeFilter, DisputeId, DisputeState, EvidenceKind,
    EvidenceUpload, NewEvidence, PaymentError, PaymentStatus as S, testing::brl,
};
use feira_testkit::TestDb;
use sea_orm::ConnectionTrait;
use serde_json::json;

use crate::{
    disputes::{balanced, disputes, notified, told},
    provider::Fault,
    world::{Paid, SECRET, World, operator, seller},
};

const PDF: &[u8] = b"%PDF-1.7 an invoice";

fn text(kind: EvidenceKind, text: &str) -> NewEvidence {
    NewEvidence {
        kind,
        remove: false,
        text: Some(text.to_owned()),
        file: None,
    }
}

fn file(kind: EvidenceKind, bytes: &[u8]) -> NewEvidence {
    NewEvidence {
        kind,
        remove: false,
        text: None,
        file: Some(EvidenceUpload {
            name: "nota.pdf".to_owned(),
            bytes: bytes.to_vec(),
        }),
    }
}

async fn opened(world: &World) -> (Paid, DisputeId) {
    let paid = world.captured(&[1000]).await;
    told(world, &paid, "dp_1", json!({})).await;
    let id = disputes(world).await[0].id;
    (paid, id)
}

async fn details(world: &World, id: DisputeId) -> DisputeDetails {
    world.payments.dispute(&operator(), id).await.unwrap()
}

#[feira_testkit::test("payments")]
async fn what_cannot_be_a_dispute_of_it_changes_nothing_and_is_told(world: World) {
    let paid = world.captured(&[1000]).await;
    let other = world.captured(&[1000]).await;
    let charge = world.provider.charge(other.payment.id).id;
    for (id, change) in [
        ("dp_1", json!({"currency": "USD"})),
        ("dp_2", json!({"amount": 0})),
        ("dp_3", json!({"charge_id": charge})),
    ] {
        told(&world, &paid, id, change).await;
    }
    assert_eq!(disputes(&world).await.len(), 0);
    assert_eq!(world.payment(paid.payment.id).await.status, S::Completed);
    assert_eq!(world.count("payment_logs").await, 3);

    let body = r#"{"id":"evt_x","type":"dispute.opened","charge_id":"ch_999"}"#;
    world.notify(world.signed(body, SECRET)).await;
    assert_eq!(disputes(&world).await.len(), 0);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_is_told_otherwise_afterwards_is_told_to_somebody(world: World) {
    let (paid, id) = opened(&world).await;
    world.db.clock().advance(time::Duration::minutes(1));
    told(&world, &paid, "dp_1", json!({"amount": 900})).await;
    assert_eq!(world.count("payment_logs").await, 1);
    assert_eq!(details(&world, id).await.dispute.amount, brl(900));
    world.db.clock().advance(time::Duration::minutes(1));
    told(&world, &paid, "dp_1", json!({"status": "won"})).await;
    told(&world, &paid, "dp_1", json!({"amount": 1000})).await;
    assert_eq!(world.count("payment_logs").await, 2);
    let told = details(&world, id).await;
    assert_eq!(
        (told.dispute.state, told.dispute.amount),
        (DisputeState::Won, brl(900))
    );
    let history: Vec<_> = told.history.iter().map(|e| e.outcome.clone()).collect();
    let opened = format!("opened over {}", brl(1000));
    let changed = format!("changed: over {}, not {}", brl(900), brl(1000));
    assert_eq!(history, [opened, changed, "won".to_owned()]);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn an_inquiry_moves_nothing_until_it_is_a_dispute(world: World) {
    let paid = world.captured(&[1000]).await;
    for _ in 0..2 {
        told(&world, &paid, "dp_1", json!({"status": "inquiry"})).await;
    }
    assert_eq!(disputes(&world).await.len(), 0);
    assert_eq!(world.balance(paid.store(0)).await, [900, 0, 0, 0]);
    told(&world, &paid, "dp_1", json!({"status": "open"})).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
}

#[feira_testkit::test("payments")]
async fn an_end_that_no_notification_told_is_found_by_looking(world: World) {
    let (paid, id) = opened(&world).await;
    world
        .provider
        .dispute(paid.payment.id, "dp_1", json!({"status": "lost"}));
    world.after(time::Duration::minutes(5)).await;
    assert_eq!(
        details(&world, id).await.dispute.state,
        DisputeState::Opened
    );
    world.after(time::Duration::hours(1)).await;
    assert_eq!(details(&world, id).await.dispute.state, DisputeState::Lost);
    // Told first of its end, it is opened and ended.
    let late = world.captured(&[500]).await;
    told(&world, &late, "dp_9", json!({"status": "lost"})).await;
    assert_eq!(world.payment(late.payment.id).await.status, S::Refunded);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn evidence_is_written_by_its_store_and_sent_once(world: World) {
    let (paid, id) = opened(&world).await;
    let (own, other) = (seller(paid.store(0)), seller(world.store()));
    let put = |actor, evidence| world.payments.put_evidence(actor, id, evidence, None);
    put(&own, text(EvidenceKind::Explanation, " She has it. "))
        .await
        .unwrap();
    put(&own, file(EvidenceKind::Receipt, PDF)).await.unwrap();
    put(&own, text(EvidenceKind::Receipt, "Invoice 1"))
        .await
        .unwrap();
    let foreign = put(&other, text(EvidenceKind::Other, "x")).await;
    assert!(matches!(foreign, Err(PaymentError::NotFound)));
    for wrong in [
        file(EvidenceKind::Other, b"<html>"),
        file(EvidenceKind::Explanation, PDF),
        text(EvidenceKind::Other, "  "),
    ] {
        assert!(matches!(
            put(&own, wrong).await,
            Err(PaymentError::Invalid(_))
        ));
    }
    let seen = world.payments.dispute(&own, id).await.unwrap();
    assert_eq!(seen.evidence.len(), 2);
    assert_eq!(seen.evidence[0].text.as_deref(), Some("She has it."));
    assert_eq!(seen.allowed, [DisputeAction::WriteEvidence]);
    let kept = world
        .payments
        .evidence_file(&own, id, None, EvidenceKind::Receipt);
    assert_eq!(kept.await.unwrap().bytes, PDF);
    // So it is of one that an earlier release kept in the table, which is sent, too.
    let earlier = format!(
        "UPDATE payments.dispute_evidence SET file = '\\x{}', file_key = NULL \
         WHERE file_key IS NOT NULL",
        hex::encode(PDF)
    );
    let owner = world.db.owner().await;
    owner.execute_unprepared(&earlier).await.unwrap();
    let in_table = "dispute_evidence WHERE file IS NOT NULL AND file_key IS NULL";
    assert_eq!(world.count(in_table).await, 1);
    let kept = world
        .payments
        .evidence_file(&own, id, None, EvidenceKind::Receipt);
    assert_eq!(kept.await.unwrap().bytes, PDF);
    let hidden = world
        .payments
        .evidence_file(&other, id, None, EvidenceKind::Receipt);
    assert!(matches!(hidden.await, Err(PaymentError::NotFound)));

    let send = |actor| world.payments.send_evidence(actor, id, None);
    assert!(matches!(send(&own).await, Err(PaymentError::Forbidden)));
    // The answer to the first try is lost: it was taken.
    world.provider.next_evidence(Fault::DropAfter);
    let operator = operator();
    let sent = send(&operator).await.unwrap();
    assert_eq!(sent.dispute.state, DisputeState::EvidenceSent);
    send(&operator).await.unwrap();
    let evidence = world.provider.evidence();
    assert_eq!(evidence.len(), 1);
    assert_eq!(evidence[0].1["evidence"].as_array().unwrap().len(), 2);
    let after = put(&own, text(EvidenceKind::Other, "late")).await;
    assert!(matches!(
        after,
        Err(PaymentError::DisputeMove(DisputeState::EvidenceSent))
    ));
}

#[feira_testkit::test("payments")]
async fn evidence_that_is_refused_can_be_mended(db: TestDb) {
    let world = World::with(&db, |settings| settings.sellers_send_evidence = true).await;
    let (paid, id) = opened(&world).await;
    let own = seller(paid.store(0));
    world.provider.next_evidence(Fault::ErrorBefore(422));
    let send = || world.payments.send_evidence(&own, id, None);
    assert!(matches!(
        send().await,
        Err(PaymentError::EvidenceRefused(_))
    ));
    assert_eq!(
        details(&world, id).await.dispute.state,
        DisputeState::Opened
    );
    world.provider.next_evidence(Fault::ErrorBefore(500));
    assert!(matches!(
        send().await,
        Err(PaymentError::ProviderUnavailable)
    ));
    let sent = send().await.unwrap();
    assert_eq!(sent.dispute.state, DisputeState::EvidenceSent);
}

#[feira_testkit::test("payments")]
async fn a_store_sees_its_own_part_and_no_fee(world: World) {
    let paid = world.captured(&[1000, 500]).await;
    told(&world, &paid, "dp_1", json!({"fee": 15})).await;
    let own = seller(paid.store(1));
    let list = world
        .payments
        .disputes(&own, DisputeFilter::default(), PageRequest::default());
    let list = list.await.unwrap().items;
    assert_eq!(
        (list.len(), list[0].amount, list[0].fee),
        (1, brl(500), None)
    );
    let details = world.payments.dispute(&own, list[0].id).await.unwrap();
    assert_eq!(details.parts.len(), 1);
    assert!(details.history.is_empty());
    let nobody = seller(world.store());
    let hidden = world.payments.dispute(&nobody, list[0].id).await;
    assert!(matches!(hidden, Err(PaymentError::NotFound)));
    let open = DisputeFilter {
        state: Some(DisputeState::Won),
    };
    let won = world
        .payments
        .disputes(&operator(), open, PageRequest::default())
        .await;
    assert!(won.unwrap().items.is_empty());
    notified(&world, &paid).await;
}

#[feira_testkit::test("payments")]
async fn what_was_told_while_the_provider_was_away_for_long_is_not_forgotten(world: World) {
    let paid = world.captured(&[1000]).await;
    world.provider.dispute(paid.payment.id, "dp_1", json!({}));
    world.provider.down(true);
    notified(&world, &paid).await;
    for _ in 0..15 {
        world.after(time::Duration::hours(2)).await;
    }
    assert_eq!(disputes(&world).await.len(), 0);
    world.provider.down(false);
    world.after(time::Duration::hours(2)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
    balanced(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_is_told_before_its_charge_is_found_is_looked_for_again(world: World) {
    let paid = world.captured(&[1000]).await;
    world.provider.dispute(paid.payment.id, "dp_1", json!({}));
    world.provider.next_fetch(Fault::ErrorBefore(404));
    notified(&world, &paid).await;
    assert_eq!(disputes(&world).await.len(), 0);
    world.after(time::Duration::minutes(1)).await;
    assert_eq!(world.payment(paid.payment.id).await.status, S::Disputed);
    balanced(&world).await;

    // Of a charge that is nobody's it is left in the end.
    let body = r#"{"id":"evt_x","type":"dispute.opened","charge_id":"ch_999"}"#;
    world.notify(world.signed(body, SECRET)).await;
    let ignored = "provider_events WHERE state = 'ignored'";
    assert_eq!(world.count(ignored).await, 0);
    for _ in 0..12 {
        world.after(time::Duration::hours(2)).await;
    }
    assert_eq!(world.count(ignored).await, 1);
}
