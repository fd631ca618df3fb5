//! The columns of both templates: that of exports, and the newer one for files made by hand.

use std::{borrow::Cow, collections::HashMap};

use csv::StringRecord;

use crate::{import::Headers, validate::MAX_OPTIONS};

/// Its names, the older one first.
pub(super) type Column = &'static [&'static str];

pub(super) const HANDLE: Column = &["Handle", "URL handle"];
pub(super) const TITLE: Column = &["Title"];
pub(super) const BODY: Column = &["Body (HTML)", "Description"];
pub(super) const VENDOR: Column = &["Vendor"];
pub(super) const TYPE: Column = &["Type"];
pub(super) const TAGS: Column = &["Tags"];
pub(super) const PUBLISHED: Column = &["Published", "Published on online store"];
pub(super) const STATUS: Column = &["Status"];
pub(super) const OPTION_NAMES: [Column; MAX_OPTIONS] =
    [&["Option1 Name"], &["Option2 Name"], &["Option3 Name"]];
pub(super) const OPTION_VALUES: [Column; MAX_OPTIONS] =
    [&["Option1 Value"], &["Option2 Value"], &["Option3 Value"]];
pub(super) const SKU: Column = &["Variant SKU", "SKU"];
pub(super) const BARCODE: Column = &["Variant Barcode", "Barcode"];
pub(super) const PRICE: Column = &["Variant Price", "Price"];
pub(super) const COMPARE_AT: Column = &["Variant Compare At Price", "Compare-at price"];
pub(super) const GRAMS: Column = &["Variant Grams", "Weight value (grams)"];
pub(super) const TRACKER: Column = &["Variant Inventory Tracker", "Inventory tracker"];
pub(super) const QUANTITY: Column = &["Variant Inventory Qty", "Inventory quantity"];
pub(super) const POLICY: Column = &[
    "Variant Inventory Policy",
    "Continue selling when out of stock",
];
pub(super) const IMAGE: Column = &["Image Src", "Product image URL"];

/// By the names of the fields that they fill; what fills none has no name here.
const FIELDS: [(&str, Column); 23] = [
    ("key", HANDLE),
    ("name", TITLE),
    ("description", BODY),
    ("brand", VENDOR),
    ("category_id", TYPE),
    ("tags", TAGS),
    ("published", PUBLISHED),
    ("status", STATUS),
    ("option1_name", OPTION_NAMES[0]),
    ("option2_name", OPTION_NAMES[1]),
    ("option3_name", OPTION_NAMES[2]),
    ("option1", OPTION_VALUES[0]),
    ("option2", OPTION_VALUES[1]),
    ("option3", OPTION_VALUES[2]),
    ("sku", SKU),
    ("barcode", BARCODE),
    ("price", PRICE),
    ("compare_at", COMPARE_AT),
    ("weight_grams", GRAMS),
    ("tracker", TRACKER),
    ("quantity", QUANTITY),
    ("stock_policy", POLICY),
    ("image", IMAGE),
];

/// Which column a header names, in any case.
pub(super) fn known(header: &str) -> Option<Column> {
    let mut columns = FIELDS.iter().map(|(_, column)| *column);
    columns.find(|column| column.iter().any(|name| name.eq_ignore_ascii_case(header)))
}

/// One row with its line.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) record: StringRecord,
}

/// Where each column stands.
pub(super) struct Columns {
    places: HashMap<&'static str, usize>,
    headers: StringRecord,
    /// Numbers have a comma before their decimals, and may have points between thousands.
    decimal_comma: bool,
}

impl Columns {
    pub(super) fn of(headers: StringRecord, decimal_comma: bool) -> Self {
        let mut places = HashMap::new();
        for (place, name) in headers.iter().enumerate() {
            if let Some(column) = known(name) {
                places.insert(column[0], place);
            }
        }
        Self {
            places,
            headers,
            decimal_comma,
        }
    }

    pub(super) fn has(&self, column: Column) -> bool {
        self.places.contains_key(column[0])
    }

    /// As the file writes it; of one that it does not have, the name by the book.
    pub(super) fn header(&self, column: Column) -> String {
        let place = self.places.get(column[0]);
        let header = place.and_then(|place| self.headers.get(*place));
        header.unwrap_or(column[0]).to_owned()
    }

    pub(super) fn headers(&self) -> Headers {
        Headers(
            FIELDS
                .map(|(field, column)| (field, self.header(column)))
                .into(),
        )
    }

    /// The row's text in a column; `None` if the file has no such column, or the row ends before.
    pub(super) fn given<'a>(&self, row: &'a Row, column: Column) -> Option<&'a str> {
        row.record.get(*self.places.get(column[0])?)
    }

    /// The same where absent and empty mean the same.
    pub(super) fn get<'a>(&self, row: &'a Row, column: Column) -> &'a str {
        self.given(row, column).unwrap_or_default()
    }

    /// The text, if there is any.
    pub(super) fn filled(&self, row: &Row, column: Column) -> Option<String> {
        let text = self.get(row, column);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The text that an empty column clears.
    pub(super) fn optional(&self, row: &Row, column: Column) -> Option<Option<String>> {
        self.given(row, column).map(|_| self.filled(row, column))
    }

    /// A number with a point before its decimals.
    pub(super) fn number<'a>(&self, row: &'a Row, column: Column) -> Cow<'a, str> {
        let text = self.get(row, column);
        if !self.decimal_comma {
            return Cow::Borrowed(text);
        }
        let read = match text.split_once(',') {
            Some((whole, decimals)) => ungrouped(whole).map(|whole| format!("{whole}.{decimals}")),
            None => ungrouped(text),
        };
        read.map_or(Cow::Borrowed(text), Cow::Owned)
    }
}

/// A whole number without the points between its thousands.
fn ungrouped(whole: &str) -> Option<String> {
    let mut groups = whole.split('.');
    let first = groups.next()?;
    let thousands = (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && groups.all(|group| group.len() == 3);
    (thousands || !whole.contains('.')).then(|| whole.replace('.', ""))
}
