//! From the bytes of a file to text. Banks write UTF-8, with or without a mark, UTF-16, and Windows-1252,
//! whatever the header of the file says.

use std::{borrow::Cow, str::from_utf8};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Fault;
use crate::field_codes::STATEMENT_ENCODING;

/// Bytes at the beginning by which UTF-16 without a mark is known.
const HEAD: usize = 1_024;

pub(super) fn decode(file: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let (encoding, mark) = Encoding::for_bom(file).unwrap_or_else(|| (guess(file), 0));
    let (_, bytes) = file.split_at(mark.min(file.len()));
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.ok_or_else(|| {
        let lines = file.iter().filter(|byte| **byte == b'\n').count() + 1;
        let line = u32::try_from(lines).unwrap_or(u32::MAX);
        let name = encoding.name();
        let why = format!("the file is no {name} text, or ends in the middle of a character");
        Fault::at(line, STATEMENT_ENCODING, why)
    })
}

fn guess(file: &[u8]) -> &'static Encoding {
    let zeros = |first: usize| {
        let bytes = file.iter().take(HEAD).skip(first).step_by(2);
        bytes.filter(|byte| **byte == 0).count()
    };
    let many = file.len().min(HEAD) / 4;
    if zeros(1) > many {
        return UTF_16LE;
    }
    if zeros(0) > many {
        return UTF_16BE;
    }
    match from_utf8(file) {
        Ok(_) => UTF_8,
        // What was UTF-8 up to a character that is not whole is cut off there.
        Err(error) => {
            let (good, _) = file.split_at(error.valid_up_to());
            let cut = error.error_len().is_none() && !good.is_ascii();
            if cut { UTF_8 } else { WINDOWS_1252 }
        }
    }
}
