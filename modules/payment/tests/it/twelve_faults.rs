//! Twelve kinds of faults at each provider, each several times: whatever it does, its own book has one charge per
//! payment at most, its money is taken once, and ours has what was captured, once.

use feira_kernel::Time;
use feira_payment::{
    NextAction, PaymentError, PaymentId, PaymentStatus as S, ProviderWebhook, StartPayment, testing,
};
use feira_testkit::TestDb;
use serde_json::{Value, json};
use time::Duration;

use crate::{
    harness::{
        Harness, Kept, Lie, NotSaid, Trouble, at, at_each_provider, begun, faulty_ways, heard, life,
    },
    http::Request,
    mercado_pago::harness::AtMercadoPago,
    paypal::harness::AtPaypal,
    pix_api::harness::AtBank,
    sandbox::AtSandbox,
    stripe::harness::AtStripe,
    stub::{Answer, Book, Fault, Instead, Server},
    woovi::harness::AtWoovi,
    world::{World, gateway, operator},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Before it does what is asked, or after; a 5xx, garbage, slow, and sent elsewhere.
    Fault(Fault),
    /// Another amount or currency, or of another payee.
    Lie(Lie),
    Duplicate,
    Late,
    Reordered,
    Forged,
    /// After the answer is lost, or the first was paid late, its buyer tries once more.
    Again(Option<Fault>),
}

const KINDS: &[Kind] = &[
    Kind::Fault(Fault::StallBefore),
    Kind::Fault(Fault::StallAfter),
    Kind::Fault(Fault::After(503)),
    Kind::Fault(Fault::GarbageAfter),
    Kind::Fault(Fault::SlowAfter),
    Kind::Duplicate,
    Kind::Lie(Lie::Amount),
    Kind::Lie(Lie::Currency),
    Kind::Lie(Lie::Payee),
    Kind::Late,
    Kind::Reordered,
    Kind::Forged,
    Kind::Fault(Fault::Redirect),
    Kind::Again(Some(Fault::StallAfter)),
    Kind::Again(Some(Fault::GarbageAfter)),
    Kind::Again(None),
];

/// Whatever else goes wrong, as one adapter or another has seen it.
const FAULTS: [Fault; 14] = [
    Fault::Refuse,
    Fault::DropAfter,
    Fault::StallAfter,
    Fault::Before(401),
    Fault::Before(403),
    Fault::Before(429),
    Fault::Before(500),
    Fault::Before(503),
    Fault::Before(504),
    Fault::Page(400),
    Fault::Page(401),
    Fault::Page(404),
    Fault::After(502),
    Fault::After(302),
];

/// Who is redirected may not arrive here.
struct Elsewhere;

impl Book for Elsewhere {
    fn call(&self, _request: &Request) -> String {
        "any".to_owned()
    }

    fn answer(&mut self, _call: &str, _request: &Request, _now: Time) -> Option<Answer> {
        Some((200, json!({})))
    }

    fn error(_status: u16) -> Value {
        Value::Null
    }
}

impl Kind {
    /// The payments of it, each with how it ended.
    async fn once<H: Harness>(
        self,
        world: &World,
        harness: &H,
        at_once: bool,
    ) -> Vec<(PaymentId, S)> {
        match self {
            Self::Fault(fault) => {
                let id = life(world, harness, &fault.into(), at_once).await;
                vec![(id, S::Refunded)]
            }
            Self::Lie(lie) => lied(world, harness, lie, at_once).await,
            Self::Duplicate => vec![duplicate(world, harness).await],
            Self::Late => vec![late(world, harness).await],
            Self::Reordered => vec![reordered(world, harness).await],
            Self::Forged => forged(world, harness).await,
            Self::Again(fault) => again(world, harness, fault, at_once).await,
        }
    }
}

/// It lies when it is asked first, and says it rightly after that. What its protocol has no place for is not applicable:
/// `each_lie_is_told_or_there_is_no_place_for_it` has where, and why.
async fn lied<H: Harness>(
    world: &World,
    harness: &H,
    lie: Lie,
    at_once: bool,
) -> Vec<(PaymentId, S)> {
    let Ok((place, value)) = H::lie(lie) else {
        return Vec::new();
    };
    let lie = Some(Instead::Change(place, value));
    let trouble = Trouble {
        making: lie.clone(),
        looking: lie,
        only_first: true,
        refunding: None,
    };
    vec![(life(world, harness, &trouble, at_once).await, S::Refunded)]
}

async fn paid<H: Harness>(world: &World, harness: &H, id: PaymentId) -> Vec<ProviderWebhook> {
    harness.pay(&harness.payable(id)).await;
    heard(world, harness).await
}

