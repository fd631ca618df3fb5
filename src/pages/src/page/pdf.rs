//! Tables on A4 in Helvetica, which every reader of PDF has: no font is embedded, and none must be installed.
//! Its encoding has the letters of western Europe; others are written with those (Ł as L), see `encoded`.
#![expect(
    clippy::float_arithmetic,
    reason = "where letters stand on paper is no money"
)]

use encoding_rs::WINDOWS_1252;
use pdf_writer::{Content, Name, Pdf, Rect, Ref, Str};

const WIDTH: f32 = 595.0;
const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 42.0;
const PLAIN: Name<'static> = Name(b"F1");
const BOLD: Name<'static> = Name(b"F2");
const SIZE: f32 = 9.0;
const LINE: f32 = 13.0;

/// A column's left edge, or the right edge of a column of numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) at: f32,
    pub(crate) is_number: bool,
    /// The most characters of a cell; longer texts are cut.
    pub(crate) room: usize,
}

/// The content of the document.
pub(crate) struct Sheet<'a> {
    pub(crate) title: &'a str,
    /// Lines below the title.
    pub(crate) facts: &'a [String],
    pub(crate) columns: &'a [(String, Column)],
    pub(crate) rows: &'a [Vec<String>],
    /// The word before a page number.
    pub(crate) page: &'a str,
}

/// The pages as they are filled.
struct Pages {
    done: Vec<Content>,
    open: Content,
    /// How far from the bottom the next line is.
    at: f32,
}

impl Pages {
    fn new() -> Self {
        Self {
            done: Vec::new(),
            open: Content::new(),
            at: HEIGHT - MARGIN,
        }
    }

    fn turn(&mut self) {
        let full = std::mem::replace(&mut self.open, Content::new());
        self.done.push(full);
        self.at = HEIGHT - MARGIN;
    }

    fn is_full(&self) -> bool {
        self.at < MARGIN + 2.0 * LINE
    }

    fn write(&mut self, (font, size): (Name<'_>, f32), x: f32, text: &str) {
        write(&mut self.open, (font, size), (x, self.at), text);
    }

    /// A row of cells, which are cut to their columns.
    fn row(&mut self, font: Name<'_>, cells: impl Iterator<Item = (Column, String)>) {
        for (column, text) in cells {
            let text: String = text.chars().take(column.room).collect();
            let x = match column.is_number {
                true => column.at - width(&text) * SIZE,
                false => column.at,
            };
            self.write((font, SIZE), x, &text);
        }
        self.at -= LINE;
    }
}

fn write(content: &mut Content, (font, size): (Name<'_>, f32), (x, y): (f32, f32), text: &str) {
    content.begin_text();
    content.set_font(font, size);
    content.next_line(x, y);
    content.show(Str(&encoded(text)));
    content.end_text();
}

/// Encodes for the font. Missing letters are replaced by similar ones.
fn encoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        let mut utf8 = [0; 4];
        let (known, _, is_missing) = WINDOWS_1252.encode(letter.encode_utf8(&mut utf8));
        if letter.is_control() {
            bytes.push(b' ');
        } else if is_missing {
            bytes.extend_from_slice(any_ascii::any_ascii_char(letter).as_bytes());
        } else {
            bytes.extend_from_slice(&known);
        }
    }
    bytes
}

/// The width of an amount, relative to the font size.
fn width(text: &str) -> f32 {
    text.chars()
        .map(|letter| match letter {
            '.' | ',' | ' ' | '\u{a0}' => 0.278,
            '-' => 0.333,
            'A'..='Z' => 0.722,
            _ => 0.556,
        })
        .sum()
}

