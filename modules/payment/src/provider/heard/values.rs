//! What may be kept of a body and of an address.

use reqwest::Url;
use serde_json::{Map, Value};

use super::names;

/// Of a list.
const MOST_ITEMS: usize = 20;
const MOST_CHARS: usize = 80;
/// No body is nested deeper.
const DEEPEST: u32 = 12;
/// Digits of a card's number.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;

/// Of JSON, or of a form: the names that may be kept, with the values that are ids, states, amounts and moments.
pub(super) fn kept(body: &[u8]) -> Option<String> {
    let kept = match serde_json::from_slice::<Value>(body) {
        Ok(value) => of_value(&value, 0),
        Err(_) => form(body),
    };
    kept.map(|kept| kept.to_string())
}

/// The parts of a path that are known words: an id stands for itself elsewhere.
pub(super) fn path(url: &Url) -> String {
    let parts = url.path().split('/').filter(|part| !part.is_empty());
    let parts = parts.map(|part| match names::is_path(part) {
        true => part,
        false => "…",
    });
    parts.fold(String::new(), |path, part| path + "/" + part)
}

fn of_value(value: &Value, depth: u32) -> Option<Value> {
    if depth > DEEPEST {
        return None;
    }
    match value {
        Value::Object(all) => {
            let all = all.iter().filter(|(name, _)| names::is_kept(name));
            let all = all.filter(|(name, one)| !is_echo(name, one));
            let kept =
                all.filter_map(|(name, one)| Some((name.clone(), of_value(one, depth + 1)?)));
            let kept: Map<String, Value> = kept.collect();
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::Array(all) => {
            let all = all.iter().take(MOST_ITEMS);
            let kept: Vec<Value> = all.filter_map(|one| of_value(one, depth + 1)).collect();
            (!kept.is_empty()).then_some(Value::Array(kept))
        }
        Value::String(text) => is_plain(text).then(|| value.clone()),
        Value::Number(number) => (!is_card(&number.to_string())).then(|| value.clone()),
        Value::Bool(_) => Some(value.clone()),
        Value::Null => None,
    }
}

/// `a[b]=c` is `{"a[b]": "c"}` of names that are all known.
fn form(body: &[u8]) -> Option<Value> {
    let text = std::str::from_utf8(body).ok()?;
    if !text.contains('=') || text.contains(['<', '{', ' ', '\n']) {
        return None;
    }
    let mut url = Url::parse("http://form/").ok()?;
    url.set_query(Some(text));
    let known = |name: &str| {
        let mut parts = name.split(['[', ']']).filter(|part| !part.is_empty());
        parts.all(|part| names::is_kept(part) || part.bytes().all(|b| b.is_ascii_digit()))
    };
    let pairs = url.query_pairs().filter(|(name, _)| known(name));
    let pairs = pairs.filter(|(_, value)| is_plain(value));
    let kept: Map<String, Value> = pairs
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect();
    (!kept.is_empty()).then_some(Value::Object(kept))
}

/// What was refused, as an error repeats it: it may be of a person. An amount stands under this name, too.
fn is_echo(name: &str, value: &Value) -> bool {
    let amount = |text: &str| text.len() <= 10 && text.parse::<rust_decimal::Decimal>().is_ok();
    name == "value" && value.as_str().is_some_and(|text| !amount(text))
}

/// An id, a state, an amount or a moment: no words, no address, no card.
fn is_plain(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.:+/".contains(&b);
    text.len() <= MOST_CHARS && text.bytes().all(plain) && !is_card(text)
}

/// The digits of a card, whatever stands between them.
fn is_card(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let all = text.chars().all(|c| c.is_ascii_digit() || c == '-');
    if !all || !CARD.contains(&digits.len()) {
        return false;
    }
    let sum: u32 = digits.iter().rev().enumerate().map(luhn).sum();
    sum.is_multiple_of(10)
}

fn luhn((place, digit): (usize, &u32)) -> u32 {
    match place % 2 {
        0 => *digit,
        _ => digit * 2 - if *digit > 4 { 9 } else { 0 },
    }
}
