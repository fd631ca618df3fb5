//! A provider's stub, as those tests use it that are the same for all of them.

use async_trait::async_trait;
use feira_kernel::{Clock, Env, TestClock};
use feira_payment::{
    Method, NextAction, PaymentId, PaymentStatus as S, ProviderWebhook,
    testing::{NOW, ProviderHarness, provider_contract},
};
use feira_testkit::TestDb;
use serde_json::Value;
use time::Duration;

use crate::{
    provider_contract::nowhere,
    stub::{Book, Fault, Instead, Server},
    world::{Paid, World},
};

/// What a provider may say instead of the truth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lie {
    Amount,
    Currency,
    Payee,
}

/// Why a provider cannot lie about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotSaid(&'static str);

impl NotSaid {
    pub(crate) const ALWAYS_BRL: Self =
        Self("its protocol has no field for a currency: every amount is of BRL");
}

/// What the provider's own book has of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) charges: usize,
    /// How often its money was taken, and how often some of it went back.
    pub(crate) taken: usize,
    pub(crate) refunds: usize,
}

#[async_trait]
pub(crate) trait Harness: ProviderHarness + Sized + 'static {
    type Book: Book;
    /// In how many ways it is tried; in each it keeps its word.
    const WAYS: usize;
    /// The calls that make a charge and that give some of it back.
    const MAKE: &'static str;
    const REFUND: &'static str;

    /// The calls by which it is asked what is disputed, and the one by which it is sent evidence.
    const DISPUTES: &'static [&'static str];
    const EVIDENCE: Option<&'static str> = None;

    /// With which it refuses nothing, but says that it is busy with the same call.
    const BUSY: &'static [u16] = &[409];

    async fn start(way: usize, clock: &TestClock, env: Env) -> Self;
    fn server(&self) -> &Server<Self::Book>;
    /// By which a payment waits for its payer, and by which it does not.
    fn waiting(&self) -> Method;
    fn at_once(&self) -> Option<Method> {
        None
    }
    /// The calls in their order by which money becomes ours after its payer has paid; the first looks.
    fn steps(&self) -> Vec<&'static str>;
    /// Where an answer about a charge has it, and what; or why it says no such thing.
    fn lie(lie: Lie) -> Result<(&'static str, Value), NotSaid>;
    /// By which its notifications name the payment.
    fn id(&self, payment: PaymentId) -> String;
    /// By which its payer pays it.
    fn payable(&self, payment: PaymentId) -> String {
        self.id(payment)
    }
    fn kept(&self, payment: PaymentId) -> Kept;
    /// Whether money is taken of a payer who comes when the time is over.
    fn takes_late(&self) -> bool {
        true
    }
}

/// In so many of its ways a provider is at fault, too: the others differ in other things.
pub(crate) const fn faulty_ways<H: Harness>() -> usize {
    if H::WAYS < 2 { H::WAYS } else { 2 }
}

/// Whatever way it is set up, it keeps its word.
pub(crate) async fn contract<H: Harness>() {
    for way in 0..H::WAYS {
        let clock = Clock::test(NOW);
        let harness = H::start(way, &clock, nowhere(&clock)).await;
        provider_contract(&harness).await;
    }
}

pub(crate) async fn at<H: Harness>(db: &TestDb, way: usize) -> (World, H) {
    let harness = H::start(way, db.clock(), db.env("payments")).await;
    let world = World::with(db, |settings| {
        settings.charge_deadline = std::time::Duration::from_millis(400);
        settings.providers = vec![harness.settings()];
    });
    (world.await, harness)
}

/// What was told since this was last asked is heard.
pub(crate) async fn heard<H: Harness>(world: &World, harness: &H) -> Vec<ProviderWebhook> {
    let all = harness.notifications().await;
    for told in &all {
        world.notify(told.clone()).await;
    }
    all
}

/// Begun, and known here at the latest when somebody looks.
pub(crate) async fn begun<H: Harness>(world: &World, harness: &H) -> PaymentId {
    let payment = world.started(harness.waiting(), 4200).await;
    world.after(Duration::minutes(1)).await;
    payment.id
}

