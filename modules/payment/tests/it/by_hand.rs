//! Payments that a person confirms, and refunds that she sends.

use feira_kernel::{Currency, IdempotencyKey, PageRequest, db, values};
use feira_payment::{
    ManualSettings, Method, MethodKind, NextAction, Payment, PaymentError, PaymentStatus as S,
    ProviderKind, ProviderSettings, RefundStatus,
    br_code::BrCode,
    pix_account::PixAccount,
    testing::{self, brl, card},
};
use feira_testkit::TestDb;
use time::Duration;

use crate::{
    provider::Stub,
    world::{Paid, World, at, operator, seller},
};

const TRANSFER: &str = "Bank 001\nAccount 5678-9";

pub(crate) fn hand() -> ProviderSettings {
    let settings = ManualSettings {
        currency: Currency::BRL,
        payee: feira_payment::PayeeKind::Marketplace,
        pix: Some(PixAccount::new("52998224725", "Ana", "Recife").unwrap()),
        transfer: Some(TRANSFER.to_owned()),
        whatsapp: Some("5581912345678".to_owned()),
        on_delivery: Some("Cash, or PIX at the door".to_owned()),
    };
    ProviderSettings::new("hand", ProviderKind::Manual(settings))
}

pub(crate) async fn world(db: &TestDb) -> World {
    let stub = Stub::start().await;
    World::at(db, vec![hand(), at("sandbox", &stub)]).await
}

/// One store's part, by PIX, marked as paid.
async fn paid(world: &World, minor: i64) -> Paid {
    let start = world.asked(Method::Pix {}, minor);
    let open = world.begin(start.clone()).await.unwrap();
    let payment = mark(world, &open, None).await.unwrap();
    Paid { payment, start }
}

fn key(key: &str) -> Option<IdempotencyKey> {
    Some(IdempotencyKey {
        route: "mark-paid".to_owned(),
        key: key.to_owned(),
        fingerprint: String::new(),
    })
}

async fn mark(
    world: &World,
    payment: &Payment,
    key: Option<IdempotencyKey>,
) -> Result<Payment, PaymentError> {
    let operator = operator();
    world
        .payments
        .mark_payment_paid(&operator, payment.id, None, key)
        .await
}

#[feira_testkit::test("payments")]
async fn a_payment_by_hand_is_captured_once_however_often_it_is_marked(db: TestDb) {
    let world = world(&db).await;
    let brl_ways = world.payments.methods(&operator(), Currency::BRL).await;
    let ways = [
        MethodKind::Pix,
        MethodKind::Card,
        MethodKind::BankTransfer,
        MethodKind::Whatsapp,
        MethodKind::CashOnDelivery,
    ];
    assert_eq!(brl_ways.unwrap(), ways);
    let start = world.asked(Method::Pix {}, 6_480);
    let store = start.splits[0].store;
    let pix = world.begin(start).await.unwrap();
    let NextAction::PixCode { br_code, qr_svg } = &pix.next_action else {
        panic!("{pix:?}");
    };
    let code = BrCode::parse(br_code).unwrap();
    assert_eq!(code.amount, Some(pix.amount.amount()));
    assert!(code.txid.is_some() && qr_svg.contains("<svg"));
    let transfer = world.started(Method::BankTransfer {}, 1_000).await;
    let text = TRANSFER.to_owned();
    assert_eq!(transfer.next_action, NextAction::Instructions { text });
    // Time alone pays nothing.
    world.after(Duration::minutes(20)).await;
    assert_eq!(world.payment(pix.id).await.status, S::Pending);

    for actor in [seller(store), testing::order()] {
        let refused = world
            .payments
            .mark_payment_paid(&actor, pix.id, None, None)
            .await;
        assert!(
            matches!(refused, Err(PaymentError::Forbidden)),
            "{refused:?}"
        );
    }
    for key in [key("a"), key("a"), key("b"), None] {
        let marked = mark(&world, &pix, key).await.unwrap();
        assert_eq!(
            (marked.status, marked.next_action),
            (S::Completed, NextAction::None {})
        );
    }
    let other = mark(&world, &transfer, key("c")).await;
    assert_eq!(other.unwrap().status, S::Completed);
    assert_eq!(world.events().await, ["payment.captured.v1"; 2]);
    assert_eq!(
        world
            .count("audit WHERE action = 'payment.marked_paid'")
            .await,
        2
    );
    assert_eq!(world.balance(store).await, [5_832, 0, 0, 0]);
    assert!(world.payments.books(&operator()).await.unwrap().balanced);

    // Who has a server says so himself.
    let card = world.started(card("tok_approved"), 500).await;
    let refused = mark(&world, &card, None).await;
    assert!(
        matches!(refused, Err(PaymentError::NotByHand)),
        "{refused:?}"
    );
    for (id, by_hand) in [(pix.id, true), (card.id, false)] {
        let details = world.payments.details(&operator(), id).await.unwrap();
        assert_eq!((details.by_hand, details.refunds.len()), (by_hand, 0));
    }
    let all = world
        .payments
        .payments(&operator(), PageRequest::first(9))
        .await;
    assert_eq!(all.unwrap().items.len(), 3);
}

