//! Disputes of which a provider tells another amount than before, or nothing that can be true any more: nothing is
//! kept back that nobody can end.

use feira_payment::{
    Account, DisputeAction, DisputeId, DisputeState, PaymentError, PaymentStatus as S, testing::brl,
};
use feira_testkit::{TestDb, violations};
use serde_json::json;

use crate::{
    disputes::{balanced, disputes, told},
    disputes_by_hand::close,
    reconciling::booked,
    world::{Paid, World, at, operator},
};

async fn sound(world: &World) {
    balanced(world).await;
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

/// What is kept back, what stores have, and what went back.
async fn stands(world: &World, paid: &Paid) -> (i64, [i64; 2], i64) {
    let held = disputes(world).await[0].held.minor();
    let one = world.balance(paid.store(0)).await[0];
    let other = world.balance(paid.store(1)).await[0];
    let back = world.payment(paid.payment.id).await.refunded.minor();
    (held, [one, other], back)
}

#[feira_testkit::test("payments")]
async fn another_amount_is_kept_back_and_then_won_or_lost(world: World) {
    for (number, (amount, held, stores)) in [
        (200, 200, [432, 288]),
        (800, 800, [108, 72]),
        (1200, 1000, [0, 0]),
    ]
    .into_iter()
    .enumerate()
    {
        for (end, at_once) in [
            ("won", false),
            ("won", true),
            ("lost", false),
            ("lost", true),
        ] {
            let what = format!("{amount} {end} {at_once}");
            let before = booked(&world, Account::WriteOffs).await;
            let clearing = booked(&world, Account::ProviderClearing).await;
            let paid = world.captured(&[600, 400]).await;
            let id = format!("dp_{number}_{end}_{at_once}");
            told(&world, &paid, &id, json!({"amount": 500})).await;
            assert_eq!(stands(&world, &paid).await, (500, [270, 180], 0), "{what}");
            if !at_once {
                told(&world, &paid, &id, json!({"amount": amount})).await;
                assert_eq!(stands(&world, &paid).await, (held, stores, 0), "{what}");
                assert_eq!(
                    world.payment(paid.payment.id).await.status,
                    S::Disputed,
                    "{what}"
                );
                sound(&world).await;
            }
            told(&world, &paid, &id, json!({"amount": amount, "status": end})).await;
            let lost = end == "lost";
            let ends = match lost {
                true => (held, stores, held),
                false => (held, [540, 360], 0),
            };
            assert_eq!(stands(&world, &paid).await, ends, "{what}");
            let more = booked(&world, Account::WriteOffs).await - before;
            assert_eq!(more, if lost { amount - held } else { 0 }, "{what}");
            let taken = clearing + 1000 - booked(&world, Account::ProviderClearing).await;
            assert_eq!(taken, if lost { amount } else { 0 }, "{what}");
            sound(&world).await;
            world.db.clock().advance(time::Duration::minutes(1));
        }
    }
}

#[feira_testkit::test("payments")]
async fn what_was_lost_over_another_amount_is_taken_and_given_so(world: World) {
    let paid = world.captured(&[600, 400]).await;
    told(&world, &paid, "dp_1", json!({"amount": 500})).await;
    told(&world, &paid, "dp_1", json!({"status": "lost"})).await;
    for (amount, held, stores, status) in [
        (200, 200, [432, 288], S::PartiallyRefunded),
        (1300, 1000, [0, 0], S::Refunded),
        (1100, 1000, [0, 0], S::Refunded),
        (1, 1, [540, 360], S::PartiallyRefunded),
        (300, 300, [378, 252], S::PartiallyRefunded),
    ] {
        told(&world, &paid, "dp_1", json!({"amount": amount})).await;
        let (kept, earned, back) = stands(&world, &paid).await;
        assert_eq!((kept, back), (held, held), "{amount}");
        // Of a cent one side gives all.
        let apart = earned
            .iter()
            .zip(stores)
            .map(|(one, other)| (one - other).abs());
        assert!(apart.sum::<i64>() <= 1, "{amount}: {earned:?}");
        assert_eq!(
            world.payment(paid.payment.id).await.status,
            status,
            "{amount}"
        );
        let (lost, clearing) = (Account::WriteOffs, Account::ProviderClearing);
        assert_eq!(booked(&world, lost).await, amount - held, "{amount}");
        assert_eq!(booked(&world, clearing).await, 1000 - amount, "{amount}");
        sound(&world).await;
    }
    told(&world, &paid, "dp_1", json!({"status": "won"})).await;
    assert_eq!(stands(&world, &paid).await, (300, [540, 360], 0));
    assert_eq!(booked(&world, Account::ProviderClearing).await, 1000);
    sound(&world).await;
}

async fn opened(world: &World) -> (Paid, DisputeId) {
    let paid = world.captured(&[600, 400]).await;
    told(world, &paid, "dp_1", json!({})).await;
    (paid, disputes(world).await[0].id)
}

/// How often a person's word was written down.
async fn said(world: &World) -> i64 {
    world
        .count("audit WHERE action = 'payment.dispute_closed'")
        .await
}

async fn may_close(world: &World, id: DisputeId) -> bool {
    let seen = world.payments.dispute(&operator(), id).await.unwrap();
    seen.allowed.contains(&DisputeAction::Close)
}

#[feira_testkit::test("payments")]
async fn one_that_its_provider_contradicts_is_ended_by_a_person(world: World) {
    let other = world.captured(&[100]).await;
    let other = world.provider.charge(other.payment.id).id;
    let (paid, id) = opened(&world).await;
    assert!(!may_close(&world, id).await);
    let charge = world.provider.charge(paid.payment.id).id;
    for (wrong, right) in [
        (json!({"currency": "USD"}), json!({"currency": "BRL"})),
        (json!({"amount": 0}), json!({"amount": 1000})),
        (json!({"charge_id": other}), json!({"charge_id": charge})),
    ] {
        told(&world, &paid, "dp_1", wrong.clone()).await;
        assert!(may_close(&world, id).await, "{wrong}");
        // It says so itself again, of which nobody has heard.
        world.provider.dispute(paid.payment.id, "dp_1", right);
        let refused = close(&world, id, true).await;
        assert!(
            matches!(refused, Err(PaymentError::NotByHand)),
            "{refused:?}"
        );
        assert!(!may_close(&world, id).await, "{wrong}");
    }
    world
        .provider
        .dispute(paid.payment.id, "dp_1", json!({"amount": 0}));
    world.provider.down(true);
    let away = close(&world, id, false).await;
    assert!(
        matches!(away, Err(PaymentError::ProviderUnavailable)),
        "{away:?}"
    );
    world.provider.down(false);
    for _ in 0..2 {
        let lost = close(&world, id, false).await.unwrap();
        assert_eq!(lost.dispute.state, DisputeState::Lost);
    }
    let payment = world.payment(paid.payment.id).await;
    assert_eq!((payment.status, payment.refunded), (S::Refunded, brl(1000)));
    assert_eq!(said(&world).await, 1);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn one_whose_end_its_provider_tells_needs_nobody(world: World) {
    let (paid, id) = opened(&world).await;
    world
        .provider
        .dispute(paid.payment.id, "dp_1", json!({"status": "lost"}));
    let otherwise = close(&world, id, true).await;
    assert!(
        matches!(otherwise, Err(PaymentError::NotByHand)),
        "{otherwise:?}"
    );
    let lost = close(&world, id, false).await.unwrap();
    assert_eq!(lost.dispute.state, DisputeState::Lost);
    assert_eq!(said(&world).await, 0);
    sound(&world).await;
}

async fn without_its_provider(db: &TestDb, won: bool, ends: (DisputeState, i64)) {
    let world = World::with(db, |_| {}).await;
    let (paid, id) = opened(&world).await;
    let later = World::at(db, vec![at("another", &world.provider)]).await;
    later.after(time::Duration::hours(2)).await;
    assert!(may_close(&later, id).await);
    let closed = close(&later, id, won).await.unwrap();
    let back = later.payment(paid.payment.id).await.refunded.minor();
    assert_eq!((closed.dispute.state, back), ends);
    assert_eq!(said(&later).await, 1);
    sound(&later).await;
}

#[feira_testkit::test("payments")]
async fn one_whose_provider_is_there_no_more_is_won_by_a_persons_word(db: TestDb) {
    without_its_provider(&db, true, (DisputeState::Won, 0)).await;
}

#[feira_testkit::test("payments")]
async fn one_whose_provider_is_there_no_more_is_lost_by_a_persons_word(db: TestDb) {
    without_its_provider(&db, false, (DisputeState::Lost, 1000)).await;
}
