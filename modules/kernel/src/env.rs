use crate::{Clock, Entropy, db::Pool};

/// The environment of a module: time, randomness and its own connections.
#[derive(Clone)]
pub struct Env {
    pub clock: Clock,
    pub entropy: Entropy,
    pub pool: Pool,
}

impl Env {
    pub fn now(&self) -> crate::Time {
        self.clock.now()
    }

    /// A new UUIDv7 of now.
    pub fn uuid(&self) -> uuid::Uuid {
        self.entropy.uuid(self.clock.now())
    }
}
