//! What a file is known by.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// `<sha-256>.<extension>`, checked: nothing else is ever made a path of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileKey(String);

const KINDS: &[(&str, &str)] = &[
    ("jpg", "image/jpeg"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("pdf", "application/pdf"),
    ("xml", "application/xml"),
];

impl FileKey {
    /// Of this content, which is of the kind that the extension says.
    pub(crate) fn of(content: &[u8], extension: &'static str) -> Self {
        Self(format!("{}.{extension}", hash(content)))
    }

    /// `None` for whatever is not a key.
    pub fn parse(text: &str) -> Option<Self> {
        let (hash, extension) = text.split_once('.')?;
        let known = KINDS.iter().any(|(kind, _)| *kind == extension);
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (known && hash.len() == 64 && hash.bytes().all(hex)).then(|| Self(text.to_owned()))
    }

    /// As it is kept in a row and stands in a URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The media type of the file.
    pub fn content_type(&self) -> &'static str {
        let extension = self.0.split_once('.').map(|(_, extension)| extension);
        let found = KINDS.iter().find(|(kind, _)| Some(*kind) == extension);
        found.map_or("application/octet-stream", |(_, content_type)| content_type)
    }

    /// `<root>/<first two digits>/<key>`.
    pub(crate) fn path(&self, root: &Path) -> PathBuf {
        root.join(&self.0[..2]).join(&self.0)
    }
}

/// SHA-256 in lower-case hexadecimal digits.
pub(crate) fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_content_keys_become_paths() {
        let hash = "0123456789abcdef".repeat(4);
        let key = FileKey::parse(&format!("{hash}.jpg")).unwrap();
        assert_eq!(key.content_type(), "image/jpeg");
        assert_eq!(
            key.path(Path::new("/f")),
            Path::new(&format!("/f/01/{hash}.jpg"))
        );
        for bad in [
            String::new(),
            hash.clone(),
            format!("{hash}.gif"),
            format!("{hash}.jpg.jpg"),
            format!("{hash}.jpg/../x.jpg"),
            format!("../{hash}.jpg"),
            format!("{}.jpg", hash.to_uppercase()),
            format!("{}.jpg", &hash[1..]),
            format!("{}.jpg", "../".repeat(21) + "a"),
            format!("{hash}\0.jpg"),
        ] {
            assert_eq!(FileKey::parse(&bad), None, "{bad}");
        }
    }
}
