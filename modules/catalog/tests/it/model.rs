//! Random sequences against a model: whatever is asked, stock is what the model says.

use std::collections::BTreeMap;

use feira_catalog::{CatalogError, MovementReason, Restock, StockChange, StockPolicy, VariantId};
use feira_kernel::TestClock;
use feira_testkit::{TestDb, violations};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use time::Duration;
use uuid::Uuid;

use crate::support::{World, adjust, key, line};

const START: u32 = 12;

#[derive(Debug, Clone)]
enum Step {
    Reserve {
        key: u128,
        lines: Vec<(usize, u32)>,
    },
    Commit(u128),
    Release(u128),
    Restock {
        key: u128,
        variant: usize,
        quantity: u32,
    },
    Adjust {
        variant: usize,
        by: i64,
    },
    Count {
        variant: usize,
        to: u32,
    },
    /// Until the sweeper came by, or it did not yet.
    Wait {
        minutes: i64,
        swept: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Active,
    Committed,
    Ended,
}

#[derive(Default)]
struct Model {
    now: i64,
    /// Counted, or sold on below zero.
    policies: [StockPolicy; 2],
    on_hand: [i64; 2],
    held: BTreeMap<u128, (State, i64, [u32; 2])>,
    restocked: Vec<u128>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let key = 0..6_u128;
    let lines = prop::collection::vec((0..2_usize, 1..6_u32), 1..4);
    let step = prop_oneof![
        4 => (key.clone(), lines).prop_map(|(key, lines)| Step::Reserve { key, lines }),
        2 => key.clone().prop_map(Step::Commit),
        2 => key.clone().prop_map(Step::Release),
        1 => (key, 0..2_usize, 1..5_u32)
            .prop_map(|(key, variant, quantity)| Step::Restock { key, variant, quantity }),
        1 => (0..2_usize, -4..5_i64).prop_map(|(variant, by)| Step::Adjust { variant, by }),
        1 => (0..2_usize, 0..20_u32).prop_map(|(variant, to)| Step::Count { variant, to }),
        1 => (1..12_i64, any::<bool>())
            .prop_map(|(minutes, swept)| Step::Wait { minutes, swept }),
    ];
    prop::collection::vec(step, 1..40)
}

impl Model {
    fn reserved(&self, variant: usize) -> u32 {
        let active = self
            .held
            .values()
            .filter(|(state, ..)| *state == State::Active);
        active.map(|(_, _, lines)| lines[variant]).sum()
    }

    fn expire(&mut self) {
        for (state, expires, _) in self.held.values_mut() {
            if *state == State::Active && *expires <= self.now {
                *state = State::Ended;
            }
        }
    }

    fn reserve(&mut self, key: u128, lines: &[(usize, u32)]) -> &'static str {
        match self.held.get(&key) {
            Some((State::Ended, ..)) => return "ended",
            Some((State::Active, expires, _)) if *expires <= self.now => return "ended",
            Some(_) => return "ok",
            None => {}
        }
        let mut sums = [0; 2];
        for (variant, quantity) in lines {
            sums[*variant] += quantity;
        }
        let short = |v: usize| self.on_hand[v] - i64::from(self.reserved(v)) < i64::from(sums[v]);
        if (0..2).any(|v| self.policies[v] == StockPolicy::Counted && short(v)) {
            return "out";
        }
        self.held.insert(key, (State::Active, self.now + 15, sums));
        "ok"
    }

    fn commit(&mut self, key: u128) -> &'static str {
        match self.held.get_mut(&key) {
            None => "unknown",
            Some((State::Ended, ..)) => "ended",
            Some((State::Committed, ..)) => "ok",
            // Its units stay held until it is swept.
            Some((State::Active, expires, _)) if *expires <= self.now => "ended",
            Some((state, _, lines)) => {
                *state = State::Committed;
                for (on_hand, sold) in self.on_hand.iter_mut().zip(lines) {
                    *on_hand -= i64::from(*sold);
                }
                "ok"
            }
        }
    }

    fn release(&mut self, key: u128) -> &'static str {
        match self.held.get_mut(&key) {
            Some((State::Committed, ..)) => "ended",
            Some((state, ..)) => {
                *state = State::Ended;
                "ok"
            }
            None => "ok",
        }
    }

    fn set(&mut self, variant: usize, to: i64) -> &'static str {
        let counted = self.policies[variant] == StockPolicy::Counted;
        if counted && to < i64::from(self.reserved(variant)) {
            return "invalid";
        }
        self.on_hand[variant] = to;
        "ok"
    }
}

