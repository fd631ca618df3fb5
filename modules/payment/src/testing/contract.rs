mod attempts;

use std::sync::Arc;

use async_trait::async_trait;
use feira_kernel::{Actor, Money, StoreId, Total, UserId};

use super::{brl, card, order, random, split, start};
use crate::{
    EarningState, Method, NewRefund, NextAction, Payment, PaymentError, PaymentFailure,
    PaymentStatus as S, Payments, RefundPart, RefundStatus, ReleaseEarning,
};

/// An implementation of the trait, and the world around it.
#[async_trait]
pub trait Subject: Send + Sync {
    fn payments(&self) -> Arc<dyn Payments>;
    /// The payer pays at her bank, and the module hears of it.
    async fn pay(&self, payment: &Payment);
}

/// What every implementation does alike.
pub async fn contract(subject: &dyn Subject) {
    attempts::accepting(subject).await;
    starting(subject).await;
    cards(subject).await;
    attempts::cancelling(subject).await;
    attempts::one_live_attempt(subject).await;
    attempts::an_older_attempt_that_is_paid(subject).await;
    refunding(subject).await;
    refundable(subject).await;
    releasing(subject).await;
}

async fn starting(subject: &dyn Subject) {
    let payments = subject.payments();
    let payer = UserId(random());
    let mut asked = start(
        random(),
        Method::Pix {},
        vec![split(StoreId(random()), random(), 1990)],
    );
    asked.payer = Some(payer);
    let person = Actor::customer(payer);
    let refused = payments
        .start(&person, asked.clone())
        .await
        .expect_err("it is refused");
    assert!(matches!(refused, PaymentError::Forbidden), "{refused:?}");

    let payment = payments
        .start(&order(), asked.clone())
        .await
        .expect("it starts");
    assert_eq!((payment.status, payment.amount), (S::Pending, brl(1990)));
    assert!(
        matches!(&payment.next_action, NextAction::PixCode { br_code, .. } if br_code.contains("br.gov.bcb.pix"))
    );
    let again = payments
        .start(&order(), asked.clone())
        .await
        .expect("it is a repeat");
    assert_eq!(again, payment);
    let mut other = asked.clone();
    other.splits[0].commission = brl(0);
    other.splits[0].earning = brl(1990);
    let reused = payments
        .start(&order(), other)
        .await
        .expect_err("it is refused");
    assert!(matches!(reused, PaymentError::KeyReused), "{reused:?}");
    let mut leaks = start(
        random(),
        Method::Pix {},
        vec![split(StoreId(random()), random(), 1990)],
    );
    leaks.splits[0].earning = brl(1);
    let invalid = payments
        .start(&order(), leaks)
        .await
        .expect_err("it is refused");
    assert!(matches!(invalid, PaymentError::Invalid(_)), "{invalid:?}");

    seeing(subject, &person, &payment).await;
}

/// Her own she sees, nobody else does; and she pays it.
async fn seeing(subject: &dyn Subject, person: &Actor, payment: &Payment) {
    let payments = subject.payments();
    assert_eq!(
        payments.payment(person, payment.id).await.expect("her own"),
        *payment
    );
    for stranger in [
        Actor::stranger(),
        Actor::customer(UserId(random())),
        Actor::system("cart"),
    ] {
        let hidden = payments
            .payment(&stranger, payment.id)
            .await
            .expect_err("it is refused");
        assert!(matches!(hidden, PaymentError::NotFound), "{hidden:?}");
    }
    subject.pay(payment).await;
    let found = payments
        .by_references(&order(), vec![payment.reference])
        .await
        .expect("found");
    assert_eq!(
        (found.len(), found[0].id, found[0].status),
        (1, payment.id, S::Completed)
    );
    assert_eq!(found[0].next_action, NextAction::None {});
}

async fn cards(subject: &dyn Subject) {
    let payments = subject.payments();
    for (token, status, failure) in [
        ("tok_approved", S::Completed, None),
        (
            "tok_declined",
            S::Failed,
            Some(PaymentFailure::CardDeclined),
        ),
    ] {
        let asked = start(
            random(),
            card(token),
            vec![split(StoreId(random()), random(), 500)],
        );
        let payment = payments.start(&order(), asked).await.expect("it starts");
        assert_eq!(
            (payment.status, payment.failure),
            (status, failure),
            "{token}"
        );
    }
    let number = start(
        random(),
        card("4111111111111111"),
        vec![split(StoreId(random()), random(), 500)],
    );
    let refused = payments
        .start(&order(), number)
        .await
        .expect_err("it is refused");
    assert!(matches!(refused, PaymentError::Invalid(_)), "{refused:?}");
}

/// How the earnings by two parts stand, and what went back of each.
async fn earned(payments: &dyn Payments, parts: [uuid::Uuid; 2]) -> Vec<(EarningState, Money)> {
    let asked = parts.map(crate::PartReference::new).to_vec();
    let told = payments.earnings(&order(), asked).await;
    let mut told = told.expect("its earnings");
    told.sort_by_key(|one| one.part.0 != parts[0]);
    let shown = told.into_iter().map(|one| (one.state, one.refunded));
    shown.collect()
}

