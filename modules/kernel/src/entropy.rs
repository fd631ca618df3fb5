use std::sync::{Arc, Mutex, PoisonError};

use rand::{RngCore, SeedableRng, TryRngCore, rngs::OsRng};
use rand_chacha::ChaCha20Rng;
use time::OffsetDateTime;
use uuid::Uuid;

/// The source of randomness: the operating system's, or a seeded one in tests.
#[derive(Clone)]
pub struct Entropy(Arc<Source>);

enum Source {
    System,
    Seeded(Box<Mutex<ChaCha20Rng>>),
}

impl Entropy {
    pub fn system() -> Self {
        Self(Arc::new(Source::System))
    }

    /// Deterministic: for tests only.
    pub fn seeded(seed: u64) -> Self {
        Self(Arc::new(Source::Seeded(Box::new(Mutex::new(
            ChaCha20Rng::seed_from_u64(seed),
        )))))
    }

    /// Fills the buffer. Panics if the operating system's source fails: no secret can be made then.
    #[allow(
        clippy::expect_used,
        reason = "there is no safe way on without entropy"
    )]
    pub fn fill(&self, bytes: &mut [u8]) {
        match &*self.0 {
            Source::System => OsRng
                .try_fill_bytes(bytes)
                .expect("the operating system gives entropy"),
            Source::Seeded(rng) => rng
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .fill_bytes(bytes),
        }
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A number below `bound` (which must not be zero), near enough uniform for jitter and codes.
    pub fn below(&self, bound: u64) -> u64 {
        u64::from_be_bytes(self.bytes()) % bound.max(1)
    }

    /// A UUIDv7 of the given time.
    pub fn uuid(&self, now: OffsetDateTime) -> Uuid {
        uuid_v7(now, &self.bytes())
    }
}

/// The smallest UUIDv7 of the given time: those made earlier are below it, by the millisecond.
pub fn first_uuid(at: OffsetDateTime) -> Uuid {
    uuid_v7(at, &[0; 10])
}

fn uuid_v7(at: OffsetDateTime, random: &[u8; 10]) -> Uuid {
    let millis = u64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, random).into_uuid()
}

#[cfg(test)]
mod tests {
    use time::{Duration, macros::datetime};

    use super::*;

    #[test]
    fn the_first_uuid_of_a_day_parts_it_from_the_day_before() {
        let (entropy, day) = (Entropy::seeded(1), datetime!(2026-03-02 00:00 UTC));
        for _ in 0..100 {
            assert!(entropy.uuid(day - Duration::MILLISECOND) < first_uuid(day));
            assert!(entropy.uuid(day) >= first_uuid(day));
        }
    }
}
