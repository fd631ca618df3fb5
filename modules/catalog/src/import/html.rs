//! From HTML to plain text. What comes out is text and is escaped wherever it is shown; this
//! only makes it readable, and drops what was never meant to be read.

use std::cell::RefCell;

use html5ever::{
    LocalName,
    tendril::StrTendril,
    tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
        states::RawKind,
    },
};

/// Elements that begin a line of their own, and end it.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
    "ul",
];
/// Elements that stand apart from those beside them.
const CELLS: &[&str] = &["td", "th"];
/// Elements whose content is no text.
const SILENT: &[&str] = &["script", "style", "template", "iframe", "object", "svg"];

pub(crate) fn text(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let tokenizer = Tokenizer::new(Text::default(), TokenizerOpts::default());
    // It stops for scripts alone, and is never told of one.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tidy(&tokenizer.sink.out.borrow())
}

#[derive(Default)]
struct Text {
    out: RefCell<String>,
    /// The element at whose end text begins again.
    silent: RefCell<Option<LocalName>>,
}

impl TokenSink for Text {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.tag(&tag),
            Token::CharacterTokens(text) => {
                if self.silent.borrow().is_none() {
                    self.out.borrow_mut().push_str(&text);
                }
                TokenSinkResult::Continue
            }
            Token::NullCharacterToken => {
                self.out.borrow_mut().push(' ');
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

impl Text {
    fn tag(&self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        let closes = tag.kind == TagKind::EndTag;
        let mut silent = self.silent.borrow_mut();
        if let Some(element) = silent.as_ref() {
            if closes && *element == tag.name {
                *silent = None;
            }
            return TokenSinkResult::Continue;
        }
        let mut out = self.out.borrow_mut();
        if BLOCKS.contains(&name) {
            out.push('\n');
            if name == "li" && !closes {
                out.push_str("- ");
            }
        } else if CELLS.contains(&name) {
            out.push(' ');
        }
        if closes || !SILENT.contains(&name) {
            return TokenSinkResult::Continue;
        }
        // Only elements of other languages than HTML can close themselves.
        if !(tag.self_closing && name == "svg") {
            *silent = Some(tag.name.clone());
        }
        match name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" | "iframe" => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }
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
                "café é é &bogus; \u{fffd} \u{fffd}",
            ),
            ("&lt;script&gt;", "<script>"),
            ("a\0b\u{7}c", "a b c"),
            ("unclosed <p", "unclosed"),
            ("é<p>ção</p>", "é\nção"),
            (
                "&Aacute;gua &Ccedil;&ccedil; 5&euro; &frac12;&nbsp;kg &copy 2",
                "Água Çç 5€ ½ kg © 2",
            ),
            (
                "&Ntilde;and&uacute; &sect;5 &laquo;x&raquo; &hellip; R&dollar;&thinsp;9",
                "Ñandú §5 «x» … R$ 9",
            ),
            (
                "<table><tbody><tr><td>Altura</td><td>10 cm</td><td>oval</td></tr></tbody></table>",
                "Altura 10 cm oval",
            ),
            ("<th>P<br>M</th><td><b>G</b></td><td>GG", "P\nM G GG"),
            ("&NotEqualTilde;&hearts;&lambda;", "\u{2242}\u{338}♥λ"),
            (
                "<table><tr><th>Size</th><th>cm</th></tr><tr><td>S</td><td>40</td></tr></table>",
                "Size cm\n\nS 40",
            ),
            (
                "<dl><dt>Wash<dd>cold</dl><pre>a</pre>b",
                "Wash\ncold\n\na\nb",
            ),
            ("a<svg/>b<svg><title>no</title></svg>c<svg><p>d", "abc"),
        ] {
            assert_eq!(text(html), expected, "{html}");
        }
    }
}
