//! Approvals, what PayPal declines, and what goes back.

use feira_kernel::Currency;
use feira_payment::{MethodKind, NextAction, PaymentFailure, PaymentStatus as S, RefundStatus};
use feira_testkit::TestDb;
use time::Duration;

use super::{approve, heard, link, paid, started, stub, world, world_at};
use crate::{stub::Fault, world::operator};

#[feira_testkit::test("payments")]
async fn what_is_approved_is_taken_whether_it_is_told_or_looked_for(db: TestDb) {
    let stub = stub(db.clock().clock()).await;
    for authorize in [false, true] {
        let world = world_at(&db, &stub, authorize).await;
        let before = stub.book(|book| book.captures());
        let ways = world.payments.methods(&operator(), Currency::BRL).await;
        assert_eq!(ways.unwrap(), [MethodKind::Paypal]);
        let begun = started(&world, 1990).await.payment;
        let id = stub.book(|book| book.id(begun.id));
        let place = format!("https://www.paypal.example/checkoutnow?token={id}");
        assert_eq!(link(&begun), Some(place.as_str()));
        let again = world.payment(begun.id).await;
        assert_eq!(again.next_action, begun.next_action, "it is kept");
        let order = stub.book(|book| book.order(&id).clone());
        let unit = &order["purchase_units"][0];
        assert_eq!(unit["amount"]["value"], "19.90");
        assert_eq!(unit["description"], "F-1001");
        // Nobody has approved it.
        world.after(Duration::minutes(1)).await;
        assert_eq!(world.payment(begun.id).await.status, S::Pending);
        approve(&stub, &begun);
        heard(&world, &stub).await;
        let done = world.payment(begun.id).await;
        assert_eq!(
            (done.status, done.next_action),
            (S::Completed, NextAction::None {})
        );
        assert_eq!(done.statement, None);

        let untold = started(&world, 500).await.payment;
        approve(&stub, &untold);
        world.after(Duration::minutes(5)).await;
        assert_eq!(world.payment(untold.id).await.status, S::Completed);
        // What it tells of that changes nothing.
        heard(&world, &stub).await;
        assert_eq!(stub.book(|book| book.captures()), before + 2);
    }
}

/// Two notifications at once: the one that came first waits for what the other has done by then.
#[feira_testkit::test("payments")]
async fn what_is_told_to_be_taken_before_our_own_answer_is_booked_once(db: TestDb) {
    let stub = stub(db.clock().clock()).await;
    for (count, authorize) in [false, true].into_iter().enumerate() {
        let world = world_at(&db, &stub, authorize).await;
        let begun = started(&world, 1990).await.payment;
        approve(&stub, &begun);
        let call = if authorize {
            "POST authorize"
        } else {
            "POST capture"
        };
        stub.next(call, Fault::HeldAfter);
        let id = stub.book(|book| book.id(begun.id));
        let first = heard(&world, &stub);
        let second = async {
            stub.held().await;
            stub.book(|book| {
                let order = book.order(&id).clone();
                book.tell("CHECKOUT.ORDER.APPROVED", order);
            });
            heard(&world, &stub).await;
            stub.let_go();
        };
        tokio::join!(first, second);
        heard(&world, &stub).await;
        world.after(Duration::minutes(5)).await;
        assert_eq!(
            world.payment(begun.id).await.status,
            S::Completed,
            "{authorize}"
        );
        assert_eq!(stub.book(|book| book.captures()), count + 1, "{authorize}");
        let made = i64::try_from(count).unwrap() + 1;
        let booked = "ledger_transactions WHERE kind = 'capture'";
        assert_eq!(world.count(booked).await, made, "{authorize}");
        assert_eq!(world.count("payment_logs").await, 0, "{authorize}");
    }
}