async fn gives(payments: &dyn Payments, refund: &NewRefund, minor: i64) {
    let done = payments.refund(&order(), refund.clone()).await;
    let done = done.expect("it goes back");
    assert_eq!(done.amount, brl(minor));
    assert_eq!(done.status, RefundStatus::Completed);
}

async fn refunding(subject: &dyn Subject) {
    let payments = subject.payments();
    let (a, b) = (random(), random());
    let splits = vec![
        split(StoreId(random()), a, 1000),
        split(StoreId(random()), b, 333),
    ];
    let asked = start(random(), card("tok_approved"), splits.clone());
    let payment = payments.start(&order(), asked).await.expect("it starts");
    let part = |id: uuid::Uuid, minor| RefundPart {
        part: crate::PartReference::new(id),
        amount: brl(minor),
    };
    let refund = |parts| NewRefund {
        key: random(),
        payment: payment.id,
        parts,
        reason: "buyer".to_owned(),
        borne_by: None,
    };
    let some = refund(vec![part(a, 300)]);
    for _ in 0..2 {
        gives(&*payments, &some, 300).await;
    }
    let mut other = some.clone();
    other.parts[0].amount = brl(301);
    let reused = payments
        .refund(&order(), other)
        .await
        .expect_err("it is refused");
    assert!(matches!(reused, PaymentError::KeyReused), "{reused:?}");
    let large = payments
        .refund(&order(), refund(vec![part(b, 1), part(a, 701)]))
        .await
        .expect_err("it is refused");
    assert!(matches!(large, PaymentError::RefundTooLarge), "{large:?}");
    let expected = [
        (EarningState::Pending, brl(300)),
        (EarningState::Pending, brl(0)),
    ];
    assert_eq!(earned(&*payments, [a, b]).await, expected);
    let rest = refund(Vec::new());
    for _ in 0..2 {
        gives(&*payments, &rest, 1033).await;
    }
    let expected = [
        (EarningState::Refunded, brl(1000)),
        (EarningState::Refunded, brl(333)),
    ];
    assert_eq!(earned(&*payments, [a, b]).await, expected);
    let after = payments
        .payment(&order(), payment.id)
        .await
        .expect("it is kept");
    assert_eq!((after.status, after.refunded), (S::Refunded, brl(1333)));
    let nothing_left = payments
        .refund(&order(), refund(vec![part(a, 1)]))
        .await
        .expect_err("it is refused");
    assert!(
        matches!(nothing_left, PaymentError::IllegalMove(S::Refunded)),
        "{nothing_left:?}"
    );
}

async fn refundable(subject: &dyn Subject) {
    let payments = subject.payments();
    let splits = vec![split(StoreId(random()), random(), 600)];
    let asked = start(random(), card("tok_approved"), splits);
    let paid = payments.start(&order(), asked).await.expect("it starts");
    for reference in [paid.reference, crate::Reference::new(random())] {
        let can = payments.refundable(&order(), reference).await;
        can.expect("nothing is denied");
    }
    let stranger = Actor::stranger();
    let refused = payments.refundable(&stranger, paid.reference).await;
    assert!(matches!(refused, Err(PaymentError::Forbidden)));
}

async fn releasing(subject: &dyn Subject) {
    let payments = subject.payments();
    let (store, part, reference) = (StoreId(random()), random(), random());
    let asked = start(
        reference,
        card("tok_approved"),
        vec![split(store, part, 1000)],
    );
    payments.start(&order(), asked).await.expect("it starts");
    let operator = Actor::Person {
        user: UserId(random()),
        surface: feira_kernel::Surface::Admin,
        store: None,
        permissions: [feira_kernel::Permission::new(crate::SEE_PAYMENTS)].into(),
    };
    let before = payments
        .balance(&operator, Some(store))
        .await
        .expect("a balance");
    let sums = |pending, payable| (Total::from(brl(pending)), Total::from(brl(payable)));
    assert_eq!((before[0].pending, before[0].payable), sums(900, 0));
    let release = ReleaseEarning {
        key: random(),
        reference: crate::Reference::new(reference),
        part: crate::PartReference::new(part),
        payment: None,
    };
    for _ in 0..2 {
        payments
            .release_earning(&order(), release.clone())
            .await
            .expect("it is released");
    }
    let after = payments
        .balance(&operator, Some(store))
        .await
        .expect("a balance");
    assert_eq!((after[0].pending, after[0].payable), sums(0, 900));
    let unknown = ReleaseEarning {
        reference: crate::Reference::new(random()),
        ..release
    };
    let missing = payments
        .release_earning(&order(), unknown)
        .await
        .expect_err("it is refused");
    assert!(matches!(missing, PaymentError::NotFound), "{missing:?}");
}
