//! What the report of an import tells.

use std::collections::HashMap;

use feira_kernel::ModuleError;

use crate::{CatalogError, ImportNote, ImportReport, import::note};

/// Notes of one kind in a report; a file may have 50,000 rows.
const MAX_NOTES: usize = 200;

/// What became of one product.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) created: bool,
    pub(super) variants: u32,
    /// The SKUs that its variants now have.
    pub(super) skus: Vec<String>,
    pub(super) notes: Vec<ImportNote>,
    pub(super) assumed: Assumed,
}

/// How often something was assumed that the file does not say; told once.
#[derive(Default)]
pub(super) struct Assumed {
    pub(super) published: u32,
    pub(super) not_counted: u32,
    pub(super) no_quantity: u32,
    pub(super) stock_left: u32,
}

impl Assumed {
    pub(super) fn add(&mut self, other: &Self) {
        self.published += other.published;
        self.not_counted += other.not_counted;
        self.no_quantity += other.no_quantity;
        self.stock_left += other.stock_left;
    }

    /// All stand at the header, whose columns they are about.
    pub(super) fn notes(&self) -> impl Iterator<Item = ImportNote> {
        [
            (
                self.published,
                "published",
                "new products whose status the file does not give: they are published",
            ),
            (
                self.not_counted,
                "not_counted",
                "variants that the file does not count: their stock is not counted, and they can always be bought",
            ),
            (
                self.no_quantity,
                "no_quantity",
                "new variants are counted, but the file gives no quantity: there are none of them until you set one",
            ),
            (
                self.stock_left,
                "stock_left",
                "variants whose stock, and how it is counted, stay as they are: the file has no column \"Variant Inventory Qty\"",
            ),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, code, what)| note(1, false, code, format!("{count} {what}")))
    }
}

/// A refused product is a note; what is no fault of the file ends the import.
pub(super) fn refusal(line: u64, error: CatalogError) -> Result<ImportNote, CatalogError> {
    match &error {
        CatalogError::Unavailable(_) | CatalogError::Internal(_) => Err(error),
        CatalogError::Invalid(fields) => {
            let detail: Vec<String> = fields
                .iter()
                .take(5)
                .map(|f| format!("{}: {}", f.pointer, f.detail))
                .collect();
            Ok(note(line, true, error.code(), detail.join("; ")))
        }
        other => Ok(note(line, true, other.code(), other.to_string())),
    }
}

/// In the order of the lines; of each kind the first ones, and how many more there are.
pub(super) fn finish(report: &mut ImportReport) {
    let mut all = std::mem::take(&mut report.notes);
    all.sort_by_key(|note| note.line);
    report.refused = u32::try_from(all.iter().filter(|n| n.refused).count()).unwrap_or(u32::MAX);
    let mut counts: HashMap<(String, bool), usize> = HashMap::new();
    for note in &all {
        *counts.entry((note.code.clone(), note.refused)).or_default() += 1;
    }
    let mut seen: HashMap<(String, bool), usize> = HashMap::new();
    for mut note in all {
        let kind = (note.code.clone(), note.refused);
        let more = counts
            .get(&kind)
            .map_or(0, |count| count - MAX_NOTES.min(*count));
        let place = seen.entry(kind).or_default();
        *place += 1;
        if *place == MAX_NOTES && more > 0 {
            note.detail = format!("{}; and {more} more notes of this kind", note.detail);
        }
        if *place <= MAX_NOTES {
            report.notes.push(note);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_bounded_and_counts_all() {
        let mut report = ImportReport {
            notes: (1..=500)
                .rev()
                .map(|line| note(line, true, "bad", "bad"))
                .collect(),
            ..ImportReport::default()
        };
        report.notes.push(note(7, false, "bad", "not so bad"));
        finish(&mut report);
        assert_eq!((report.refused, report.notes.len()), (500, MAX_NOTES + 1));
        let last = report.notes.last().unwrap();
        assert_eq!(last.line, 200);
        assert_eq!(last.detail, "bad; and 300 more notes of this kind");
    }
}
