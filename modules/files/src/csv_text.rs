//! From the bytes of a CSV file to text, and how its fields are told apart.

use std::borrow::Cow;

use csv::{Reader, ReaderBuilder, Trim};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Why a file is no such text, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadText(String);

fn bad(why: impl Into<String>) -> BadText {
    BadText(why.into())
}

/// What may stand between fields.
pub const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// What a byte order mark says it is, else UTF-8.
pub fn decode(file: &[u8]) -> Result<Cow<'_, str>, BadText> {
    let (encoding, mark) = Encoding::for_bom(file).unwrap_or((UTF_8, 0));
    encoding
        .decode_without_bom_handling_and_without_replacement(&file[mark..])
        .ok_or_else(|| {
            let name = encoding.name();
            bad(format!("it is not {name} text; save it as CSV in UTF-8"))
        })
}

/// The same of a file of a bank or a payment provider, whose programs may still write the letters of western
/// Europe one byte each.
pub fn decode_western(file: &[u8]) -> Cow<'_, str> {
    decode(file).unwrap_or_else(|_| WINDOWS_1252.decode_without_bom_handling(file).0)
}

/// The one by which the first line has most columns that are known.
pub fn separator(text: &str, is_known: impl Fn(&str) -> bool) -> u8 {
    let known = |separator: &u8| {
        let mut reader = reader(text, *separator);
        let headers = reader.headers().ok().into_iter().flatten();
        headers.filter(|name| is_known(name)).count()
    };
    // Of several alike the last one is taken.
    let found = SEPARATORS.into_iter().rev().max_by_key(known);
    found.unwrap_or(b',')
}

pub fn reader(text: &str, separator: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes())
}

/// Refuses a quote that is never closed.
pub fn check_quotes(text: &str, separator: u8) -> Result<(), BadText> {
    let why = |line| {
        bad(format!(
            "the quote that begins on line {line} is never closed"
        ))
    };
    open_quote(text, &[separator]).map_or(Ok(()), |line| Err(why(line)))
}

/// The line on which a quote begins that is never closed, for which the reader would take the rest of the file
/// as one field, or all up to the next quote: then text stands behind that, lines below. Between fields stands
/// any of the separators.
pub fn open_quote(text: &str, separators: &[u8]) -> Option<u64> {
    let bytes = text.as_bytes();
    let (mut at, mut line, mut field_starts) = (0, 1_u64, true);
    // The line on which the quote began.
    let mut quoted: Option<u64> = None;
    while let Some(&byte) = bytes.get(at) {
        match quoted {
            Some(_) if bytes[at..].starts_with(b"\"\"") => at += 1,
            Some(begun) if byte == b'"' => {
                let mut rest = bytes[at + 1..]
                    .iter()
                    .filter(|byte| !is_blank(**byte, separators));
                let next = rest.next().copied().unwrap_or(b'\n');
                if line > begun && !separators.contains(&next) && !is_line_end(next) {
                    return Some(begun);
                }
                quoted = None;
            }
            None if byte == b'"' && field_starts => quoted = Some(line),
            _ => {}
        }
        field_starts = quoted.is_none() && (separators.contains(&byte) || is_line_end(byte));
        line += u64::from(byte == b'\n');
        at += 1;
    }
    quoted
}

/// The reader trims it away.
fn is_blank(byte: u8, separators: &[u8]) -> bool {
    !separators.contains(&byte) && matches!(byte, b' ' | b'\t' | b'\x0b' | b'\x0c')
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Counts lines as an editor does; the reader's own count is off by one after CRLF.
pub struct Lines<'a> {
    text: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a str) -> Self {
        Self {
            text: text.as_bytes(),
            counted: 0,
            line: 1,
        }
    }

    /// The line of the record that starts at or after the byte; records come in order.
    pub fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(next) = self.text.get(self.counted) {
            if self.counted >= byte && !matches!(next, b'\r' | b'\n') {
                break;
            }
            self.line += u64::from(*next == b'\n');
            self.counted += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_its_line() {
        for (text, line) in [
            ("a,b\n\"never,1\nc,2\n", Some(2)),
            ("a,b\nx,1\ny,\"3\r\nand more", Some(3)),
            // The next quote opens a field of its own.
            ("a,b\nx,\"broken\ny,\"fine\",3\n", Some(2)),
            ("\"a", Some(1)),
            ("a,b\n\"two\nlines\"\"\nhere\",1\n", None),
            ("a,b\n\"x\" ,1\n5\" pipe,\"6\"\" pipe\"", None),
            ("a,b\n\"5\" pipe\",1\n", None),
            // Blanks behind a quote are trimmed.
            ("a,b\n\"two\nlines\"\t,1\n", None),
            ("a,b\nx,\"two\nlines\" \t \r\n", None),
            ("a,b\n\"two\nlines\"\x0c", None),
            ("a,b\n\"two\nlines\"\tx,1\n", Some(2)),
            ("", None),
        ] {
            let said = check_quotes(text, b',').err().map(|e| e.to_string());
            let named = said.as_deref().map(|said| {
                let number = said.split("line ").nth(1).unwrap_or_default();
                number
                    .split(' ')
                    .next()
                    .unwrap_or_default()
                    .parse::<u64>()
                    .unwrap()
            });
            assert_eq!(named, line, "{text:?}: {said:?}");
        }
    }

    #[test]
    fn text_is_what_its_mark_says() {
        let text = "Handle;Título\nxícara;É 😀\n";
        let marked = |units: fn(u16) -> [u8; 2]| {
            let units = std::iter::once(0xfeff)
                .chain(text.encode_utf16())
                .map(units);
            units.flatten().collect::<Vec<u8>>()
        };
        for file in [
            marked(u16::to_le_bytes),
            marked(u16::to_be_bytes),
            format!("\u{feff}{text}").into_bytes(),
            text.as_bytes().to_vec(),
        ] {
            assert_eq!(decode(&file).unwrap(), text);
        }
        assert_eq!(decode_western(b"x\xedcara \x80"), "xícara €");
        assert_eq!(decode_western("xícara".as_bytes()), "xícara");
        for (file, name) in [
            (&b"\xff\xfeH"[..], "UTF-16LE"),
            (&b"\xfe\xff\xd8\x00"[..], "UTF-16BE"),
            (&b"x\xedcara"[..], "UTF-8"),
        ] {
            let said = decode(file).unwrap_err().to_string();
            assert!(said.contains(name), "{said}");
        }
    }
}
