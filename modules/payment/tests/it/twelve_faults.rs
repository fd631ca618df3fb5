//! Twelve kinds of faults at the provider, each several times: whatever it does, its own book has one
//! charge per payment at most, and ours has what was captured, once.

use std::time::Duration;

use feira_payment::{Method, PaymentError, PaymentId, PaymentStatus as S, testing};
use feira_testkit::TestDb;

use crate::{
    provider::{Fault, Stub},
    world::{World, gateway, operator},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Before it does what is asked, or after.
    TimeOut {
        after: bool,
    },
    ServerError,
    Garbage,
    Slow,
    Duplicate,
    WrongAmount,
    WrongCurrency,
    OtherPayee,
    Late,
    Reordered,
    Forged,
    Redirect,
}

const KINDS: &[Kind] = &[
    Kind::TimeOut { after: false },
    Kind::TimeOut { after: true },
    Kind::ServerError,
    Kind::Garbage,
    Kind::Slow,
    Kind::Duplicate,
    Kind::WrongAmount,
    Kind::WrongCurrency,
    Kind::OtherPayee,
    Kind::Late,
    Kind::Reordered,
    Kind::Forged,
    Kind::Redirect,
];

impl Kind {
    /// What the provider does with the next charge, where that is all.
    fn fault(self) -> Option<Fault> {
        match self {
            Self::TimeOut { after: false } => Some(Fault::StallBefore),
            Self::TimeOut { after: true } => Some(Fault::StallAfter),
            Self::ServerError => Some(Fault::ErrorAfter(503)),
            Self::Garbage => Some(Fault::GarbageAfter),
            Self::Slow => Some(Fault::SlowAfter),
            Self::WrongAmount => Some(Fault::WrongAmount),
            Self::WrongCurrency => Some(Fault::WrongCurrency),
            Self::OtherPayee => Some(Fault::WrongPayee),
            Self::Redirect => Some(Fault::Redirect),
            Self::Duplicate | Self::Late | Self::Reordered | Self::Forged => None,
        }
    }

    async fn once(self, world: &World) -> (PaymentId, S) {
        if let Some(fault) = self.fault() {
            world.provider.next(fault);
            let payment = world.started(testing::card("tok_approved"), 4200).await;
            world.after(time::Duration::seconds(30)).await;
            return (payment.id, S::Completed);
        }
        match self {
            Self::Duplicate => duplicate(world).await,
            Self::Late => late(world).await,
            Self::Forged => forged(world).await,
            _ => reordered(world).await,
        }
    }
}

/// It is asked for twice at once, and told of twice.
async fn duplicate(world: &World) -> (PaymentId, S) {
    let asked = world.asked(testing::card("tok_approved"), 4200);
    let (one, other) = tokio::join!(world.begin(asked.clone()), world.begin(asked));
    let id = one.or(other).unwrap().id;
    world.after(time::Duration::seconds(30)).await;
    for _ in 0..2 {
        world.notify(world.webhook(&format!("evt_{id}"), id)).await;
    }
    (id, S::Completed)
}

/// It is paid when its time is over, and the provider tells of it later still.
async fn late(world: &World) -> (PaymentId, S) {
    let id = world.started(Method::Pix {}, 4200).await.id;
    world.provider.down(true);
    world.after(time::Duration::minutes(31)).await;
    world.provider.down(false);
    world.provider.set(id, "captured");
    world.after(time::Duration::minutes(12)).await;
    (id, S::Completed)
}

/// What happened last is told first.
async fn reordered(world: &World) -> (PaymentId, S) {
    let id = world.started(Method::Pix {}, 4200).await.id;
    let created = world.webhook(&format!("evt_{id}_1"), id);
    world.provider.set(id, "captured");
    world
        .notify(world.webhook(&format!("evt_{id}_2"), id))
        .await;
    world.notify(created).await;
    (id, S::Completed)
}

/// Somebody else says that it was paid; then it is given up.
async fn forged(world: &World) -> (PaymentId, S) {
    let id = world.started(Method::Pix {}, 4200).await.id;
    let charge = world.provider.charge(id).id;
    let body = format!(r#"{{"id":"evt_{id}","type":"charge.captured","charge_id":"{charge}"}}"#);
    let other = world.signed(&body, "a-secret-that-the-provider-never-had");
    let mut changed = world.signed(&body, crate::world::SECRET);
    changed.body.push(b' ');
    let mut unsigned = other.clone();
    unsigned.headers.clear();
    for webhook in [other, changed, unsigned] {
        let refused = world.payments.provider_webhook(&gateway(), webhook).await;
        assert!(
            matches!(refused, Err(PaymentError::BadSignature)),
            "{refused:?}"
        );
    }
    assert_eq!(world.payment(id).await.status, S::Pending);
    world.cancel(id).await.unwrap();
    (id, S::Cancelled)
}

async fn each(db: TestDb, times: usize) {
    let deadline = Duration::from_millis(250);
    let world = World::with(&db, |settings| settings.charge_deadline = deadline).await;
    let elsewhere = Stub::start().await;
    world.provider.redirect_to(&elsewhere);
    let mut ended = Vec::new();
    for &kind in KINDS {
        for time in 1..=times {
            let (id, status) = kind.once(&world).await;
            let what = format!("{kind:?}, {time}");
            assert_eq!(world.payment(id).await.status, status, "{what}");
            let charges = world.provider.charges();
            let known = charges.iter().filter(|c| c.key == id.to_string());
            assert_eq!(known.count(), 1, "{what}");
            ended.push((id, status));
        }
    }
    world.after(time::Duration::hours(1)).await;
    let paid = ended.iter().filter(|(_, status)| *status == S::Completed);
    let paid = i64::try_from(paid.count()).unwrap();
    let captures = "ledger_transactions WHERE kind = 'capture'";
    assert_eq!(world.count(captures).await, paid);
    let charges = world.provider.charges();
    let captured = charges.iter().filter(|c| c.status == "captured").count();
    assert_eq!(i64::try_from(captured).unwrap(), paid);
    assert_eq!(elsewhere.calls("POST charges"), 0);
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
}

#[feira_testkit::test("payments")]
async fn a_fault_of_any_kind_charges_once(db: TestDb) {
    each(db, 5).await;
}

#[feira_testkit::test("payments")]
#[ignore = "minutes: a hundred of each kind"]
async fn a_fault_of_any_kind_charges_once_a_hundred_times(db: TestDb) {
    each(db, 100).await;
}
