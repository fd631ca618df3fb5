//! From HTML to plain text. What comes out is text and is escaped wherever it is shown; this
//! only makes it readable, and drops what was never meant to be read.

/// Tags that begin a line of their own.
const BLOCKS: &[&str] = &[
    "p",
    "br",
    "div",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "table",
    "section",
    "article",
    "blockquote",
    "hr",
];
/// Elements whose content is no text.
const SILENT: &[&str] = &["script", "style", "template", "iframe", "object", "svg"];

pub(crate) fn text(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        entities(&rest[..start], &mut out);
        rest = &rest[start..];
        let Some(name) = tag_name(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        let (closing, name) = match name.strip_prefix('/') {
            Some(name) => (true, name),
            None => (false, name.as_str()),
        };
        if BLOCKS.contains(&name) {
            out.push('\n');
            if name == "li" && !closing {
                out.push_str("- ");
            }
        }
        rest = if !closing && SILENT.contains(&name) {
            after_element(rest, name)
        } else {
            after_tag(rest)
        };
    }
    entities(rest, &mut out);
    tidy(&out)
}

/// The name of the tag that starts here, with its slash; `None` if this is no tag.
fn tag_name(rest: &str) -> Option<String> {
    if rest.starts_with("<!") || rest.starts_with("<?") {
        return Some(String::new());
    }
    let name: String = rest[1..]
        .chars()
        .enumerate()
        .take_while(|(i, c)| c.is_ascii_alphanumeric() || (*i == 0 && *c == '/'))
        .map(|(_, c)| c.to_ascii_lowercase())
        .collect();
    let first = name.trim_start_matches('/').chars().next();
    first
        .is_some_and(|c| c.is_ascii_alphabetic())
        .then_some(name)
}

fn after_tag(rest: &str) -> &str {
    if rest.starts_with("<!--") {
        return rest.split_once("-->").map_or("", |(_, after)| after);
    }
    let mut quote = None;
    for (index, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return &rest[index + 1..],
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    ""
}

fn after_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let end = format!("</{name}");
    // ASCII lower case keeps every byte at its place.
    match rest.to_ascii_lowercase().find(&end) {
        Some(at) => after_tag(&rest[at..]),
        None => "",
    }
}

fn entities(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let end = rest.bytes().take(12).position(|b| b == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "bull" => '•',
        "rsquo" => '’',
        "lsquo" => '‘',
        "ldquo" => '“',
        "rdquo" => '”',
        "aacute" => 'á',
        "acirc" => 'â',
        "agrave" => 'à',
        "atilde" => 'ã',
        "ccedil" => 'ç',
        "eacute" => 'é',
        "ecirc" => 'ê',
        "iacute" => 'í',
        "oacute" => 'ó',
        "ocirc" => 'ô',
        "otilde" => 'õ',
        "uacute" => 'ú',
        "trade" => '™',
        "reg" => '®',
        "copy" => '©',
        "deg" => '°',
        "times" => '×',
        _ => return None,
    })
}

/// No control characters, one space between words, at most one empty line.
fn tidy(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line
            .split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|w| !w.is_empty())
            .collect();
        let blank = words.is_empty();
        if blank && lines.last().is_none_or(String::is_empty) {
            continue;
        }
        lines.push(words.join(" "));
    }
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn html_becomes_text() {
        for (html, expected) in [
            ("plain text ", "plain text"),
            ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"),
            ("<ul><li>a</li><li>b</li></ul>", "- a\n\n- b"),
            ("x<script>alert('</p>')</script>y", "xy"),
            ("x<SCRIPT src=a>\nevil", "x"),
            ("<!-- no -->yes<style>p{}</style>", "yes"),
            ("I <3 you & 2 < 3", "I <3 you & 2 < 3"),
            ("<a title=\"a > b\" href='x'>link</a>", "link"),
            (
                "caf&eacute; &#233; &#xE9; &bogus; &#0; &#x110000;",
                "café é é &bogus; &#x110000;",
            ),
            ("&lt;script&gt;", "<script>"),
            ("a\0b\u{7}c", "a b c"),
            ("unclosed <p", "unclosed"),
            ("é<p>ção</p>", "é\nção"),
        ] {
            assert_eq!(text(html), expected, "{html}");
        }
    }
}
