//! What buyers pay to stores themselves before anything is sold: each leg with its own code, account or chat.

use feira_kernel::{Currency, StoreId};
use feira_payment::{
    BankStatementReason as R, LegStatus as L, ManualSettings, Method, NewRefund, NextAction,
    PayeeKind, Payment, PaymentError, PaymentFailure, PaymentStatus as S, ProviderKind,
    ProviderSettings, RefundStatus, StoreTasks,
    br_code::BrCode,
    pix_account::PixAccount,
    testing::{self, brl},
};
use feira_store::{PayeeAccount, PayoutDestination, testing::payee_account};
use feira_testkit::TestDb;
use time::Duration;

use super::{legs, owed, said, settle, sound};
use crate::{
    bank_statements::would_wait,
    provider::Stub,
    world::{Paid, World, at, operator},
};

const KEY: &str = "123e4567-e12b-12d1-a456-426655440000";

/// Whose payments by hand pay the stores; its own key is for where they do not.
pub(crate) fn by_stores(name: &str) -> ProviderSettings {
    let settings = ManualSettings {
        currency: Currency::BRL,
        payee: PayeeKind::Store,
        pix: Some(PixAccount::new("52998224725", "Ana", "Recife").unwrap()),
        transfer: None,
        whatsapp: None,
        on_delivery: Some(super::HOW.to_owned()),
    };
    ProviderSettings::new(name, ProviderKind::Manual(settings))
}

pub(super) async fn world(db: &TestDb) -> World {
    let stub = Stub::start().await;
    World::at(db, vec![by_stores("hand"), at("sandbox", &stub)]).await
}

/// Of these amounts, each a store's.
pub(super) async fn begun(world: &World, method: Method, amounts: &[i64]) -> Paid {
    let stores: Vec<StoreId> = amounts.iter().map(|_| world.store()).collect();
    of_stores(world, method, &stores, amounts).await.unwrap()
}

pub(super) async fn of_stores(
    world: &World,
    method: Method,
    stores: &[StoreId],
    amounts: &[i64],
) -> Result<Paid, PaymentError> {
    let splits = stores.iter().zip(amounts);
    let splits = splits.map(|(store, cents)| testing::split(*store, testing::random(), *cents));
    let mut start = testing::start(testing::random(), method, splits.collect());
    start.expires_at = world.env.now() + Duration::minutes(30);
    let payment = world.begin(start.clone()).await?;
    Ok(Paid { payment, start })
}

pub(super) fn codes(payment: &Payment) -> Vec<BrCode> {
    let code = |leg: &feira_payment::PaymentLeg| match &leg.next_action {
        NextAction::PixCode { br_code, qr_svg } if qr_svg.contains("<svg") => {
            BrCode::parse(br_code).ok()
        }
        _ => None,
    };
    payment.legs.iter().filter_map(code).collect()
}

