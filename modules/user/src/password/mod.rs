//! Passwords: hashed with Argon2id away from the async threads, few at a time.

mod policy;

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version,
    password_hash::phc::PasswordHash,
};
use feira_kernel::{Entropy, text};
use tokio::sync::Semaphore;

use crate::{HashCost, StartError, UserError};

pub(crate) use policy::{MAX_CHARS, check};

pub(crate) struct Hasher {
    argon2: Argon2<'static>,
    entropy: Entropy,
    /// A hash to compare with for an unknown login, so that it takes the same time.
    dummy: Arc<str>,
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

/// The result of a comparison.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right {
        /// A new hash to store, if the old one has weaker parameters or is not of the NFC form.
        rehashed: Option<String>,
    },
}

impl Hasher {
    pub(crate) fn new(
        cost: HashCost,
        concurrency: usize,
        queue: usize,
        entropy: Entropy,
    ) -> Result<Self, StartError> {
        let params = Params::new(cost.memory_kib, cost.passes, cost.lanes, None)
            .map_err(|e| StartError::HashCost(e.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let nobodys = entropy.bytes::<32>();
        let dummy = hash(&argon2, &nobodys, &entropy.bytes()).map_err(StartError::HashCost)?;
        Ok(Self {
            argon2,
            entropy,
            dummy: dummy.into(),
            admitted: Arc::new(Semaphore::new(concurrency + queue)),
            running: Arc::new(Semaphore::new(concurrency)),
        })
    }

    pub(crate) async fn hash(&self, password: String) -> Result<String, UserError> {
        let argon2 = self.argon2.clone();
        let salt = self.entropy.bytes();
        let password = text::composed(&password);
        self.run(move || hash(&argon2, password.as_bytes(), &salt))
            .await?
            .map_err(UserError::Internal)
    }

    /// Compares with a stored hash, or with a dummy one, which never matches and takes the same time.
    pub(crate) async fn verify(
        &self,
        password: String,
        kept: Option<String>,
    ) -> Result<Verdict, UserError> {
        let argon2 = self.argon2.clone();
        let salt = self.entropy.bytes();
        let known = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.dummy.to_string());
        self.run(move || {
            let kept = PasswordHash::new(&kept).map_err(|e| e.to_string())?;
            let is = |text: &str| argon2.verify_password(text.as_bytes(), &kept).is_ok();
            let composed = text::composed(&password);
            let right = is(&composed);
            // Older hashes are of the password without NFC.
            let right_as_typed = !right && composed != password && is(&password);
            if !(right || right_as_typed) || !known {
                return Ok(Verdict::Wrong);
            }
            let rehashed = if right_as_typed || outgrown(&kept, argon2.params()) {
                Some(hash(&argon2, composed.as_bytes(), &salt)?)
            } else {
                None
            };
            Ok(Verdict::Right { rehashed })
        })
        .await?
        .map_err(UserError::Internal)
    }

    async fn run<T, F>(&self, work: F) -> Result<T, UserError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let admitted = self
            .admitted
            .clone()
            .try_acquire_owned()
            .map_err(|_| UserError::Busy)?;
        let running = self
            .running
            .clone()
            .acquire_owned()
            .await
            .map_err(|e| UserError::Unavailable(e.to_string()))?;
        let hashing = tokio::task::spawn_blocking(move || {
            // Held until the hashing ends, even if the caller was dropped.
            let _permits = (admitted, running);
            work()
        });
        hashing.await.map_err(UserError::defect)
    }
}

fn hash(argon2: &Argon2<'_>, password: &[u8], salt: &[u8; 16]) -> Result<String, String> {
    let hash: PasswordHash = argon2
        .hash_password_with_salt(password, salt)
        .map_err(|e| e.to_string())?;
    Ok(hash.to_string())
}

fn outgrown(kept: &PasswordHash, wanted: &Params) -> bool {
    Params::try_from(kept).map_or(true, |had| {
        had.m_cost() < wanted.m_cost()
            || had.t_cost() < wanted.t_cost()
            || had.p_cost() < wanted.p_cost()
    })
}

#[cfg(test)]
mod tests;
