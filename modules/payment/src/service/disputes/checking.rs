//! What evidence may be.

use feira_files::{Document, DocumentFault, DocumentKind, DocumentRules};
use feira_kernel::validate::Fields;

use crate::{
    EvidenceKind, EvidenceUpload, NewEvidence, PaymentError,
    field_codes::{EVIDENCE_FILE, EVIDENCE_FILE_SIZE},
};

/// Of all kinds together, no more characters than providers take.
const MOST_CHARS: usize = 15_000;
const FILES: DocumentRules = DocumentRules {
    kinds: &[DocumentKind::Pdf, DocumentKind::Jpeg, DocumentKind::Png],
    most_bytes: 5 * 1024 * 1024,
};
const MOST_NAME: usize = 100;

/// As it is kept.
#[derive(Clone)]
pub(super) struct Checked {
    pub(super) kind: EvidenceKind,
    pub(super) remove: bool,
    pub(super) text: Option<String>,
    pub(super) file: Option<(String, Document)>,
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

fn file_of(fields: &mut Fields, file: EvidenceUpload) -> Option<(String, Document)> {
    // Browsers tell of a path in their own way; only its end is a name.
    let name = file.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = fields.text("/file/name", name, 1..=MOST_NAME);
    match FILES.read(file.bytes) {
        Ok(document) => return Some((name, document)),
        Err(DocumentFault::TooLarge) => {
            fields.refuse("/file", EVIDENCE_FILE_SIZE, "at most 5 MiB");
        }
        Err(DocumentFault::OtherKind) => {
            fields.refuse("/file", EVIDENCE_FILE, "a PDF, JPEG or PNG file");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

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
        large.resize(FILES.most_bytes, b'x');
        assert!(given("a", large.clone()).is_ok());
        large.push(b'x');
        let page = b"<html>".to_vec();
        for (name, bytes) in [("a", large), ("a.pdf", page), ("", b"%PDF-1".to_vec())] {
            assert!(matches!(given(name, bytes), Err(PaymentError::Invalid(_))));
        }
    }
}
