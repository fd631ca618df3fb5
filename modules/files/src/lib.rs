//! Files that people upload: pictures decoded within limits and encoded anew in smaller sizes
//! ([`Pictures`]), documents kept as they are ([`Documents`]), storage by content ([`Storage`]), and tables as
//! text ([`csv_text`]).
//!
//! Owns no schema. Whoever keeps files has rows of its own with their keys, and chooses the sizes.
//! Calls nobody; modules call it.
//!
//! Invariants: nothing is allocated by what a file only claims; of an uploaded picture nothing is kept
//! but its pixels, in sRGB; a key is the hash of its content, so a stored file never changes; only a
//! [`FileKey`] becomes a path.

pub mod csv_text;
mod documents;
mod error;
mod key;
mod pictures;
mod storage;

pub use documents::{Document, DocumentFault, DocumentKind, DocumentRules, Documents};
pub use error::FileError;
pub use key::FileKey;
pub use pictures::{Admitted, Derivative, Pictures};
pub use storage::{DiskStorage, Storage};
