//! A bank that fails, and payers who come late.

use feira_payment::{
    Method, PaymentError, PaymentFailure, PaymentStatus as S, PixApiSettings, ProviderKind,
    ProviderSettings, RefundStatus,
};
use feira_testkit::TestDb;
use serde_json::json;

use super::{
    at_bank,
    bank::{Bank, Fault, Ways},
    heard, location, paid, started, txid,
};
use crate::world::{World, operator};

#[feira_testkit::test("payments")]
async fn what_ends_is_removed_there_and_money_that_comes_late_is_seen(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let status = |txid: &str| bank.book(|book| book.cob(txid)["status"].clone());
    let new = async || world.started(Method::Pix {}, 4200).await;
    let (cancelled, expired) = (new().await, new().await);
    let ended = world.cancel(cancelled.id).await.unwrap();
    assert_eq!(ended.status, S::Cancelled);
    // It stays ATIVA there for ever, and is removed when it is over.
    world.after(time::Duration::minutes(31)).await;
    assert_eq!(world.payment(expired.id).await.status, S::Expired);
    for payment in [&cancelled, &expired] {
        let txid = txid(payment);
        assert_eq!(status(&txid), "REMOVIDA_PELO_USUARIO_RECEBEDOR");
        bank.pay(&txid);
        heard(&world, &bank).await;
        assert_eq!(world.payment(payment.id).await.status, S::Completed);
    }

    // Paid just before it is ended.
    let raced = new().await;
    bank.pay(&txid(&raced));
    let ended = world.cancel(raced.id).await.unwrap();
    assert_eq!(ended.status, S::Completed);

    // The bank may end it, too.
    let removed = new().await;
    bank.book(|book| book.cob(&txid(&removed))["status"] = json!("REMOVIDA_PELO_PSP"));
    bank.book(|book| book.cob(&txid(&removed))["pixCopiaECola"] = json!(""));
    world.after(time::Duration::minutes(1)).await;
    let seen = world.payment(removed.id).await;
    assert_eq!(
        (seen.status, seen.failure.map(PaymentFailure::as_str)),
        (S::Failed, Some("ended_by_provider"))
    );
}

#[feira_testkit::test("payments")]
async fn a_charge_that_is_asked_for_again_lasts_as_long(db: TestDb) {
    let ways = Ways {
        repeat: 200,
        ..Ways::default()
    };
    let (world, bank) = at_bank(&db, ways).await;
    bank.next("PUT cob", Fault::DropAfter);
    bank.next("GET cob", Fault::Before(404));
    let payment = world.started(Method::Pix {}, 4200).await;
    world.after(time::Duration::minutes(10)).await;
    assert_eq!(bank.calls("PUT cob"), 2);
    let lasts = bank.book(|book| book.cob(&txid(&payment))["calendario"]["expiracao"].clone());
    assert_eq!(lasts, "1800");
    assert!(location(&world.payment(payment.id).await).is_some());
}

#[feira_testkit::test("payments")]
async fn what_the_bank_will_not_remove_ends_when_nobody_can_pay_it(db: TestDb) {
    let ways = Ways {
        remove: 422,
        ..Ways::default()
    };
    let (world, bank) = at_bank(&db, ways).await;
    let [unpaid, timeless, raced] = [
        world.started(Method::Pix {}, 4200).await,
        world.started(Method::Pix {}, 990).await,
        world.started(Method::Pix {}, 700).await,
    ];
    bank.book(|book| book.cob(&txid(&timeless))["calendario"] = json!({}));
    let refused = world.cancel(unpaid.id).await.unwrap_err();
    assert!(
        matches!(refused, PaymentError::ProviderUnavailable),
        "{refused:?}"
    );
    // A Pix that was sent at the last moment may yet come.
    world.after(time::Duration::minutes(31)).await;
    for payment in [&unpaid, &timeless, &raced] {
        assert_eq!(world.payment(payment.id).await.status, S::Pending);
    }
    bank.pay(&txid(&raced));
    world.after(time::Duration::minutes(6)).await;
    let mut ends = Vec::new();
    for payment in [&unpaid, &timeless, &raced] {
        ends.push(world.payment(payment.id).await.status);
    }
    assert_eq!(ends, [S::Expired, S::Pending, S::Completed]);
    bank.pay(&txid(&unpaid));
    heard(&world, &bank).await;
    assert_eq!(world.payment(unpaid.id).await.status, S::Completed);
}

