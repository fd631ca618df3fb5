//! What buyers pay to stores themselves, on delivery: legs that people settle, and what stores owe by them.

#[path = "legs/before.rs"]
pub(crate) mod before;
#[path = "legs/ended.rs"]
mod ended;
#[path = "legs/invariants.rs"]
mod invariants;
#[path = "legs/offering.rs"]
mod offering;
#[path = "legs/owing.rs"]
mod owing;
#[path = "legs/statements.rs"]
mod statements;

use feira_kernel::{Currency, StoreId};
use feira_payment::{
    DisputeKind, Earning, EarningState, LegStatus, LegStatus as L, ManualSettings, Method,
    NewDispute, NextAction, Payment, PaymentError, PaymentStatus as S, ProviderKind,
    ProviderSettings, RefundStatus, SettleLeg,
    testing::{self, brl},
};
use feira_testkit::{TestDb, violations};
use time::Duration;

use crate::{
    provider::Stub,
    world::{Paid, World, at, operator, seller},
};

const HOW: &str = "Cash, or PIX at the door";

/// One that takes nothing but what is paid on delivery.
pub(crate) fn on_delivery(name: &str) -> ProviderSettings {
    let settings = ManualSettings {
        currency: Currency::BRL,
        payee: feira_payment::PayeeKind::Marketplace,
        pix: None,
        transfer: None,
        whatsapp: None,
        on_delivery: Some(HOW.to_owned()),
    };
    ProviderSettings::new(name, ProviderKind::Manual(settings))
}

async fn world(db: &TestDb) -> World {
    let stub = Stub::start().await;
    World::at(db, vec![on_delivery("door"), at("sandbox", &stub)]).await
}

/// Of these amounts, each a store's.
async fn agreed(world: &World, amounts: &[i64]) -> Paid {
    let split = |amount: &i64| testing::split(world.store(), testing::random(), *amount);
    let splits = amounts.iter().map(split).collect();
    let mut start = testing::start(testing::random(), Method::CashOnDelivery {}, splits);
    start.expires_at = world.env.now() + Duration::minutes(30);
    let payment = world.begin(start.clone()).await.unwrap();
    Paid { payment, start }
}

fn said(of: &Paid, part: usize, paid: bool) -> SettleLeg {
    SettleLeg {
        reference: of.payment.reference,
        part: of.start.splits[part].part,
        paid,
        late: false,
        by: seller(of.store(part)),
        note: None,
    }
}

pub(crate) async fn settle(
    world: &World,
    of: &Paid,
    part: usize,
    paid: bool,
) -> Result<Payment, PaymentError> {
    let payments = &world.payments;
    payments
        .settle_leg(&testing::order(), said(of, part, paid))
        .await
}

/// Another store's people, and she who may only see what is sold, are told of no refund.
#[feira_testkit::test("payments")]
async fn a_store_says_itself_that_it_gave_back_what_it_was_paid(db: TestDb) {
    let world = world(&db).await;
    let of = agreed(&world, &[2_000, 1_000]).await;
    for part in [0, 1] {
        settle(&world, &of, part, true).await.unwrap();
    }
    let asked = world.refund(of.refund(&[(0, 500)])).await.unwrap();
    let say = async |store| {
        let (payments, by) = (&world.payments, seller(store));
        let reference = "cash".to_owned();
        payments
            .mark_refund_sent(&by, asked.id, reference, None)
            .await
    };
    let foreign = say(of.store(1)).await;
    assert!(
        matches!(foreign, Err(PaymentError::NotFound)),
        "{foreign:?}"
    );
    for _ in 0..2 {
        let sent = say(of.store(0)).await.unwrap();
        assert_eq!(sent.status, RefundStatus::Completed);
    }
    assert_eq!(owed(&world, of.store(0)).await, [0, 0, 150]);
    // What the marketplace was paid no store gives back.
    let card = world.captured(&[900]).await;
    let refund = world.refund(card.refund(&[(0, 100)])).await.unwrap();
    let by = seller(card.store(0));
    let never = world
        .payments
        .mark_refund_sent(&by, refund.id, "x".to_owned(), None)
        .await;
    assert!(matches!(never, Err(PaymentError::NotFound)), "{never:?}");
    sound(&world).await;
}

/// Gives so much of a part back, and says that it was sent.
async fn give_back(world: &World, of: &Paid, part: usize, cents: i64) -> Payment {
    let asked = world.refund(of.refund(&[(part, cents)])).await.unwrap();
    assert_eq!(asked.status, RefundStatus::Pending);
    let reference = format!("E {}", asked.id);
    let payments = &world.payments;
    let by = operator();
    let sent = payments.mark_refund_sent(&by, asked.id, reference, None);
    assert_eq!(sent.await.unwrap().status, RefundStatus::Completed);
    world.payment(of.payment.id).await
}