/// What goes wrong in the life of a payment, each time that something could.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) making: Option<Instead>,
    /// At each step until its money is ours, or at the first.
    pub(crate) looking: Option<Instead>,
    pub(crate) only_first: bool,
    pub(crate) refunding: Option<Instead>,
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        let fault = Some(Instead::from(fault));
        Self {
            making: fault.clone(),
            looking: fault.clone(),
            only_first: false,
            refunding: fault,
        }
    }
}

/// A payment from its beginning until it was given back: it is charged once, its money is taken once and given
/// back once, and soon we know.
pub(crate) async fn life<H: Harness>(
    world: &World,
    harness: &H,
    trouble: &Trouble,
    at_once: bool,
) -> PaymentId {
    let what = format!("{trouble:?}, at once: {at_once}");
    let server = harness.server();
    let plan = |call, instead: Option<&Instead>| {
        if let Some(instead) = instead {
            server.next(call, instead.clone());
        }
    };
    plan(H::MAKE, trouble.making.as_ref());
    let method = harness.at_once().filter(|_| at_once);
    let waits = method.is_none();
    let start = world.asked(method.unwrap_or_else(|| harness.waiting()), 4200);
    let payment = world.begin(start.clone()).await.unwrap();
    let (id, paid) = (payment.id, Paid { payment, start });
    world.after(Duration::minutes(1)).await;
    if waits {
        let seen = world.payment(id).await;
        assert_eq!(seen.status, S::Pending, "{what}");
        assert_ne!(seen.next_action, NextAction::None {}, "{what}");
        let steps = harness.steps();
        let faulty = if trouble.only_first { 1 } else { steps.len() };
        for &step in &steps[..faulty] {
            plan(step, trouble.looking.as_ref());
        }
        harness.pay(&harness.payable(id)).await;
        heard(world, harness).await;
        // Each step may have to be asked for once more.
        for _ in &steps {
            world.after(Duration::minutes(6)).await;
        }
    }
    assert_eq!(world.payment(id).await.status, S::Completed, "{what}");
    plan(H::REFUND, trouble.refunding.as_ref());
    world.refund(paid.refund(&[(0, 4200)])).await.unwrap();
    world.after(Duration::minutes(2)).await;
    assert_eq!(world.payment(id).await.status, S::Refunded, "{what}");
    let once = Kept {
        charges: 1,
        taken: 1,
        refunds: 1,
    };
    assert_eq!(harness.kept(id), once, "{what}");
    assert_eq!(server.left(), 0, "{what}: not all of it happened");
    // What it tells of that changes nothing.
    heard(world, harness).await;
    id
}

/// A module of tests, one for each provider, of a function that is generic over [`Harness`].
macro_rules! at_each_provider {
    ($case:ident $(, #[$attribute:meta])?) => {
        mod $case {
            use crate::harness::at_each_provider;

            at_each_provider!(@at $case [$(#[$attribute])?] sandbox crate::sandbox::AtSandbox);
            at_each_provider!(@at $case [$(#[$attribute])?] stripe crate::stripe::harness::AtStripe);
            at_each_provider!(@at $case [$(#[$attribute])?] mercado_pago crate::mercado_pago::harness::AtMercadoPago);
            at_each_provider!(@at $case [$(#[$attribute])?] paypal crate::paypal::harness::AtPaypal);
            at_each_provider!(@at $case [$(#[$attribute])?] woovi crate::woovi::harness::AtWoovi);
            at_each_provider!(@at $case [$(#[$attribute])?] pix_api crate::pix_api::harness::AtBank);
        }
    };
    (@at $case:ident [$(#[$attribute:meta])?] $name:ident $harness:ty) => {
        #[test]
        $(#[$attribute])?
        fn $name() {
            for way in 0..crate::harness::faulty_ways::<$harness>() {
                feira_testkit::run_module("payments", |db| super::$case::<$harness>(db, way));
            }
        }
    };
}

pub(crate) use at_each_provider;