#[feira_testkit::test("payments")]
async fn a_chat_is_begun_and_a_person_says_that_it_was_paid(db: TestDb) {
    let world = world(&db).await;
    let open = world.started(Method::Whatsapp {}, 1_200).await;
    let number = "5581912345678".to_owned();
    assert_eq!(open.next_action, NextAction::Whatsapp { number });
    assert_eq!(open.statement.as_deref(), Some("F-1001"));
    world.after(Duration::minutes(20)).await;
    assert_eq!(world.payment(open.id).await.status, S::Pending);
    let marked = mark(&world, &open, None).await.unwrap();
    assert_eq!(
        (marked.status, marked.next_action),
        (S::Completed, NextAction::None {})
    );
    // Whoever has a server takes none.
    let stub = Stub::start().await;
    let other = World::at(&db, vec![at("sandbox", &stub)]).await;
    let refused = other.begin(other.asked(Method::Whatsapp {}, 100)).await;
    assert!(
        matches!(refused, Err(PaymentError::NotOffered)),
        "{refused:?}"
    );
}

#[feira_testkit::test("payments")]
async fn what_was_written_before_a_crash_is_captured_by_the_poller(db: TestDb) {
    let world = world(&db).await;
    let open = world.started(Method::Pix {}, 1_990).await;
    let said = "UPDATE manual_charges SET state = 'paid'";
    let said = db::exec(world.env.pool.write(), said, values![]).await;
    assert_eq!(said.unwrap(), 1);
    world.after(Duration::minutes(29)).await;
    assert_eq!(world.payment(open.id).await.status, S::Completed);
    assert_eq!(world.events().await, ["payment.captured.v1"]);
}

#[feira_testkit::test("payments")]
async fn money_that_comes_too_late_is_not_marked_as_paid(db: TestDb) {
    let world = world(&db).await;
    let expired = world.started(Method::BankTransfer {}, 1_990).await;
    db.clock().advance(Duration::minutes(30));
    // Nobody has ended it yet.
    let late = mark(&world, &expired, None).await;
    assert!(matches!(late, Err(PaymentError::PaidTooLate)), "{late:?}");
    world.after(Duration::seconds(1)).await;
    let cancelled = world.started(Method::Pix {}, 1_990).await;
    world.cancel(cancelled.id).await.unwrap();
    // The bank's statement tells of it all the same.
    let NextAction::PixCode { br_code, .. } = &cancelled.next_action else {
        panic!("{cancelled:?}");
    };
    let txid = BrCode::parse(br_code).unwrap().txid;
    for (payment, statement) in [(&expired, Some("F-1001".to_owned())), (&cancelled, txid)] {
        let details = world.payments.details(&operator(), payment.id).await;
        assert_eq!(details.unwrap().payment.statement, statement);
    }
    for (payment, status) in [(&expired, S::Expired), (&cancelled, S::Cancelled)] {
        assert_eq!(world.payment(payment.id).await.status, status);
        let late = mark(&world, payment, key("k")).await;
        let late = late.unwrap_err();
        assert!(late.to_string().contains("send it back by hand"), "{late}");
        assert_eq!(world.payment(payment.id).await.status, status);
    }
    assert_eq!(world.events().await, ["payment.failed.v1"]);
    assert_eq!(world.count("audit").await, 0);
}