fn word<T>(result: Result<T, CatalogError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(CatalogError::OutOfStock(_)) => "out",
        Err(CatalogError::ReservationEnded) => "ended",
        Err(CatalogError::NotFound) => "unknown",
        Err(CatalogError::Invalid(_)) => "invalid",
        Err(other) => panic!("{other:?}"),
    }
}

/// One sequence in the world: keys are set apart from other sequences' by `base`.
struct Play<'a> {
    world: &'a World,
    clock: &'a TestClock,
    base: u128,
    policies: [StockPolicy; 2],
    variants: [VariantId; 2],
}

impl Play<'_> {
    async fn all(&self, steps: &[Step]) {
        let mut model = Model {
            policies: self.policies,
            on_hand: [i64::from(START); 2],
            ..Model::default()
        };
        for (place, step) in steps.iter().enumerate() {
            let (real, expected) = self.one(&mut model, step.clone()).await;
            assert_eq!(real, expected, "step {place} of {steps:?}");
            for (variant, id) in self.variants.into_iter().enumerate() {
                let expected = (model.on_hand[variant], model.reserved(variant));
                let real = self.world.stock(id).await;
                assert_eq!(
                    real, expected,
                    "variant {variant} after step {place} of {steps:?}"
                );
            }
        }
    }

    /// What really came of a step, and what should have.
    async fn one(&self, model: &mut Model, step: Step) -> (&'static str, &'static str) {
        let (api, order) = (&self.world.api, &self.world.order);
        match step {
            Step::Reserve { key, lines } => {
                let line = |(v, n): &(usize, u32)| line(self.variants[*v], *n);
                let asked = lines.iter().map(line).collect();
                let real = self.world.reserve(self.base + key, asked).await;
                (word(real), model.reserve(key, &lines))
            }
            Step::Commit(number) => {
                let real = api.commit_reservation(order, key(self.base + number));
                (word(real.await), model.commit(number))
            }
            Step::Release(number) => {
                let real = api.release_reservation(order, key(self.base + number));
                (word(real.await), model.release(number))
            }
            Step::Restock {
                key,
                variant,
                quantity,
            } => {
                let restock = Restock {
                    key: Uuid::from_u128(self.base + key),
                    reservation: None,
                    lines: vec![line(self.variants[variant], quantity)],
                    reason: MovementReason::Returned,
                    reference: format!("order {key}"),
                };
                if !model.restocked.contains(&key) {
                    model.restocked.push(key);
                    model.on_hand[variant] += i64::from(quantity);
                }
                (word(api.restock(order, restock).await), "ok")
            }
            Step::Adjust { by: 0, .. } => ("ok", "ok"),
            Step::Adjust { variant, by } => {
                let to = model.on_hand[variant] + by;
                let real = self.adjusted(variant, StockChange::By(by)).await;
                (real, model.set(variant, to))
            }
            Step::Count { variant, to } => {
                let real = self.adjusted(variant, StockChange::To(to)).await;
                (real, model.set(variant, i64::from(to)))
            }
            Step::Wait { minutes, swept } => {
                self.clock.advance(Duration::minutes(minutes));
                model.now += minutes;
                if swept {
                    model.expire();
                    self.world.runner.settle().await.unwrap();
                }
                ("ok", "ok")
            }
        }
    }

    async fn adjusted(&self, variant: usize, change: StockChange) -> &'static str {
        let change = adjust(self.variants[variant], change);
        word(
            self.world
                .api
                .adjust_stock(&self.world.ana, change, None)
                .await,
        )
    }
}

#[feira_testkit::test("catalog")]
async fn random_sequences_agree_with_the_model(db: TestDb, world: World) {
    // Deterministic: a failing sequence is printed and comes again.
    let mut runner = TestRunner::deterministic();
    for sequence in 1..=30_u128 {
        let steps = steps().new_tree(&mut runner).unwrap().current();
        let other = [StockPolicy::Counted, StockPolicy::Continue][usize::from(sequence % 2 == 0)];
        let policies = [StockPolicy::Counted, other];
        let name = format!("Model {sequence}");
        let play = Play {
            world: &world,
            clock: db.clock(),
            base: sequence * 1_000,
            policies,
            variants: world.two_of(&name, START, policies).await,
        };
        play.all(&steps).await;
        // Both numbers are the sums of movements too, and what is reserved that of active lines.
        let broken = violations(&db.url(), Some("catalog")).await;
        assert_eq!(broken, [], "after {steps:?}");
    }
}
