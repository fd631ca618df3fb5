use feira_kernel::{Actor, Currency, Money, StoreId};

use super::Subject;
use crate::{
    Method, PaymentError, PaymentStatus as S, Reference,
    testing::{brl, card, order, random, split, start},
};

pub(super) async fn accepting(subject: &dyn Subject) {
    let payments = subject.payments();
    let usd = Money::from_minor(100, Currency::USD).expect("a small amount");
    let most_of_pix = brl(999_999_999_999);
    let cases = [
        (Method::Pix {}, brl(1), "yes"),
        (Method::Pix {}, most_of_pix, "yes"),
        (Method::Pix {}, brl(1_000_000_000_000), "another amount"),
        (Method::Pix {}, brl(9_999_999_999_900), "another amount"),
        (Method::Pix {}, brl(0), "another amount"),
        (Method::Pix {}, usd, "no"),
        (card("tok_approved"), usd, "yes"),
        (card("tok_approved"), Money::most(Currency::JPY), "yes"),
        (card("tok_approved"), brl(0), "another amount"),
    ];
    for (method, amount, expected) in cases {
        let stores = vec![StoreId(random())];
        let actor = order();
        let accepts = payments.accepts(&actor, method.clone(), amount, stores, None);
        let answer = match accepts.await {
            Ok(_) => "yes",
            Err(PaymentError::NotOffered) => "no",
            Err(PaymentError::AmountNotAccepted { least, most }) => {
                let pix = method == Method::Pix {};
                assert_eq!(least, brl(1));
                assert_eq!(most == most_of_pix, pix, "{method:?} up to {most}");
                "another amount"
            }
            Err(other) => panic!("{other:?}"),
        };
        assert_eq!(answer, expected, "{method:?} {amount}");
    }
    let stranger = Actor::stranger();
    let refused = payments.accepts(&stranger, Method::Pix {}, brl(1), Vec::new(), None);
    let refused = refused.await;
    assert!(matches!(refused, Err(PaymentError::Forbidden)));
}

pub(super) async fn cancelling(subject: &dyn Subject) {
    let payments = subject.payments();
    let asked = start(
        random(),
        Method::Pix {},
        vec![split(StoreId(random()), random(), 700)],
    );
    let payment = payments.start(&order(), asked).await.expect("it starts");
    for _ in 0..2 {
        let cancelled = payments
            .cancel(&order(), payment.id)
            .await
            .expect("it ends");
        assert_eq!(cancelled.status, S::Cancelled);
    }
    let asked = start(
        random(),
        card("tok_approved"),
        vec![split(StoreId(random()), random(), 700)],
    );
    let captured = payments.start(&order(), asked).await.expect("it starts");
    let kept = payments
        .cancel(&order(), captured.id)
        .await
        .expect("answers what it found");
    assert_eq!(kept.status, S::Completed);
}

pub(super) async fn one_live_attempt(subject: &dyn Subject) {
    let payments = subject.payments();
    let reference = random();
    let splits = vec![split(StoreId(random()), random(), 900)];
    let first = start(reference, Method::Pix {}, splits.clone());
    let first = payments.start(&order(), first).await.expect("it starts");
    let second = start(reference, card("tok_approved"), splits.clone());
    let second = payments
        .start(&order(), second)
        .await
        .expect("it takes the first one's place");
    assert_eq!(second.status, S::Completed);
    let older = payments
        .payment(&order(), first.id)
        .await
        .expect("it is kept");
    assert_eq!(older.status, S::Cancelled);
    let third = start(reference, Method::Pix {}, splits);
    let paid = payments
        .start(&order(), third)
        .await
        .expect_err("it is refused");
    assert!(
        matches!(paid, PaymentError::IllegalMove(S::Completed)),
        "{paid:?}"
    );
}

/// Its code was cancelled, and the payer's bank paid it all the same.
pub(super) async fn an_older_attempt_that_is_paid(subject: &dyn Subject) {
    let payments = subject.payments();
    let (reference, other) = (random(), random());
    let splits = vec![split(StoreId(random()), random(), 900)];
    let mut started = Vec::new();
    for reference in [reference, reference, reference, other] {
        let asked = start(reference, Method::Pix {}, splits.clone());
        let payment = payments.start(&order(), asked).await.expect("it starts");
        started.push(payment);
    }
    subject.pay(&started[0]).await;
    let of = |reference| vec![Reference::new(reference)];
    let found = payments.by_references(&order(), of(reference)).await;
    let found = found.expect("found");
    let told: Vec<_> = found.iter().map(|p| (p.id, p.status)).collect();
    assert_eq!(
        told,
        [(started[2].id, S::Pending), (started[0].id, S::Completed)],
        "the newest, and what was paid; not what ended without money"
    );
    let asked = [of(reference), of(other)].concat();
    let found = payments.by_references(&order(), asked).await;
    assert_eq!(found.expect("found").len(), 3);
    // The open one is ended by whoever finds that the reference is paid.
    let ended = payments.cancel(&order(), started[2].id).await;
    assert_eq!(ended.expect("it ends").status, S::Cancelled);
}