#[feira_testkit::test("payments")]
async fn a_pix_over_two_stores_is_two_codes(db: TestDb) {
    let world = world(&db).await;
    let of = begun(&world, Method::Pix {}, &[2_000, 1_000]).await;
    let payment = &of.payment;
    assert_eq!(
        (payment.status, legs(payment)),
        (S::Pending, vec![L::Open; 2])
    );
    assert_eq!(payment.next_action, NextAction::PayStores {});
    assert_eq!(payment.statement, None);
    let found = codes(payment);
    for (code, leg) in found.iter().zip(&payment.legs) {
        assert_eq!(code.amount, Some(leg.amount.amount()));
        assert_eq!(code.txid, leg.statement);
        let key = leg.store.to_string();
        assert!(format!("{code:?}").contains(&key), "{code:?}");
    }
    assert_eq!(found.len(), 2);
    assert_ne!(payment.legs[0].statement, payment.legs[1].statement);
    let again = world.begin(of.start.clone()).await.unwrap();
    assert_eq!((again.id, codes(&again).len()), (payment.id, 2));

    let marked = world
        .payments
        .mark_payment_paid(&operator(), payment.id, None, None)
        .await;
    assert!(
        matches!(marked, Err(PaymentError::PaidToStores)),
        "{marked:?}"
    );
    let waiting = world.payments.waiting_by_hand(&operator()).await.unwrap();
    assert_eq!(waiting.payments_count, 0);
    let tasks = async |part: usize| {
        let by = crate::world::seller(of.store(part));
        world.payments.store_tasks(&by).await.unwrap()
    };
    let waits = tasks(0).await.to_confirm;
    let expected = (payment.legs[0].part, brl(2_000));
    assert_eq!(
        (waits.len(), (waits[0].part, waits[0].amount)),
        (1, expected)
    );
    for _ in 0..2 {
        let paid = settle(&world, &of, 0, true).await.unwrap();
        assert_eq!(
            (paid.status, legs(&paid)),
            (S::Pending, vec![L::Paid, L::Open])
        );
        assert_eq!(codes(&paid).len(), 1);
    }
    assert_eq!(tasks(0).await, StoreTasks::default());
    assert_eq!(tasks(1).await.to_confirm.len(), 1);
    assert_eq!(owed(&world, of.store(0)).await, [0, 0, 200]);
    sound(&world).await;
    let paid = settle(&world, &of, 1, true).await.unwrap();
    assert_eq!((paid.status, codes(&paid).len()), (S::Completed, 0));
    assert_eq!(paid.next_action, NextAction::None {});
    assert_eq!(
        world.events().await,
        [
            "payment.leg_settled.v1",
            "payment.leg_settled.v1",
            "payment.captured.v1"
        ]
    );
    world.release(&of, 0).await;
    assert_eq!(owed(&world, of.store(0)).await, [0, 0, 200]);
    // An operator finds it by the txid of a leg.
    let txid = payment.legs[1].statement.clone().unwrap();
    let named = world
        .payments
        .references_named(&testing::order(), txid)
        .await;
    assert_eq!(named.unwrap(), [payment.reference]);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn what_is_not_paid_in_time_is_given_up_and_what_is_paid_stays(db: TestDb) {
    let world = world(&db).await;
    let (some, none) = (
        begun(&world, Method::Pix {}, &[2_000, 1_000]).await,
        begun(&world, Method::Pix {}, &[700]).await,
    );
    settle(&world, &some, 0, true).await.unwrap();
    world.db.clock().advance(Duration::minutes(30));
    let late = settle(&world, &some, 1, true).await;
    assert!(matches!(late, Err(PaymentError::PaidTooLate)), "{late:?}");
    world.after(Duration::minutes(10)).await;
    let some = world.payment(some.payment.id).await;
    assert_eq!(
        (some.status, legs(&some)),
        (S::Completed, vec![L::Paid, L::Unpaid])
    );
    assert_eq!(some.collected(), brl(2_000));
    let ended = world.payment(none.payment.id).await;
    assert_eq!(
        (ended.status, ended.failure),
        (S::Expired, Some(PaymentFailure::Expired))
    );
    let said = settle(&world, &none, 0, true).await;
    assert!(
        matches!(said, Err(PaymentError::LegMove(L::Unpaid))),
        "{said:?}"
    );
    let mut told = world.events().await;
    told.sort();
    assert_eq!(
        told,
        [
            "payment.captured.v1",
            "payment.failed.v1",
            "payment.leg_settled.v1"
        ]
    );
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn a_store_that_will_not_be_paid_ends_its_own_leg(db: TestDb) {
    let world = world(&db).await;
    let of = begun(&world, Method::Pix {}, &[2_000, 1_000]).await;
    let gone = settle(&world, &of, 0, false).await.unwrap();
    assert_eq!((gone.status, codes(&gone).len()), (S::Pending, 1));
    let over = settle(&world, &of, 1, false).await.unwrap();
    assert_eq!(over.status, S::Cancelled);
    // Another attempt is free to begin.
    let mut again = of.start.clone();
    again.key = testing::random();
    let again = world.begin(again).await.unwrap();
    assert_eq!((again.status, codes(&again).len()), (S::Pending, 2));
    let ended = world.cancel(again.id).await.unwrap();
    assert_eq!(
        (ended.status, legs(&ended)),
        (S::Cancelled, vec![L::Unpaid; 2])
    );
    sound(&world).await;
}

/// Each store gives back what it was paid itself, all that is left of it by one refund.
#[feira_testkit::test("payments")]
async fn the_rest_of_one_leg_goes_back_by_its_store(db: TestDb) {
    let world = world(&db).await;
    let of = begun(&world, Method::Pix {}, &[2_000, 1_000]).await;
    for part in [0, 1] {
        settle(&world, &of, part, true).await.unwrap();
    }
    let rest = |part: usize| NewRefund {
        rest_of: Some(of.start.splits[part].part),
        ..of.refund(&[])
    };
    let (first, second) = (rest(0), rest(1));
    let asked = world.refund(first.clone()).await.unwrap();
    assert_eq!(
        (asked.status, asked.amount),
        (RefundStatus::Pending, brl(2_000))
    );
    let same = world.refund(first.clone()).await.unwrap();
    assert_eq!(same.id, asked.id);
    let other = NewRefund {
        rest_of: second.rest_of,
        ..first
    };
    let other = world.refund(other).await;
    assert!(matches!(other, Err(PaymentError::KeyReused)), "{other:?}");
    let twice = world.refund(rest(0)).await;
    assert!(
        matches!(twice, Err(PaymentError::RefundTooLarge)),
        "{twice:?}"
    );
    world.refund(second).await.unwrap();
    let order = testing::order();
    let parts: Vec<_> = of.start.splits.iter().map(|split| split.part).collect();
    let to_send = world
        .payments
        .part_refunds(&order, parts.clone(), Some(RefundStatus::Pending))
        .await;
    let to_send: Vec<_> = to_send.unwrap().into_iter().map(|one| one.part).collect();
    assert_eq!(to_send.len(), 2);
    assert!(parts.iter().all(|part| to_send.contains(part)));
    let own = crate::world::seller(of.store(0));
    let tasks = world.payments.store_tasks(&own).await.unwrap();
    assert_eq!((tasks.to_confirm.len(), tasks.to_send.len()), (0, 1));
    assert_eq!(tasks.to_send[0].amount, brl(2_000));
    let own = world
        .payments
        .part_refunds(&own, parts, Some(RefundStatus::Pending))
        .await
        .unwrap();
    assert_eq!(own.len(), 1);
    let by = crate::world::seller(of.store(0));
    let reference = "PIX back".to_owned();
    let sent = world
        .payments
        .mark_refund_sent(&by, own[0].refund.id, reference, None)
        .await;
    assert_eq!(sent.unwrap().status, RefundStatus::Completed);
    assert_eq!(owed(&world, of.store(0)).await, [0, 0, 0]);
    sound(&world).await;
}

#[feira_testkit::test("payments")]
async fn transfers_and_chats_go_to_the_store_itself(db: TestDb) {
    let world = world(&db).await;
    let store = world.store();
    let bank = PayoutDestination::BankAccount {
        bank: "001".to_owned(),
        branch: "1234".to_owned(),
        account: "12345-6".to_owned(),
        holder: "Ana".to_owned(),
        holder_tax_id: "52998224725".to_owned(),
    };
    let account = PayeeAccount {
        destination: bank.clone(),
        ..payee_account(KEY, world.env.now())
    };
    world.stores.set_account(store, Some(account));
    let transfer = of_stores(&world, Method::BankTransfer {}, &[store], &[900]).await;
    let transfer = transfer.unwrap().payment;
    let leg = &transfer.legs[0];
    assert_eq!(leg.next_action, NextAction::BankAccount { to: bank });
    assert_eq!(leg.statement.as_deref(), Some("F-1001"));
    // A later change moves no payment that has begun.
    world.stores.set_account(store, None);
    let shown = world.payment(transfer.id).await;
    assert_eq!(shown.legs[0].next_action, leg.next_action);
    let chat = of_stores(&world, Method::Whatsapp {}, &[store], &[900]).await;
    let number = "5511999990000".to_owned();
    let leg = &chat.unwrap().payment.legs[0];
    assert_eq!(leg.next_action, NextAction::Whatsapp { number });
}

/// What stores are paid is on no statement of the marketplace.
#[feira_testkit::test("payments")]
async fn no_line_of_the_marketplaces_bank_pays_a_store(db: TestDb) {
    let world = world(&db).await;
    let of = begun(&world, Method::Pix {}, &[900]).await;
    let txid = of.payment.legs[0].statement.clone().unwrap();
    let found = would_wait(&world, &[(&format!("PIX {txid}"), 900)]).await;
    assert_eq!(found, [(R::Unknown, 1)]);
    let store = of.store(0);
    let bank = PayoutDestination::Iban {
        iban: "PT50000201231234567890154".to_owned(),
        bic: None,
        holder: "Ana".to_owned(),
    };
    let account = PayeeAccount {
        destination: bank,
        ..payee_account(KEY, world.env.now())
    };
    world.stores.set_account(store, Some(account));
    let mut start = of.start.clone();
    (start.key, start.method) = (testing::random(), Method::BankTransfer {});
    start.description = "7K2M9-QX4TZ".to_owned();
    world.begin(start).await.unwrap();
    let found = would_wait(&world, &[("TED 7K2M9-QX4TZ", 900)]).await;
    assert_eq!(found, [(R::Unknown, 1)]);
}

/// A leg that is paid while another attempt cancels, or time is over: one of both.
#[feira_testkit::test("payments")]
async fn who_is_first_of_a_store_and_of_who_gives_up_is_right(db: TestDb) {
    let world = world(&db).await;
    for _ in 0..8 {
        let of = begun(&world, Method::Pix {}, &[1_000, 700]).await;
        let payments = &world.payments;
        let order = testing::order();
        let (a, b) = tokio::join!(
            payments.settle_leg(&order, said(&of, 0, true)),
            world.cancel(of.payment.id),
        );
        b.unwrap();
        let ended = world.payment(of.payment.id).await;
        let expected = match a {
            Ok(_) => (S::Completed, vec![L::Paid, L::Unpaid]),
            Err(PaymentError::LegMove(L::Unpaid)) => (S::Cancelled, vec![L::Unpaid; 2]),
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!((ended.status, legs(&ended)), expected);
    }
    sound(&world).await;
}
