use serde::{Deserialize, Serialize};

/// The expected versions of a change (optimistic locking): those that its author has seen. A form names
/// one; `If-Match` may name several, or none that can exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Versions(Vec<i64>);

impl Versions {
    /// Whether this version is one of them.
    pub fn allow(&self, current: i64) -> bool {
        self.0.contains(&current)
    }
}

impl From<i64> for Versions {
    fn from(version: i64) -> Self {
        Self(vec![version])
    }
}

impl FromIterator<i64> for Versions {
    fn from_iter<I: IntoIterator<Item = i64>>(versions: I) -> Self {
        Self(versions.into_iter().collect())
    }
}
