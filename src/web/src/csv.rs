//! Lines of CSV for spreadsheets: a comma between cells, CRLF behind each line, and nothing that a
//! spreadsheet would take for a formula.

/// One line with its end.
pub fn line<T: AsRef<str>>(cells: impl IntoIterator<Item = T>) -> String {
    let cells = cells.into_iter().map(|cell| written(cell.as_ref()));
    let mut line = cells.collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}

fn written(text: &str) -> String {
    let text = match is_formula(text) {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\r', '\n', ';', '\t']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// A number is none, whatever its sign.
fn is_formula(text: &str) -> bool {
    let is_number = || {
        let digits = text.trim_start_matches(['-', '+']);
        let plain = |b: u8| b.is_ascii_digit() || b == b'.';
        !digits.is_empty() && digits.bytes().all(plain) && text.len() <= digits.len() + 1
    };
    begins_formula(text) && !is_number()
}

/// What a spreadsheet would reckon with: also after spaces, and by the wide forms of the signs.
pub(crate) fn begins_formula(text: &str) -> bool {
    let first = text
        .trim_start_matches([' ', '\u{a0}', '\u{3000}'])
        .chars()
        .next();
    matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_a_formula_is_a_text_and_a_number_stays_one() {
        for (text, cell) in [
            ("=1+1", "'=1+1"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("-2+3", "'-2+3"),
            ("--5", "'--5"),
            ("@SUM(A1,B1)", "\"'@SUM(A1,B1)\""),
            ("\t=1", "\"'\t=1\""),
            (" =1+1", "' =1+1"),
            ("＝1", "'＝1"),
            ("-12.90", "-12.90"),
            ("+5", "+5"),
            ("-", "'-"),
            ("Ana \"A\" Souza; filha", "\"Ana \"\"A\"\" Souza; filha\""),
            ("two\nlines", "\"two\nlines\""),
            ("plain = text", "plain = text"),
            ("", ""),
        ] {
            assert_eq!(line([text]), format!("{cell}\r\n"), "{text:?}");
        }
        assert_eq!(line(["a", "b,c", ""]), "a,\"b,c\",\r\n");
    }
}