/// It is asked for twice at once, and told of twice.
async fn duplicate<H: Harness>(world: &World, harness: &H) -> (PaymentId, S) {
    let asked = world.asked(harness.waiting(), 4200);
    let (one, other) = tokio::join!(world.begin(asked.clone()), world.begin(asked));
    let id = one.or(other).unwrap().id;
    world.after(Duration::minutes(1)).await;
    let told = paid(world, harness, id).await;
    for webhook in told {
        world.notify(webhook).await;
    }
    heard(world, harness).await;
    (id, S::Completed)
}

/// It is paid when its time is over, and the provider tells of it later still.
async fn late<H: Harness>(world: &World, harness: &H) -> (PaymentId, S) {
    let id = begun(world, harness).await;
    harness.server().down(true);
    world.after(Duration::minutes(31)).await;
    harness.server().down(false);
    harness.pay(&harness.payable(id)).await;
    world.after(Duration::minutes(12)).await;
    heard(world, harness).await;
    let taken = harness.takes_late();
    (id, if taken { S::Completed } else { S::Expired })
}

/// A second attempt of the same reference, once the outcome of the first is not known: of both together the payer's
/// money is taken once. She pays whatever she is shown.
async fn again<H: Harness>(
    world: &World,
    harness: &H,
    fault: Option<Fault>,
    at_once: bool,
) -> Vec<(PaymentId, S)> {
    let method = harness.at_once().filter(|_| at_once && fault.is_some());
    let first = world.asked(method.unwrap_or_else(|| harness.waiting()), 4200);
    if let Some(fault) = fault {
        harness.server().next(H::MAKE, fault);
    }
    let mut ids = vec![world.begin(first.clone()).await.unwrap().id];
    if fault.is_none() {
        world.after(Duration::minutes(1)).await;
        harness.server().down(true);
        world.after(Duration::minutes(31)).await;
        if harness.takes_late() {
            harness.pay(&harness.payable(ids[0])).await;
        }
        harness.server().down(false);
    }
    let second = StartPayment {
        key: testing::random(),
        expires_at: world.env.now() + Duration::minutes(30),
        ..first
    };
    match world.begin(second).await {
        Ok(payment) => ids.push(payment.id),
        Err(PaymentError::IllegalMove(S::Completed)) => {}
        Err(other) => panic!("{fault:?}, at once: {at_once}: {other:?}"),
    }
    world.after(Duration::minutes(1)).await;
    for id in &ids {
        let shown = world.payment(*id).await;
        if shown.status == S::Pending && shown.next_action != (NextAction::None {}) {
            harness.pay(&harness.payable(*id)).await;
        }
    }
    heard(world, harness).await;
    for _ in harness.steps() {
        world.after(Duration::minutes(6)).await;
    }
    let mut ended = Vec::new();
    for id in ids {
        ended.push((id, world.payment(id).await.status));
    }
    let taken = ended.iter().map(|(id, _)| harness.kept(*id).taken);
    assert_eq!(taken.sum::<usize>(), 1, "{fault:?}: {ended:?}");
    let completed = ended.iter().filter(|(_, status)| *status == S::Completed);
    assert_eq!(completed.count(), 1, "{fault:?}: {ended:?}");
    ended
}

/// What happened last is told first, and then everything once more.
async fn reordered<H: Harness>(world: &World, harness: &H) -> (PaymentId, S) {
    let id = begun(world, harness).await;
    let mut all = harness.notifications().await;
    harness.pay(&harness.payable(id)).await;
    all.extend(harness.notifications().await);
    for told in all.iter().rev() {
        world.notify(told.clone()).await;
    }
    all.extend(harness.notifications().await);
    for told in all.iter().rev() {
        world.notify(told.clone()).await;
    }
    (id, S::Completed)
}

/// Somebody else says that it was paid, as the provider said it of another payment; then it is given up.
async fn forged<H: Harness>(world: &World, harness: &H) -> Vec<(PaymentId, S)> {
    let other = begun(world, harness).await;
    let id = begun(world, harness).await;
    harness.notifications().await;
    let told = paid(world, harness, other).await;
    let right = told.first().expect("it is told of").clone();
    let with = |change: &dyn Fn(&mut ProviderWebhook)| {
        let mut forged = right.clone();
        change(&mut forged);
        forged
    };
    let of_this = |forged: &mut ProviderWebhook| {
        let (named, ours) = (harness.id(other), harness.id(id));
        let body = String::from_utf8(forged.body.clone()).unwrap();
        assert!(body.contains(&named), "{body}");
        forged.body = body.replace(&named, &ours).into_bytes();
        if !harness.signs() {
            forged.path.insert(0, 'x');
        }
    };
    let unsigned = |forged: &mut ProviderWebhook| {
        forged.headers.clear();
        forged.path.clear();
    };
    for forged in [with(&of_this), with(&unsigned)] {
        let told = world.payments.provider_webhook(&gateway(), forged).await;
        // One that only its provider can tell is kept, and moves nothing when that was asked.
        let unheard = matches!(told, Err(PaymentError::BadSignature));
        assert!(unheard || harness.vouches(), "{told:?}");
    }
    assert_eq!(world.payment(id).await.status, S::Pending);
    world.cancel(id).await.unwrap();
    vec![(other, S::Completed), (id, S::Cancelled)]
}

