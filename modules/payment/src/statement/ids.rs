//! By which a file and a line are known again.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::Line;

/// Of the whole file.
pub(crate) fn digest(file: &[u8]) -> String {
    hex::encode(Sha256::digest(file))
}

/// Of each line, in order: what the bank calls it, with its day and amount, for some banks call several
/// lines alike; or day, amount and text. Lines that are alike in that are counted. A line that a file has
/// twice under one id and with one text is one.
pub(crate) fn keys(lines: &[Line]) -> Vec<String> {
    let mut texts: HashMap<String, Vec<&str>> = HashMap::new();
    let mut keys = Vec::with_capacity(lines.len());
    for line in lines {
        let Line {
            account,
            on,
            amount,
            text,
            bank_id,
            ..
        } = line;
        let (currency, amount) = (amount.currency().code(), amount.minor());
        let known = match bank_id {
            Some(id) => format!("id\0{account}\0{id}\0{on}\0{amount}\0{currency}"),
            None => format!("text\0{account}\0{text}\0{on}\0{amount}\0{currency}"),
        };
        let alike: &mut Vec<&str> = texts.entry(known.clone()).or_default();
        let same = bank_id
            .as_ref()
            .and_then(|_| alike.iter().position(|seen| *seen == text.as_str()));
        let nth = same.unwrap_or_else(|| {
            alike.push(text);
            alike.len() - 1
        });
        keys.push(hex::encode(Sha256::digest(format!("{known}\0{nth}"))));
    }
    keys
}
