//! Secrets in the address of notifications, where whoever sends them signs by none of ours.

use subtle::ConstantTimeEq;

use crate::StartError;

/// The shortest that is taken.
const SHORTEST: usize = 32;

/// The present one and, during a rotation, the one before.
pub(crate) struct PathTokens(Vec<String>);

impl PathTokens {
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }

    /// Those that are not empty.
    pub(crate) fn new(tokens: [&str; 2]) -> Result<Self, StartError> {
        let set: Vec<&str> = tokens
            .into_iter()
            .filter(|token| !token.is_empty())
            .collect();
        if set.iter().any(|token| token.len() < SHORTEST) {
            return Err(StartError::ShortSecret("the webhook token"));
        }
        Ok(Self(set.into_iter().map(str::to_owned).collect()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In a time that does not tell how much of one is right.
    pub(crate) fn know(&self, path: &str) -> bool {
        let known = |token: &String| bool::from(token.as_bytes().ct_eq(path.as_bytes()));
        self.0.iter().fold(false, |any, token| any | known(token))
    }
}