impl Sheet<'_> {
    fn heads(&self, pages: &mut Pages) {
        let heads = self.columns.iter();
        pages.row(BOLD, heads.map(|(name, column)| (*column, name.clone())));
    }

    /// The whole document.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut pages = Pages::new();
        pages.write((BOLD, 15.0), MARGIN, self.title);
        pages.at -= 2.0 * LINE;
        for fact in self.facts {
            pages.write((PLAIN, SIZE), MARGIN, fact);
            pages.at -= LINE;
        }
        pages.at -= LINE;
        self.heads(&mut pages);
        for row in self.rows {
            if pages.is_full() {
                pages.turn();
                self.heads(&mut pages);
            }
            let columns = self.columns.iter().map(|(_, column)| *column);
            pages.row(PLAIN, columns.zip(row.iter().cloned()));
        }
        pages.turn();
        self.bound(pages.done)
    }

    fn bound(&self, pages: Vec<Content>) -> Vec<u8> {
        let mut pdf = Pdf::new();
        let [catalog, tree, plain, bold] = [1, 2, 3, 4].map(Ref::new);
        let all = pages.len();
        let mut next = 5;
        let mut kids = Vec::with_capacity(all);
        for (index, mut content) in pages.into_iter().enumerate() {
            let (page, text) = (Ref::new(next), Ref::new(next + 1));
            next += 2;
            kids.push(page);
            let number = format!("{} {}/{all}", self.page, index + 1);
            write(&mut content, (PLAIN, 8.0), (MARGIN, MARGIN / 2.0), &number);
            let mut leaf = pdf.page(page);
            leaf.media_box(Rect::new(0.0, 0.0, WIDTH, HEIGHT));
            leaf.parent(tree);
            leaf.contents(text);
            leaf.resources().fonts().pair(PLAIN, plain).pair(BOLD, bold);
            drop(leaf);
            pdf.stream(text, &content.finish());
        }
        pdf.catalog(catalog).pages(tree);
        let count = i32::try_from(all).unwrap_or(i32::MAX);
        pdf.pages(tree).kids(kids).count(count);
        for (id, name) in [(plain, &b"Helvetica"[..]), (bold, b"Helvetica-Bold")] {
            pdf.type1_font(id)
                .base_font(Name(name))
                .encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        pdf.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &[Vec<String>]) -> Vec<u8> {
        let column = |at, is_number| Column {
            at,
            is_number,
            room: 30,
        };
        let columns = [
            ("When".to_owned(), column(MARGIN, false)),
            ("Amount".to_owned(), column(WIDTH - MARGIN, true)),
        ];
        let sheet = Sheet {
            title: "Statement of March",
            facts: &["Lukasz (Lodz)".to_owned()],
            columns: &columns,
            rows,
            page: "Page",
        };
        sheet.write()
    }

    /// The strings that are shown, each in its parentheses.
    fn has(pdf: &[u8], text: &str) -> bool {
        pdf.windows(text.len()).any(|part| part == text.as_bytes())
    }

    #[test]
    fn a_document_has_its_text() {
        let rows = vec![vec!["Sale FR-7K3M".to_owned(), "1,234.50".to_owned()]];
        let pdf = sheet(&rows);
        assert!(pdf.starts_with(b"%PDF-"));
        for text in [
            "(Statement of March)",
            "(Sale FR-7K3M)",
            "(1,234.50)",
            "(Page 1/1)",
            "Helvetica",
        ] {
            assert!(has(&pdf, text), "{text}");
        }
        assert!(has(&pdf, "%%EOF"));
    }

    #[test]
    fn a_long_table_has_several_pages_with_its_heads_on_each() {
        let rows: Vec<_> = (0..200)
            .map(|n| vec![format!("row {n}"), n.to_string()])
            .collect();
        let pdf = sheet(&rows);
        for text in ["(row 0)", "(row 199)", "(Page 4/4)"] {
            assert!(has(&pdf, text), "{text}");
        }
        let heads = pdf.windows(6).filter(|part| *part == b"(When)");
        assert_eq!(heads.count(), 4);
    }

    #[test]
    fn letters_beyond_the_fonts_are_written_with_its_own() {
        for (text, bytes) in [
            ("Łódź", &b"L\xf3dz"[..]),
            ("São Paulo €5", b"S\xe3o Paulo \x805"),
            ("a\nb", b"a b"),
            ("Ðặng", b"\xd0ang"),
        ] {
            assert_eq!(encoded(text), bytes, "{text}");
        }
        // Never an empty text.
        for text in ["日本", "Москва", "Ελλάδα"] {
            assert!(
                !encoded(text).is_empty() && encoded(text).is_ascii(),
                "{text}"
            );
        }
    }
}