/// A 404 of something between here and the bank is in the bank's own form, too.
#[feira_testkit::test("payments")]
async fn a_charge_that_was_there_is_not_believed_gone(db: TestDb) {
    let (world, bank) = at_bank(&db, Ways::default()).await;
    let [first, second] = [started(&world, 4200).await, started(&world, 990).await];
    let (expiring, cancelled) = (first.payment, second.payment);
    let look = |fault| bank.next("GET cob", fault);
    look(Fault::Before(404));
    let unknown = world.cancel(cancelled.id).await.unwrap_err();
    assert!(
        matches!(unknown, PaymentError::ProviderUnavailable),
        "{unknown:?}"
    );
    let ended = world.cancel(cancelled.id).await.unwrap();
    assert_eq!(ended.status, S::Cancelled);

    // In its time it is not charged again, and after it not given up.
    look(Fault::Before(404));
    world.after(time::Duration::minutes(1)).await;
    look(Fault::Before(410));
    world.after(time::Duration::minutes(30)).await;
    assert_eq!(bank.calls("PUT cob"), 2);
    assert_eq!(world.payment(expiring.id).await.status, S::Pending);
    bank.pay(&txid(&expiring));
    world.after(time::Duration::minutes(6)).await;
    assert_eq!(world.payment(expiring.id).await.status, S::Completed);
}

#[feira_testkit::test("payments")]
async fn what_the_bank_refuses_for_good_fails_and_says_why(db: TestDb) {
    let bank = Bank::start(Ways::default(), db.clock().clock()).await;
    let settings = PixApiSettings {
        pix_key: "outra@example.com".to_owned(),
        ..bank.settings()
    };
    let provider = ProviderSettings::new("bank", ProviderKind::PixApi(Box::new(settings)));
    let world = World::at(&db, vec![provider]).await;
    let payment = world.started(Method::Pix {}, 4200).await;
    assert_eq!(
        (payment.status, payment.failure.map(PaymentFailure::as_str)),
        (S::Failed, Some("refused"))
    );
    let told = world.payments.exchanges(&operator(), payment.id).await;
    let told = told.unwrap();
    let why = "refused: answered 400 Bad Request: CobOperacaoInvalida: chave";
    assert!(told.iter().any(|e| e.outcome.ends_with(why)), "{told:?}");
    assert_eq!(bank.book(|book| book.charges()), 0);
}

/// The first call still runs there: whoever asks again is told that it is in the way, and of no return yet.
async fn still_runs(db: &TestDb, tells_returns: bool) {
    let ways = Ways {
        tells_returns,
        ..Ways::default()
    };
    let (world, bank) = at_bank(db, ways).await;
    let paid = paid(&world, &bank, 4200).await;
    bank.next("PUT devolucao", Fault::Before(503));
    bank.next("PUT devolucao", Fault::Before(409));
    let asked = paid.refund(&[(0, 4200)]);
    world.refund(asked.clone()).await.unwrap();
    world.after(time::Duration::seconds(40)).await;
    assert_eq!(bank.calls("PUT devolucao"), 2);
    let open = world.refund(asked.clone()).await.unwrap();
    assert_eq!(open.status, RefundStatus::Pending, "it may yet be made");
    world.after(time::Duration::minutes(5)).await;
    let made = world.refund(asked).await.unwrap();
    assert_eq!((made.id, made.status), (open.id, RefundStatus::Completed));
    let kept = bank.book(|book| book.kept(&txid(&paid.payment)));
    assert_eq!(kept.refunds, 1);
}

#[feira_testkit::test("payments")]
async fn a_return_that_still_runs_at_the_bank_is_not_refused(db: TestDb) {
    still_runs(&db, true).await;
}

#[feira_testkit::test("payments")]
async fn nor_is_one_at_a_bank_that_tells_of_none_with_the_charge(db: TestDb) {
    still_runs(&db, false).await;
}

/// Of one that is made already, banks that do not tell of returns with the charge are asked.
#[feira_testkit::test("payments")]
async fn a_return_that_is_in_the_way_of_itself_is_found(db: TestDb) {
    let ways = Ways {
        repeat: 409,
        tells_returns: false,
        ..Ways::default()
    };
    let (world, bank) = at_bank(&db, ways).await;
    let paid = paid(&world, &bank, 4200).await;
    bank.next("PUT devolucao", Fault::DropAfter);
    let asked = paid.refund(&[(0, 4200)]);
    let lost = world.refund(asked.clone()).await.unwrap();
    assert_eq!(lost.status, RefundStatus::Pending);
    world.after(time::Duration::minutes(2)).await;
    let made = world.refund(asked).await.unwrap();
    assert_eq!(made.status, RefundStatus::Completed);
    assert_eq!(bank.book(|book| book.kept(&txid(&paid.payment))).refunds, 1);
}
