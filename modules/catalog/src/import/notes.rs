//! What is noted of a file while it is read and taken, and never more than a report shows: a file
//! may have 50,000 rows.

use std::collections::HashMap;

use crate::ImportNote;

/// Notes of one kind.
const MAX_OF_KIND: usize = 200;
/// Notes of all kinds.
const MAX: usize = 1_000;
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
            self.cut(MAX_OF_KIND);
        }
    }

    fn cut(&mut self, most: usize) {
        self.first.sort_by_key(|(place, note)| (note.line, *place));
        self.first.truncate(most);
    }
}

impl Notes {
    pub(crate) fn push(&mut self, mut note: ImportNote) {
        if let Some((end, _)) = note.detail.char_indices().nth(MAX_DETAIL) {
            note.detail = format!("{}…", &note.detail[..end]);
        }
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

    /// How many are of what was left out, told or not.
    pub(crate) fn refused(&self) -> u32 {
        let kinds = self.kinds.iter().filter(|((_, refused), _)| *refused);
        let count: usize = kinds.map(|(_, kind)| kind.count).sum();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// In the order of the lines. The last one of a kind says how many more there are; of many
    /// kinds fewer of each are told.
    pub(crate) fn list(self) -> Vec<ImportNote> {
        let total = |most: usize| -> usize {
            let kinds = self.kinds.values();
            kinds.map(|kind| kind.count.min(most)).sum()
        };
        let mut most = MAX_OF_KIND;
        while total(most) > MAX {
            most /= 2;
        }
        let mut all = Vec::new();
        for mut kind in self.kinds.into_values() {
            kind.cut(most);
            let more = kind.count - kind.first.len();
            if let Some((_, last)) = kind.first.last_mut()
                && more > 0
            {
                last.detail = format!("{}; and {more} more notes of this kind", last.detail);
            }
            all.append(&mut kind.first);
        }
        all.sort_by_key(|(place, note)| (note.line, *place));
        all.into_iter().map(|(_, note)| note).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::note;

    #[test]
    fn a_kind_is_bounded_and_counted() {
        let mut notes = Notes::default();
        for line in (1..=250).rev() {
            notes.push(note(line, true, "bad", "bad"));
        }
        let mut more = Notes::default();
        for line in (251..=2_500).rev() {
            more.push(note(line, true, "bad", "bad"));
        }
        more.push(note(7, false, "bad", "not so bad"));
        notes.append(more);
        assert!(notes.kinds.values().all(|kind| kind.first.len() < 400));
        assert_eq!(notes.refused(), 2_500);
        let list = notes.list();
        assert_eq!(list.len(), MAX_OF_KIND + 1);
        let last = list.last().unwrap();
        assert_eq!(last.line, 200);
        assert_eq!(last.detail, "bad; and 2300 more notes of this kind");
        let of_7: Vec<_> = list.iter().filter(|n| n.line == 7).collect();
        assert_eq!((of_7[0].refused, of_7[1].refused), (true, false));
    }

    #[test]
    fn many_kinds_and_long_cells_are_bounded_and_counted() {
        for kinds in [6, 30] {
            let mut notes = Notes::default();
            for line in 1..=300 {
                for kind in 0..kinds {
                    notes.push(note(line, false, &format!("kind {kind}"), "ç".repeat(900)));
                }
            }
            let list = notes.list();
            assert!(list.len() <= MAX && list.len() > MAX / 3, "{}", list.len());
            let of_0: Vec<_> = list.iter().filter(|n| n.code == "kind 0").collect();
            let (told, last) = (of_0.len(), of_0.last().unwrap());
            let more = format!("; and {} more notes of this kind", 300 - told);
            assert!(last.detail.ends_with(&more), "{}", last.detail);
            assert!(last.detail.chars().count() < 400);
        }
    }
}
