//! What a look at the disputes of a payment starts from, and what came of each thing that it was told.

use std::collections::BTreeMap;

use crate::{DisputeId, entities::dispute};

/// How long after one look the next is: they last for weeks, and notifications tell of them at once.
pub(super) const AGAIN_SECONDS: i64 = 3600;

/// What is known of the disputes of a payment when its provider is asked.
#[derive(Clone, Default)]
pub(super) struct Known {
    /// As the provider calls those that it told.
    pub(super) names: Vec<String>,
    /// How often something was written of each.
    pub(super) looks: BTreeMap<DisputeId, i64>,
}

impl Known {
    /// Whether nothing was written of it since.
    pub(super) fn is_as_it_was(&self, row: &dispute::Model) -> bool {
        self.looks.get(&row.id) == Some(&row.looks)
    }
}

/// What became of what was told.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Applied {
    Written,
    /// It cannot be true of this charge.
    Wrong,
    /// Something was written since its provider was asked: it may be older than that.
    Late,
}
