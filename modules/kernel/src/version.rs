use serde::{Deserialize, Serialize};

/// The versions of a thing that its author has seen, and that a change of it may therefore meet.
/// A form names one; `If-Match` may name several, or none that there could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Versions(Vec<i64>);

impl Versions {
    /// Whether a thing of this version may be changed.
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
