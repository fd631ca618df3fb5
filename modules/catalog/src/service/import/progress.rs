//! How far an import has come, kept with its key in the transaction of each step, so that a
//! repeat goes on where the first one was cut off and touches nothing that was done.

use std::collections::BTreeSet;

use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use super::report::ProductResult;
use crate::{ImportId, ImportNote, ImportReport, import::Notes};

/// What a key is known for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    Going(Progress),
    Done(#[serde(deserialize_with = "report")] ImportReport),
}

/// A key outlives an upgrade: 0.3.0 kept reports of another form.
fn report<'de, D: Deserializer<'de>>(kept: D) -> Result<ImportReport, D::Error> {
    Ok(match Report::deserialize(kept)? {
        Report::Current(report) => report,
        Report::Earlier(report) => report.translated(),
    })
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Report {
    Current(ImportReport),
    Earlier(EarlierReport),
}

#[derive(Deserialize)]
struct EarlierReport {
    products_created: u32,
    products_updated: u32,
    variants: u32,
    #[serde(default)]
    refused: u32,
    notes: Vec<EarlierNote>,
}

#[derive(Deserialize)]
struct EarlierNote {
    line: u64,
    refused: bool,
    code: String,
    detail: String,
}

impl EarlierReport {
    /// Its notes are all that was kept, so there is no import to ask for more.
    fn translated(self) -> ImportReport {
        let mut notes = Notes::default();
        for note in self.notes {
            // Codes had no name of a module before.
            let named = note.code.contains('.');
            notes.push(ImportNote {
                line: note.line,
                column: None,
                refused: note.refused,
                code: if named {
                    note.code
                } else {
                    format!("catalog.{}", note.code)
                },
                detail: note.detail,
            });
        }
        ImportReport {
            dry_run: false,
            id: ImportId(Uuid::nil()),
            products_created: self.products_created,
            products_updated: self.products_updated,
            variants: self.variants,
            refused: self.refused,
            notes: notes.by_kind(),
        }
    }
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
    use serde_json::json;

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

    #[test]
    fn a_report_of_an_earlier_release_is_read() {
        let read = |done| match serde_json::from_value(json!({"done": done})).unwrap() {
            Outcome::Done(report) => report,
            Outcome::Going(_) => panic!("it is done"),
        };
        let note = |line: u64, refused: bool, code: &str| json!({"line": line, "refused": refused, "code": code, "detail": "x"});
        let old = read(json!({
            "products_created": 3, "products_updated": 1, "variants": 5, "refused": 2,
            "notes": [note(2, true, "bad_price"), note(4, false, "text_cut"), note(5, true, "bad_price"),
                      note(6, true, "catalog.sku_taken")],
        }));
        assert_eq!((old.products_created, old.variants, old.refused), (3, 5, 2));
        let kinds = old
            .notes
            .iter()
            .map(|kind| (kind.code.as_str(), kind.refused, kind.count));
        let expected = [
            ("catalog.bad_price", true, 2),
            ("catalog.sku_taken", true, 1),
            ("catalog.text_cut", false, 1),
        ];
        assert_eq!(kinds.collect::<Vec<_>>(), expected);
        assert_eq!(old.notes[0].first[1].line, 5);
        let oldest =
            json!({"products_created": 0, "products_updated": 0, "variants": 0, "notes": []});
        assert_eq!(read(oldest).refused, 0);
        // And one of today as it was.
        let again = serde_json::to_value(&old).unwrap();
        assert_eq!(read(again), old);
    }
}
