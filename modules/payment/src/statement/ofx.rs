//! OFX, both as SGML (1.x), where a value ends at the next tag, and as XML (2.x). Only what is needed is
//! read: of each STMTTRN the day, the amount, what the bank calls it and what it says of it.

use std::borrow::Cow;

use feira_kernel::Currency;

use super::{Fault, Line, amount, bounded, cleaned, date, line_at, money};
use crate::field_codes::{
    STATEMENT_CUT_OFF as CUT_OFF, STATEMENT_LINE_AMOUNT as AMOUNT,
    STATEMENT_LINE_CURRENCY as CURRENCY, STATEMENT_LINE_DAY as DAY,
};

/// Where the beginning of a file is looked for: behind its header.
const HEAD: usize = 4_096;

pub(super) fn is(text: &str) -> bool {
    let head: String = text.chars().take(HEAD).collect();
    let head = head.to_ascii_uppercase();
    head.contains("<OFX>") || head.trim_start().starts_with("OFXHEADER")
}

/// A tag, in capitals, with the text behind it.
struct Tag<'a> {
    closes: bool,
    name: String,
    value: Cow<'a, str>,
    at: usize,
}

/// The tags of the file, one after the other.
struct Tags<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tags<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let rest = self.text.get(self.at..)?;
            let opens = self.at + rest.find('<')?;
            let inside = self.text.get(opens + 1..)?;
            if inside.starts_with("!--") {
                self.at = opens + 1 + inside.find("-->")? + 3;
                continue;
            }
            let ends = opens + 1 + inside.find('>')?;
            let name = self.text.get(opens + 1..ends)?;
            let (value, next) = value(self.text, ends + 1);
            self.at = next;
            let closes = name.starts_with('/');
            let name = name.trim_matches('/').split_whitespace().next();
            let name = name.unwrap_or_default().to_ascii_uppercase();
            return Some(Tag {
                closes,
                name,
                value,
                at: opens,
            });
        }
    }
}

/// What stands between a tag and the next one, and where that begins.
fn value(text: &str, from: usize) -> (Cow<'_, str>, usize) {
    const CDATA: &str = "<![CDATA[";
    let rest = text.get(from..).unwrap_or_default();
    let blank = rest.len() - rest.trim_start().len();
    if let Some(inside) = rest.trim_start().strip_prefix(CDATA) {
        // One that never ends is all that is left: looked for again at each tag it would cost its square.
        let ends = inside.find("]]>").unwrap_or(inside.len());
        let (value, _) = inside.split_at(ends);
        return (value.into(), from + blank + CDATA.len() + ends + 3);
    }
    let ends = rest.find('<').unwrap_or(rest.len());
    let (value, _) = rest.split_at(ends);
    (unescaped(value.trim()), from + ends)
}

fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return text.into();
    }
    let mut plain = text.to_owned();
    for (name, sign) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        plain = plain.replace(name, sign);
    }
    plain.into()
}

/// One STMTTRN while it is read.
#[derive(Default)]
struct Open {
    line: u32,
    kind: String,
    day: Option<String>,
    amount: Option<String>,
    id: Option<String>,
    /// Whether what is read now is said of the amount's own currency.
    in_currency: bool,
    /// The amount's own, where it is not that of the account.
    currency: Option<String>,
    texts: Vec<String>,
}

impl Open {
    fn take(&mut self, tag: &Tag<'_>) {
        let value = || tag.value.trim().to_owned();
        match tag.name.as_str() {
            "TRNTYPE" => self.kind = value().to_ascii_uppercase(),
            "DTPOSTED" => self.day = Some(value()),
            "TRNAMT" => self.amount = Some(value()),
            "FITID" => self.id = Some(value()).filter(|id| !id.is_empty()),
            "CURRENCY" => self.in_currency = true,
            // The amount is converted already: this is what it was before.
            "ORIGCURRENCY" => self.in_currency = false,
            "CURSYM" if self.in_currency => self.currency = Some(value()),
            "NAME" | "MEMO" | "CHECKNUM" | "REFNUM" => self.texts.push(value()),
            _ => {}
        }
    }