/// The one of its ways that takes its turn.
async fn each<H: Harness>(db: TestDb, way: usize, times: usize) {
    let (world, harness): (World, H) = at(&db, way).await;
    let elsewhere = Server::start(Elsewhere, db.clock().clock()).await;
    harness.server().redirect_to(&elsewhere.base_url);
    let mut ended = Vec::new();
    for &kind in KINDS {
        let turns = (1..=times).filter(|time| time % faulty_ways::<H>() == way);
        for time in turns {
            let at_once = (time / 2) % 2 == 1;
            for (id, status) in kind.once(&world, &harness, at_once).await {
                let what = format!("{kind:?}, {time}");
                assert_eq!(world.payment(id).await.status, status, "{what}");
                let kept = harness.kept(id);
                let taken = matches!(status, S::Completed | S::Refunded);
                let right = Kept {
                    // What is given up may be forgotten there.
                    charges: if taken { 1 } else { kept.charges },
                    taken: usize::from(taken),
                    refunds: usize::from(status == S::Refunded),
                };
                assert_eq!(kept, right, "{what}");
                assert!(kept.charges <= 1, "{what}: {kept:?}");
                ended.push(status);
            }
        }
    }
    world.after(Duration::hours(1)).await;
    let count = |of: &[S]| {
        let found = ended.iter().filter(|status| of.contains(status));
        i64::try_from(found.count()).unwrap()
    };
    let captures = "ledger_transactions WHERE kind = 'capture'";
    assert_eq!(
        world.count(captures).await,
        count(&[S::Completed, S::Refunded])
    );
    let refunds = "ledger_transactions WHERE kind = 'refund'";
    assert_eq!(world.count(refunds).await, count(&[S::Refunded]));
    assert_eq!(elsewhere.calls("any"), 0);
    let books = world.payments.books(&operator()).await.unwrap();
    assert!(books.balanced, "{books:?}");
}

async fn it_charges_once<H: Harness>(db: TestDb, way: usize) {
    each::<H>(db, way, 5).await;
}

async fn it_charges_once_of_a_hundred<H: Harness>(db: TestDb, way: usize) {
    each::<H>(db, way, 100).await;
}

/// Whatever else it does, in any step: soon we know, and who can mend it is told.
async fn an_unknown_outcome_is_looked_up<H: Harness>(db: TestDb, way: usize) {
    let (world, harness): (World, H) = at(&db, way).await;
    for at_once in [false, true] {
        let busy = H::BUSY.iter().map(|status| Fault::Before(*status));
        for fault in FAULTS.into_iter().chain(busy) {
            life(&world, &harness, &fault.into(), at_once).await;
        }
        if harness.at_once().is_none() {
            break;
        }
    }
    let named = "transactions WHERE outcome LIKE '%not accepted by the provider%'";
    assert!(world.count(named).await > 0, "somebody can mend it");
}

at_each_provider!(it_charges_once);
at_each_provider!(it_charges_once_of_a_hundred, #[ignore = "minutes: a hundred of each kind"]);
at_each_provider!(an_unknown_outcome_is_looked_up);

/// Which lies no answer of a provider has a place for.
fn not_applicable<H: Harness>() -> Vec<(Lie, NotSaid)> {
    let all = [Lie::Amount, Lie::Currency, Lie::Payee].into_iter();
    all.filter_map(|lie| Some((lie, H::lie(lie).err()?)))
        .collect()
}

#[test]
fn each_lie_is_told_or_there_is_no_place_for_it() {
    let currency = [(Lie::Currency, NotSaid::ALWAYS_BRL)];
    for (provider, found, expected) in [
        ("sandbox", not_applicable::<AtSandbox>(), &[][..]),
        ("stripe", not_applicable::<AtStripe>(), &[]),
        ("mercado_pago", not_applicable::<AtMercadoPago>(), &[]),
        ("paypal", not_applicable::<AtPaypal>(), &[]),
        ("woovi", not_applicable::<AtWoovi>(), &currency),
        ("pix_api", not_applicable::<AtBank>(), &currency),
    ] {
        assert_eq!(found, expected, "{provider}");
    }
}
