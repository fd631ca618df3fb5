//! What is noted of a file while it is read and taken, and never more than can be asked for: a file
//! may have 50,000 rows.

use std::{cmp::Reverse, collections::HashMap};

use crate::{ImportNote, ImportNotes};

/// Notes of one kind that are kept.
const MAX_OF_KIND: usize = 2_000;
/// Characters of one: it may quote a cell.
const MAX_DETAIL: usize = 300;

/// Of each kind the first ones by line, and how many there are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes {
    kinds: HashMap<(String, bool), Kind>,
    pushed: usize,
}

/// Each note with its place, so that those of one line stay in order.
#[derive(Debug, Clone, Default)]
struct Kind {
    count: usize,
    first: Vec<(usize, ImportNote)>,
}

impl Kind {
    fn keep(&mut self, notes: impl IntoIterator<Item = (usize, ImportNote)>) {
        self.first.extend(notes);
        if self.first.len() >= 2 * MAX_OF_KIND {
            self.cut();
        }
    }

    fn cut(&mut self) {
        self.first.sort_by_key(|(place, note)| (note.line, *place));
        self.first.truncate(MAX_OF_KIND);
    }
}

impl Notes {
    pub(crate) fn push(&mut self, mut note: ImportNote) {
        if let Some((end, _)) = note.detail.char_indices().nth(MAX_DETAIL) {
            note.detail = format!("{}…", &note.detail[..end]);
        }
        // PostgreSQL keeps none.
        note.detail.retain(|c| c != '\0');
        self.pushed += 1;
        let kind = self.kinds.entry((note.code.clone(), note.refused));
        let kind = kind.or_default();
        kind.count += 1;
        kind.keep([(self.pushed, note)]);
    }

    pub(crate) fn append(&mut self, other: Self) {
        let before = self.pushed;
        for (name, more) in other.kinds {
            let kind = self.kinds.entry(name).or_default();
            kind.count += more.count;
            let later = more.first.into_iter();
            kind.keep(later.map(|(place, note)| (before + place, note)));
        }
        self.pushed += other.pushed;
    }

    /// How many are of what was left out, kept or not.
    pub(crate) fn refused(&self) -> u32 {
        let kinds = self.kinds.iter().filter(|((_, refused), _)| *refused);
        number(kinds.map(|(_, kind)| kind.count).sum())
    }

    /// By kind, refusals first, the commonest of each first; of each all that is kept, by line.
    pub(crate) fn by_kind(self) -> Vec<ImportNotes> {
        let mut all = Vec::with_capacity(self.kinds.len());
        for ((code, refused), mut kind) in self.kinds {
            kind.cut();
            all.push(ImportNotes {
                code,
                refused,
                count: number(kind.count),
                first: kind.first.into_iter().map(|(_, note)| note).collect(),
            });
        }
        all.sort_by(|a, b| {
            let place = |kind: &ImportNotes| (Reverse(kind.refused), Reverse(kind.count));
            place(a).cmp(&place(b)).then_with(|| a.code.cmp(&b.code))
        });
        all
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        field_codes::{BAD_PRICE, IMAGE_NOT_FETCHED, NO_HANDLE, TEXT_CUT},
        import::note,
    };

    #[test]
    fn a_kind_is_bounded_and_counted_and_refusals_come_first() {
        let mut notes = Notes::default();
        for line in (1..=2_500).rev() {
            notes.push(note(line, false, TEXT_CUT, "cut"));
        }
        let mut more = Notes::default();
        for line in (2_501..=25_000).rev() {
            more.push(note(line, false, TEXT_CUT, "cut"));
        }
        more.push(note(30_000, true, NO_HANDLE, "none"));
        more.push(note(9, true, BAD_PRICE, "x"));
        more.push(note(7, true, BAD_PRICE, "y"));
        more.push(note(7, false, BAD_PRICE, "not so bad"));
        notes.append(more);
        let kept = notes.kinds.values().map(|kind| kind.first.len());
        assert!(kept.max() < Some(2 * MAX_OF_KIND));
        assert_eq!(notes.refused(), 3);
        let kinds = notes.by_kind();
        let counts: Vec<_> = kinds
            .iter()
            .map(|k| (k.code.as_str(), k.refused, k.count))
            .collect();
        assert_eq!(
            counts,
            [
                ("catalog.bad_price", true, 2),
                ("catalog.no_handle", true, 1),
                ("catalog.text_cut", false, 25_000),
                ("catalog.bad_price", false, 1),
            ]
        );
        let prices: Vec<_> = kinds[0].first.iter().map(|n| n.line).collect();
        assert_eq!(prices, [7, 9]);
        let cut = &kinds[2].first;
        let ends = (
            cut.len(),
            cut.first().unwrap().line,
            cut.last().unwrap().line,
        );
        assert_eq!(ends, (MAX_OF_KIND, 1, 2_000));
    }

    #[test]
    fn no_refusal_hides_among_many_notes() {
        for (lines, refused) in [(3_174, 0), (1_545, 73), (50_000, 1), (9, 8)] {
            let mut notes = Notes::default();
            for line in 1..=lines {
                // Scattered over the file.
                let is_refused = line * refused / lines > (line - 1) * refused / lines;
                let code = match (is_refused, line % 2) {
                    (true, 0) => BAD_PRICE,
                    (true, _) => NO_HANDLE,
                    (false, 0) => TEXT_CUT,
                    (false, _) => IMAGE_NOT_FETCHED,
                };
                notes.push(note(line, is_refused, code, "x"));
            }
            assert_eq!(u64::from(notes.refused()), refused);
            let kinds = notes.by_kind();
            assert!(kinds.len() <= 4, "one line for each kind");
            let sum = |refused| {
                let kinds = kinds.iter().filter(|kind| kind.refused == refused);
                kinds.map(|kind| u64::from(kind.count)).sum::<u64>()
            };
            assert_eq!((sum(true), sum(false)), (refused, lines - refused));
            assert!(kinds.is_sorted_by_key(|kind| !kind.refused), "{lines}");
        }
    }

    #[test]
    fn what_quotes_a_long_cell_is_cut() {
        let mut notes = Notes::default();
        notes.push(note(1, true, BAD_PRICE, "ç\0".repeat(900)));
        let detail = &notes.by_kind()[0].first[0].detail;
        assert_eq!(*detail, format!("{}…", "ç".repeat(MAX_DETAIL / 2)));
    }
}