    fn line(self, account: &str, currency: Currency) -> Result<Option<Line>, Fault> {
        let fault = |code, why: &str| Fault::at(self.line, code, why);
        let day = self.day.ok_or_else(|| fault(DAY, "DTPOSTED is missing"))?;
        // Behind the day there may be a time and a zone, which are the bank's.
        let day = day.get(..8).and_then(date::Written::read);
        let day = day.and_then(|day| day.value(date::DayOrder::DayFirst));
        let on = day.ok_or_else(|| fault(DAY, "DTPOSTED is no day"))?;
        let written = self
            .amount
            .ok_or_else(|| fault(AMOUNT, "TRNAMT is missing"))?;
        let written = amount::Written::read(&written);
        let mark = |one: &amount::Written| one.mark().unwrap_or(amount::Mark::Point);
        let value = written.and_then(|one| one.value(mark(&one)));
        let value = value.ok_or_else(|| fault(AMOUNT, "TRNAMT is no amount"))?;
        let currency = match &self.currency {
            Some(code) => {
                let own = code.parse::<Currency>();
                own.map_err(|_| fault(CURRENCY, &format!("CURSYM {code:?} is no currency")))?
            }
            None => currency,
        };
        let amount = money(value, currency, self.line)?;
        if amount.is_zero() {
            return Ok(None);
        }
        // Some banks leave out the sign of what went out.
        let went_out = self.kind == "DEBIT" && amount.is_positive();
        Ok(Some(Line {
            number: self.line,
            account: account.to_owned(),
            on,
            amount: if went_out { amount.negated() } else { amount },
            text: cleaned(&self.texts.join(" ")),
            bank_id: self.id.map(|id| cleaned(&id)),
        }))
    }
}

/// What all lines of a file have in common, until it says something else.
struct Reader {
    account: String,
    currency: Currency,
    lines: Vec<Line>,
    open: Option<Open>,
}

impl Reader {
    fn close(&mut self) -> Result<(), Fault> {
        if let Some(open) = self.open.take() {
            let line = open.line;
            self.lines.extend(open.line(&self.account, self.currency)?);
            bounded(&self.lines, line)?;
        }
        Ok(())
    }

    fn take(&mut self, tag: &Tag<'_>, line: u32) -> Result<(), Fault> {
        match (tag.name.as_str(), tag.closes) {
            ("STMTTRN", false) => {
                self.close()?;
                self.open = Some(Open {
                    line,
                    ..Open::default()
                });
            }
            ("STMTTRN" | "BANKTRANLIST", true) => self.close()?,
            ("CURRENCY", true) => {
                if let Some(open) = &mut self.open {
                    open.in_currency = false;
                }
            }
            ("CURDEF", false) => {
                let code = tag.value.trim();
                let why = || Fault::at(line, CURRENCY, format!("CURDEF {code:?} is no currency"));
                self.currency = code.parse::<Currency>().map_err(|_| why())?;
            }
            ("ACCTID", false) if self.open.is_none() => self.account = cleaned(&tag.value),
            (_, false) => {
                if let Some(open) = &mut self.open {
                    open.take(tag);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

pub(super) fn read(text: &str, currency: Currency) -> Result<Vec<Line>, Fault> {
    let mut reader = Reader {
        account: String::new(),
        currency,
        lines: Vec::new(),
        open: None,
    };
    // Counted on the way: the file is long.
    let (mut line, mut counted, mut whole) = (1_u32, 0, false);
    for tag in (Tags { text, at: 0 }) {
        let between = text.get(counted..tag.at).unwrap_or_default();
        line += line_at(between, between.len()) - 1;
        counted = tag.at;
        whole = tag.closes && tag.name == "OFX";
        reader.take(&tag, line)?;
    }
    if !whole || reader.open.is_some() {
        let why = "the file ends before </OFX>: it is cut off; fetch it from the bank once more";
        return Err(Fault::at(
            line_at(text.trim_end(), text.len()),
            CUT_OFF,
            why,
        ));
    }
    Ok(reader.lines)
}
