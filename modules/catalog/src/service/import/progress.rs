//! How far an import has come, kept with its key in the transaction of each step, so that a
//! repeat goes on where the first one was cut off and touches nothing that was done.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::report::ProductResult;
use crate::ImportReport;

/// What a key is known for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Going(Progress),
    Done(ImportReport),
}

/// Products are named by their place in the file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// All before this one are done: taken, or refused.
    next: usize,
    /// Later ones that were taken together with earlier ones.
    ahead: BTreeSet<usize>,
    pub(super) created: u32,
    pub(super) updated: u32,
    pub(super) variants: u32,
    pub(super) refused: u32,
}

impl Progress {
    /// The first one that is still to be done.
    pub(super) fn next(&self) -> usize {
        self.next
    }

    pub(super) fn is_done(&self, place: usize) -> bool {
        place < self.next || self.ahead.contains(&place)
    }

    /// How many are done.
    pub(super) fn count(&self) -> usize {
        self.next + self.ahead.len()
    }

    pub(super) fn taken(&mut self, places: &[usize], taken: &[ProductResult]) {
        for taken in taken {
            self.created += u32::from(taken.created);
            self.updated += u32::from(!taken.created);
            self.variants += taken.variants;
        }
        self.done(places);
    }

    pub(super) fn refused(&mut self, place: usize) {
        self.refused += 1;
        self.done(&[place]);
    }

    fn done(&mut self, places: &[usize]) {
        self.ahead.extend(places);
        while self.ahead.remove(&self.next) {
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_known_in_any_order() {
        let mut progress = Progress::default();
        let taken = |created| ProductResult {
            created,
            variants: 2,
            ..ProductResult::default()
        };
        progress.taken(&[0, 3], &[taken(true), taken(false)]);
        progress.refused(1);
        assert_eq!((progress.next(), progress.count()), (2, 3));
        let done: Vec<_> = (0..5).map(|place| progress.is_done(place)).collect();
        assert_eq!(done, [true, true, false, true, false]);
        progress.taken(&[2], &[taken(false)]);
        assert_eq!((progress.next(), progress.ahead.len()), (4, 0));
        let counts = (progress.created, progress.updated, progress.variants);
        assert_eq!((counts, progress.refused), ((1, 2, 6), 1));
        let kept = serde_json::to_value(Outcome::Going(progress.clone())).unwrap();
        let read: Outcome = serde_json::from_value(kept).unwrap();
        assert_eq!(read, Outcome::Going(progress));
    }
}