/// How often its money counts; what was marked too late has ended.
async fn counted(
    world: &World,
    marked: &Result<Payment, PaymentError>,
    payment: &Payment,
    ended: S,
) -> i64 {
    let now = world.payment(payment.id).await.status;
    match marked {
        Ok(marked) => {
            assert_eq!((marked.status, now), (S::Completed, S::Completed));
            1
        }
        Err(PaymentError::PaidTooLate) => {
            assert_eq!(now, ended);
            0
        }
        Err(other) => panic!("{other:?}"),
    }
}

#[feira_testkit::test("payments")]
async fn what_happens_beside_a_mark_is_counted_once_or_says_that_it_was_late(db: TestDb) {
    let world = world(&db).await;
    let mut paid = 0;
    for _ in 0..3 {
        let twice = world.started(Method::Pix {}, 1_990).await;
        let marks = tokio::join!(mark(&world, &twice, key("a")), mark(&world, &twice, None));
        assert_eq!(marks.1.unwrap().status, S::Completed);
        paid += counted(&world, &marks.0, &twice, S::Completed).await;

        let cancelled = world.started(Method::Pix {}, 1_990).await;
        let (marked, ended) =
            tokio::join!(mark(&world, &cancelled, None), world.cancel(cancelled.id));
        paid += counted(&world, &marked, &cancelled, S::Cancelled).await;
        let now = world.payment(cancelled.id).await.status;
        assert_eq!(ended.unwrap().status, now);

        let expired = world.started(Method::Pix {}, 1_990).await;
        let (marked, ()) = tokio::join!(
            mark(&world, &expired, None),
            world.after(Duration::minutes(30))
        );
        paid += counted(&world, &marked, &expired, S::Expired).await;
    }
    let audited = world.count("audit WHERE action = 'payment.marked_paid'");
    assert_eq!(audited.await, paid);
    let captured = world.count("outbox_event WHERE name = 'payment.captured.v1'");
    assert_eq!(captured.await, paid);
    assert!(world.payments.books(&operator()).await.unwrap().balanced);
}

#[feira_testkit::test("payments")]
async fn a_refund_is_sent_under_one_of_two_references_said_at_once(db: TestDb) {
    let world = world(&db).await;
    let paid = paid(&world, 1_000).await;
    let refund = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    let operator = operator();
    let send = |reference: &str| {
        let (payments, reference) = (&world.payments, reference.to_owned());
        payments.mark_refund_sent(&operator, refund.id, reference, None)
    };
    let (first, second) = tokio::join!(send("E1"), send("E2"));
    let (sent, other) = match first {
        Ok(sent) => (sent, second),
        Err(_) => (second.unwrap(), first),
    };
    assert_eq!(sent.status, RefundStatus::Completed);
    assert!(
        matches!(other, Err(PaymentError::RefundMove(_))),
        "{other:?}"
    );
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(payment.refunded, brl(400));
    let audited = world.count("audit WHERE action = 'payment.refund_sent'");
    assert_eq!(audited.await, 1);
}

