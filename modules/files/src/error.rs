use std::fmt::Display;

/// Why a file is not taken, kept or found; each module has an error of its own to make of it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum FileError {
    #[error("the picture is not acceptable: {0}")]
    BadPicture(String),
    #[error("the picture breaks off: its file is not whole")]
    Truncated,
    /// With the size and the limit in numbers.
    #[error("the picture is too large: {0}")]
    TooLarge(String),
    /// Too many are waiting, or the files cannot be reached or written; try again.
    #[error("files are not available now: {0}")]
    Unavailable(String),
    #[error("an error on our side: {0}")]
    Internal(String),
}

pub(crate) fn bad(reason: impl Into<String>) -> FileError {
    FileError::BadPicture(reason.into())
}

pub(crate) fn unreadable(error: impl Display) -> FileError {
    bad(format!("it cannot be read: {error}"))
}
