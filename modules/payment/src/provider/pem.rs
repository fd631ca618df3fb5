//! PEM in settings: that itself, or the path of a file with it.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::StartError;

/// What stands there, or in the file of this path. It is never repeated: it may be a private key.
pub(crate) fn given(setting: &'static str, given: &str) -> Result<Vec<u8>, StartError> {
    if given.trim_start().starts_with("-----BEGIN ") {
        return Ok(given.as_bytes().to_vec());
    }
    let read = std::fs::read(given);
    read.map_err(|e| StartError::Unusable(setting, format!("it is no PEM, and as a path: {e}")))
}

/// What each block of this label holds; nothing if one of them is no such block.
pub(crate) fn blocks(text: &str, label: &str) -> Option<Vec<Vec<u8>>> {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----"),
    );
    let all = text.split(begin.as_str()).skip(1).map(|rest| {
        let (body, _) = rest.split_once(end.as_str())?;
        let packed: String = body.split_whitespace().collect();
        STANDARD.decode(packed).ok()
    });
    all.collect()
}