#[feira_testkit::test("payments")]
async fn a_refund_by_hand_waits_until_somebody_sent_it(db: TestDb) {
    let world = world(&db).await;
    let paid = paid(&world, 1_000).await;
    let part = world.refund(paid.refund(&[(0, 400)])).await.unwrap();
    assert_eq!(part.status, RefundStatus::Pending);
    world.after(Duration::hours(2)).await;
    let more = world.refund(paid.refund(&[(0, 601)])).await;
    assert!(
        matches!(more, Err(PaymentError::RefundTooLarge)),
        "{more:?}"
    );
    let details = world.payments.details(&operator(), paid.payment.id).await;
    let details = details.unwrap();
    assert_eq!(details.refunds, std::slice::from_ref(&part));
    assert_eq!(
        (details.payment.status, details.payment.refunded),
        (S::Completed, brl(0))
    );
    // What it will take is not the store's to spend any more.
    assert_eq!(world.balance(paid.store(0)).await, [540, 0, 0, 0]);

    let send = async |reference: &str| {
        let (payments, operator) = (&world.payments, operator());
        let reference = reference.to_owned();
        payments
            .mark_refund_sent(&operator, part.id, reference, None)
            .await
    };
    let empty = send(" ").await;
    assert!(matches!(empty, Err(PaymentError::Invalid(_))), "{empty:?}");
    for reference in ["E1", " E1 "] {
        let sent = send(reference).await.unwrap();
        assert_eq!(sent.status, RefundStatus::Completed);
        assert_eq!(sent.reference.as_deref(), Some("E1"));
    }
    let details = world.payments.details(&operator(), paid.payment.id).await;
    let details = details.unwrap();
    assert_eq!(details.refunds[0].reference.as_deref(), Some("E1"));
    assert_eq!(details.left, Some(brl(600)));
    let other = send("E2").await;
    assert!(
        matches!(other, Err(PaymentError::RefundMove(_))),
        "{other:?}"
    );
    let payment = world.payment(paid.payment.id).await;
    assert_eq!(
        (payment.status, payment.refunded),
        (S::PartiallyRefunded, brl(400))
    );
    assert_eq!(world.balance(paid.store(0)).await, [540, 0, 0, 0]);
    assert_eq!(
        world
            .count("audit WHERE action = 'payment.refund_sent'")
            .await,
        1
    );

    let seller = seller(paid.store(0));
    let refused = world
        .payments
        .mark_refund_sent(&seller, part.id, "E1".to_owned(), None);
    let refused = refused.await;
    // She was not paid it herself.
    assert!(
        matches!(refused, Err(PaymentError::NotFound)),
        "{refused:?}"
    );
    assert!(world.payments.books(&operator()).await.unwrap().balanced);
}

#[feira_testkit::test("payments")]
async fn a_payment_is_found_by_what_banks_call_it(db: TestDb) {
    let world = world(&db).await;
    let paid = paid(&world, 1_000).await;
    let other = world.captured(&[500]).await;
    let reference = paid.payment.reference;
    let txid = paid.payment.statement.clone().unwrap();
    let find = async |text: &str| {
        let (payments, order) = (&world.payments, testing::order());
        let found = payments.references_named(&order, text.to_owned());
        found.await.unwrap()
    };
    for text in [
        txid.clone(),
        txid.to_lowercase(),
        format!(" {txid} "),
        paid.payment.id.to_string(),
    ] {
        assert_eq!(find(&text).await, [reference], "{text}");
    }
    // What a provider calls it.
    let sql = "SELECT transaction_id FROM payments WHERE id = $1";
    let charge: Option<String> = db::scalar(world.env.pool.read(), sql, values![other.payment.id])
        .await
        .unwrap();
    assert_eq!(find(&charge.unwrap()).await, [other.payment.reference]);
    for nothing in ["", "E1", "two words of it", &"x".repeat(101), "00000000"] {
        assert!(find(nothing).await.is_empty(), "{nothing}");
    }
    let (by, text) = (operator(), txid);
    let refused = world.payments.references_named(&by, text).await;
    assert!(
        matches!(refused, Err(PaymentError::Forbidden)),
        "{refused:?}"
    );
}
