//! Documents that people upload: kept as they are, and given out as what they begin with, whatever their
//! names say.

use std::{path::PathBuf, sync::Arc};

use feira_kernel::db::DiskHealth;
use uuid::Uuid;

use crate::{DiskStorage, FileError, FileKey, Storage};

feira_kernel::text_enum! {
    /// What a document may be, by its media type.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum DocumentKind {
        Pdf = "application/pdf",
        Xml = "application/xml",
        Jpeg = "image/jpeg",
        Png = "image/png",
    }
}

impl DocumentKind {
    /// By how the file begins; `None` if it is none of these.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let begins = |with: &[u8]| bytes.starts_with(with);
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        if begins(b"%PDF-") {
            Some(Self::Pdf)
        } else if begins(b"\xFF\xD8\xFF") {
            Some(Self::Jpeg)
        } else if begins(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if text.trim_ascii_start().starts_with(b"<") {
            Some(Self::Xml)
        } else {
            None
        }
    }

    pub fn media_type(self) -> &'static str {
        self.as_str()
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Xml => "xml",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// Which documents a module takes.
#[derive(Debug, Clone, Copy)]
pub struct DocumentRules {
    pub kinds: &'static [DocumentKind],
    pub most_bytes: usize,
}

/// Why a document is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentFault {
    TooLarge,
    OtherKind,
}

impl DocumentRules {
    /// What is taken, with the key that it will have.
    pub fn read(&self, bytes: Vec<u8>) -> Result<Document, DocumentFault> {
        if bytes.len() > self.most_bytes {
            return Err(DocumentFault::TooLarge);
        }
        let kind = DocumentKind::of(&bytes).filter(|kind| self.kinds.contains(kind));
        let kind = kind.ok_or(DocumentFault::OtherKind)?;
        Ok(Document {
            key: FileKey::of(&bytes, kind.extension()),
            kind,
            bytes,
        })
    }
}

/// One that may be kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    pub key: FileKey,
    pub kind: DocumentKind,
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Document").field(&self.key).finish()
    }
}

/// Where documents are kept, by content. Whoever keeps one writes its row afterwards, so that no row names a
/// file that is not there; who may read it is the row's to say.
#[derive(Clone)]
pub struct Documents {
    storage: Arc<dyn Storage>,
}

impl Documents {
    /// In this directory, in which nothing lies that is given out to everybody.
    pub fn on_disk(root: impl Into<PathBuf>, disk_health: DiskHealth) -> Self {
        Self {
            storage: Arc::new(DiskStorage::new(root.into(), disk_health)),
        }
    }

    /// Keeps it for good before it answers; the same once more changes nothing. `temporary` is any id not used
    /// before.
    pub async fn put(&self, document: Document, temporary: Uuid) -> Result<FileKey, FileError> {
        let Document { key, bytes, .. } = document;
        self.storage.put(key.clone(), bytes, temporary).await?;
        Ok(key)
    }

    /// What a row names. One that is not there any more is `Unavailable`: the disk lost it, or is not mounted.
    pub async fn get(&self, key: &str) -> Result<Vec<u8>, FileError> {
        let named = FileKey::parse(key);
        let named = named.ok_or_else(|| FileError::Internal(format!("{key:?} is no key")))?;
        let found = self.storage.get(named).await?;
        found.ok_or_else(|| {
            tracing::error!(key, "a document that a row names is not among the files");
            FileError::Unavailable("the document is not there now".to_owned())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_what_it_begins_with() {
        for (file, kind) in [
            (&b"%PDF-1.7\n"[..], Some(DocumentKind::Pdf)),
            (
                b"<?xml version=\"1.0\"?><nfeProc/>",
                Some(DocumentKind::Xml),
            ),
            (b"\xef\xbb\xbf \n<NFe/>", Some(DocumentKind::Xml)),
            (b"\xFF\xD8\xFF\xE0", Some(DocumentKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\nIHDR", Some(DocumentKind::Png)),
            (b"", None),
            (b" %PDF-1.7", None),
            (b"GIF89a", None),
            (b"PK\x03\x04", None),
            (b"MZ", None),
        ] {
            assert_eq!(DocumentKind::of(file), kind, "{file:?}");
        }
    }

    #[tokio::test]
    async fn what_fits_is_kept_once_and_given_out_again() {
        let rules = DocumentRules {
            kinds: &[DocumentKind::Pdf],
            most_bytes: 8,
        };
        let fault = |bytes: &[u8]| rules.read(bytes.to_vec()).err();
        assert_eq!(fault(b"%PDF-1.77"), Some(DocumentFault::TooLarge));
        assert_eq!(fault(b"<a/>"), Some(DocumentFault::OtherKind));
        assert_eq!(fault(b""), Some(DocumentFault::OtherKind));
        let document = rules.read(b"%PDF-1.7".to_vec()).unwrap();
        assert_eq!(document.kind.media_type(), document.key.content_type());

        let root = feira_testkit::directory().join("documents");
        let documents = Documents::on_disk(root, DiskHealth::default());
        for temporary in [1, 2] {
            let temporary = Uuid::from_u128(temporary);
            let key = documents.put(document.clone(), temporary).await.unwrap();
            assert_eq!(key, document.key);
            assert_eq!(documents.get(key.as_str()).await.unwrap(), b"%PDF-1.7");
        }
        let lost = format!("{}.pdf", "ab".repeat(32));
        let lost = documents.get(&lost).await.unwrap_err();
        assert!(matches!(lost, FileError::Unavailable(_)), "{lost:?}");
        let path = documents.get("../secret").await.unwrap_err();
        assert!(matches!(path, FileError::Internal(_)), "{path:?}");
    }
}
