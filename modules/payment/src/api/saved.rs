//! What people keep to pay with, as they see it: the providers' names of it are told to nobody.

use std::fmt;

use feira_kernel::{Time, Versions, id};
use serde::{Deserialize, Serialize};

use super::KindName;

id! {
    SavedMethodId,
}

/// A card that its provider keeps for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedMethod {
    pub id: SavedMethodId,
    /// As the provider calls it, such as `visa`.
    pub brand: String,
    pub last4: String,
    pub expiry_month: u8,
    pub expiry_year: u16,
    /// Its month is over: it is not charged any more.
    pub expired: bool,
    /// The one that a shop offers first; of a person's one at most.
    pub is_default: bool,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: Time,
    pub version: i64,
}

/// What is absent stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct SavedMethodChange {
    pub expected_version: Option<Versions>,
    /// The one that was the default is it no more.
    pub is_default: Option<bool>,
}

/// A card that is being added: its holder gives it to the provider, and to nobody here.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddingMethod {
    pub id: SavedMethodId,
    /// Whose library takes it; absent of one that only tests have.
    pub kind: Option<KindName>,
    /// With which that library sends the card to the provider, and confirms it there.
    pub client_secret: String,
}

impl fmt::Debug for AddingMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddingMethod")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