#[feira_testkit::test("payments")]
async fn what_paypal_declines_is_over_and_what_it_looks_into_waits(db: TestDb) {
    let stub = stub(db.clock().clock()).await;
    for authorize in [false, true] {
        let world = world_at(&db, &stub, authorize).await;
        let before = stub.book(|book| book.captures());
        stub.book(|book| book.capture_status = Some("DECLINED"));
        let declined = started(&world, 1990).await.payment;
        approve(&stub, &declined);
        heard(&world, &stub).await;
        let over = (S::Failed, Some(PaymentFailure::PaymentDeclined));
        let now = world.payment(declined.id).await;
        assert_eq!((now.status, now.failure), over);
        // Nothing stays held, and it cannot be approved once more.
        assert_eq!(stub.calls("POST void"), usize::from(authorize));
        approve(&stub, &declined);
        heard(&world, &stub).await;
        world.after(Duration::minutes(20)).await;
        let now = world.payment(declined.id).await;
        assert_eq!((now.status, now.failure), over);
        assert_eq!(stub.book(|book| book.captures()), before);

        stub.book(|book| book.capture_status = Some("PENDING"));
        let slow = started(&world, 1990).await.payment;
        approve(&stub, &slow);
        heard(&world, &stub).await;
        assert_eq!(world.payment(slow.id).await.status, S::Pending);
        // It cannot be ended meanwhile: the money may come.
        assert!(world.cancel(slow.id).await.is_err());
        world.after(Duration::hours(1)).await;
        assert_eq!(world.payment(slow.id).await.status, S::Pending);
        let id = stub.book(|book| book.id(slow.id));
        stub.book(|book| {
            let payments = &mut book.order(&id)["purchase_units"][0]["payments"];
            payments["captures"][0]["status"] = "COMPLETED".into();
        });
        world.after(Duration::minutes(6)).await;
        assert_eq!(world.payment(slow.id).await.status, S::Completed);
        assert_eq!(stub.book(|book| book.captures()), before + 1);
    }
}

#[feira_testkit::test("payments")]
async fn it_goes_back_in_parts_and_what_comes_back_is_told(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let done = paid(&world, &stub, 1000).await;
    stub.book(|book| book.refund_status = Some("PENDING"));
    let slow = world.refund(done.refund(&[(0, 333)])).await.unwrap();
    assert_eq!(slow.status, RefundStatus::Pending);
    let rest = world.refund(done.refund(&[(0, 667)])).await.unwrap();
    assert_eq!(rest.status, RefundStatus::Completed);
    let id = stub.book(|book| book.id(done.payment.id));
    let settle = |index: usize, status: &str| {
        stub.book(|book| {
            let payments = &mut book.order(&id)["purchase_units"][0]["payments"];
            payments["refunds"][index]["status"] = status.into();
        });
    };
    // Longer than any key is known.
    db.clock().advance(Duration::days(60));
    settle(0, "COMPLETED");
    world.after(Duration::hours(2)).await;
    assert_eq!(world.payment(done.payment.id).await.status, S::Refunded);
    assert_eq!(stub.calls("POST refund"), 2, "each is asked for once");

    // Days later one does not arrive.
    settle(1, "FAILED");
    let capture = stub.book(|book| {
        let order = book.order(&id).clone();
        order["purchase_units"][0]["payments"]["captures"][0].clone()
    });
    stub.book(|book| {
        let mut resource = capture;
        resource["supplementary_data"] = serde_json::json!({"related_ids": {"order_id": id}});
        book.tell("PAYMENT.CAPTURE.REFUNDED", resource);
    });
    heard(&world, &stub).await;
    let told = "transactions WHERE kind = 'mismatch'";
    assert_eq!(world.count(told).await, 1);
}

#[feira_testkit::test("payments")]
async fn what_somebody_gave_back_there_is_for_somebody_to_look_at(db: TestDb) {
    let (world, stub) = world(&db, false).await;
    let done = paid(&world, &stub, 1000).await;
    let id = stub.book(|book| book.id(done.payment.id));
    let theirs = serde_json::json!([{
        "id": "R900", "status": "COMPLETED", "amount": {"currency_code": "BRL", "value": "4.00"},
    }]);
    stub.book(|book| book.order(&id)["purchase_units"][0]["payments"]["refunds"] = theirs);
    let asked = done.refund(&[(0, 1000)]);
    let open = world.refund(asked.clone()).await.unwrap();
    assert_eq!(open.status, RefundStatus::Pending);
    world.after(Duration::hours(3)).await;
    let still = world.refund(asked).await.unwrap();
    assert!(still.given_back_there);
    assert_eq!((still.id, still.status), (open.id, open.status));
    let told = "transactions WHERE kind = 'mismatch'";
    assert_eq!(world.count(told).await, 1, "once");
}