async fn owed(world: &World, store: StoreId) -> [i64; 3] {
    let balances = world.payments.balance(&operator(), Some(store)).await;
    balances.unwrap().first().map_or([0; 3], |balance| {
        let all = [balance.pending, balance.payable, balance.owed];
        all.map(|sum| i64::try_from(sum.minor()).unwrap())
    })
}

async fn sound(world: &World) {
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
    assert_eq!(violations(&world.db.url(), Some("payments")).await, []);
}

fn legs(payment: &Payment) -> Vec<LegStatus> {
    payment.legs.iter().map(|leg| leg.status).collect()
}

async fn earning(world: &World, of: &Paid, part: usize) -> Earning {
    let parts = vec![of.start.splits[part].part];
    let told = world.payments.earnings(&testing::order(), parts).await;
    told.unwrap().remove(0)
}

#[feira_testkit::test("payments")]
async fn what_is_paid_on_delivery_is_owed_when_its_store_says_so(db: TestDb) {
    let world = world(&db).await;
    let of = agreed(&world, &[6_480]).await;
    let (payment, store) = (&of.payment, of.store(0));
    assert_eq!(
        (payment.status, legs(payment)),
        (S::Authorized, vec![L::Open])
    );
    let text = HOW.to_owned();
    assert_eq!(payment.next_action, NextAction::Instructions { text });
    let again = world.begin(of.start.clone()).await.unwrap();
    assert_eq!((again.id, again.status), (payment.id, S::Authorized));
    // Nobody is in a hurry.
    world.after(Duration::days(60)).await;
    assert_eq!(world.payment(payment.id).await.status, S::Authorized);
    assert_eq!(owed(&world, store).await, [0, 0, 0]);
    assert_eq!(earning(&world, &of, 0).await.state, EarningState::Unpaid);

    for actor in [seller(store), operator()] {
        let refused = world.payments.settle_leg(&actor, said(&of, 0, true)).await;
        assert!(
            matches!(refused, Err(PaymentError::Forbidden)),
            "{refused:?}"
        );
    }
    let by = operator();
    let marked = world
        .payments
        .mark_payment_paid(&by, payment.id, None, None);
    let marked = marked.await;
    assert!(
        matches!(marked, Err(PaymentError::PaidToStores)),
        "{marked:?}"
    );
    let early = world.refund(of.refund(&[(0, 1)])).await;
    assert!(
        matches!(early, Err(PaymentError::IllegalMove(S::Authorized))),
        "{early:?}"
    );

    for _ in 0..2 {
        let paid = settle(&world, &of, 0, true).await.unwrap();
        assert_eq!((paid.status, legs(&paid)), (S::Completed, vec![L::Paid]));
        assert_eq!(paid.next_action, NextAction::None {});
    }
    let other = settle(&world, &of, 0, false).await;
    assert!(
        matches!(other, Err(PaymentError::LegMove(L::Paid))),
        "{other:?}"
    );
    assert_eq!(
        world.events().await,
        ["payment.leg_settled.v1", "payment.captured.v1"]
    );
    assert_eq!(owed(&world, store).await, [0, 0, 648]);
    assert_eq!(
        world.count("audit WHERE action = 'payment.leg_paid'").await,
        1
    );
    let told = earning(&world, &of, 0).await;
    assert_eq!(told.state, EarningState::PaidToStore);
    assert_eq!((told.earning, told.commission), (brl(5_832), brl(648)));
    // The return window is over: nothing of it is payable.
    world.release(&of, 0).await;
    assert_eq!(owed(&world, store).await, [0, 0, 648]);
    assert!(
        world
            .payments
            .run_payouts(&operator(), None)
            .await
            .unwrap()
            .is_empty()
    );
    let dispute = NewDispute {
        payment: payment.id,
        kind: DisputeKind::Med,
        amount: brl(100),
        reason: "fraud".to_owned(),
        bank_reference: "MED 1".to_owned(),
        evidence_due_at: None,
    };
    let refused = world
        .payments
        .open_dispute(&operator(), dispute, None)
        .await;
    assert!(
        matches!(refused, Err(PaymentError::PaidToStores)),
        "{refused:?}"
    );
    let details = world
        .payments
        .details(&operator(), payment.id)
        .await
        .unwrap();
    assert!(details.by_hand && !details.disputed_by_hand);
    assert_eq!(legs(&details.payment), [L::Paid]);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn each_store_says_what_became_of_its_own_part(db: TestDb) {
    let world = world(&db).await;
    let of = agreed(&world, &[2_000, 1_000, 500]).await;
    let paid = settle(&world, &of, 1, true).await.unwrap();
    assert_eq!(
        (paid.status, legs(&paid)),
        (S::Authorized, vec![L::Open, L::Paid, L::Open])
    );
    // That one may go back while others are open, and no more than it was, nor of another.
    for (part, cents) in [(0, 1), (1, 1_001)] {
        let refused = world.refund(of.refund(&[(part, cents)])).await;
        assert!(
            matches!(refused, Err(PaymentError::RefundTooLarge)),
            "{refused:?}"
        );
    }
    let both = world.refund(of.refund(&[(0, 1), (1, 1)])).await;
    assert!(matches!(both, Err(PaymentError::PaidToStores)), "{both:?}");
    let back = give_back(&world, &of, 1, 400).await;
    assert_eq!((back.status, back.refunded), (S::Authorized, brl(400)));
    assert_eq!(owed(&world, of.store(1)).await, [0, 0, 60]);
    sound(&world).await;

    let gone = settle(&world, &of, 0, false).await.unwrap();
    assert_eq!(gone.status, S::Authorized);
    let over = settle(&world, &of, 2, false).await.unwrap();
    assert_eq!(
        (over.status, legs(&over)),
        (S::PartiallyRefunded, vec![L::Unpaid, L::Paid, L::Unpaid])
    );
    assert_eq!(owed(&world, of.store(0)).await, [0, 0, 0]);
    let rest = give_back(&world, &of, 1, 600).await;
    assert_eq!((rest.status, rest.refunded), (S::Refunded, brl(1_000)));
    assert_eq!(owed(&world, of.store(1)).await, [0, 0, 0]);
    assert_eq!(earning(&world, &of, 1).await.state, EarningState::Refunded);
    assert_eq!(earning(&world, &of, 0).await.state, EarningState::Unpaid);
    sound(&world).await;
    // Its reference is free for another one.
    let mut again = of.start.clone();
    again.key = testing::random();
    again.expires_at = world.env.now() + Duration::minutes(30);
    let again = world.begin(again).await.unwrap();
    assert_eq!(again.status, S::Authorized);
}

#[feira_testkit::test("payments")]
async fn who_cancels_gives_up_what_is_open_and_keeps_what_is_paid(db: TestDb) {
    let world = world(&db).await;
    let none = agreed(&world, &[2_000, 1_000]).await;
    let ended = world.cancel(none.payment.id).await.unwrap();
    assert_eq!(
        (ended.status, legs(&ended)),
        (S::Cancelled, vec![L::Unpaid; 2])
    );
    let late = settle(&world, &none, 0, true).await;
    assert!(
        matches!(late, Err(PaymentError::LegMove(L::Unpaid))),
        "{late:?}"
    );

    let one = agreed(&world, &[2_000, 1_000]).await;
    settle(&world, &one, 0, true).await.unwrap();
    let ended = world.cancel(one.payment.id).await.unwrap();
    assert_eq!(
        (ended.status, legs(&ended)),
        (S::Completed, vec![L::Paid, L::Unpaid])
    );
    let again = world.cancel(one.payment.id).await.unwrap();
    assert_eq!(again.status, S::Completed);
    let back = give_back(&world, &one, 0, 2_000).await;
    assert_eq!(back.status, S::Refunded);
    let all = agreed(&world, &[300]).await;
    let never = settle(&world, &all, 0, false).await.unwrap();
    assert_eq!(never.status, S::Cancelled);
    assert_eq!(
        world
            .count("ledger_entries WHERE account = 'provider_clearing'")
            .await,
        0
    );
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn of_several_who_speak_at_once_the_first_is_right(db: TestDb) {
    let world = world(&db).await;
    for round in 0..12 {
        let of = agreed(&world, &[1_000, 700]).await;
        let id = of.payment.id;
        let (a, b, c, d) = tokio::join!(
            settle(&world, &of, 0, true),
            settle(&world, &of, 0, round % 2 == 0),
            world.cancel(id),
            settle(&world, &of, 1, true),
        );
        for refused in [a.err(), b.err(), c.err(), d.err()].into_iter().flatten() {
            assert!(matches!(refused, PaymentError::LegMove(_)), "{refused:?}");
        }
        let ended = world.payment(id).await;
        let paid = ended
            .legs
            .iter()
            .filter(|leg| leg.status == L::Paid)
            .count();
        let expected = if paid > 0 { S::Completed } else { S::Cancelled };
        assert_eq!(ended.status, expected, "{ended:?}");
        for (part, leg) in ended.legs.iter().enumerate() {
            let commission = of.start.splits[part].commission.minor();
            let owes = if leg.status == L::Paid { commission } else { 0 };
            assert_eq!(owed(&world, of.store(part)).await, [0, 0, owes]);
        }
    }
    sound(&world).await;
}
