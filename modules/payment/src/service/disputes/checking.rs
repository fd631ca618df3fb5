//! What evidence may be.

use feira_kernel::validate::Fields;

use crate::{
    EvidenceKind, EvidenceUpload, NewEvidence, PaymentError,
    field_codes::{EVIDENCE_FILE, EVIDENCE_FILE_SIZE},
};

/// Of all kinds together, no more characters than providers take.
const MOST_CHARS: usize = 15_000;
const MOST_BYTES: usize = 5 * 1024 * 1024;
const MOST_NAME: usize = 100;

/// As it is kept.
#[derive(Clone)]
pub(super) struct Checked {
    pub(super) kind: EvidenceKind,
    pub(super) remove: bool,
    pub(super) text: Option<String>,
    pub(super) file: Option<(String, &'static str, Vec<u8>)>,
}

pub(super) fn checked(evidence: NewEvidence) -> Result<Checked, PaymentError> {
    let mut fields = Fields::default();
    let text = evidence.text;
    let text = text.map(|text| fields.free_text("/text", &text, 0..=MOST_CHARS));
    let words_only = evidence.kind == EvidenceKind::Explanation;
    if words_only && evidence.file.is_some() {
        let detail = "in words only: a file is of another kind";
        fields.refuse("/file", EVIDENCE_FILE, detail);
    }
    let file = evidence.file.and_then(|file| file_of(&mut fields, file));
    fields.finish()?;
    Ok(Checked {
        kind: evidence.kind,
        remove: evidence.remove,
        text,
        file,
    })
}

fn file_of(fields: &mut Fields, file: EvidenceUpload) -> Option<(String, &'static str, Vec<u8>)> {
    // Browsers tell of a path in their own way; only its end is a name.
    let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = fields.text("/file/name", name, 1..=MOST_NAME);
    if file.bytes.len() > MOST_BYTES {
        let detail = "at most 5 MiB";
        fields.refuse("/file", EVIDENCE_FILE_SIZE, detail);
        return None;
    }
    let media_type = media_type(&file.bytes);
    if media_type.is_none() {
        let detail = "a PDF, JPEG or PNG file";
        fields.refuse("/file", EVIDENCE_FILE, detail);
    }
    Some((name, media_type?, file.bytes))
}

/// By how the file begins, whatever its name says.
fn media_type(bytes: &[u8]) -> Option<&'static str> {
    [
        (&b"%PDF-"[..], "application/pdf"),
        (&b"\xFF\xD8\xFF"[..], "image/jpeg"),
        (&b"\x89PNG\r\n\x1a\n"[..], "image/png"),
    ]
    .into_iter()
    .find(|(begin, _)| bytes.starts_with(begin))
    .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_begins_with() {
        assert_eq!(media_type(b"%PDF-1.7"), Some("application/pdf"));
        assert_eq!(media_type(b"\xFF\xD8\xFF\xE0"), Some("image/jpeg"));
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\nIHDR"), Some("image/png"));
        for other in [&b""[..], b"<svg>", b"GIF89a", b"PK\x03\x04", b" %PDF-1.7"] {
            assert_eq!(media_type(other), None);
        }
    }

    #[test]
    fn what_is_too_large_or_another_kind_is_refused_and_a_path_is_none() {
        let given = |name: &str, bytes: Vec<u8>| {
            let file = EvidenceUpload {
                name: name.to_owned(),
                bytes,
            };
            checked(NewEvidence {
                kind: EvidenceKind::Receipt,
                remove: false,
                text: Some(" \r\n ".to_owned()),
                file: Some(file),
            })
        };
        let kept = given("C:\\docs\\nota.pdf", b"%PDF-1".to_vec()).unwrap();
        assert_eq!(kept.file.unwrap().0, "nota.pdf");
        assert_eq!(kept.text.as_deref(), Some(""));
        let mut large = b"%PDF-".to_vec();
        large.resize(MOST_BYTES, b'x');
        assert!(given("a", large.clone()).is_ok());
        large.push(b'x');
        let page = b"<html>".to_vec();
        for (name, bytes) in [("a", large), ("a.pdf", page), ("", b"%PDF-1".to_vec())] {
            assert!(matches!(given(name, bytes), Err(PaymentError::Invalid(_))));
        }
    }
}
