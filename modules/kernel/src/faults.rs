//! For tests: neighbours whose calls fail on demand, or take their time.

use std::{
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::Barrier;

use crate::{ModuleError, TestClock};

/// How a call fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// `Unavailable`, and nothing was done.
    Before,
    /// It was done; then `Internal`.
    After,
    /// It was done; but the caller sees `Unavailable`, whatever the answer was.
    AnswerLost,
}

/// Counts the calls of all its neighbours, and breaks the one that it was told to.
#[derive(Clone, Default)]
pub struct Faults {
    ignored: &'static [&'static str],
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    calls: Vec<&'static str>,
    broken: Option<(usize, Fault)>,
    slow: Option<Slow>,
}

/// Calls of a method that wait for each other, and for a while.
#[derive(Clone)]
pub struct Slow {
    pub method: &'static str,
    /// So many of them meet.
    pub meet: Arc<Barrier>,
    /// How far the clock goes on with each.
    pub clock: TestClock,
    pub takes: time::Duration,
}

impl Faults {
    /// Neither counts nor breaks these methods: what a job calls whenever it is due.
    pub fn ignoring(methods: &'static [&'static str]) -> Self {
        Self {
            ignored: methods,
            ..Self::default()
        }
    }

    /// Breaks the call with this number, from 0, and forgets the calls so far.
    pub fn break_call(&self, number: usize, fault: Fault) {
        *self.state() = State {
            broken: Some((number, fault)),
            ..State::default()
        };
    }

    /// Slows the calls of one method.
    pub fn slow_down(&self, slow: Slow) {
        self.state().slow = Some(slow);
    }

    pub fn heal(&self) {
        let mut state = self.state();
        (state.broken, state.slow) = (None, None);
    }

    /// The names of the calls since the last [`Self::break_call`].
    pub fn calls(&self) -> Vec<&'static str> {
        self.state().calls.clone()
    }

    /// Makes the call, or breaks it.
    pub async fn call<T, E: ModuleError>(
        &self,
        method: &'static str,
        call: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        if self.ignored.contains(&method) {
            return call.await;
        }
        let (broken, slow) = self.count(method);
        if let Some(slow) = slow {
            let met = tokio::time::timeout(Duration::from_secs(20), slow.meet.wait());
            met.await.expect("as many calls at once");
            slow.clock.advance(slow.takes);
        }
        if broken == Some(Fault::Before) {
            return Err(E::unavailable(format!("{method} was not reached")));
        }
        let answer = call.await;
        match broken {
            Some(Fault::After) => Err(E::internal(format!("{method} failed at its end"))),
            Some(Fault::AnswerLost) => {
                Err(E::unavailable(format!("the answer of {method} was lost")))
            }
            Some(Fault::Before) | None => answer,
        }
    }

    fn count(&self, method: &'static str) -> (Option<Fault>, Option<Slow>) {
        let mut state = self.state();
        let number = state.calls.len();
        state.calls.push(method);
        let slow = state.slow.clone().filter(|slow| slow.method == method);
        let broken = state.broken.filter(|(n, _)| *n == number);
        (broken.map(|(_, fault)| fault), slow)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A module behind its trait, `Faulty<dyn Catalog>`, whose calls go through [`Faults`].
/// [`remote!`](crate::remote!) implements the trait.
pub struct Faulty<T: ?Sized> {
    pub inner: Arc<T>,
    pub faults: Faults,
}

impl<T: ?Sized> Faulty<T> {
    pub fn new(inner: Arc<T>, faults: &Faults) -> Arc<Self> {
        Arc::new(Self {
            inner,
            faults: faults.clone(),
        })
    }
}
