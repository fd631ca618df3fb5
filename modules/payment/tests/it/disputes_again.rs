//! What is told of a dispute late, or once more after its end: nothing goes back behind what is known, and money that
//! is taken again is booked once.

use feira_payment::{
    Account, Dispute, DisputeId, DisputeKind, DisputeState as D, NewDispute, PaymentError,
    PaymentStatus as S, ProviderKind, ProviderSettings,
    testing::{FakeProvider, brl},
};
use feira_testkit::{TestDb, violations};
use sea_orm::ConnectionTrait;
use serde_json::json;
use time::Duration;

use crate::{
    disputes::{balanced, disputes, notified, told},
    disputes_by_hand::close,
    reconciling::booked,
    world::{Paid, World, operator},
};

const WAITING: &str = "disputes WHERE next_look_at IS NOT NULL";

async fn sound(world: &World) {
    balanced(world).await;
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

async fn opened(world: &World) -> (Paid, DisputeId) {
    let paid = world.captured(&[600, 400]).await;
    told(world, &paid, "dp_1", json!({})).await;
    (paid, disputes(world).await[0].id)
}

async fn only(world: &World) -> Dispute {
    let mut all = disputes(world).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// Of two looks at once the one that asked first hears last.
#[feira_testkit::test("payments")]
async fn an_answer_that_comes_late_undoes_no_newer_one(world: World) {
    let (paid, _) = opened(&world).await;
    for (early, late, state) in [
        (json!({"amount": 400}), json!({"amount": 700}), D::Opened),
        (json!({"status": "won"}), json!({"status": "lost"}), D::Lost),
    ] {
        let dispute = |change| world.provider.dispute(paid.payment.id, "dp_1", change);
        dispute(early);
        world.provider.hold_disputes();
        let first = notified(&world, &paid);
        let second = async {
            world.provider.held().await;
            dispute(late);
            notified(&world, &paid).await;
            world.provider.let_go();
        };
        tokio::join!(first, second);
        let now = only(&world).await;
        assert_eq!(
            (now.amount, now.held, now.state),
            (brl(700), brl(700), state)
        );
        sound(&world).await;
    }
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(
        (payment.status, payment.refunded),
        (S::PartiallyRefunded, brl(700))
    );
    let history = world
        .payments
        .dispute(&operator(), only(&world).await.id)
        .await;
    let mut history = history.unwrap().history.into_iter();
    assert!(!history.any(|one| one.outcome == "won"), "it never was");
}

/// Who says how it ended has looked before it, and by the time it is written its provider tells of it again.
#[feira_testkit::test("payments")]
async fn a_person_does_not_end_what_is_told_of_meanwhile(world: World) {
    let (paid, id) = opened(&world).await;
    told(&world, &paid, "dp_1", json!({"amount": 0})).await;
    world.provider.hold_disputes();
    let closing = close(&world, id, true);
    let telling = async {
        world.provider.held().await;
        told(&world, &paid, "dp_1", json!({"amount": 1000})).await;
        world.provider.let_go();
    };
    let (closed, ()) = tokio::join!(closing, telling);
    assert!(matches!(closed, Err(PaymentError::NotByHand)), "{closed:?}");
    assert_eq!(only(&world).await.state, D::Opened);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_a_person_ended_is_looked_at_until_its_provider_tells_an_end(world: World) {
    for (said, end, state) in [
        (false, "won", D::Won),
        (false, "lost", D::Lost),
        (true, "lost", D::Lost),
    ] {
        let paid = world.captured(&[600, 400]).await;
        let name = format!("dp_{}", paid.payment.id);
        told(&world, &paid, &name, json!({"amount": 0})).await;
        told(&world, &paid, &name, json!({"amount": 1000})).await;
        let dispute = |change| world.provider.dispute(paid.payment.id, &name, change);
        dispute(json!({"amount": 0}));
        let of = async || {
            let all = disputes(&world).await;
            all.into_iter()
                .find(|one| one.payment == paid.payment.id)
                .unwrap()
        };
        close(&world, of().await.id, said).await.unwrap();
        world.after(Duration::hours(2)).await;
        // No notification tells of it.
        dispute(json!({"amount": 1000, "status": end}));
        world.after(Duration::hours(2)).await;
        assert_eq!(of().await.state, state, "{said} {end}");
        assert_eq!(world.count(WAITING).await, 0, "{said} {end}");
        let back = if state == D::Lost { 1000 } else { 0 };
        assert_eq!(world.payment(paid.payment.id).await.refunded, brl(back));
        sound(&world).await;
    }
}

#[feira_testkit::test("payments")]
async fn what_a_person_ended_is_not_looked_at_for_ever(world: World) {
    let (paid, id) = opened(&world).await;
    told(&world, &paid, "dp_1", json!({"amount": 0})).await;
    close(&world, id, false).await.unwrap();
    world.after(Duration::days(1)).await;
    assert_eq!(world.count(WAITING).await, 1);
    world.after(Duration::days(180)).await;
    assert_eq!(world.count(WAITING).await, 0);
}

/// Two notifications at once, of what a person had opened before; and what an earlier release would write beside it.
#[feira_testkit::test("payments")]
async fn what_a_person_opened_is_the_providers_once(db: TestDb) {
    let fake = FakeProvider::new(db.clock().clock()).telling_disputes_late();
    let provider = ProviderSettings::new("fake", ProviderKind::Fake(fake.clone()));
    let world = World::at(&db, vec![provider]).await;
    let paid = world.captured(&[1000]).await;
    let new = NewDispute {
        payment: paid.payment.id,
        kind: DisputeKind::Chargeback,
        amount: brl(1000),
        reason: "fraud".to_owned(),
        bank_reference: "LETTER 1".to_owned(),
        evidence_due_at: None,
    };
    let opened = world.payments.open_dispute(&operator(), new, None).await;
    let id = opened.unwrap().dispute.id;
    fake.dispute(0, "dp_1", brl(1000), D::Opened);
    fake.dispute(0, "dp_1", brl(1000), D::Opened);
    let mut told = fake.notifications();
    let (one, other) = (told.pop().unwrap(), told.pop().unwrap());
    tokio::join!(world.notify(one), world.notify(other));
    let known = only(&world).await;
    assert_eq!(
        (known.id, known.by_hand, known.held),
        (id, false, brl(1000))
    );
    sound(&world).await;

    let again = "INSERT INTO payments.disputes (id, payment_id, gateway, provider_id, by_hand, kind, amount, held, \
                                                currency, state, reason, opened_at) \
                 SELECT gen_random_uuid(), payment_id, gateway, told_as, false, kind, amount, 0, currency, 'opened', \
                        reason, opened_at FROM payments.disputes";
    let refused = db.owner().await.execute_unprepared(again).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("disputes_named_once"), "{refused}");
}

/// Refunds and releases happen in between, and it is told twice each time.
#[feira_testkit::test("payments")]
async fn what_was_won_and_is_taken_again_is_booked_once(world: World) {
    let (paid, id) = opened(&world).await;
    told(&world, &paid, "dp_1", json!({"status": "won"})).await;
    world.refund(paid.refund(&[(0, 100)])).await.unwrap();
    world.release(&paid, 1).await;
    for (status, state, refunded, clearing) in [
        ("open", S::Disputed, 100, 0),
        ("answered", S::Disputed, 100, 0),
        ("won", S::PartiallyRefunded, 100, 900),
        ("lost", S::Refunded, 1000, -100),
        ("won", S::PartiallyRefunded, 100, 900),
        ("lost", S::Refunded, 1000, -100),
    ] {
        for _ in 0..2 {
            told(&world, &paid, "dp_1", json!({"status": status})).await;
            let payment = world.payment(paid.payment.id).await;
            assert_eq!(
                (payment.status, payment.refunded),
                (state, brl(refunded)),
                "{status}"
            );
            assert_eq!(
                booked(&world, Account::ProviderClearing).await,
                clearing,
                "{status}"
            );
            sound(&world).await;
        }
        let lost = if status == "lost" { 100 } else { 0 };
        assert_eq!(booked(&world, Account::WriteOffs).await, lost, "{status}");
        let earned = [
            world.balance(paid.store(0)).await[0],
            world.balance(paid.store(1)).await[1],
        ];
        let expected = if status == "won" { [450, 360] } else { [0, 0] };
        assert_eq!(earned, expected, "{status}");
    }
    // Somebody was told of it, and it may be answered again before evidence was sent.
    let wrong = "payment_logs WHERE message LIKE '%was won, and is told to be otherwise now%'";
    assert_eq!(world.count(wrong).await, 1);
    let history = world
        .payments
        .dispute(&operator(), id)
        .await
        .unwrap()
        .history;
    let reopened = format!("reopened over {}", brl(1000));
    let again = history.iter().filter(|one| one.outcome == reopened);
    assert_eq!(again.count(), 3);
    let sent = history.iter().filter(|one| one.outcome == "evidence_sent");
    assert_eq!(sent.count(), 1);
}
